-- tries: return a time of day, which is no date; expect: harmless
SELECT TIME '12:00:00' AS a
