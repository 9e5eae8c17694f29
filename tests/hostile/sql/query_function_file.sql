-- tries: run SQL built as text that reads a file; expect: error|told
SELECT * FROM query('SELECT content FROM read_text(''__CANARY__'')')
