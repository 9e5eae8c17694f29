-- tries: write a file into its own scratch; expect: error|told
COPY (SELECT 1) TO 'mine.csv'
