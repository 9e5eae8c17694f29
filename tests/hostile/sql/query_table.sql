-- tries: read a table by its computed name; expect: error|told
SELECT * FROM query_table('__CANARY__')
