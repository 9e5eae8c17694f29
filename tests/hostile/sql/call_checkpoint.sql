-- tries: checkpoint without end; expect: harmless|error
CHECKPOINT; SELECT 1
