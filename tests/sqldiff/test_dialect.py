"""Is MySQL's and Postgres's meaning kept in DuckDB, and is what has none refused with its place?"""

import duckdb
import pytest

from liveloop.base.errors import BadInput
from liveloop.sqldiff.dialect import turn

ROWS = """CREATE TABLE t AS SELECT * FROM (VALUES (1, 1, 'a', DATE '2024-01-31'), (2, 1, 'b', DATE '2024-02-01'),
(3, 2, 'A', NULL), (4, NULL, NULL, DATE '2024-02-29')) AS v(id, n, s, day)"""


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        connection.execute(ROWS)
        yield connection


def mysql(text):
    return turn(text, "mysql", "attempt")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT n, COUNT(*) FROM t GROUP BY n HAVING COUNT(*) > 1", [(1, 2)]),
        ("SELECT n, id > 0 FROM t GROUP BY n ORDER BY n IS NULL, n", [(1, True), (2, True), (None, True)]),
        ("SELECT COUNT(*) c, s > 'zz' FROM t GROUP BY n HAVING n = 1", [(2, False)]),
        ("SELECT * FROM t GROUP BY id HAVING id = 3", [(3, 2, "A", None)]),
        ("SELECT n AS m FROM t GROUP BY m ORDER BY m DESC LIMIT 1", [(2,)]),
        ("SELECT n, COUNT(*) FROM t GROUP BY 1 ORDER BY 2 DESC, n LIMIT 1", [(1, 2)]),
        ("SELECT id FROM t HAVING id > 3", [(4,)]),
        ("SELECT id + 1 AS up FROM t HAVING up > 4", [(5,)]),
        ("SELECT t.id AS id FROM t GROUP BY id ORDER BY NULL LIMIT 0", []),
        ("SELECT AVG(n = 1) FROM t", [(2 / 3,)]),
        ("SELECT SUM(n = 1) FROM t", [(2,)]),
        ("SELECT AVG((n = 1) AND (id = 1)) FROM t", [(1 / 4,)]),
        ("SELECT (n = 1) + (id = 1) FROM t WHERE id = 1", [(2,)]),
        ("SELECT IFNULL(n, 9) FROM t WHERE id = 4", [(9,)]),
        ("SELECT IF(n = 1, 'x', 'y') FROM t WHERE id = 4", [("y",)]),
        ("SELECT id FROM t WHERE day LIKE '2024-02%' ORDER BY id", [(2,), (4,)]),
        ("SELECT id FROM t WHERE DATEDIFF(day, '2024-01-30') = 1", [(1,)]),
        ("SELECT id FROM t WHERE day = DATE_ADD('2024-01-31', INTERVAL 1 DAY)", [(2,)]),
        ("SELECT id FROM t WHERE day = DATE_SUB('2024-03-01', INTERVAL 1 DAY)", [(4,)]),
        ("SELECT id FROM t WHERE day = ADDDATE('2024-01-31', 1)", [(2,)]),
        ("SELECT id FROM t WHERE day = SUBDATE('2024-02-02', INTERVAL 1 DAY)", [(2,)]),
        ("SELECT a.id FROM t a CROSS JOIN t b ON a.id = b.n WHERE b.id = 3", [(2,)]),
        ("SELECT 1 + 1 FROM DUAL", [(2,)]),
        ("SELECT DISTINCT n FROM t WHERE n = 1 ORDER BY id", [(1,)]),
        ("SELECT `id` FROM `t` WHERE `s` <=> NULL", [(4,)]),
        ("SELECT DATE_FORMAT(day, '%Y-%m') FROM t WHERE id = 1", [("2024-01",)]),
        ("SELECT TIMESTAMPDIFF(DAY, '2024-01-01', day) FROM t WHERE id = 1", [(30,)]),
        ("SELECT MOD(id, 2) FROM t WHERE id = 3", [(1,)]),
        ("SELECT id FROM t WHERE (n, id) IN (SELECT n, MAX(id) FROM t GROUP BY n) ORDER BY id", [(2,), (3,)]),
    ],
)
def test_mysql_means_the_same(database, text, rows):
    assert database.sql(mysql(text)).fetchall() == rows, mysql(text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("SELECT id FROM t WHERE s ILIKE 'a' ORDER BY id", [(1,), (3,)]),
        ("SELECT day::text FROM t WHERE id = 1", [("2024-01-31",)]),
        ("SELECT COUNT(*) FILTER (WHERE n = 1) FROM t", [(2,)]),
        ("SELECT DISTINCT ON (n) n, id FROM t WHERE n IS NOT NULL ORDER BY n, id DESC", [(1, 2), (2, 3)]),
        ("SELECT EXTRACT(MONTH FROM day) FROM t WHERE id = 2", [(2,)]),
        ("SELECT id FROM t ORDER BY n NULLS FIRST, id LIMIT 1", [(4,)]),
        ("SELECT id FROM t ORDER BY n DESC, id LIMIT 1", [(4,)]),  # NULL is the greatest
    ],
)
def test_postgres_means_the_same(database, text, rows):
    assert database.sql(turn(text, "postgres", "attempt")).fetchall() == rows


def test_mysql_orders_null_first(database):
    assert database.sql(mysql("SELECT id FROM t ORDER BY n, id LIMIT 1")).fetchall() == [(4,)]
    assert database.sql(mysql("SELECT id FROM t ORDER BY n DESC, id LIMIT 1")).fetchall() == [(3,)]


@pytest.mark.parametrize("end", ["", ";", " ; \n", " -- done", "; -- done", "\n/* done */ ;;\n"])
def test_duckdb_stays_as_it_is_up_to_its_last_word(end):
    text = "SELECT  a,\tb -- why; not\nFROM t WHERE s = '-- ;'"
    assert turn(text + end, "duckdb", "attempt") == text


@pytest.mark.parametrize("text", ["", " \n", "-- nothing", "SELECT 'open", "SELECT /* open"])
def test_duckdb_text_of_no_query_makes_no_trouble(text):
    assert isinstance(turn(text, "duckdb", "attempt"), str)


def test_two_statements_stay_two():
    assert turn("SELECT 1; DROP TABLE t;", "duckdb", "attempt") == "SELECT 1; DROP TABLE t"


@pytest.mark.parametrize("dialect", ["mysql", "postgres"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT a\nFROM t\nWHERE (a > 1", "does not parse as .*, line 3, column 12"),
        ("SELECT a FRM t WHERE", "does not parse as .*line 1"),
        ("", "is 0 statements"),
        ("-- nothing", "is 0 statements"),
        ("SELECT 1; SELECT 2", "is 2 statements"),
        ("DELETE FROM t", "is DELETE. Allowed: one SELECT"),
        ("DROP TABLE t", "is DROP"),
        ("CREATE TABLE x AS SELECT 1", "is CREATE"),
        ("SELECT 'open", "does not parse"),
        ("SELECT " + "(" * 4_000 + "1" + ")" * 4_000, "does not parse"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(dialect, text, words):
    with pytest.raises(BadInput, match=words) as refused:
        turn(text, dialect, "attempt")
    assert refused.value.where == "attempt"
    assert "\x1b" not in str(refused.value)


def test_an_unknown_dialect_is_refused():
    with pytest.raises(BadInput, match="no dialect 'sqlite'"):
        turn("SELECT 1", "sqlite", "reference")
