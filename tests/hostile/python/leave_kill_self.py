# tries: kill itself; expect: signal
def answer():
    import os

    os.kill(os.getpid(), 9)
