-- tries: slide a window over ten million rows; expect: wall|cpu|error|memory
SELECT max(s) FROM (SELECT median(range) OVER (ORDER BY range ROWS BETWEEN 5000000 PRECEDING AND 5000000 FOLLOWING) AS s FROM range(10000000))
