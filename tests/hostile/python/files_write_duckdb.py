# tries: write a file with an unlocked DuckDB; expect: told write|told open
def answer():
    import duckdb

    return duckdb.connect().execute("copy (select 1) to '__HOME__/pwned.csv'").fetchall()
