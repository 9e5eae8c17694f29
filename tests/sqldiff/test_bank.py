"""Do the worlds that are kept for a reference tell its mistakes, and do they help the attempts that follow?"""

import numpy as np
import pytest

from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.bank import Banks, open_bank
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.law import lawful
from liveloop.sqldiff.meet import gist
from liveloop.sqldiff.mistakes import edits
from liveloop.sqldiff.session import Session

SCHEMA = """CREATE TABLE users (id INT PRIMARY KEY, team VARCHAR, age INT CHECK (age >= 0));
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT REFERENCES users, paid INT NOT NULL);"""
REFERENCES = [
    "SELECT u.team, count(o.id) FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.paid >= 30 GROUP BY u.team",
    "SELECT id FROM orders QUALIFY rank() OVER (PARTITION BY user_id ORDER BY paid DESC) = 1",
    "SELECT count(DISTINCT user_id) FROM orders WHERE paid BETWEEN 3 AND 9",
    "SELECT id FROM users WHERE age IS NULL OR age <> 7",
]


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        yield session


def told(session, reference, worlds):
    """List the mistakes that some worlds tell, each run anew."""
    session.load(worlds)
    usual = gist(session.screen(reference, seconds=9), worlds.count, 1e-9)
    made = edits(reference, "", seconds=9)
    each = [usual.apart(gist(session.screen(one.text, seconds=9), worlds.count, 1e-9)) for one in made]
    return made, np.array(each)


@pytest.mark.parametrize("reference", REFERENCES)
def test_what_is_kept_tells_as_much_as_all_and_is_lawful(session, reference):
    session.clear()
    bank = open_bank(session, reference, read_schema(SCHEMA), seconds=30)
    made, apart = told(session, reference, bank.worlds)
    assert lawful(bank.worlds, session).all()
    assert len(made) == bank.mistakes
    assert int(apart.any(axis=1).sum()) == bank.told
    assert bank.told > bank.mistakes / 2
    twice = int((apart.sum(axis=1) >= 2).sum())
    assert twice >= 0.9 * bank.told
    assert bank.worlds.count <= 2 * bank.told


def test_a_bank_is_built_when_its_reference_comes_again(session):
    banks, schema = Banks(most=2), read_schema(SCHEMA)
    session.clear()
    assert [banks.of(session, text, schema, tolerance=1e-9) for text in REFERENCES[:2]] == [None, None]
    assert banks.seconds == 0
    first = banks.of(session, REFERENCES[0], schema, tolerance=1e-9)
    assert first is not None
    assert banks.seconds > 0
    assert banks.of(session, REFERENCES[0], read_schema(SCHEMA), tolerance=1e-9) is first


def test_an_attempt_after_another_meets_the_bank_first():
    limits = Limits(seconds=9, worlds=4_000, explain_seconds=0)
    reference = REFERENCES[2]
    with Desk() as desk:
        for attempt in (reference.replace("9", "8"), reference.replace("DISTINCT ", ""), reference.replace("3", "4")):
            verdict = desk.compare(reference, attempt, SCHEMA, limits=limits)
            assert verdict.kind == "differs"
        assert desk.banks.seconds > 0
        same = desk.compare(reference, f"SELECT * FROM ({reference})", SCHEMA, limits=limits)
        assert (same.kind, same.worlds) == ("none found", 4_000)


def test_what_is_no_query_never_runs_for_a_bank():
    with Desk() as desk:
        for _ in range(3):
            verdict = desk.compare("DROP TABLE users", "SELECT 1", SCHEMA)
            assert verdict.kind == "cannot run"
        assert desk.banks.seconds == 0
