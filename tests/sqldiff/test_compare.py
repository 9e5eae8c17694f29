"""Does compare find what differs, on a smallest database, and keep silent where nothing does?"""

import pytest

from liveloop.base.tables import Column, Table
from liveloop.sqldiff import Limits, Schema, compare, run_here
from liveloop.sqldiff.twist import legal

CUSTOMERS = Table(
    "customers", "c", ("id",), (Column("id", "INTEGER", "i"), Column("name", "VARCHAR", "n", nullable=True))
)
ORDERS = Table(
    "orders",
    "o",
    ("id",),
    (
        Column("id", "INTEGER", "i"),
        Column("customer_id", "INTEGER", "c", nullable=True, refers_to="customers.id"),
        Column("amount", "DECIMAL(8,2)", "a"),
        Column("day", "DATE", "d"),
    ),
)
SCHEMA = Schema((CUSTOMERS, ORDERS))
LIMITS = Limits(worlds=1500, seconds=20)

DIFFERENT = [
    ("SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)",
     "SELECT name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)", 2),
    ("SELECT count(DISTINCT customer_id) FROM orders", "SELECT count(customer_id) FROM orders", 3),
    ("SELECT id FROM orders WHERE amount > 100", "SELECT id FROM orders WHERE amount >= 100", 1),
    ("SELECT sum(amount) FROM orders", "SELECT coalesce(sum(amount), 0) FROM orders", 0),
    ("SELECT c.id, count(o.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY 1",
     "SELECT c.id, count(*) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY 1", 1),
    ("SELECT max(amount) FROM orders WHERE amount < (SELECT max(amount) FROM orders)",
     "SELECT amount FROM orders ORDER BY amount DESC LIMIT 1 OFFSET 1", 0),
    ("SELECT id FROM orders WHERE day BETWEEN DATE '2019-07-01' AND DATE '2019-07-27'",
     "SELECT id FROM orders WHERE day > DATE '2019-07-01' AND day <= DATE '2019-07-27'", 1),
]  # fmt: skip
SAME = [
    ("SELECT name FROM customers", "SELECT c.name FROM customers AS c WHERE TRUE"),
    ("SELECT count(*) FROM orders WHERE amount > 1",
     "SELECT sum(CASE WHEN amount > 1 THEN 1 ELSE 0 END) FROM (SELECT amount FROM orders UNION ALL SELECT 0)"),
    ("SELECT DISTINCT customer_id FROM orders", "SELECT customer_id FROM orders GROUP BY customer_id"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "attempt", "rows"), DIFFERENT)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_difference_is_found_small(reference, attempt, rows, seed):
    verdict = compare(reference, attempt, SCHEMA, run=run_here, limits=LIMITS, seed=seed)
    assert verdict.kind == "different"
    assert verdict.witness.size <= rows + 1  # one row more where a reference needs it
    assert legal(verdict.witness)
    assert verdict.expected.rows != verdict.got.rows


@pytest.mark.parametrize(("reference", "attempt"), SAME)
def test_nothing_is_said_of_what_is_the_same(reference, attempt):
    verdict = compare(reference, attempt, SCHEMA, run=run_here, limits=Limits(worlds=400), seed=3)
    assert (verdict.kind, verdict.witness) == ("none found", None)
    assert verdict.worlds >= 60


def test_a_coin_toss_of_the_reference_is_no_difference():
    verdict = compare(
        "SELECT any_value(id) FROM orders", "SELECT min(id) FROM orders", SCHEMA, run=run_here, limits=LIMITS, seed=1
    )
    assert verdict.kind == "none found"


def test_what_cannot_run_says_why():
    verdict = compare("SELECT id FROM orders", "SELECT nosuch FROM orders", SCHEMA, run=run_here, limits=LIMITS, seed=1)
    assert verdict.kind == "cannot run"
    assert "nosuch" in verdict.reason
