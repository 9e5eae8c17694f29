# tries: sleep when the interpreter ends; expect: harmless
def answer():
    import atexit
    import time

    atexit.register(time.sleep, 1000)
    return 1
