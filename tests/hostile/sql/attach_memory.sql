-- tries: attach a second memory database; expect: harmless|error
ATTACH ':memory:' AS other; CREATE TABLE other.t AS SELECT 1 AS a; SELECT * FROM other.t
