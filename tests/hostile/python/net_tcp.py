# tries: connect to a server on this machine; expect: told socket
def answer():
    import socket

    return socket.create_connection(('127.0.0.1', __PORT__), timeout=1)
