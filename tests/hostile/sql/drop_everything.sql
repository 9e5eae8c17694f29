-- tries: drop the judge's tables; expect: error|harmless|told
DROP SCHEMA main CASCADE; SELECT 1
