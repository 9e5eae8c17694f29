-- tries: hash a text of gigabytes; expect: memory|error|wall|signal|cpu
SELECT md5(repeat('x', 3000000000))
