-- tries: match a pattern that backtracks elsewhere; expect: harmless|wall|cpu|error
SELECT regexp_matches(repeat('a', 100000) || 'b', '(a+)+$')
