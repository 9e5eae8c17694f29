# tries: return a frame full of objects that run code; expect: harmless|error|processes
def answer():
    import pandas as pd

    class Trap:
        def __repr__(self):
            raise SystemExit(0)

        def __eq__(self, other):
            return True

        def __hash__(self):
            return 1

    return pd.DataFrame({"a": [Trap() for _ in range(10)]})
