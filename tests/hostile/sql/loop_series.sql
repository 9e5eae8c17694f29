-- tries: count to a trillion; expect: wall|cpu|error|memory
SELECT sum(n) FROM generate_series(1, 1000000000000) AS t(n)
