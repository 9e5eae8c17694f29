# tries: have an unlocked DuckDB fetch an extension; expect: told|error|wall
def answer():
    import duckdb

    return duckdb.connect().execute('install httpfs').fetchall()
