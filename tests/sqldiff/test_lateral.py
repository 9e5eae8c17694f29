"""Does the batch give what plain runs give, world by world, and does it fall back where it cannot?"""

import random
import subprocess
import sys

import pytest

from liveloop.base.tables import Column, Table
from liveloop.sqldiff import Database, Schema, run_here
from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.lateral import lateral

USERS = Table("users", "u", ("id",), (Column("id", "INTEGER", "i"), Column("team", "VARCHAR", "t", nullable=True)))
EVENTS = Table(
    "events",
    "e",
    ("id",),
    (
        Column("id", "INTEGER", "i"),
        Column("user_id", "INTEGER", "u", nullable=True, refers_to="users.id"),
        Column("seen", "TIMESTAMPTZ", "when"),
        Column("score", "DOUBLE", "s", nullable=True),
    ),
)
SCHEMA = Schema((USERS, EVENTS))
SHAPES = [
    "SELECT id FROM events WHERE (user_id, score) IN (SELECT user_id, max(score) FROM events GROUP BY 1)",
    "SELECT id FROM events WHERE id > 2 AND ((user_id, id) IN (SELECT id, id FROM users) OR score IS NULL)",
    "SELECT id, (user_id, id) IN (SELECT id, id FROM users) AS there FROM events",
    "SELECT id FROM events WHERE (user_id, id) NOT IN (SELECT id, id FROM users)",
    "SELECT id FROM events WHERE (user_id, score) NOT IN (SELECT user_id, max(score) FROM events GROUP BY 1)",
    "SELECT id FROM users WHERE (team, id) NOT IN (SELECT team, id FROM users WHERE id > 1) OR id = 2",
    "SELECT team, count(*) FROM users GROUP BY team",
    "SELECT u.id, e.score FROM users u LEFT JOIN events e ON e.user_id = u.id",
    "SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM events)",
    "WITH x AS (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY seen, id) AS n FROM events) "
    "SELECT id FROM x WHERE n = 1",
    "SELECT avg(score) FROM events",
    "SELECT id FROM events ORDER BY seen, id LIMIT 2",
    "SELECT u.id, (SELECT max(e.score) FROM events e WHERE e.user_id = u.id) FROM users u",
    "SELECT id FROM users EXCEPT SELECT user_id FROM events",
    "SELECT a.id FROM users a, users b WHERE a.id < b.id AND EXISTS (SELECT 1 FROM events WHERE user_id = b.id)",
    "SELECT date_trunc('day', seen), sum(score) FROM events GROUP BY ALL",
    "SELECT id FROM events QUALIFY rank() OVER (ORDER BY score DESC NULLS LAST) = 1",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n, count(u.id) "
    "FROM r LEFT JOIN users u ON u.id = n GROUP BY n",
    "SELECT id FROM users WHERE (id, 1) IN (SELECT user_id, 1 FROM events)",
]


def worlds(count):
    chance = random.Random(5)
    made = []
    for _ in range(count):
        users = tuple((i, chance.choice(("a", "b", None))) for i in range(chance.randrange(4)))
        ids = [user[0] for user in users] or [None]
        events = tuple(
            (i, chance.choice((*ids, None)), chance.randrange(3) * 86_400_000_000, chance.choice((None, 0.5, 1.5)))
            for i in range(chance.randrange(5))
        )
        made.append(Database(SCHEMA, {"users": users, "events": events}))
    return made


@pytest.mark.parametrize("text", SHAPES)
def test_batch_equals_plain(text):
    databases = worlds(25)
    together, alone = run_here(text, databases, plain=False), run_here(text, databases, plain=True)
    assert all(one.error is None for one in alone), alone[0].error
    assert [agree(one, other) for one, other in zip(alone, together, strict=True)] == [True] * 25


def test_an_error_stays_in_the_world_that_has_it():
    databases = worlds(30)
    outcomes = run_here("SELECT sum(10 // id) FROM users", databases, plain=False)
    failed = [outcome.error is not None for outcome in outcomes]
    assert failed == [any(row[0] == 0 for row in database.rows["users"]) for database in databases]
    assert any(failed)


def test_a_text_that_does_not_bind_fails_everywhere_at_once():
    outcomes = run_here("SELECT nosuch FROM users", worlds(9), plain=False)
    assert all("nosuch" in str(outcome.error) for outcome in outcomes)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1; SELECT 2",
        "CREATE TABLE x AS SELECT 1",
        "COPY users TO 'x.csv'",
        "SET threads = 4",
        "",
        "DROP TABLE users",
    ],
)
def test_only_one_select_is_run(text):
    assert all(outcome.error for outcome in run_here(text, worlds(2), plain=False))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT content FROM read_text('/etc/hostname')",
    ],
)
def test_nothing_outside_is_reached(text):
    assert all(outcome.error for outcome in run_here(text, worlds(2), plain=True))


def test_sessions_keep_their_zone():
    here = Database(SCHEMA, {"users": (), "events": ((1, None, 3_600_000_000, None),)})
    there = Database(SCHEMA, here.rows, "America/Los_Angeles")
    one, other = run_here("SELECT seen::DATE FROM events", [here, there], plain=False)
    assert one.rows != other.rows


def test_several_columns_in_a_query_run_in_one_batch():
    text = "SELECT id FROM events WHERE (user_id, score) IN (SELECT user_id, max(score) FROM events GROUP BY 1)"
    batched = lateral(text, SCHEMA)
    assert "EXISTS" in batched
    assert "NOT EXISTS" in lateral(text.replace(" IN ", " NOT IN "), SCHEMA)
    assert "EXISTS" not in lateral("SELECT (id, id) IN (SELECT id, id FROM users) FROM users", SCHEMA)


def test_a_foreign_text_with_reserved_names_is_not_put_among_the_worlds():
    text = "SELECT id FROM users WHERE liveloop_d.liveloop_w > 0"
    assert lateral(text, SCHEMA) is None
    assert lateral(text, SCHEMA, own=True) is not None


def test_the_sandbox_loads_the_engine_alone():
    asked = "import sys, liveloop.exam.sandbox.cell_sql; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "liveloop.sqldiff.engine" in loaded
    assert not {"liveloop.sqldiff.search", "liveloop.sqldiff.mint", "scipy"} & set(loaded)
