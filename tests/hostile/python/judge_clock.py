# tries: replace the clock that times it; expect: harmless|error|wall|crashed|cpu
def answer():
    import time

    time.perf_counter = time.monotonic = time.time = lambda: 0.0
    return 1
