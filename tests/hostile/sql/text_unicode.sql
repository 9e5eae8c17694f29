-- tries: spell a function in wide letters; expect: error|harmless
SELECT * FROM ｒｅａｄ＿ｔｅｘｔ('__CANARY__')
