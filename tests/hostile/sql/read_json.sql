-- tries: read a private file as JSON; expect: error|told
SELECT * FROM read_json('__CANARY__')
