-- tries: keep the database busy; expect: harmless|error
VACUUM ANALYZE; SELECT 1
