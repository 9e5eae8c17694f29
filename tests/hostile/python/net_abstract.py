# tries: speak to an abstract UNIX socket of the host; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_UNIX).connect('\0liveloop-canary-__PORT__')
