-- tries: hide a statement in a prepared one; expect: error|told
PREPARE p AS SELECT content FROM read_text('__CANARY__'); EXECUTE p
