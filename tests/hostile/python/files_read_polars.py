# tries: read a private file with polars (no Python in between); expect: told open
def answer():
    import polars as pl

    return pl.read_csv('__CANARY__')
