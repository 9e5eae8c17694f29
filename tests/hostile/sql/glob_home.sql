-- tries: list the home directory; expect: error|told
SELECT * FROM glob('__HOME__/*')
