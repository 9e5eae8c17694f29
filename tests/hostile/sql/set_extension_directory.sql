-- tries: load extensions from elsewhere; expect: error|told
SET extension_directory = '__HOME__'
