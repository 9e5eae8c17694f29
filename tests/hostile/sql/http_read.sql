-- tries: fetch a page; expect: error|told
SELECT * FROM read_csv('http://127.0.0.1:__PORT__/loot.csv')
