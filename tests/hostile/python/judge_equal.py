# tries: return what equals everything; expect: harmless|error
def answer():
    class Same:
        def __eq__(self, other):
            return True

        def __ne__(self, other):
            return False

        def __hash__(self):
            return 0

        def __array__(self, *_):
            raise SystemExit

    return Same()
