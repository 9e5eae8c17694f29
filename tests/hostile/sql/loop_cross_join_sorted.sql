-- tries: sort everything joined with everything; expect: wall|cpu|error|memory
SELECT * FROM range(1000000) a, range(1000000) b ORDER BY hash(a.range, b.range)
