-- tries: replace a table of the judge; expect: harmless|error
CREATE VIEW users AS SELECT 42 AS user_id; SELECT * FROM users
