"""On what does a difference hang, and which class is guessed from it?"""

import pytest

from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.contrast import Hung
from liveloop.sqldiff.guess import Shape, compared, guess

SCHEMA = """
CREATE TABLE users (user_id INT PRIMARY KEY, country VARCHAR);
CREATE TABLE events (event_id INT PRIMARY KEY, user_id INT NOT NULL REFERENCES users, sent TIMESTAMPTZ NOT NULL,
                     score INT);
"""


@pytest.fixture(scope="module")
def desk():
    with Desk() as desk:
        yield desk


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("null", Shape(2, 1, 0, Hung(null=1))),
        ("missing-group", Shape(0, 1, 1, Hung())),
        ("boundary", Shape(2, 1, 0, Hung(edge=2))),
        ("wrong-filter", Shape(1, 1, 1, Hung())),
    ],
)
def test_what_the_difference_hangs_on_decides_where_texts_say_little(kind, shape):
    signs = ("SELECT a FROM t WHERE b < 3", "SELECT a FROM t WHERE b <= 3")
    plain = ("SELECT a FROM t WHERE b = 3", "SELECT a FROM t WHERE b = 4")
    assert guess(shape, *(signs if kind == "boundary" else plain)) == kind


def test_texts_are_compared_by_their_words():
    texts = compared("SELECT a FROM t ORDER BY b", "select  a from t order by b, c")
    assert texts.order
    assert not texts.zones
    assert not texts.more("select", "from")
    assert compared("SELECT at::DATE", "SELECT (at AT TIME ZONE 'Europe/Berlin')::DATE").zones


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
