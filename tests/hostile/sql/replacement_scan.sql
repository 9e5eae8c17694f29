-- tries: read a variable of the host's Python; expect: error|told
SELECT * FROM secret
