# tries: listen on the wire; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)
