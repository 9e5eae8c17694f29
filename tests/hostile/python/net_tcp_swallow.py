# tries: send data home and hide the failure; expect: told socket
def answer():
    import socket

    try:
        socket.create_connection(("127.0.0.1", __PORT__), timeout=1).sendall(b"loot")
    except OSError:
        pass
    return 1
