-- tries: draw an endless bar; expect: memory|error|wall|signal|cpu|harmless
SELECT length(bar(1, 0, 1, 1000000000))
