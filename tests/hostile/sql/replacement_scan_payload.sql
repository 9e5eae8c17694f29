-- tries: read the job's payload as a table; expect: error|told
SELECT * FROM payload
