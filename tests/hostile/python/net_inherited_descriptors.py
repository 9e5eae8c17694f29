# tries: speak over whatever descriptors it was left; expect: told|error|harmless|crashed|refused
def answer():
    import socket

    got = []
    for number in range(3, 64):
        try:
            got.append(socket.socket(fileno=number).getpeername())
        except OSError:
            pass
    return got
