"""What speaks for a class of mistake, and which class is named where no single edit explains the difference?"""

import pytest

from liveloop.base.tables import Column, Table
from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.cause import cause
from liveloop.sqldiff.classes import class_of
from liveloop.sqldiff.contrast import Hung
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.mistakes import CLASSES, Edit
from liveloop.sqldiff.signs import Evidence, Mended, signs

SCHEMA = """
CREATE TABLE users (user_id INT PRIMARY KEY, country VARCHAR);
CREATE TABLE events (event_id INT PRIMARY KEY, user_id INT NOT NULL REFERENCES users, sent TIMESTAMPTZ NOT NULL,
                     score INT);
"""


@pytest.fixture(scope="module")
def desk():
    with Desk() as desk:
        yield desk


TABLE = Table("t", "", ("id",), (Column("id", "INTEGER", ""), Column("a", "INTEGER", "", nullable=True)))
WITNESS = Database(Schema((TABLE,)), {"t": ((1, 5), (2, 5), (3, None))})
NONE = Outcome(("n",), ("BIGINT",), ())


def evidence(**given):
    known = {
        "reference": "SELECT a FROM t", "attempt": "SELECT b FROM t", "mended": Mended(), "hung": Hung(),
        "witness": WITNESS, "empty": False, "expected": NONE, "got": NONE,
    }  # fmt: skip
    return Evidence(**{**known, **given})


def outcome(*rows):
    return Outcome(tuple("abc"[: len(rows[0])]), ("BIGINT",) * len(rows[0]), rows)


def test_signs_say_what_is_there():
    found = signs(evidence(
        reference="SELECT a FROM t WHERE b < 3", attempt="SELECT a FROM t WHERE b <= 3", hung=Hung(edge=2),
        expected=outcome((1, 5)), got=outcome((1, 10)), missing=(0,), extra=(0,),
    ))  # fmt: skip
    assert "rows are alike but for their keys" in found
    assert {"hangs on edge", "hangs on several edge", "rows: 3", "rows are others", "other compared", "near", "larger",
            "some times as much", "no edit"} <= set(found)  # fmt: skip
    assert not {"hangs on null", "other distinct", "an empty table", "NULL is due", "other numbers"} & set(found)


def test_signs_count_rows_that_come_again():
    again = signs(evidence(expected=outcome((1,)), got=outcome((1,), (1,)), extra=(1,)))
    assert {"a row again", "rows are too many", "more rows"} <= set(again)
    null = signs(evidence(expected=outcome((1, None)), got=outcome((1, 0)), missing=(0,), extra=(0,)))
    assert "NULL is due" in null
    assert "larger" not in null


def test_texts_are_compared_by_their_words():
    texts = signs(evidence(reference="SELECT a FROM t ORDER BY b", attempt="select  a from t order by b, c"))
    assert "other orders" in texts
    assert "other zones" not in texts
    berlin = "SELECT (at AT TIME ZONE 'Europe/Berlin')::DATE"
    assert "other zones" in signs(evidence(reference="SELECT at::DATE", attempt=berlin))


def test_one_edit_that_makes_the_texts_the_same_is_shown_and_mostly_names_the_class():
    right = 0
    for kind in CLASSES:
        edit = Edit(kind, "so", 3, 8, "text")
        found = cause(evidence(mended=Mended(exact=(edit,))))
        assert (found.says, found.start, found.end, found.exact) == ("so", 3, 8, True)
        assert cause(evidence(mended=Mended(exact_other=(edit,)))).start == 0
        right += found.kind == kind
    assert right >= 0.7 * len(CLASSES)  # with nothing else known


def test_a_place_is_shown_where_an_edit_of_the_class_agrees():
    own = tuple(Edit("null", "so", at, at + size, str(at)) for at, size in ((3, 9), (5, 2)))
    given = evidence(mended=Mended(own=own), hung=Hung(null=1), reference="SELECT a FROM t WHERE b IS NULL")
    found = cause(given)
    assert class_of(signs(given)) == found.kind == "null"
    assert (found.start, found.end) == (5, 7)


def test_what_hangs_on_the_session_or_a_tie_is_called_so():
    elsewhere = Database(WITNESS.schema, WITNESS.rows, "Pacific/Auckland")
    assert cause(evidence(witness=elsewhere)).says.endswith("here Pacific/Auckland")
    assert cause(evidence(witness=elsewhere, unsteady=True)).kind == "tie"
    assert cause(evidence(unsteady=True)).kind == "tie"


@pytest.mark.parametrize(
    ("kind", "reference", "attempt"),
    [
        ("null",
         "SELECT user_id, count(*) AS n FROM events GROUP BY user_id",
         "SELECT user_id, sum(CASE WHEN score IS NULL THEN 0 ELSE 1 END) AS n FROM events GROUP BY user_id"),
        ("missing-group",
         "SELECT user_id, (SELECT count(*) FROM events e WHERE e.user_id = u.user_id) AS n FROM users u",
         "SELECT user_id, count(*) AS n FROM events GROUP BY user_id"),
        ("time-zone",
         "SELECT event_id, (sent AT TIME ZONE 'America/New_York')::DATE AS day FROM events",
         "SELECT event_id, (sent - INTERVAL 5 HOUR)::DATE AS day FROM events"),
    ],
)  # fmt: skip
def test_a_class_is_guessed_for_what_no_single_edit_explains(desk, kind, reference, attempt):
    verdict = desk.compare(reference, attempt, SCHEMA, limits=Limits(seconds=20, worlds=10_000))
    assert verdict.kind == "differs"
    assert verdict.explanation.kind == kind
