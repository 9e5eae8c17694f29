"""Is every row that breaks a promise dropped with those that need it, no other, and every broken world told?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.sqldiff.arrays import Rows, Worlds
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.law import lawful, mend
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        yield session


def worlds_of(schema, *databases):
    """Lay out databases as worlds; each is a mapping from tables to rows of values."""
    mint = open_mint(schema, ["SELECT 1 FROM t"])
    made = {}
    for table in schema.tables:
        pools = [mint.drawn[table.name, column.name].pool for column in table.columns]
        rows = [(number, row) for number, some in enumerate(databases) for row in some.get(table.name, ())]
        cells = [[-1 if v is None else p.values.index(v) for v, p in zip(row, pools, strict=True)] for _, row in rows]
        world = np.array([number for number, _ in rows], np.int32)
        made[table.name] = Rows(world, np.array(cells, np.int32).reshape(len(rows), len(pools)))
    return Worlds(schema, mint.of(made, len(databases)).pools, made, len(databases))


def told(session, schema, *databases):
    session.clear()
    return lawful(worlds_of(schema, *databases), session).tolist()


def test_keys(session):
    schema = read_schema("CREATE TABLE t (a INT, b INT, c INT UNIQUE, PRIMARY KEY (a, b))")
    fine = [[(1, 1, 1), (1, 2, 2)], [(1, 1, None), (2, 2, None)], []]
    wrong = [[(1, 1, 1), (1, 1, 2)], [(1, 1, 1), (2, 2, 1)], [(1, None, 1)]]
    assert told(session, schema, *({"t": rows} for rows in (*fine, *wrong))) == [True] * 3 + [False] * 3


def test_the_same_key_in_another_world_is_none_of_ours(session):
    schema = read_schema("CREATE TABLE t (a INT PRIMARY KEY)")
    assert told(session, schema, {"t": [(1,)]}, {"t": [(1,)]}) == [True, True]


def test_references_of_one_column(session):
    schema = read_schema("CREATE TABLE p (a INT PRIMARY KEY); CREATE TABLE t (a INT REFERENCES p)")
    assert told(session, schema, {"p": [(1,)], "t": [(1,), (None,)]}, {"t": [(1,)]}, {"p": [(2,)], "t": [(1,)]},
                {"p": [(1,)]}) == [True, False, False, True]  # fmt: skip


def test_references_of_two_columns_hold_when_one_is_null(session):
    schema = read_schema(
        """CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
        CREATE TABLE t (x INT, y INT, FOREIGN KEY (x, y) REFERENCES p)"""
    )
    there = [(1, 2), (2, 1)]
    assert told(session, schema, {"p": there, "t": [(1, 2)]}, {"p": there, "t": [(1, 1)]},
                {"p": there, "t": [(1, None)]}, {"t": [(None, 3)]},
                {"t": [(1, 2)]}) == [True, False, True, True, False]  # fmt: skip


def test_a_row_may_refer_to_itself(session):
    schema = read_schema("CREATE TABLE t (a INT PRIMARY KEY, up INT REFERENCES t)")
    assert told(session, schema, {"t": [(1, 1)]}, {"t": [(1, 2)]}, {"t": [(1, 2), (2, None)]}) == [True, False, True]


def test_a_condition_that_is_null_holds_and_one_that_fails_does_not(session):
    schema = read_schema("CREATE TABLE t (a INT CHECK (a > 1), s VARCHAR CHECK (CAST(s AS INT) = 2))")
    assert told(session, schema, {"t": [(2, None)]}, {"t": [(1, None)]}, {"t": [(None, None)]},
                {"t": [(2, "a")]}) == [True, False, True, False]  # fmt: skip


def test_domains(session):
    schema = read_schema("CREATE TABLE t (a ENUM('x', 'y'))")
    assert told(session, schema, {"t": [("x",)]}, {"t": [(None,)]}) == [True, True]
    assert schema.domains == (("t", "a", ("x", "y")),)


def test_claims(session):
    schema = read_schema("CREATE TABLE t (a INT); CREATE ASSERTION two CHECK ((SELECT count(*) FROM t) = 2)")
    assert told(session, schema, {"t": [(1,), (2,)]}, {"t": [(1,)]}, {}) == [True, False, False]


def test_a_claim_that_is_null_holds(session):
    schema = read_schema("CREATE TABLE t (a INT); CREATE ASSERTION x CHECK ((SELECT max(a) FROM t) > 1)")
    assert told(session, schema, {"t": [(2,)]}, {"t": [(1,)]}, {}) == [True, False, True]


def test_mending_drops_what_breaks_a_condition_and_all_that_hung_on_it(session):
    schema = read_schema(
        """CREATE TABLE p (a INT PRIMARY KEY CHECK (a <> 2)); CREATE TABLE t (i INT PRIMARY KEY, a INT REFERENCES p);
        CREATE TABLE u (i INT REFERENCES t)"""
    )
    worlds = worlds_of(schema, {"p": [(1,), (2,)], "t": [(1, 1), (2, 2), (3, None)], "u": [(1,), (2,), (3,), (None,)]},
                       {"p": [(2,)], "t": [(1, 2)], "u": [(1,)]}, {"p": [(3,)]})  # fmt: skip
    mended = mend(worlds, session)
    assert mended.world(0).rows == {"p": ((1,),), "t": ((1, 1), (3, None)), "u": ((1,), (3,), (None,))}
    assert mended.world(1).rows == {"p": (), "t": (), "u": ()}
    assert (mended.count, mended.world(2).rows["p"]) == (3, ((3,),))
    assert lawful(mended, session).all()


def test_what_breaks_nothing_is_not_touched(session):
    schema = read_schema("CREATE TABLE t (a INT PRIMARY KEY, b INT)")
    worlds = open_mint(schema, ["SELECT 1 FROM t"]).draw(50, seed=1)
    assert mend(worlds, session) is worlds


@pytest.mark.parametrize(
    ("condition", "words"),
    [("EXISTS (SELECT 1 FROM nosuch)", "nosuch"), ("(SELECT max(z) FROM t) > 1", "z"), ("nosuch(1)", "nosuch")],
)
def test_a_claim_that_cannot_run_is_said_to_be_one(session, condition, words):
    schema = read_schema(f"CREATE TABLE t (a INT); CREATE ASSERTION x CHECK ({condition})")
    with pytest.raises(BadInput, match=f"schema: a condition cannot run: .*{words}"):
        told(session, schema, {"t": [(1,)]})


def test_a_check_that_cannot_run_is_said_to_be_one(session):
    schema = read_schema("CREATE TABLE t (a INT CHECK (nosuch(a) > 0))")
    with pytest.raises(BadInput, match=r"schema: a condition cannot run: .*nosuch"):
        mend(worlds_of(schema, {"t": [(1,)]}), session)
