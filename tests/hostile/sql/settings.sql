-- tries: read the settings; expect: harmless|error
SELECT name, value FROM duckdb_settings()
