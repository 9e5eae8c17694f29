-- tries: raise the memory limit; expect: error|told
SET memory_limit = '100GB'
