# tries: recurse until the stack bursts; expect: signal|error|memory|wall
def answer():
    import sys

    sys.setrecursionlimit(1 << 30)

    class Deep:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    return Deep().a
