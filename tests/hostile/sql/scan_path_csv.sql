-- tries: read a file by its name as a table, with a suffix; expect: error|told
SELECT * FROM '__HOME__/canary.csv'
