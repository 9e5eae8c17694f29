-- tries: read the drill's reference; expect: error|told
SELECT content FROM read_text('__DRILL__/reference.sql')
