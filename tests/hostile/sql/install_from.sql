-- tries: install an extension from elsewhere; expect: error|told
INSTALL spatial FROM 'http://127.0.0.1:__PORT__'
