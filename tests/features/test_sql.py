"""Does a database, asked in plain SQL, say the same of the same log, to the last bit?"""

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, table_of
from oracle import same

from liveloop.features.facts import read_facts
from liveloop.features.training import training_set

KNOWN = """
WITH newest AS (
    SELECT f.*, a.n, a.decided_at, a.user_id AS who,
           row_number() OVER (PARTITION BY a.n, f.fact ORDER BY f.version DESC, f.known_at, f.place) AS rank
    FROM asked a JOIN facts f ON f.known_at <= a.decided_at
), known AS (
    SELECT * FROM newest WHERE rank = 1 AND NOT deleted AND user_id = who AND happened_at <= decided_at
), latest AS (
    SELECT *, row_number() OVER (PARTITION BY n ORDER BY happened_at DESC, known_at DESC, place DESC) AS ago FROM known
)
SELECT count(k.fact) AS count_ever,
       count(k.fact) FILTER (k.happened_at > a.decided_at - INTERVAL 5 HOUR) AS count_5h,
       coalesce(sum(k.tokens) FILTER (k.happened_at > a.decided_at - INTERVAL 5 HOUR), 0) AS tokens_5h,
       arg_min(k.tokens, k.ago) FILTER (k.tokens IS NOT NULL) AS last_tokens,
       arg_min(k.topic, k.ago)
           FILTER (k.topic IS NOT NULL AND k.happened_at > a.decided_at - INTERVAL 3 HOUR) AS last_topic_3h,
       epoch(a.decided_at - max(k.happened_at)) AS since,
       count(DISTINCT k.topic) FILTER (k.happened_at > a.decided_at - INTERVAL 9 HOUR) AS topics,
       avg(k.harm) FILTER (k.happened_at > a.decided_at - INTERVAL 9 HOUR) AS share,
       min(k.tokens) FILTER (k.happened_at > a.decided_at - INTERVAL 6 HOUR) AS least,
       max(k.tokens) AS most,
       count(k.fact) FILTER (k.happened_at > a.decided_at - INTERVAL 9 HOUR AND k.message_id <> a.message_id) AS apart
FROM asked a LEFT JOIN latest k ON k.n = a.n GROUP BY a.n, a.decided_at ORDER BY a.n
"""


@pytest.mark.parametrize("seed", range(30))
def test_a_database_says_the_same(seed):
    chance = chance_of(seed)
    log, asked = draw_log(chance), draw_asked(chance)
    for fact in log:  # sums that are exact in any order
        fact["tokens"] = fact["tokens"] and float(chance.choice([0.25, 0.5, 2.0, 7.0]))
    table, rows = table_of(log), asked_table(asked)
    names = ("count_ever", "count_5h", "tokens_5h", "last_tokens", "last_topic_3h", "since", "topics", "share", "least",
             "most", "apart")  # fmt: skip
    views = [view for view in VIEWS if view.name in names]
    source = replace(SOURCE, entities=("user_id",))
    made = training_set(views, {"messages": read_facts(source, table)}, rows)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.register("facts", table.append_column("place", pa.array(np.arange(len(log)))))
        database.register("asked", rows.append_column("n", pa.array(np.arange(len(asked)))))
        said = database.sql(KNOWN).to_arrow_table()
    assert len(views) == len(names)
    for view in views:
        for row, (one, other) in enumerate(
            zip(*(some.column(view.name).to_pylist() for some in (made, said)), strict=True)
        ):
            assert same(one, other), (view.name, row, one, other)
