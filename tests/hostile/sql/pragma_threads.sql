-- tries: take every core with a pragma; expect: error|told
PRAGMA threads = 64
