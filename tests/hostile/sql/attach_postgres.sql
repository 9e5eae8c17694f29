-- tries: attach a Postgres server; expect: error|told
ATTACH 'host=127.0.0.1 port=__PORT__' AS loot (TYPE postgres)
