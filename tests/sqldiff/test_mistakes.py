"""Is every common mistake one edit away, both ways, at its place, and does making it leave the query as it was?"""

from functools import partial

import duckdb
import pytest

from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.mistakes import CLASSES, is_same, listing, normal
from liveloop.sqldiff.mistakes.listing import MOST

edits = partial(listing.edits, seconds=60)  # a slow machine makes them all, too

BOTH_WAYS = [
    ("boundary", "SELECT id FROM t WHERE a < 3", "SELECT id FROM t WHERE a <= 3"),
    ("boundary", "SELECT id FROM t WHERE a > 3", "SELECT id FROM t WHERE a >= 3"),
    ("boundary", "SELECT id FROM t GROUP BY id HAVING count(*) >= 3",
     "SELECT id FROM t GROUP BY id HAVING count(*) > 3"),
    ("boundary", "SELECT id FROM t WHERE a < 3", "SELECT id FROM t WHERE a < 4"),
    ("null", "SELECT id FROM t WHERE a <> 3 AND a IS NOT NULL", "SELECT id FROM t WHERE a <> 3"),
    ("null", "SELECT id FROM t WHERE a IS DISTINCT FROM 3", "SELECT id FROM t WHERE a <> 3"),
    ("null", "SELECT id FROM t WHERE a IS NULL", "SELECT id FROM t WHERE a IS NOT NULL"),
    ("null", "SELECT count(a) FROM t", "SELECT count(*) FROM t"),
    ("duplicate", "SELECT DISTINCT a FROM t", "SELECT a FROM t"),
    ("duplicate", "SELECT a FROM t UNION SELECT b FROM t", "SELECT a FROM t UNION ALL SELECT b FROM t"),
    ("duplicate", "SELECT count(DISTINCT a) FROM t", "SELECT count(a) FROM t"),
    ("missing-group", "SELECT t.id FROM t JOIN u ON u.t_id = t.id", "SELECT t.id FROM t LEFT JOIN u ON u.t_id = t.id"),
    ("missing-group", "SELECT t.id FROM t FULL JOIN u ON u.t_id = t.id",
     "SELECT t.id FROM t LEFT JOIN u ON u.t_id = t.id"),
    ("missing-group", "SELECT t.id FROM t LEFT JOIN u ON u.t_id = t.id AND u.n = 1",
     "SELECT t.id FROM t LEFT JOIN u ON u.t_id = t.id WHERE u.n = 1"),
    ("tie", "SELECT id, rank() OVER (ORDER BY a) FROM t", "SELECT id, dense_rank() OVER (ORDER BY a) FROM t"),
    ("tie", "SELECT id, rank() OVER (ORDER BY a) FROM t", "SELECT id, row_number() OVER (ORDER BY a) FROM t"),
    ("tie", "SELECT id FROM t ORDER BY a LIMIT 3", "SELECT id FROM t ORDER BY a LIMIT 2"),
    ("time-zone", "SELECT CAST(seen AT TIME ZONE 'Europe/Berlin' AS DATE) FROM t", "SELECT CAST(seen AS DATE) FROM t"),
    ("time-zone", "SELECT CAST(seen AT TIME ZONE 'Asia/Tokyo' AS DATE) FROM t",
     "SELECT CAST(seen AT TIME ZONE 'UTC' AS DATE) FROM t"),
    ("window", "SELECT lag(a) OVER (ORDER BY id) FROM t", "SELECT lead(a) OVER (ORDER BY id) FROM t"),
    ("window", "SELECT sum(a) OVER (PARTITION BY b ORDER BY id) FROM t", "SELECT sum(a) OVER (ORDER BY id) FROM t"),
    ("window", "SELECT sum(a) OVER (ORDER BY id) FROM t", "SELECT sum(a) OVER (ORDER BY id DESC) FROM t"),
    ("window", "SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM t",
     "SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN 7 PRECEDING AND CURRENT ROW) FROM t"),
    ("window", "SELECT id FROM t WHERE seen < now() + INTERVAL '7' DAY",
     "SELECT id FROM t WHERE seen < now() + INTERVAL '8' DAY"),
    ("window", "SELECT id FROM t WHERE seen < now() + INTERVAL '1' DAY",
     "SELECT id FROM t WHERE seen < now() + INTERVAL '1' HOUR"),
    ("wrong-filter", "SELECT id FROM t WHERE a > 3", "SELECT id FROM t WHERE a < 3"),
    ("wrong-filter", "SELECT id FROM t WHERE a = 3 AND b = 4", "SELECT id FROM t WHERE a = 3"),
    ("wrong-filter", "SELECT id FROM t WHERE s = 'x'", "SELECT id FROM t WHERE s = 'y'"),
    ("wrong-filter", "SELECT id FROM t WHERE a = 3", "SELECT id FROM t WHERE b = 3"),
    ("wrong-filter", "SELECT max(a) FROM t", "SELECT min(a) FROM t"),
]  # fmt: skip
ONE_WAY = [  # from the attempt to what was meant
    ("boundary", "SELECT id FROM t WHERE a BETWEEN 1 AND 3", "SELECT id FROM t WHERE (a >= 1 AND a < 3)"),
    ("boundary", "SELECT id FROM t WHERE a >= 1 AND a < 3", "SELECT id FROM t WHERE a BETWEEN 1 AND 3"),
    ("null", "SELECT id FROM t WHERE a NOT IN (SELECT b FROM t)",
     "SELECT id FROM t WHERE NOT a IN (SELECT b FROM t WHERE NOT b IS NULL)"),
    ("null", "SELECT sum(a) FROM t", "SELECT COALESCE(SUM(a), 0) FROM t"),
    ("null", "SELECT COALESCE(a, 0) FROM t", "SELECT a FROM t"),
    ("null", "SELECT id FROM t WHERE a <> 3", "SELECT id FROM t WHERE ((a <> 3) OR a IS NULL)"),
    ("duplicate", "SELECT a, b, count(*) FROM t GROUP BY a, b", "SELECT a, b, COUNT(*) FROM t GROUP BY a"),
    ("duplicate", "SELECT count(*) FROM t JOIN u ON u.t_id = t.id",
     "SELECT COUNT(DISTINCT t.id) FROM t JOIN u ON u.t_id = t.id"),
    ("fan-out", "SELECT sum(t.a) FROM t JOIN u ON u.t_id = t.id",
     "SELECT SUM(t.a) FROM t JOIN (SELECT DISTINCT t_id FROM u) AS u ON u.t_id = t.id"),
    ("missing-group", "SELECT max(a) FROM t", "SELECT MAX(a) FROM t HAVING COUNT(*) > 0"),
    ("tie", "SELECT id FROM t ORDER BY a LIMIT 2", "SELECT id FROM t QUALIFY RANK() OVER (ORDER BY a) <= 2"),
    ("tie", "SELECT row_number() OVER (ORDER BY a, id) FROM t", "SELECT ROW_NUMBER() OVER (ORDER BY a) FROM t"),
    ("time-zone", "SELECT date_trunc('day', seen) FROM t", "SELECT DATE_TRUNC('DAY', seen AT TIME ZONE 'UTC') FROM t"),
    ("window", "SELECT sum(a) OVER (ORDER BY b) FROM t",
     "SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t"),
    ("window", "SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t",
     "SELECT SUM(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM t"),
    ("denominator", "SELECT sum(a) / count(*) FROM t", "SELECT SUM(a) / COUNT(a) FROM t"),
    ("denominator", "SELECT count(a) / count(*) FILTER (WHERE b > 1) FROM t", "SELECT COUNT(a) / COUNT(*) FROM t"),
    ("denominator", "SELECT sum(a) / count(DISTINCT id) FROM t", "SELECT SUM(a) / COUNT(*) FROM t"),
    ("wrong-filter", "SELECT id FROM t WHERE a = 1 AND b = 2", "SELECT id FROM t WHERE (a = 1 OR b = 2)"),
    ("boundary", "SELECT * FROM range(3) r(n)", "SELECT * FROM GENERATE_SERIES(0, 3) AS r(n)"),
    ("boundary", "SELECT max(b) - min(b) FROM t", "SELECT (MAX(b) - MIN(b) + 1) FROM t"),
    ("boundary", "SELECT id FROM t WHERE seen BETWEEN DATE '2024-03-01' AND DATE '2024-03-31'",
     "SELECT id FROM t WHERE (seen >= DATE '2024-03-01' AND seen < DATE '2024-03-31' + INTERVAL '1' DAY)"),
    ("boundary", "SELECT id FROM t WHERE seen <= DATE '2024-03-31'",
     "SELECT id FROM t WHERE seen < DATE '2024-03-31' + INTERVAL '1' DAY"),
    ("window", "SELECT id FROM t WHERE a BETWEEN b AND b + 2", "SELECT id FROM t WHERE a BETWEEN b - 2 AND b"),
    ("window", "SELECT id FROM t WHERE a BETWEEN b - 2 AND b", "SELECT id FROM t WHERE a BETWEEN b AND b + 2"),
    ("window", "SELECT row_number() OVER (ORDER BY a, id) FROM t", "SELECT ROW_NUMBER() OVER (ORDER BY id) FROM t"),
    ("time-zone", "SELECT id FROM t WHERE seen < TIMESTAMPTZ '2024-05-01 00:00+02'",
     "SELECT id FROM t WHERE seen < TIMESTAMPTZ '2024-05-01 00:00+03'"),
    ("null", "SELECT first_value(a IGNORE NULLS) OVER (ORDER BY b) FROM t",
     "SELECT FIRST_VALUE(a) OVER (ORDER BY b) FROM t"),
    ("null", "SELECT arg_max(a, b) FROM t", "SELECT arg_max_null(a, b) FROM t"),
    ("null", "SELECT CASE WHEN a - lag(a) OVER (ORDER BY id) > 3 THEN 1 END FROM t",
     "SELECT CASE WHEN ((a - LAG(a) OVER (ORDER BY id) > 3) OR LAG(a) OVER (ORDER BY id) IS NULL) THEN 1 END FROM t"),
    ("null", "SELECT b FROM t GROUP BY b HAVING min(a) > 2",
     "SELECT b FROM t GROUP BY b HAVING ((MIN(a) > 2) OR MIN(a) IS NULL)"),
    ("null", "SELECT id FROM t WHERE a = 1 OR b IS NULL", "SELECT id FROM t WHERE a = 1"),
    ("null", "SELECT 1 FROM t JOIN u USING (id)", "SELECT 1 FROM t JOIN u ON t.id IS NOT DISTINCT FROM u.id"),
    ("duplicate", "SELECT count(*) FROM (SELECT a, min(b) AS b FROM t GROUP BY a) AS q",
     "SELECT COUNT(*) FROM (SELECT a, b AS b FROM t) AS q"),
    ("duplicate", "SELECT count(*) FROM (SELECT DISTINCT a, b FROM t) AS q",
     "SELECT COUNT(*) FROM (SELECT DISTINCT a FROM t) AS q"),
    ("duplicate", "SELECT DISTINCT ON (a, b) id FROM t", "SELECT DISTINCT ON (a) id FROM t"),
    ("duplicate", "SELECT DISTINCT ON (a) id, b FROM t", "SELECT DISTINCT ON (a, b) id, b FROM t"),
    ("duplicate", "SELECT id FROM t QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1", "SELECT id FROM t"),
    ("duplicate", "SELECT id FROM (SELECT *, row_number() OVER (ORDER BY b) AS n FROM t) AS q WHERE n = 1 AND a > 2",
     "SELECT id FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY b) AS n FROM t) AS q WHERE a > 2"),
    ("fan-out", "SELECT 1 FROM t JOIN u ON u.t_id = t.id AND u.n = t.b", "SELECT 1 FROM t JOIN u ON u.t_id = t.id"),
    ("fan-out", "SELECT t.b, u.n FROM t JOIN u ON u.t_id = t.id AND t.n > 2",
     "SELECT t.b, u.n FROM t JOIN u ON u.t_id = t.id AND t.n > 2 AND t.n = u.n"),
    ("fan-out", "SELECT 1 FROM t JOIN u USING (id, b)", "SELECT 1 FROM t JOIN u USING (id)"),
    ("fan-out", "SELECT 1 FROM t ASOF JOIN u ON u.t_id = t.id AND u.made <= t.made",
     "SELECT 1 FROM t JOIN u ON u.t_id = t.id AND u.made <= t.made"),
    ("tie", "SELECT 1 FROM t JOIN t AS o ON o.b < t.b ORDER BY a, id",
     "SELECT 1 FROM t JOIN t AS o ON (o.b < t.b OR (o.b = t.b AND o.id < t.id)) ORDER BY a, id"),
    ("time-zone", "SELECT timezone('UTC', seen) FROM t WHERE seen AT TIME ZONE 'Asia/Tokyo' > now()",
     "SELECT TIMEZONE('Asia/Tokyo', seen) FROM t WHERE seen AT TIME ZONE 'Asia/Tokyo' > NOW()"),
    ("time-zone", "SELECT CAST(seen AS DATE) FROM t WHERE seen AT TIME ZONE t.zone > now()",
     "SELECT CAST(seen AT TIME ZONE t.zone AS DATE) FROM t WHERE seen AT TIME ZONE t.zone > NOW()"),
    ("time-zone", "SELECT CAST(seen + INTERVAL '330' MINUTE AS DATE) FROM t",
     "SELECT CAST(seen AT TIME ZONE 'UTC' AS DATE) FROM t"),
    ("window", "SELECT sum(a) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t",
     "SELECT SUM(a) OVER (ORDER BY id) FROM t"),
    ("window", "SELECT sum(a) OVER (ORDER BY id) FROM t",
     "SELECT SUM(a) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t"),
    ("window", "SELECT lag(a) OVER (ORDER BY id) FROM t WHERE b > 0",
     "SELECT LAG(a) OVER (ORDER BY b) FROM t WHERE b > 0"),
    ("window", "SELECT id FROM t ORDER BY a LIMIT 1 OFFSET 2", "SELECT id FROM t ORDER BY a LIMIT 1 OFFSET 1"),
    ("window", "SELECT 1 FROM t ASOF JOIN u ON u.t_id = t.id AND t.made <= u.made",
     "SELECT 1 FROM t ASOF JOIN u ON u.t_id = t.id AND t.made >= u.made"),
    ("null", "SELECT seen AT TIME ZONE z FROM t WHERE seen AT TIME ZONE COALESCE(z, 'UTC') > now()",
     "SELECT seen AT TIME ZONE COALESCE(z, 'UTC') FROM t WHERE seen AT TIME ZONE COALESCE(z, 'UTC') > NOW()"),
    ("denominator", "SELECT sum(a) / count(*) FROM t", "SELECT SUM(a) / NULLIF(SUM(b), 0) FROM t"),
    ("wrong-filter", "SELECT id FROM t WHERE s IN ('x', 'y')", "SELECT id FROM t WHERE s IN ('x')"),
    ("wrong-filter", "SELECT id FROM t WHERE s = 'x' AND b <> 'y'",
     "SELECT id FROM t WHERE s IN ('x', 'y') AND b <> 'y'"),
    ("wrong-filter", "SELECT id FROM t", "SELECT id FROM t WHERE a > 3"),
    ("wrong-filter", "SELECT b FROM t GROUP BY b", "SELECT b FROM t GROUP BY b HAVING COUNT(*) > 3"),
]  # fmt: skip


def kinds(text, other):
    return {edit.kind for edit in edits(text, other) if edit.text == normal(other)}


@pytest.mark.parametrize(("kind", "right", "wrong"), BOTH_WAYS)
def test_the_mistake_is_one_edit_from_the_right_query_and_back(kind, right, wrong):
    assert kind in kinds(wrong, right)
    assert kind in kinds(right, wrong)


@pytest.mark.parametrize(("kind", "attempt", "meant"), ONE_WAY)
def test_the_mistake_is_mended_by_one_edit(kind, attempt, meant):
    assert kind in kinds(attempt, meant)


def test_every_class_has_an_example():
    assert {kind for kind, *_ in (*BOTH_WAYS, *ONE_WAY)} == set(CLASSES)


TEXTS = sorted({text for _, *both in (*BOTH_WAYS, *ONE_WAY) for text in both})
LONG = """WITH first AS (SELECT user_id, min(at) AS at FROM warnings GROUP BY 1) -- the first
SELECT date_trunc('week', f.at AT TIME ZONE 'Europe/Berlin') AS week, count(*) FILTER (WHERE s.id IS NULL) / count(*),
  row_number() OVER (PARTITION BY f.user_id ORDER BY f.at, s.id DESC)
FROM first f LEFT JOIN support s ON s.user_id = f.user_id AND s.at BETWEEN f.at AND f.at + INTERVAL 24 HOUR
WHERE f.at >= TIMESTAMP '2024-01-01' AND NOT (f.user_id IN (SELECT id FROM staff)) AND s.kind <> 'bot'
GROUP BY ALL HAVING count(*) > 3 ORDER BY 1 LIMIT 10"""


@pytest.mark.parametrize("text", [*TEXTS, LONG])
def test_making_edits_leaves_no_trace(text):
    once, again = edits(text, LONG), edits(text, LONG)
    assert once == again
    assert normal(text) not in {edit.text for edit in once}
    assert len({edit.text for edit in once}) == len(once)


@pytest.mark.parametrize("text", [*TEXTS, LONG])
def test_what_an_edit_writes_is_one_query(text):
    for edit in edits(text, LONG):
        assert parse(edit.text) is not None, edit
        assert edit.kind in CLASSES
        assert edit.says


@pytest.mark.parametrize("text", [*TEXTS, LONG])
def test_the_place_of_an_edit_is_in_the_text_and_holds_whole_words(text):
    for edit in edits(text, LONG):
        assert 0 <= edit.start <= edit.end <= len(text)
        part = text[edit.start : edit.end]
        assert part == part.strip()
        for at in (edit.start, edit.end):
            assert not (0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()), (part, edit)


@pytest.mark.parametrize(
    ("text", "part", "says"),
    [
        ("SELECT id FROM t WHERE b = 1 AND a < 3", "a < 3", "< becomes <="),
        ("SELECT id FROM t WHERE b = 1 AND a < 3", "3", "a number is one off"),
        ("SELECT id FROM t\nWHERE a > 1\n  AND day BETWEEN 1 AND 2", "day BETWEEN 1 AND 2",
         "BETWEEN holds both its ends; the end is left out"),
        ("SELECT t.id FROM t LEFT JOIN u ON u.t_id = t.id", "u ON u.t_id = t.id", "LEFT keeps what has no match"),
        ("SELECT id FROM t WHERE at < now() + INTERVAL '7 days' AND a = 1", "INTERVAL '7 days'",
         "the interval is one off"),
        ("SELECT id FROM t WHERE at < now() + interval 7 day", "interval 7 day", "DAY becomes WEEK"),
    ],
)  # fmt: skip
def test_spans_point_at_what_is_edited(text, part, says):
    places = {text[edit.start : edit.end] for edit in edits(text) if edit.says == says}
    assert part in places


def test_no_more_than_so_many():
    many = " AND ".join(f"c{number} < {number + 2}" for number in range(72))
    assert len(edits(f"SELECT id FROM t WHERE {many}", seconds=600)) == MOST
    assert len(edits(f"SELECT id FROM t WHERE {many}", most=10, seconds=600)) == 10
    assert len(edits(f"SELECT id FROM t WHERE {many}", seconds=0)) < MOST


@pytest.mark.parametrize("text", ["", "SELEC", "DROP TABLE t", "SELECT 1; SELECT 2"])
def test_no_query_has_no_edits(text):
    assert edits(text, "SELECT 1") == []
    assert edits("SELECT id FROM t WHERE a < 3", text)


def test_most_edits_bind_in_duckdb():
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (id INT, a INT, b INT, c INT, n INT, s VARCHAR, zone VARCHAR, z VARCHAR, "
                           "seen TIMESTAMPTZ, since TIMESTAMPTZ, made TIMESTAMPTZ)")  # fmt: skip
        connection.execute("CREATE TABLE u (id INT, t_id INT, n INT, b INT, made TIMESTAMPTZ)")
        fine = tried = 0
        for text in TEXTS:
            for edit in edits(text):
                tried += 1
                try:
                    connection.sql(edit.text)
                    fine += 1
                except duckdb.Error:
                    continue
        assert fine / tried > 0.85


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a = 1 AND b = 2 AND c = 3", "c = 3 AND a = 1 AND b = 2", True),
        ("x = 1 AND (y = 2 AND z = 3 OR w = 4)", "x = 1 AND (z = 3 AND y = 2 OR w = 4)", True),
        ("x = 1 AND EXISTS (SELECT 1 FROM u WHERE a AND b)", "x = 1 AND EXISTS (SELECT 1 FROM u WHERE b AND a)", True),
        ("(a = 1 OR b = 2) AND c > 3", "a = 1 OR b = 2 AND (c > 3)", False),
        ("a = 1 AND b = 2", "a = 2 AND b = 1", False),
        ("a = 1 AND b = 2", "a = 1 OR  b = 2", False),
    ],
)
def test_queries_are_the_same_in_whatever_order_their_conditions_stand(one, other, same):
    texts = [normal(f"SELECT 1 FROM t WHERE {condition}") for condition in (one, other)]
    assert is_same(*texts) is same


def test_a_day_is_no_offset_of_a_zone():
    made = edits("SELECT 1 FROM t WHERE d < DATE '2024-03-01'", "SELECT 1 FROM t WHERE d < DATE '2024-03-31'")
    assert "time-zone" not in {edit.kind for edit in made if "03-31" in edit.text}


@pytest.mark.parametrize("text", ["a IN lst", "a IN (SELECT 1)", "a IN ('x')"])
def test_what_is_asked_for_is_listed_where_there_is_a_list(text):
    made = {edit.text for edit in edits(f"SELECT 1 FROM t WHERE {text}", "SELECT 'y'")}
    assert any("IN ('x', 'y')" in one for one in made) is (text == "a IN ('x')")
    assert text == "a IN ('x')" or not any("a IN ('y')" in one for one in made)
