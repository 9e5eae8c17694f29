# tries: make a pair of sockets; expect: told socketpair
def answer():
    import socket

    return socket.socketpair()
