# tries: abort; expect: signal
def answer():
    import os

    os.abort()
