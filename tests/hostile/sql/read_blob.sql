-- tries: read a private file as bytes; expect: error|told
SELECT content FROM read_blob('/etc/passwd')
