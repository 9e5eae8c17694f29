-- tries: attach the journal; expect: error|told
ATTACH '__JOURNAL__' AS journal (TYPE sqlite); SELECT * FROM journal.attempts
