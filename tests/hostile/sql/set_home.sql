-- tries: move DuckDB's home; expect: error|told
SET home_directory = '__HOME__'
