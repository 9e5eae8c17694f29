# tries: list the root through a symbolic link; expect: told symlink
def answer():
    import os

    os.symlink("/", "up")
    return open("up__CANARY__").read()
