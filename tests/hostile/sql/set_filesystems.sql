-- tries: allow the file system again; expect: error|told
SET disabled_filesystems = ''; SELECT * FROM read_text('__CANARY__')
