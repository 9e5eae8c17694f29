-- tries: replace functions of the judge; expect: harmless|error
CREATE OR REPLACE MACRO count(x) AS 42; CREATE OR REPLACE MACRO sum(x) AS 42; SELECT sum(1)
