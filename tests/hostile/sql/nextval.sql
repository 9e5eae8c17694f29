-- tries: keep state for the next job; expect: harmless|error
CREATE SEQUENCE s; SELECT nextval('s')
