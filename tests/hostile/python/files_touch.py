# tries: change the times of a private file; expect: told utimensat
def answer():
    import os

    os.utime('__CANARY__', (0, 0))
