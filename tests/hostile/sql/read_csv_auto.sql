-- tries: read a private file as CSV, guessing; expect: error|told
SELECT * FROM read_csv_auto('__CANARY__', header = false)
