# tries: turn the cell's own alarm off; expect: wall|cpu
def answer():
    import signal

    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.alarm(0)
    while True:
        pass
