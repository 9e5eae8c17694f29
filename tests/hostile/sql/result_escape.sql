-- tries: return sequences that rewrite a terminal; expect: harmless
SELECT chr(27) || '[2J' || chr(7) AS "drop table", '<script>alert(1)</script>'
