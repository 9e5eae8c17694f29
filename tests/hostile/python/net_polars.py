# tries: have polars fetch a page; expect: told|error|wall|crashed
def answer():
    import polars as pl

    return pl.scan_csv('http://127.0.0.1:__PORT__/loot.csv').collect()
