"""Do some worlds hold a thing twice, with all that refers to it, and do they keep every promise nevertheless?"""

from collections import Counter

import pytest

from liveloop.sqldiff import Limits, compare
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.law import lawful
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.twins import roots

SCHEMA = read_schema(
    """CREATE TABLE people (id INT PRIMARY KEY, plan VARCHAR, mail VARCHAR UNIQUE);
    CREATE TABLE orders (id INT PRIMARY KEY, person INT NOT NULL REFERENCES people (id), city VARCHAR,
      placed_at TIMESTAMPTZ NOT NULL);
    CREATE TABLE lines (order_id INT NOT NULL REFERENCES orders (id), number INT NOT NULL, price INT,
      PRIMARY KEY (order_id, number))"""
)
TEXT = """SELECT p.id, city, sum(l.price)
FROM people p JOIN orders o ON o.person = p.id JOIN lines l ON l.order_id = o.id"""
COUNT = 3_000


def histories(rows):
    """Say of each person what was ordered, whatever the keys: moments, cities, prices."""
    lines = {}
    for order, number, price in rows["lines"]:
        lines.setdefault(order, []).append((number, price))
    found = {one[0]: [] for one in rows["people"]}
    for key, person, city, placed in rows["orders"]:
        found[person].append((str(city), placed, str(sorted(lines.get(key, []), key=str))))
    return [str(sorted(one)) for one in found.values() if any("(" in lines for *_, lines in one)]


def alike(history):
    return max(Counter(history).values(), default=0)


def drawn(text, schema=SCHEMA, seed=1):
    return open_mint(schema, [text]).draw(COUNT, seed=seed)


def test_people_who_bought_the_same_at_the_same_moments_are_there_twice_and_three_times():
    worlds = drawn(f"{TEXT} GROUP BY p.id, city")
    ways = Counter(alike(histories(worlds.world(number).rows)) for number in range(COUNT))
    assert ways[2] > COUNT / 200
    assert ways[3] > COUNT / 300


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_worlds_with_twins_keep_every_promise(seed):
    worlds = drawn(f"{TEXT} GROUP BY p.id, city", seed=seed)
    with Session() as session:
        assert lawful(worlds, session).all()
    for number in range(COUNT):
        rows = worlds.world(number).rows
        for name, key in (("people", slice(0, 1)), ("orders", slice(0, 1)), ("lines", slice(0, 2))):
            assert len({row[key] for row in rows[name]}) == len(rows[name])
        mails = [row[2] for row in rows["people"] if row[2] is not None]
        assert len(set(mails)) == len(mails)
        assert {row[1] for row in rows["orders"]} <= {row[0] for row in rows["people"]}
        assert {row[0] for row in rows["lines"]} <= {row[0] for row in rows["orders"]}


PROMISES = {
    "two parents, one of whose twins may be lost": (
        """CREATE TABLE users (id INT PRIMARY KEY);
        CREATE TABLE accounts (id INT PRIMARY KEY, owner INT NOT NULL REFERENCES users (id), bank INT NOT NULL,
          number INT NOT NULL, UNIQUE (bank, number));
        CREATE TABLE wallets (id INT PRIMARY KEY, owner INT NOT NULL REFERENCES users (id));
        CREATE TABLE moves (id INT PRIMARY KEY, account INT NOT NULL REFERENCES accounts (id),
          wallet INT NOT NULL REFERENCES wallets (id))""",
        "SELECT count(*) FROM moves m JOIN wallets w ON w.id = m.wallet",
        "SELECT count(*) FROM moves m JOIN accounts a ON a.id = m.account",
    ),
    "a key of fewer values": (
        """CREATE TYPE mood AS ENUM ('low', 'ok', 'zen'); CREATE TABLE p (code VARCHAR PRIMARY KEY);
        CREATE TABLE c (id INT PRIMARY KEY, code mood NOT NULL REFERENCES p (code))""",
        "SELECT count(*) FROM c",
        "SELECT count(*) FROM c WHERE code IN ('low', 'ok', 'zen')",
    ),
    "a key of a narrower type": (
        "CREATE TABLE p (id DECIMAL(6, 1) PRIMARY KEY); CREATE TABLE c (id INT, p INT NOT NULL REFERENCES p (id))",
        "SELECT count(*) FROM c",
        "SELECT count(p) FROM c WHERE p > 2.5 OR p <= 2.5",
    ),
}


@pytest.mark.parametrize("name", PROMISES)
def test_no_twin_breaks_a_promise_on_which_two_queries_are_the_same(name):
    schema, one, other = PROMISES[name]
    limits = Limits(seconds=20, worlds=8_000, branch_seconds=0)
    assert compare(one, other, schema, limits=limits).kind == "none found"
    read = read_schema(schema)
    worlds = open_mint(read, [one, other]).draw(COUNT, seed=1)
    with Session() as session:
        assert lawful(worlds, session).all()
    for number in range(COUNT):
        rows = worlds.world(number).rows
        for table in read.tables:
            needed = [at for at, column in enumerate(table.columns) if not column.nullable]
            assert all(row[at] is not None for row in rows[table.name] for at in needed)


@pytest.mark.parametrize("key", ["id INT PRIMARY KEY, slot INT", "id INT, slot INT, PRIMARY KEY (id, slot)"])
def test_a_group_that_no_table_stands_for_has_a_twin_under_another_name(key):
    schema = read_schema(f"CREATE TABLE visits ({key}, place VARCHAR, minutes INT)")
    worlds = open_mint(schema, ["SELECT place, sum(minutes) FROM visits GROUP BY place"]).draw(COUNT, seed=1)
    many = 0
    for number in range(COUNT):
        places = {}
        for *_, place, minutes in worlds.world(number).rows["visits"]:
            places.setdefault(place, []).append(str(minutes))
        some = Counter(str(sorted(one)) for place, one in places.items() if place is not None and len(one) > 1)
        many += max(some.values(), default=0) > 1
    assert many > COUNT / 200  # a tenth of that by chance


def test_there_are_twins_of_what_others_refer_to_and_of_what_is_grouped_by():
    read = frozenset(["people", "orders", "lines"])
    assert roots(SCHEMA, read, [f"{TEXT} GROUP BY p.id, o.city"]) == (("people", -1), ("orders", -1), ("orders", 2))
    assert roots(SCHEMA, read, ["SELECT rank() OVER (PARTITION BY plan ORDER BY id) FROM people"])[1] == ("people", 1)
    assert roots(SCHEMA, frozenset(["lines"]), [TEXT]) == ()


def test_references_of_several_columns_have_none():
    schema = read_schema(
        """CREATE TABLE a (x INT, y INT, PRIMARY KEY (x, y));
        CREATE TABLE b (id INT PRIMARY KEY, x INT, y INT, FOREIGN KEY (x, y) REFERENCES a (x, y))"""
    )
    assert roots(schema, frozenset(["a", "b"]), ["SELECT id FROM b GROUP BY id"]) == ()
