-- tries: fill a table; expect: memory|error|wall|signal|cpu
CREATE TABLE t AS SELECT range AS a, repeat('x', 1000) AS b FROM range(1000000000); SELECT count(*) FROM t
