"""Does the judge believe only what holds in every order of the rows, however ties fall, and call luck by its name?"""

import numpy as np
import pytest

from liveloop.sqldiff.arrays import Rows, Worlds
from liveloop.sqldiff.database import Database
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.judge import Judge, shuffled
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session

SCHEMA = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)")


@pytest.fixture(scope="module")
def sessions():
    with Session() as one, Session(optimised=False) as other:
        yield one, other


def world_of(*rows):
    mint = open_mint(SCHEMA, ["SELECT 1 FROM t WHERE id IN (6, 7, 8, 9)"])
    pools = [mint.drawn["t", column.name].pool for column in SCHEMA.tables[0].columns]
    cells = [[-1 if v is None else p.values.index(v) for v, p in zip(row, pools, strict=True)] for row in rows]
    made = {"t": Rows(np.zeros(len(rows), np.int32), np.array(cells, np.int32).reshape(len(rows), 3))}
    return Worlds(SCHEMA, mint.of(made, 1).pools, made, 1)


TIED = world_of((1, 5, 1), (2, 5, 2), (3, 5, 3), (4, 5, 4))
FREE = world_of((1, 1, 1), (2, 2, 2), (3, 3, 3))


def rule(sessions, reference, attempt, world, **how):
    return Judge(*sessions, reference, attempt, **how).rule(world)


FIRST, LAST = "SELECT id FROM t ORDER BY a, id LIMIT 1", "SELECT id FROM t ORDER BY a, id DESC LIMIT 1"
ANY = "SELECT id FROM t ORDER BY a LIMIT 1"


def test_a_difference_is_one(sessions):
    ruling = rule(sessions, "SELECT id FROM t WHERE a > 1", "SELECT id FROM t WHERE a >= 1", FREE)
    assert (ruling.kind, ruling.expected.rows, len(ruling.got.rows)) == ("differs", ((2,), (3,)), 3)


@pytest.mark.parametrize("attempt", ["SELECT id FROM t", "SELECT id FROM t ORDER BY id DESC", "SELECT id * 1.0 FROM t"])
def test_the_same_is_the_same(sessions, attempt):
    assert rule(sessions, "SELECT id FROM t", attempt, FREE).kind == "same"


def test_order_counts_only_where_it_is_asked_for(sessions):
    pair = "SELECT id FROM t ORDER BY id", "SELECT id FROM t ORDER BY id DESC"
    assert rule(sessions, *pair, FREE).kind == "same"
    assert rule(sessions, *pair, FREE, ordered=True).kind == "differs"
    tied = "SELECT id FROM t ORDER BY a"
    assert rule(sessions, tied, pair[0], TIED, ordered=True).kind == "same"
    assert rule(sessions, pair[0], tied, TIED, ordered=True).kind == "unsteady"


def test_a_tie_of_the_reference_is_no_difference(sessions):
    for attempt in (FIRST, LAST, "SELECT 3", ANY):
        assert rule(sessions, ANY, attempt, TIED).kind == "same"
    assert rule(sessions, ANY, "SELECT 6", TIED).kind == "differs"
    assert rule(sessions, ANY, LAST, FREE).kind == "same"


def test_a_tie_of_the_attempt_is_unsteady(sessions):
    for reference in (FIRST, LAST, "SELECT 2", "SELECT 3"):
        ruling = rule(sessions, reference, ANY, TIED)
        assert ruling.kind == "unsteady"
        assert ruling.expected.rows != ruling.got.rows
    assert rule(sessions, "SELECT 6", ANY, TIED).kind == "differs"
    assert rule(sessions, FIRST, ANY, FREE).kind == "same"


@pytest.mark.parametrize("seed", range(12))
def test_any_numbers_of_tied_rows_are_admitted(sessions, seed):
    chance = np.random.default_rng(seed)
    numbers = chance.permutation(4) + 1
    listed = ", ".join(f"({row}, {number})" for row, number in zip((1, 2, 3, 4), numbers, strict=True))
    reference = "SELECT id, row_number() OVER (ORDER BY a) FROM t"
    assert rule(sessions, reference, f"FROM (VALUES {listed})", TIED).kind == "same"
    assert rule(sessions, reference, "FROM (VALUES (1, 1), (2, 1), (3, 3), (4, 4))", TIED).kind == "differs"


@pytest.mark.parametrize("some", [(1, 2), (1, 4), (2, 3), (3, 4), (2, 4), (1, 3)])
def test_any_two_of_tied_rows_are_admitted(sessions, some):
    attempt = f"SELECT id FROM t WHERE id IN {some}"
    assert rule(sessions, "SELECT id FROM t ORDER BY a LIMIT 2", attempt, TIED).kind == "same"


def test_an_arbitrary_value_may_be_any_end(sessions):
    arbitrary = "SELECT any_value(id) FROM t"
    for attempt in ("SELECT min(id) FROM t", "SELECT max(id) FROM t"):
        assert rule(sessions, arbitrary, attempt, TIED).kind == "same"
        assert rule(sessions, attempt, arbitrary, TIED).kind == "unsteady"
    assert rule(sessions, arbitrary, "SELECT 9", TIED).kind == "differs"


def test_what_only_the_order_of_rows_decides_is_found_by_shuffling(sessions):
    for luck in ("SELECT list(id) FROM t", "SELECT arg_max(id, a) FROM t", "SELECT string_agg(id::TEXT, ',') FROM t"):
        steady = luck.replace("(id)", "(id ORDER BY id)").replace("', ')", "')").replace("arg_max(id, a)", "min(id)")
        steady = steady.replace("','", "',' ORDER BY id")
        assert rule(sessions, luck, steady, TIED).kind == "same", luck
        assert rule(sessions, steady, luck, TIED).kind == "unsteady", luck


def test_a_failing_attempt_differs_and_a_failing_reference_does_not(sessions):
    fails, fine = "SELECT CAST('x' || id AS INT) FROM t", "SELECT id FROM t"
    ruling = rule(sessions, fine, fails, FREE)
    assert ruling.kind == "differs"
    assert "Conversion" in ruling.got.error
    assert rule(sessions, fails, fine, FREE).kind == "same"
    assert rule(sessions, fails, fails, FREE).kind == "same"


@pytest.mark.parametrize("slot", [0, 1])
def test_what_takes_too_long_is_never_a_difference(sessions, slot):
    texts = ["SELECT id FROM t", "SELECT id FROM t"]
    texts[slot] = "SELECT count(*) FROM range(100000000) a, range(100000) b"
    assert rule(sessions, *texts, FREE, seconds=0.1).kind == "same"


def test_chance_is_no_difference(sessions):
    assert rule(sessions, "SELECT id FROM t ORDER BY random() LIMIT 1", FIRST, TIED).kind in ("same", "unsteady")


def test_the_tolerance_is_the_judges(sessions):
    pair = "SELECT 1.0", "SELECT 1.001"
    assert rule(sessions, *pair, FREE).kind == "differs"
    assert rule(sessions, *pair, FREE, tolerance=0.01).kind == "same"


def test_shuffled_rows_are_the_same_rows():
    for number in range(4):
        other = shuffled(TIED, number).world(0)
        assert isinstance(other, Database)
        assert sorted(other.rows["t"]) == sorted(TIED.world(0).rows["t"])
    assert shuffled(TIED, 0).world(0).rows["t"] == TIED.world(0).rows["t"][::-1]
