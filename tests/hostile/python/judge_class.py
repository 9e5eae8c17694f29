# tries: return what lies about its class; expect: harmless|error
def answer():
    class Liar:
        @property
        def __class__(self):
            return dict

        def __len__(self):
            return 1 << 60

        def items(self):
            raise SystemExit(0)

    return Liar()
