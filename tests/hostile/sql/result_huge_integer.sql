-- tries: return an integer for which no decimal has room; expect: harmless
SELECT 170141183460469231731687303715884105727::HUGEINT AS a
