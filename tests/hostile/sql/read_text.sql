-- tries: read a private file as text; expect: error|told
SELECT content FROM read_text('__CANARY__')
