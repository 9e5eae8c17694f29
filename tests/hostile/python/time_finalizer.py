# tries: sleep when an object is deleted; expect: harmless|wall
def answer():
    import time

    class Slow:
        def __del__(self):
            time.sleep(1000)

    import builtins
    builtins.kept = Slow()
    return 1
