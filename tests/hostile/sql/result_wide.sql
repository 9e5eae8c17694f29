-- tries: return half a gigabyte in one cell; expect: memory|error|wall|signal|cpu|output
SELECT repeat('x', 500000000)
