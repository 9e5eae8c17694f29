-- tries: compare two long texts; expect: wall|cpu|error|memory|harmless
SELECT levenshtein(repeat('a', 1000000), repeat('b', 1000000))
