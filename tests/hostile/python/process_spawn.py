# tries: start a program with posix_spawn; expect: processes
def answer():
    import os

    return os.posix_spawn('/bin/sh', ['sh'], {})
