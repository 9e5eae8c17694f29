-- tries: allow unsigned extensions; expect: error|told
SET allow_unsigned_extensions = true
