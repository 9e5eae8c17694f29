# tries: have pandas fetch a page; expect: told
def answer():
    import pandas as pd

    return pd.read_csv('http://127.0.0.1:__PORT__/loot.csv')
