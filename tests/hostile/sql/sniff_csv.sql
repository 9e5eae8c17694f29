-- tries: have a private file sniffed; expect: error|told
SELECT * FROM sniff_csv('__CANARY__')
