# tries: fork without end and swallow every failure; expect: processes
def answer():
    import os

    while True:
        try:
            os.fork()
        except OSError:
            pass
