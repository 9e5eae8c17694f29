-- tries: read the app's environment; expect: error|told
SELECT * FROM read_text('/proc/__PARENT__/environ')
