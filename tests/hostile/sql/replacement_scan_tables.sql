-- tries: read the tables of the judge; expect: error|told
SELECT * FROM tables
