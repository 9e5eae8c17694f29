-- tries: return a moment that never comes; expect: harmless|error
SELECT 'infinity'::TIMESTAMPTZ AS a
