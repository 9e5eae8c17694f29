-- tries: reset the limits; expect: error|told
RESET memory_limit
