-- tries: overwrite a private file; expect: error|told
COPY (SELECT 'pwned') TO '__CANARY__' (FORMAT csv, HEADER false)
