-- tries: list a trillion numbers; expect: error|wall|memory|cpu|signal
SELECT generate_series(1, 1000000000000)
