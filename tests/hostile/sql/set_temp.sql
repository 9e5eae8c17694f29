-- tries: spill into the home directory; expect: error|told
SET temp_directory = '__HOME__'
