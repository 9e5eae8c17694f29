# tries: make a named pipe; expect: told mknod
def answer():
    import os

    os.mkfifo('pipe')
