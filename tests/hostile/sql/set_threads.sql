-- tries: take every core; expect: error|told
SET threads = 64
