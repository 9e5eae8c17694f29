-- tries: unnest lists of lists; expect: memory|error|wall|signal|cpu
SELECT count(*) FROM (SELECT unnest(range(100000000)) FROM range(1000))
