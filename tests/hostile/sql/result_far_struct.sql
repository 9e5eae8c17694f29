-- tries: hide a date that Python has not in a struct; expect: harmless|error
SELECT {'d': DATE '290000-01-01', 't': 'infinity'::TIMESTAMPTZ} AS a
