# tries: read a private file with an unlocked DuckDB; expect: told open|harmless
def answer():
    import duckdb

    return duckdb.connect().execute("select content from read_text('__CANARY__')").fetchall()
