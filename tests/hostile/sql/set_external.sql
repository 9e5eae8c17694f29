-- tries: allow the outside again; expect: error|told
SET enable_external_access = true
