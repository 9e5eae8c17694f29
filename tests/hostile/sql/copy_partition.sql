-- tries: write many files; expect: error|told
COPY (SELECT range AS a FROM range(100)) TO '__HOME__/many' (FORMAT parquet, PARTITION_BY a)
