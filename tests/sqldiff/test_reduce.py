"""Is what is left of a world really a smallest part in which the queries differ, legal, plain, and still a witness?"""

from itertools import product

import numpy as np
import pytest

from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.arrays import stacked
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.law import lawful
from liveloop.sqldiff.meet import gist
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.plain import efforts, plainer
from liveloop.sqldiff.reduce import FEW, smaller
from liveloop.sqldiff.session import Session

SHOP = """CREATE TABLE users (id INT PRIMARY KEY, team VARCHAR);
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT REFERENCES users, paid INT)"""
NEEDED = SHOP.replace("user_id INT", "user_id INT NOT NULL")
PAIRS = [
    ("SELECT id FROM orders WHERE paid > 3", "SELECT id FROM orders WHERE paid >= 3"),
    ("SELECT count(DISTINCT user_id) FROM orders", "SELECT count(user_id) FROM orders"),
    ("SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id", "SELECT id FROM users"),
    ("SELECT sum(paid) FROM orders", "SELECT sum(DISTINCT paid) FROM orders"),
    ("SELECT team, count(*) FROM users GROUP BY team", "SELECT team, count(team) FROM users GROUP BY team"),
    ("SELECT max(paid) FROM orders", "SELECT coalesce(max(paid), 0) FROM orders"),
    ("SELECT user_id FROM orders GROUP BY 1 HAVING count(*) > 2",
     "SELECT user_id FROM orders GROUP BY 1 HAVING count(*) > 1"),
]  # fmt: skip


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        yield session


def screen_of(session, pair, schema):
    def screen(worlds):
        fine = lawful(worlds, session)
        session.load(worlds)
        one, other = (gist(session.screen(text, seconds=20), worlds.count, 1e-9) for text in pair)
        return fine & one.apart(other)

    session.clear()
    return screen


def hits_of(session, pair, schema, seed=1, least=0, most=FEW):
    worlds = open_mint(schema, pair).draw(400, seed=seed)
    screen = screen_of(session, pair, schema)
    sizes = worlds.sizes()
    found = [int(at) for at in np.flatnonzero(screen(worlds)) if least <= sizes[at] <= most]
    return worlds, found, screen


def rows_of(world):
    return {name: list(rows) for name, rows in world.rows.items()}


def sub_instances(database):
    """Give every part of a database, and where it lost what it referred to, its reference NULL: by hand."""
    users, orders = database.rows["users"], database.rows["orders"]
    for kept in product((False, True), repeat=len(users) + len(orders)):
        some = [row for row, there in zip(users, kept, strict=False) if there]
        ids = {row[0] for row in some}
        rest = [row for row, there in zip(orders, kept[len(users):], strict=True) if there]  # fmt: skip
        nullable = database.schema.table("orders").columns[1].nullable
        if not nullable and any(row[1] not in ids for row in rest):
            continue
        yield database.replacing(users=some, orders=[(i, u if u in ids else None, paid) for i, u, paid in rest])


@pytest.mark.parametrize("text", [SHOP, NEEDED])
@pytest.mark.parametrize("pair", PAIRS)
def test_brute_force_finds_nothing_smaller(session, pair, text):
    schema = read_schema(text)
    worlds, hits, screen = hits_of(session, pair, schema, least=3, most=8)
    assert hits
    for hit in hits[:3]:
        first = next(iter(smaller(worlds.choosing([hit]), screen)))
        parts = list(sub_instances(worlds.world(hit)))
        session.put(parts)
        one, other = (session.outcomes(sql, seconds=30) for sql in pair)
        apart = [part.size for part, a, b in zip(parts, one, other, strict=True) if not agree(a, b)]
        assert first.world(0).size == min(apart)
        assert any(rows_of(first.world(0)) == rows_of(part) for part in parts)


def test_parts_come_the_smallest_first_and_the_world_itself_last(session):
    schema = read_schema(SHOP)
    worlds, hits, screen = hits_of(session, PAIRS[0], schema, least=4)
    one = worlds.choosing([hits[0]])
    sizes = [int(part.sizes()[0]) for part in smaller(one, screen)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == int(one.sizes()[0])


def test_a_nullable_reference_is_cut_and_a_needed_one_keeps_its_row(session):
    pair = PAIRS[0]
    for text, sizes in ((SHOP, {1}), (NEEDED, {2})):
        worlds, hits, screen = hits_of(session, pair, read_schema(text), least=3)
        found = [next(iter(smaller(worlds.choosing([hit]), screen))).world(0) for hit in hits[:8]]
        assert {world.size for world in found} == sizes
    assert all(row[1] == world.rows["users"][0][0] for world in found for row in world.rows["orders"])


def test_references_of_two_columns_are_cut_together(session):
    schema = read_schema("""CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
        CREATE TABLE c (id INT PRIMARY KEY, x INT, y INT, n INT, FOREIGN KEY (x, y) REFERENCES p)""")
    pair = ("SELECT id FROM c WHERE n > 3", "SELECT id FROM c WHERE n >= 3 AND n IS NOT NULL")
    worlds = open_mint(schema, [*pair, "SELECT 1 FROM p"]).draw(300, seed=2)
    screen = screen_of(session, pair, schema)
    linked = [int(hit) for hit in np.flatnonzero(screen(worlds)) if 3 <= worlds.world(int(hit)).size <= 8]
    assert linked
    for hit in linked[:10]:
        world = next(iter(smaller(worlds.choosing([hit]), screen))).world(0)
        assert (world.size, world.rows["p"]) == (1, ())


def test_a_self_reference_keeps_its_chain_when_it_must(session):
    schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, up INT NOT NULL REFERENCES t, n INT)")
    pair = ("SELECT id FROM t WHERE n > 3", "SELECT id FROM t WHERE n >= 3")
    worlds = open_mint(schema, pair).draw(300, seed=2)
    screen = screen_of(session, pair, schema)
    for hit in np.flatnonzero(screen(worlds))[:12]:
        world = next(iter(smaller(worlds.choosing([int(hit)]), screen))).world(0)
        ids = {row[0] for row in world.rows["t"]}
        assert all(row[1] in ids for row in world.rows["t"])


def test_more_than_a_dozen_rows_shrink_too(session):
    schema = read_schema(SHOP)
    pair = PAIRS[0]
    screen = screen_of(session, pair, schema)
    some = open_mint(schema, [*pair, "SELECT 1 FROM users LIMIT 12"]).draw(3_000, seed=4)
    large = [int(at) for at in np.flatnonzero(screen(some) & (some.sizes() > FEW))]
    assert large
    for hit in large[:4]:
        parts = list(smaller(some.choosing([hit]), screen))
        assert int(parts[0].sizes()[0]) == 1
        assert all(screen(stacked(parts)))


def test_where_everything_is_needed_nothing_is_left_out(session):
    schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT); CREATE TABLE u (a INT)")
    worlds = open_mint(schema, ["SELECT 1 FROM t, u LIMIT 12"]).draw(4_000, seed=1)
    at = int(np.flatnonzero(worlds.sizes() > FEW)[0])
    one = worlds.choosing([at])
    parts = list(smaller(one, lambda some: some.sizes() == int(one.sizes()[0])))
    assert [int(part.sizes()[0]) for part in parts] == [int(one.sizes()[0])]


def test_an_empty_world_is_its_own_smallest(session):
    schema = read_schema(SHOP)
    worlds = open_mint(schema, PAIRS[5]).draw(400, seed=1)
    empty = worlds.choosing([int(np.flatnonzero(worlds.sizes() == 0)[0])])
    assert [part.world(0).size for part in smaller(empty, screen_of(session, PAIRS[5], schema))] == [0]
    assert plainer(empty, screen_of(session, PAIRS[5], schema)).world(0).size == 0


@pytest.mark.parametrize("pair", PAIRS)
def test_plainer_worlds_keep_the_difference_the_law_and_their_rows(session, pair):
    schema = read_schema(NEEDED)
    worlds, hits, screen = hits_of(session, pair, schema, least=1, most=6)
    for hit in hits[:4]:
        one = worlds.choosing([hit])
        plain = plainer(one, screen)
        assert screen(plain).all()
        assert lawful(plain, session).all()
        assert efforts(plain)[0] <= efforts(one)[0]
        assert [len(rows) for rows in plain.world(0).rows.values()] == [len(r) for r in one.world(0).rows.values()]


def test_what_does_not_matter_becomes_plain(session):
    schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, s VARCHAR)")
    pair = ("SELECT id FROM t WHERE a > 977", "SELECT id FROM t WHERE a >= 977")
    screen = screen_of(session, pair, schema)
    worlds = open_mint(schema, pair).draw(300, seed=3)
    for hit in np.flatnonzero(screen(worlds))[:6]:
        first = next(iter(smaller(worlds.choosing([int(hit)]), screen)))
        [(key, a, b, text)] = plainer(first, screen).world(0).rows["t"]
        assert (a, key in range(10), b in range(10), text in ("a", "b", "c")) == (977, True, True, True)


def test_a_value_goes_nowhere_a_type_cannot_hold_it(session):
    schema = read_schema("CREATE TABLE t (id BIGINT PRIMARY KEY, n INT); CREATE TABLE u (id TINYINT NOT NULL, n INT)")
    pair = ("SELECT n FROM u WHERE id > 300 OR id > 3", "SELECT n FROM u, t WHERE t.id > 300 AND u.id >= 3")
    screen = screen_of(session, pair, schema)
    worlds = open_mint(schema, pair).draw(200, seed=3)
    for hit in np.flatnonzero(screen(worlds))[:6]:
        plain = plainer(worlds.choosing([int(hit)]), screen).world(0)
        assert all(row[0] is not None for row in plain.rows["u"])
