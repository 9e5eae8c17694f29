-- tries: keep a secret; expect: error|told|harmless
CREATE SECRET loot (TYPE s3, KEY_ID 'a', SECRET 'b'); SELECT name FROM duckdb_secrets()
