# tries: sleep without end; expect: wall
def answer():
    import time

    time.sleep(10_000)
