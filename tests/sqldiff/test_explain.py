"""Is the mistake called by its name and found at its place, and is silence kept where no single edit explains it?"""

import pytest

from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.cause import NONE
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.explain import mending
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.mistakes import CLASSES, edits, normal
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.signs import leads

SCHEMA = """CREATE TABLE users (id INT PRIMARY KEY, team VARCHAR, age INT);
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT REFERENCES users, paid INT, seen TIMESTAMPTZ NOT NULL);"""
LIMITS = Limits(seconds=10, worlds=4_000, explain_seconds=6)

MISTAKES = [  # class, reference, attempt, the part of the attempt that is wrong
    ("boundary", "SELECT id FROM orders WHERE paid >= 30", "SELECT id FROM orders WHERE paid > 30", "paid > 30"),
    ("boundary", "SELECT id FROM orders WHERE paid >= 3 AND paid < 9",
     "SELECT id FROM orders WHERE paid BETWEEN 3 AND 9", "paid BETWEEN 3 AND 9"),
    ("null", "SELECT id FROM users WHERE age <> 30 OR age IS NULL", "SELECT id FROM users WHERE age <> 30",
     "age <> 30"),
    ("null", "SELECT team, count(*) FROM users GROUP BY team", "SELECT team, count(age) FROM users GROUP BY team",
     "count(age"),
    ("duplicate", "SELECT DISTINCT user_id FROM orders", "SELECT user_id FROM orders", "user_id FROM orders"),
    ("missing-group", "SELECT u.id, count(o.id) FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id",
     "SELECT u.id, count(o.id) FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.id",
     "orders o ON o.user_id = u.id"),
    ("tie", "SELECT id, rank() OVER (ORDER BY paid DESC) FROM orders",
     "SELECT id, dense_rank() OVER (ORDER BY paid DESC) FROM orders", "dense_rank() OVER (ORDER BY paid"),
    ("time-zone", "SELECT id, CAST(seen AT TIME ZONE 'America/New_York' AS DATE) FROM orders",
     "SELECT id, CAST(seen AS DATE) FROM orders", "seen"),
    ("window", "SELECT id, sum(paid) OVER (PARTITION BY user_id ORDER BY seen, id) FROM orders",
     "SELECT id, sum(paid) OVER (ORDER BY seen, id) FROM orders", "sum(paid) OVER (ORDER BY seen, id"),
    ("window", "SELECT id FROM orders WHERE seen < TIMESTAMPTZ '2024-03-01 00:00:00+00' + INTERVAL '7 days'",
     "SELECT id FROM orders WHERE seen < TIMESTAMPTZ '2024-03-01 00:00:00+00' + INTERVAL '8 days'",
     "INTERVAL '8 days'"),
    ("denominator", "SELECT sum(paid) / count(DISTINCT user_id) FROM orders", "SELECT sum(paid) / count(*) FROM orders",
     "count(*"),
    ("wrong-filter", "SELECT id FROM users WHERE team = 'red' AND age > 3", "SELECT id FROM users WHERE age > 3",
     "age > 3"),
]  # fmt: skip


@pytest.fixture(scope="module")
def desk():
    with Desk() as desk:
        yield desk


@pytest.mark.parametrize(("kind", "reference", "attempt", "part"), MISTAKES)
def test_the_mistake_is_named_and_found(desk, kind, reference, attempt, part):
    verdict = desk.compare(reference, attempt, SCHEMA, limits=LIMITS, seed=1)
    found = verdict.explanation
    assert verdict.kind == "differs"
    assert found.kind == kind
    place = attempt[found.start : found.end]
    assert bool(place) == bool(found.says)
    assert place in part or part in place, place


def test_fan_out_is_named(desk):
    verdict = desk.compare(
        "SELECT sum(age) FROM users WHERE id IN (SELECT user_id FROM orders)",
        "SELECT sum(u.age) FROM users u JOIN orders o ON o.user_id = u.id", SCHEMA, limits=LIMITS, seed=1,
    )  # fmt: skip
    assert (verdict.kind, verdict.explanation.kind) == ("differs", "fan-out")
    assert verdict.explanation.start < verdict.explanation.end


def test_a_tie_of_the_attempt_alone_is_called_one(desk):
    pair = "SELECT id FROM orders ORDER BY paid, id LIMIT 1", "SELECT id FROM orders ORDER BY paid LIMIT 1"
    verdict = desk.compare(*pair, SCHEMA, limits=Limits(seconds=2, worlds=100), seed=1)  # fmt: skip
    assert (verdict.kind, verdict.explanation.kind) == ("unsteady", "tie")


def test_the_reference_is_never_shown(desk):
    secret = "SELECT id FROM users WHERE team = 'moonlight' AND age BETWEEN 123 AND 456"
    for wrong in ("", " WHERE age > 5", " WHERE age < 456"):
        attempt = f"SELECT id FROM users{wrong}"
        verdict = desk.compare(secret, attempt, SCHEMA, limits=LIMITS, seed=1)
        assert verdict.kind == "differs"
        assert not any(word in verdict.explanation.says for word in ("moonlight", "123", "456"))


def test_where_no_single_edit_explains_it_the_place_is_not_made_up(desk):
    pair = "SELECT id * 2 + 7 FROM users", "SELECT coalesce(age, 0) FROM users WHERE team = 'x'"
    verdict = desk.compare(*pair, SCHEMA, limits=LIMITS, seed=1)  # fmt: skip
    assert verdict.kind == "differs"
    assert verdict.explanation.kind == "" or verdict.explanation.kind in CLASSES
    assert (verdict.explanation.start, verdict.explanation.end) == (0, 0)


def test_a_turned_text_has_no_places_in_it(desk):
    verdict = desk.compare("SELECT id FROM users WHERE age >= 30", "SELECT id FROM users WHERE age > 30", SCHEMA,
                           dialect="mysql", limits=LIMITS, seed=1)  # fmt: skip
    assert (verdict.explanation.kind, verdict.explanation.start, verdict.explanation.end) == ("boundary", 0, 0)


def test_no_time_no_explanation(desk):
    off = Limits(seconds=5, worlds=2_000, explain_seconds=0)
    assert desk.compare(*MISTAKES[0][1:3], SCHEMA, limits=off, seed=1).explanation == NONE


def test_what_is_written_differently_but_is_one_edit_apart_is_found_by_running():
    schema = read_schema(SCHEMA)
    reference = "SELECT o.id FROM orders AS o WHERE NOT (o.paid < 30)"
    attempt = "SELECT id FROM orders WHERE paid > 30"
    worlds = open_mint(schema, [reference, attempt]).draw(300, seed=1)
    with Session() as session:
        found = mending(session, (reference, attempt), worlds, Limits(explain_seconds=8))
    assert "boundary" in {edit.kind for edit in found.own}
    assert {attempt[edit.start : edit.end] for edit in found.own if edit.kind == "boundary"} <= {"paid > 30", "30"}


def test_what_does_not_agree_on_the_witness_is_not_tried_on_the_others():
    schema = read_schema(SCHEMA)
    texts = "SELECT id FROM orders WHERE paid >= 30 AND TRUE", "SELECT id FROM orders WHERE paid > 30"
    with Session() as session:
        worlds = open_mint(schema, texts).draw(300, seed=1)
        usual = mending(session, texts, worlds, Limits(explain_seconds=8))
        for number in range(worlds.count):
            witness = worlds.choosing([number])
            if (30,) in [row[2:3] for row in witness.world(0).rows["orders"]]:
                break
        told = mending(session, texts, worlds, Limits(explain_seconds=8), witness=witness)
    assert [edit.text for edit in told.own] == [edit.text for edit in usual.own] != []


def test_an_edit_that_says_what_the_other_text_says_leads_toward_it():
    text, other = "SELECT id FROM t WHERE a <> 1 AND b < 2", "select id from t where a <> 1 and b <= 2 -- so"
    lead = leads(edits(text, other), text, other)
    assert max(lead, key=lead.__getitem__) == normal(other)
    assert lead["SELECT id FROM t WHERE a = 1 AND b < 2"] < 0


def test_an_edit_that_leaves_the_order_wrong_does_not_agree_where_order_counts():
    schema = read_schema(SCHEMA)
    texts = (
        "SELECT id, paid FROM orders WHERE paid > 3 ORDER BY paid DESC",
        "SELECT id, paid FROM orders WHERE paid > 3 ORDER BY paid",
    )
    with Session() as session:
        worlds = open_mint(schema, texts).draw(200, seed=1)
        bags = mending(session, texts, worlds, Limits(explain_seconds=3))
        lists = mending(session, texts, worlds, Limits(explain_seconds=3, ordered=True))
    assert bags.own
    assert all("order by" in texts[1][: edit.start].lower() for edit in lists.own)
