-- tries: read a file by its name as a table; expect: error|told
SELECT * FROM '__CANARY__'
