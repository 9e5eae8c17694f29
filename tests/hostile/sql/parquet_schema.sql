-- tries: read a file's schema; expect: error|told
SELECT * FROM parquet_schema('__CANARY__')
