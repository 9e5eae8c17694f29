-- tries: recurse and double; expect: wall|error|memory|cpu
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t, range(2)) SELECT count(*) FROM t
