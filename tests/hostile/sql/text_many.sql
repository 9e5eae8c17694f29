-- tries: bring many statements; expect: error|told
SELECT 1; SELECT 2; ATTACH '__HOME__/x.duckdb' AS x; SELECT 3
