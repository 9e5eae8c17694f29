-- tries: run what is only to be explained; expect: error|told
EXPLAIN ANALYZE COPY (SELECT 1) TO '__HOME__/pwned.csv'
