-- tries: install a community extension; expect: error|told
INSTALL shellfs FROM community
