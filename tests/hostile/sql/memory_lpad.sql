-- tries: pad a text to a billion; expect: memory|error|wall|signal|cpu|harmless
SELECT length(lpad('', 2000000000, 'x'))
