# tries: read a private file with pandas; expect: told open
def answer():
    import pandas as pd

    return pd.read_csv('__CANARY__')
