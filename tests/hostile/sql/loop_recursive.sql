-- tries: recurse without end; expect: wall|error|memory|cpu
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t
