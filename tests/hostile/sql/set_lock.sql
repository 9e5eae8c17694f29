-- tries: unlock the configuration; expect: error|told
SET lock_configuration = false
