-- tries: pivot a million columns; expect: memory|error|wall|signal|cpu
PIVOT (SELECT range AS a FROM range(1000000)) ON a USING count(*)
