-- tries: write a file; expect: error|told
COPY (SELECT 1) TO '__HOME__/pwned.csv'
