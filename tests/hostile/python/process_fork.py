# tries: fork; expect: processes
def answer():
    import os

    return os.fork()
