-- tries: attach a database file to read; expect: error|told
ATTACH '__HOME__/other.duckdb' AS other (READ_ONLY)
