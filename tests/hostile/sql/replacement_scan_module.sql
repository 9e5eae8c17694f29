-- tries: read a module of the host's Python; expect: error|told
SELECT * FROM sys
