-- tries: make a bit string of gigabits; expect: memory|error|wall|signal|cpu|harmless
SELECT bit_count(bitstring('1', 2000000000))
