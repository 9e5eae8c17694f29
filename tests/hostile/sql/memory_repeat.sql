-- tries: repeat a text three billion times; expect: memory|error|wall|signal|cpu
SELECT repeat('x', 3000000000)
