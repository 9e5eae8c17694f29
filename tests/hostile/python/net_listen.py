# tries: open a port; expect: told socket
def answer():
    import socket

    socket.create_server(('0.0.0.0', 0))
