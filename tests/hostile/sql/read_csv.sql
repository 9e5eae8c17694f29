-- tries: read a private file as CSV; expect: error|told
SELECT * FROM read_csv('__CANARY__')
