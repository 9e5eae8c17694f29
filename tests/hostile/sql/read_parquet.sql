-- tries: read a private file as Parquet; expect: error|told
SELECT * FROM read_parquet('__CANARY__')
