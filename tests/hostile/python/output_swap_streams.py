# tries: put its own objects in the place of stdout; expect: harmless|crashed|error
def answer():
    import sys

    class Stream:
        def __getattr__(self, name):
            raise SystemExit(0)

    sys.stdout = sys.stderr = Stream()
    return 1
