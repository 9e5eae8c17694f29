-- tries: allow a directory; expect: error|told
SET allowed_directories = ['/']
