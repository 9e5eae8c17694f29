-- tries: hide a path in dollar quotes; expect: error|told
SELECT content FROM read_text($$__CANARY__$$)
