# tries: join everything with everything in pandas; expect: memory|error|wall|cpu|signal
def answer():
    import pandas as pd

    table = pd.DataFrame({"a": range(200_000)})
    return len(table.merge(table, how="cross"))
