-- tries: write a query log; expect: error|told
SET log_query_path = '__HOME__/log.sql'; SELECT 1
