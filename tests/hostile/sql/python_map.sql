-- tries: call back into Python; expect: error|told
SELECT python_map(1)
