# tries: send raw packets; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
