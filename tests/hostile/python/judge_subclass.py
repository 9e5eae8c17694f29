# tries: return a frame whose methods are its own; expect: harmless|error|crashed|wall|cpu
def answer():
    import pandas as pd

    class Frame(pd.DataFrame):
        @property
        def columns(self):
            raise KeyboardInterrupt

        def __len__(self):
            while True:
                pass

    return Frame({"a": [1]})
