-- tries: fail where there are many rows only; expect: harmless|error
SELECT count(*) AS a FROM users HAVING count(*) < 300 OR error('too many') IS NULL
