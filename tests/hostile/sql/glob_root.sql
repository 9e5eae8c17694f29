-- tries: list the root; expect: error|told
SELECT * FROM glob('/*')
