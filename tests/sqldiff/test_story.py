"""Do the worlds of a schema that narrates keep its history, and is a broken one seen?"""

import numpy as np
import pytest

from liveloop.exam.sql_search import facts_of
from liveloop.sqldiff.arrays import Rows, Worlds
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.law import lawful, mend
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.twist import legal
from liveloop.worlds.schema import SCHEMA, table

NAMES = ("users", "sessions", "messages", "warnings", "support_messages")
TEXT = "SELECT user_id FROM warnings WHERE happened_at < TIMESTAMPTZ '2026-04-06 00:00:00+00' AND policy = 'fraud'"


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        yield session


def drawn(session, names, *, seed, count=400):
    schema = facts_of(Schema(tuple(table(name) for name in names), narratives=True))
    return mend(open_mint(schema, [TEXT]).draw(count, seed=seed), session)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("names", [NAMES, tuple(one.name for one in SCHEMA)])
def test_every_world_keeps_the_history(session, names, seed):
    worlds = drawn(session, names, seed=seed)
    assert lawful(worlds, session).all()
    every = [worlds.world(number) for number in range(worlds.count)]
    assert all(legal(one) for one in every)  # asked for anew, row by row
    assert sum(one.size for one in every) > 2 * worlds.count


@pytest.mark.parametrize("seed", range(3))
def test_two_paths_lead_to_one_row(session, seed):
    worlds = drawn(session, NAMES, seed=seed)
    written = 0
    for number in range(worlds.count):
        rows = worlds.world(number).rows
        author = {row[0]: row[2] for row in rows["messages"]}
        owner = {row[0]: row[1] for row in rows["sessions"]}
        assert all(row[2] == owner[row[1]] for row in rows["messages"])
        assert all(row[2] == author[row[1]] for row in rows["warnings"])
        written += len(rows["warnings"])
    assert written > worlds.count / 4


@pytest.mark.parametrize("column", ["happened_at", "known_at", "user_id"])
def test_a_broken_history_is_seen(session, column):
    worlds = drawn(session, NAMES, seed=7)
    warnings = table("warnings")
    at = [one.name for one in warnings.columns].index(column)
    rows, broken = worlds.rows["warnings"], []
    for row in range(len(rows.world)):
        cells = rows.cells.copy()
        if column != "user_id":
            cells[row, at] = 0  # the earliest moment of all
        else:
            there = worlds.rows["users"]
            others = there.cells[there.world == rows.world[row], 0]
            cells[row, at] = next((one for one in others if one != cells[row, at]), cells[row, at])
        changed = Worlds(
            worlds.schema, worlds.pools, {**worlds.rows, "warnings": Rows(rows.world, cells)}, worlds.count
        )
        number = int(rows.world[row])
        held = legal(changed.world(number)) if column != "user_id" else (cells[row] == rows.cells[row]).all()
        assert bool(lawful(changed.choosing([number]), session)[0]) is bool(held)
        broken.append(not held)
        if len(broken) > 60:
            break
    assert sum(broken) > 5


def test_a_schema_that_does_not_narrate_keeps_none(session):
    schema = Schema((table("users"), table("sessions")))
    worlds = open_mint(schema, [TEXT]).draw(300, seed=1)
    assert not all(legal(_narrating(worlds, number)) for number in range(worlds.count))
    assert np.asarray(lawful(worlds, session)).all()


def _narrating(worlds, number):
    one = worlds.world(number)
    return type(one)(Schema(one.schema.tables, narratives=True), one.rows)
