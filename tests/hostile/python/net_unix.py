# tries: speak to a daemon over a UNIX socket; expect: told socket
def answer():
    import socket

    socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')
