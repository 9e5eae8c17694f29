-- tries: run SQL built as text; expect: harmless|error
SELECT * FROM query('SELECT 42 AS a')
