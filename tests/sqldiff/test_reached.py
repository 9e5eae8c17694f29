"""Are the branches of a query listed, and is it true what is said of those that were not reached?"""

import pytest

from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.reached import reached
from liveloop.sqldiff.session import Session

SCHEMA = """CREATE TABLE users (id INT PRIMARY KEY, team VARCHAR, age INT NOT NULL);
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT NOT NULL REFERENCES users, paid INT NOT NULL);"""


def seen(text, schema=SCHEMA):
    made = read_schema(schema)
    with Session() as session:
        worlds = open_mint(made, [text]).draw(600, seed=1)
        return {one.says: one.seen for one in reached(session, (text, ""), worlds, tolerance=1e-9, seconds=30)}


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("SELECT id FROM users WHERE age > 30 OR team = 'a'",
         {"age > 30 holds", "age > 30 does not hold", "team = 'a' holds", "team = 'a' does not hold"}),
        ("SELECT DISTINCT team FROM users", {"DISTINCT meets the same row twice"}),
        ("SELECT id FROM users ORDER BY id LIMIT 1", {"there are more rows than LIMIT lets through"}),
        ("SELECT team FROM users UNION SELECT team FROM users", {"UNION meets the same row twice"}),
        ("SELECT coalesce(team, 'none') FROM users", {"team is NULL"}),
        ("SELECT u.id FROM users u LEFT JOIN orders o ON o.user_id = u.id",
         {"a row on the left without a match", "o.user_id = u.id holds", "o.user_id = u.id does not hold"}),
        ("SELECT count(*) FILTER (WHERE age >= 18) FROM users", {"age >= 18 holds", "age >= 18 does not hold"}),
        ("SELECT CASE WHEN age >= 18 THEN 1 ELSE 2 END FROM users", {"age >= 18 holds", "age >= 18 does not hold"}),
        ("SELECT team FROM users GROUP BY team HAVING count(*) > 1",
         {"COUNT(*) > 1 holds", "COUNT(*) > 1 does not hold"}),
    ],
)  # fmt: skip
def test_branches_that_matter_are_reached(text, there):
    assert {says for says, yes in seen(text).items() if yes} >= there


@pytest.mark.parametrize(
    ("text", "missed"),
    [
        ("SELECT id FROM users WHERE age > 3 AND age > 1", {"age > 1 does not hold"}),
        ("SELECT DISTINCT id FROM users", {"DISTINCT meets the same row twice"}),
        ("SELECT coalesce(age, 0) FROM users", {"age is NULL"}),
        ("SELECT o.id FROM orders o LEFT JOIN users u ON u.id = o.user_id", {"a row on the left without a match"}),
        ("SELECT id FROM users WHERE age < 3 AND age > 3", {"age < 3 holds", "age > 3 holds"}),
    ],
)  # fmt: skip
def test_branches_that_cannot_matter_are_not(text, missed):
    assert {says for says, yes in seen(text).items() if not yes} >= missed


def test_a_verdict_that_found_nothing_says_what_it_reached():
    reference, attempt = (
        "SELECT id FROM users WHERE age >= 18",
        "SELECT id FROM users WHERE age > 17 AND id IS NOT NULL",
    )
    with Desk() as desk:
        verdict = desk.compare(reference, attempt, SCHEMA, limits=Limits(seconds=9, worlds=2_000))
        off = desk.compare(reference, attempt, SCHEMA, limits=Limits(seconds=9, worlds=2_000, branch_seconds=0))
        differs = desk.compare(reference, attempt.replace("17", "16"), SCHEMA, limits=Limits(seconds=9))
    assert verdict.kind == off.kind == "none found"
    assert off.reached == differs.reached == ()
    by_side = {side: [one for one in verdict.reached if one.side == side] for side in ("reference", "attempt")}
    assert [one.seen for one in by_side["reference"]] == [True, True]
    (missed,) = [one for one in by_side["attempt"] if not one.seen]
    assert missed.says == "NOT id IS NULL does not hold"
    assert attempt[missed.start : missed.end] in ("id IS NOT NULL", "id", "id IS NOT")
