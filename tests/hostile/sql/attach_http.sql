-- tries: attach a database of another machine; expect: error|told
ATTACH 'http://127.0.0.1:__PORT__/loot.duckdb' AS loot
