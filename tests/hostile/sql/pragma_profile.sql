-- tries: write a profile; expect: error|told
PRAGMA enable_profiling = 'json'; PRAGMA profile_output = '__HOME__/profile.json'; SELECT 1
