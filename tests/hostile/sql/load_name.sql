-- tries: load an extension; expect: error|told
LOAD httpfs
