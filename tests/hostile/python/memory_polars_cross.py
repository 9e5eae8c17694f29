# tries: join everything with everything in polars; expect: memory|error|wall|cpu|signal|crashed
def answer():
    import polars as pl

    table = pl.DataFrame({"a": range(200_000)})
    return table.join(table, how="cross").height
