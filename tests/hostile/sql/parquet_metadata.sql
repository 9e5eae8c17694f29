-- tries: read a file's footer; expect: error|told
SELECT * FROM parquet_metadata('__CANARY__')
