-- tries: join everything with everything; expect: wall|cpu|error|memory
SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c WHERE a.range * b.range * c.range = 7
