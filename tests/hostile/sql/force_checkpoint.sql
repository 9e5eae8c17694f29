-- tries: force a checkpoint; expect: harmless|error
FORCE CHECKPOINT; SELECT 1
