# tries: leave the session; expect: told setsid
def answer():
    import os

    os.setsid()
