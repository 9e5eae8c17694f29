-- tries: read from a bucket; expect: error|told
SELECT * FROM read_parquet('s3://loot/x.parquet')
