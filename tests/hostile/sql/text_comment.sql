-- tries: hide a statement behind a comment; expect: error|told
SELECT 1 /* ' */; COPY (SELECT 1) TO '__HOME__/pwned.csv' --
