# tries: send a datagram; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'loot', ('127.0.0.1', __PORT__))
