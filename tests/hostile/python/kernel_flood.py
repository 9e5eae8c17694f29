# tries: drown the watch in refused calls; expect: told socket
def answer():
    import socket

    while True:
        try:
            socket.socket()
        except OSError:
            pass
