# tries: read through a symbolic link; expect: told symlink
def answer():
    import os

    os.symlink("__CANARY__", "innocent")
    return open("innocent").read()
