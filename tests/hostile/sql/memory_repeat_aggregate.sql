-- tries: collect long texts; expect: memory|error|wall|signal|cpu
SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)
