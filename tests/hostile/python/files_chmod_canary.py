# tries: open a private file to the world; expect: told chmod
def answer():
    import os

    os.chmod('__CANARY__', 0o777)
