-- tries: install an extension; expect: error|told
INSTALL httpfs
