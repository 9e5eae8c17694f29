# tries: leave at once with success; expect: crashed
def answer():
    import os

    os._exit(0)
