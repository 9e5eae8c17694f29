-- tries: read a variable of the environment; expect: error|told
SELECT getenv('LIVELOOP_SECRET')
