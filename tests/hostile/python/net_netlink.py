# tries: ask the kernel for its network; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
