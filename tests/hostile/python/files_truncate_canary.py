# tries: cut a private file; expect: told truncate
def answer():
    import os

    os.truncate('__CANARY__', 0)
