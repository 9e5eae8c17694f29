-- tries: return a billion rows; expect: memory|error|wall|signal|cpu|output
SELECT range FROM range(1000000000)
