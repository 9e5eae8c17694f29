-- tries: count a histogram of a billion; expect: memory|error|wall|signal|cpu
SELECT histogram(range) FROM range(1000000000)
