-- tries: tell a trillion numbers apart; expect: error|wall|memory|cpu
SELECT count(DISTINCT n) FROM range(1000000000000) AS t(n)
