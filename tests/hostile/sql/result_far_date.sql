-- tries: return a date that Python has not; expect: harmless|error
SELECT DATE '290000-01-01' AS a
