-- tries: hide a path in a variable; expect: error|told
SET VARIABLE p = '__CANARY__'; SELECT content FROM read_text(getvariable('p'))
