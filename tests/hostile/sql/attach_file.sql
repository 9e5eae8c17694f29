-- tries: attach a database file; expect: error|told
ATTACH '__HOME__/other.duckdb' AS other
