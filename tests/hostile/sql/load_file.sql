-- tries: load an extension from a file; expect: error|told
LOAD '__HOME__/evil.duckdb_extension'
