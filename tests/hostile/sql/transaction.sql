-- tries: leave a transaction open; expect: harmless|error
BEGIN; CREATE TABLE t AS SELECT 1; SELECT 1
