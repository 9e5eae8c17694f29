-- tries: read a private file as JSON lines; expect: error|told
SELECT * FROM read_ndjson_objects('__CANARY__')
