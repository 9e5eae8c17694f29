# tries: kill every process id; expect: told kill
def answer():
    import os

    for pid in range(1, 5000):
        if pid != os.getpid():
            try:
                os.kill(pid, 9)
            except OSError:
                pass
    return 1
