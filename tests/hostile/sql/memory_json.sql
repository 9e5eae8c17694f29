-- tries: nest JSON; expect: memory|error|wall|signal|cpu
SELECT to_json(list(repeat('x', 100000))) FROM range(100000)
