-- tries: export the database; expect: error|told
EXPORT DATABASE '__HOME__/dump'
