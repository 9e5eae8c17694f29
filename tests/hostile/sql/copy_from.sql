-- tries: read a file into a table; expect: error|told
CREATE TABLE t (line VARCHAR); COPY t FROM '__CANARY__'; SELECT * FROM t
