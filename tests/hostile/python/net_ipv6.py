# tries: connect over IPv6; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_INET6).connect(('::1', __PORT__))
