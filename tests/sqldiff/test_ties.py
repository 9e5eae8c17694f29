"""Do the texts in which ties fall otherwise run, give only what may come, and all of it, and stay away elsewhere?"""

import math

import pytest

from liveloop.sqldiff.database import Database
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.ties import falls, loosened

SCHEMA = read_schema("""CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, s VARCHAR);
CREATE TABLE u (id INT PRIMARY KEY, t_id INT REFERENCES t, at TIMESTAMP)""")
TIED = Database(SCHEMA, {"t": ((1, 7, 1, "x"), (2, 7, 2, "y"), (3, 7, 3, "z"), (4, 8, 4, "z")), "u": ()})


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        yield session


@pytest.fixture(scope="module")
def drawn(session):
    return open_mint(SCHEMA, ["SELECT 1 FROM t, u"]).draw(12, seed=1)


OPEN = [
    "SELECT id FROM t ORDER BY a LIMIT 1",
    "SELECT id FROM t LIMIT 2",
    "SELECT id FROM t OFFSET 1",
    'SELECT id FROM t AS "my t" ORDER BY a LIMIT 1',
    'SELECT id FROM t AS "order" ORDER BY a LIMIT 1',
    "SELECT id FROM main.t ORDER BY a FETCH FIRST 1 ROW ONLY",
    "FROM t LIMIT 1",
    "SELECT t.id FROM t SEMI JOIN u ON u.t_id = t.id ORDER BY a LIMIT 1",
    "SELECT t.id FROM t ANTI JOIN u ON u.t_id = t.id ORDER BY a LIMIT 1",
    "SELECT t.id FROM t JOIN u USING (id) ORDER BY a LIMIT 1",
    "SELECT t.id FROM t, u WHERE t.id = u.t_id ORDER BY u.at LIMIT 1",
    "SELECT u.id FROM u ASOF JOIN t ON u.t_id >= t.id ORDER BY u.at LIMIT 1",
    "SELECT a, count(*) FROM t GROUP BY a ORDER BY 2 LIMIT 1",
    "SELECT a, row_number() OVER (ORDER BY count(*)) FROM t GROUP BY a",
    "SELECT t.a, count(*) FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.a, t.b ORDER BY 2 LIMIT 2",
    "SELECT a AS z, count(*) FROM t GROUP BY z ORDER BY 2 LIMIT 1",
    "SELECT a % 2, count(*) FROM t GROUP BY 1 ORDER BY 2 LIMIT 1",
    "SELECT a, count(*) FROM t GROUP BY ALL ORDER BY 2 LIMIT 1",
    "SELECT a, b, count(*) FROM t GROUP BY ROLLUP (a, b) ORDER BY 3 LIMIT 1",
    "SELECT * FROM (SELECT a FROM t UNION SELECT b FROM t ORDER BY 1 LIMIT 1) q",
    "SELECT * FROM (SELECT DISTINCT a FROM t LIMIT 1) q",
    "WITH c AS (SELECT id FROM t ORDER BY a LIMIT 1) SELECT * FROM c",
    "SELECT id FROM t WHERE id = (SELECT id FROM t ORDER BY a LIMIT 1)",
    "SELECT (SELECT x.id FROM u x WHERE x.t_id = t.id ORDER BY x.at LIMIT 1) FROM t",
    "SELECT DISTINCT ON (a) a, id FROM t ORDER BY a",
    "SELECT id FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b % 2) = 1",
    "SELECT id, row_number() OVER () FROM t",
    "SELECT id, row_number() OVER (w ORDER BY a) FROM t WINDOW w AS (PARTITION BY s)",
    "SELECT id, lag(id) OVER (ORDER BY a), ntile(2) OVER (ORDER BY a) FROM t",
    "SELECT id, lead(id IGNORE NULLS) OVER (ORDER BY a) FROM t",
    "SELECT first_value(id) OVER (ORDER BY a) FROM t",
    "SELECT id, sum(b) OVER (ORDER BY a ROWS 1 PRECEDING) FROM t",
    "SELECT list(id ORDER BY a) FROM t",
    "SELECT string_agg(s, ',' ORDER BY a) FROM t GROUP BY b",
    "SELECT a, first(id ORDER BY a) FROM t GROUP BY a",
    "SELECT any_value(id) FROM t",
    "SELECT a, first(id), last(s) FROM t GROUP BY a",
    "SELECT any_value(id) FILTER (WHERE b > 1) FROM t",
    "SELECT x FROM (VALUES (1), (2)) v(x) LIMIT 1",
    "SELECT r.range FROM range(3) r LIMIT 1",
    "SELECT unnest([1, 2]) LIMIT 1",
]
CLOSED = [
    "SELECT id, rank() OVER (ORDER BY a), dense_rank() OVER (ORDER BY a) FROM t",
    "SELECT id, percent_rank() OVER (ORDER BY a), cume_dist() OVER (ORDER BY a) FROM t",
    "SELECT id, sum(b) OVER (ORDER BY a) FROM t",
    "SELECT id, sum(b) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t",
    "SELECT id FROM t",
    "SELECT id FROM t ORDER BY a",
    "SELECT a, count(*) FROM t GROUP BY a ORDER BY 2",
    "SELECT max(a) FROM t LIMIT 1",
    "SELECT (SELECT max(a) FROM t ORDER BY 1 LIMIT 1) AS m",
    "SELECT sum(a) FROM t HAVING sum(a) > 1 LIMIT 1",
    "SELECT row_number() OVER (ORDER BY count(*)) FROM t",
    "SELECT id, a FROM t ORDER BY ALL LIMIT 1",
    "SELECT string_agg(DISTINCT s, ',' ORDER BY s) FROM t",
    "SELECT DISTINCT a FROM t",
    "SELECT a FROM t UNION SELECT b FROM t",
    "SELECT first_value(id) FROM t",
    "SELEC 1",
    "DROP TABLE t",
]


@pytest.mark.parametrize("text", OPEN)
def test_what_is_loosened_runs_wherever_the_text_does(session, drawn, text):
    session.load(drawn)
    own = session.outcomes(text, seconds=10)
    assert all(outcome.error is None for outcome in own), own[0].error
    for number in (0, 1):
        loose = loosened(text, number)
        assert loose is not None
        made = session.outcomes(loose, seconds=10)
        assert all(outcome.error is None for outcome in made), (loose, made[0].error)
        assert [len(outcome.rows) for outcome in made] == [len(outcome.rows) for outcome in own]
        assert len(made[0].columns) == len(own[0].columns)


@pytest.mark.parametrize("text", CLOSED)
def test_where_no_tie_is_open_nothing_is_loosened(text):
    assert loosened(text, 0) is None
    assert falls(text) == []


def results(session, text, times):
    session.put([TIED])
    return {session.outcomes(loosened(text, number), seconds=10)[0].rows for number in range(times)}


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("SELECT id FROM t ORDER BY a LIMIT 1", {((1,),), ((2,),), ((3,),)}),
        ("SELECT id FROM t ORDER BY a DESC LIMIT 1", {((4,),)}),
        ("SELECT id FROM t ORDER BY a, b LIMIT 1", {((1,),)}),
        ("SELECT any_value(id) FROM t", {((1,),), ((4,),)}),
        ("SELECT a, count(*) FROM t GROUP BY a ORDER BY 2 DESC LIMIT 1", {((7, 3),)}),
        ("SELECT DISTINCT ON (a) id FROM t ORDER BY a", {((n,), (4,)) for n in (1, 2, 3)}),
    ],
)
def test_every_fall_is_one_that_may_come_and_each_comes(session, text, possible):
    assert results(session, text, 40) == possible


@pytest.mark.parametrize(("text", "size"), [("ORDER BY a LIMIT 2", 2), ("LIMIT 2", 2)])
def test_every_choice_of_rows_comes(session, text, size):
    free = 3 if "ORDER" in text else 4
    chosen = {tuple(sorted(rows)) for rows in results(session, f"SELECT id FROM t {text}", 120)}
    assert len(chosen) == math.comb(free, size)


def test_every_order_of_rows_that_tie_comes(session):
    numbered = "SELECT id, row_number() OVER (ORDER BY a) AS n FROM t"
    orders = {tuple(sorted(rows)) for rows in results(session, numbered, 80)}
    assert len(orders) == math.factorial(3)
    assert all((4, 4) in order for order in orders)


def test_the_order_of_the_result_falls_only_when_it_matters():
    text = "SELECT id FROM t ORDER BY a"
    assert loosened(text, 0) is None
    assert loosened(text, 0, ordered=True) == "SELECT id FROM t ORDER BY a, HASH(HASH(t, 0))"
    inner = "SELECT * FROM (SELECT id FROM t ORDER BY a) AS q"  # its rows come in any order
    assert loosened(inner, 0) is None
    assert loosened(inner, 0, ordered=True) == f"{inner} ORDER BY HASH(HASH(q, 0))"


def test_the_greatest_of_several_rows_that_tie_falls(session):
    best = "SELECT arg_max(id, a) AS best, arg_min(id, a) AS least FROM t"
    assert results(session, best, 60) == {((4, one),) for one in (1, 2, 3)}


def test_two_falls_differ_and_the_same_number_gives_the_same():
    text = "SELECT id FROM t ORDER BY a LIMIT 1"
    assert len(set(falls(text))) == 2
    assert loosened(text, 5) == loosened(text, 5) != loosened(text, 7)
