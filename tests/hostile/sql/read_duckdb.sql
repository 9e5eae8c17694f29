-- tries: read a database file; expect: error|told
SELECT * FROM read_duckdb('__HOME__/other.duckdb')
