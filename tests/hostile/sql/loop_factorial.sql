-- tries: multiply for ever; expect: error|wall|cpu|harmless
SELECT list_reduce(range(100000000), (a, b) -> (a * b) % 1000003 + 1)
