-- tries: collect a billion values; expect: memory|error|wall|signal|cpu
SELECT list(range) FROM range(1000000000)
