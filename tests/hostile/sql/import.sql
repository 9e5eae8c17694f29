-- tries: import a database; expect: error|told
IMPORT DATABASE '__HOME__/dump'
