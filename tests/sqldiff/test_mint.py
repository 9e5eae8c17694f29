"""Do all drawn worlds keep the schema's promises, does a seed fix them, and does what may happen happen often?"""

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from liveloop.sqldiff import compare
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.law import lawful, mend
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session

COUNT = 400
LAWS = {
    "self": "CREATE TABLE p (a INT PRIMARY KEY, up INT REFERENCES p)",
    "self, needed": "CREATE TABLE p (a INT PRIMARY KEY, up INT NOT NULL REFERENCES p)",
    "self, once": "CREATE TABLE p (a INT PRIMARY KEY, up INT NOT NULL UNIQUE REFERENCES p)",
    "self, of two": "CREATE TABLE p (a INT, b INT, x INT, y INT, PRIMARY KEY (a, b), FOREIGN KEY (x, y) REFERENCES p)",
    "chain": """CREATE TABLE c (id INT PRIMARY KEY REFERENCES b); CREATE TABLE b (id INT PRIMARY KEY REFERENCES a);
        CREATE TABLE a (id INT PRIMARY KEY)""",
    "of two": """CREATE TABLE p (a INT, b VARCHAR, PRIMARY KEY (a, b));
        CREATE TABLE c (id INT PRIMARY KEY, a INT, b VARCHAR, FOREIGN KEY (a, b) REFERENCES p)""",
    "of two, needed": """CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
        CREATE TABLE c (id INT PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, FOREIGN KEY (a, b) REFERENCES p)""",
    "two for one": """CREATE TABLE p (a INT PRIMARY KEY); CREATE TABLE q (a INT PRIMARY KEY);
        CREATE TABLE c (a INT PRIMARY KEY REFERENCES p, FOREIGN KEY (a) REFERENCES q(a))""",
    "one and two": """CREATE TABLE p (a INT PRIMARY KEY); CREATE TABLE q (a INT, b INT, PRIMARY KEY (a, b));
        CREATE TABLE c (a INT REFERENCES p, b INT, FOREIGN KEY (a, b) REFERENCES q)""",
    "smaller type": """CREATE TABLE p (a BIGINT PRIMARY KEY);
        CREATE TABLE c (id INT PRIMARY KEY, a TINYINT NOT NULL REFERENCES p)""",
    "decimals": """CREATE TABLE p (a DECIMAL(6, 1) PRIMARY KEY, d DOUBLE, b DECIMAL(8, 3));
        CREATE TABLE c (a DECIMAL(8, 3) REFERENCES p)""",
    "unique": """CREATE TABLE p (a INT UNIQUE, b INT, c DATE, UNIQUE (b, c)); CREATE TABLE c (b INT REFERENCES p(a))""",
    "enums": """CREATE TYPE m AS ENUM ('x', 'y'); CREATE TABLE p (a m PRIMARY KEY, b m NOT NULL);
        CREATE TABLE c (a m REFERENCES p, b ENUM('x', 'z'))""",
    "a claim": """CREATE TABLE p (a INT PRIMARY KEY); CREATE TABLE c (id INT PRIMARY KEY, a INT NOT NULL REFERENCES p);
        CREATE ASSERTION x CHECK (EXISTS (SELECT 1 FROM c WHERE a = 5))""",
    "types": """CREATE TABLE t (a TIME PRIMARY KEY, b BOOLEAN NOT NULL, c TIMESTAMPTZ UNIQUE, d DATE NOT NULL,
        g UBIGINT)""",
    "a check": "CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL CHECK (a BETWEEN 2 AND 4), b INT, CHECK (b <> a))",
}


@pytest.fixture(scope="module")
def session():
    with Session() as session:
        yield session


def broken(database):
    """Say, slowly and plainly, what a database breaks: never by arrays."""
    schema, found = database.schema, []
    for table in schema.tables:
        rows, names = database.rows[table.name], [column.name for column in table.columns]
        for at, column in enumerate(table.columns):
            if not column.nullable and any(row[at] is None for row in rows):
                found.append(f"NULL in {table.name}.{column.name}")
        for key in schema.keys(table):
            filled = [cells for row in rows if None not in (cells := tuple(row[at] for at in key))]
            if len(filled) != len(set(filled)):
                found.append(f"twice in {table.name}: {key}")
        links = [((names[at],), to, (schema.table(to).columns[there].name,)) for at, to, there in schema.refers(table)]
        links += [(own, to, there) for name, own, to, there in schema.links if name == table.name]
        for own, to, there in links:
            others = [column.name for column in schema.table(to).columns]
            known = {tuple(row[others.index(name)] for name in there) for row in database.rows[to]}
            cells = [tuple(row[names.index(name)] for name in own) for row in rows]
            found += [f"{table.name}.{own} leads nowhere" for cell in cells if None not in cell and cell not in known]
        for name, column, values in schema.domains:
            if name == table.name and any(row[names.index(column)] not in (None, *values) for row in rows):
                found.append(f"{table.name}.{column} is none of {values}")
    return found


def texts_for(schema):
    """Ask for constants that some types cannot hold."""
    return [*(f"SELECT * FROM {table.name}" for table in schema.tables),
            "SELECT 1 FROM c WHERE a > 1000 OR a = 3000000000 OR a = 1.04"]  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_world_keeps_every_promise(session, law, seed):
    schema = read_schema(LAWS[law])
    session.clear()
    worlds = mend(open_mint(schema, texts_for(schema)).draw(COUNT, seed=seed), session)
    assert worlds.sizes().sum() > COUNT / 3
    assert all((np.diff(rows.world) >= 0).all() for rows in worlds.rows.values())
    assert [broken(worlds.world(number)) for number in range(COUNT)] == [[]] * COUNT
    fine = lawful(worlds, session)
    assert fine.all() if not schema.claims else fine.any()


@pytest.mark.parametrize("law", [law for law in LAWS if "FOREIGN" in LAWS[law] or "REFERENCES" in LAWS[law]])
def test_references_are_often_there_and_often_shared(session, law):
    schema = read_schema(LAWS[law])
    worlds = mend(open_mint(schema, texts_for(schema)).draw(COUNT, seed=3), session)
    referring = 0
    for number in range(COUNT):
        database = worlds.world(number)
        for name, at in [(t.name, at) for t in schema.tables for at, _, _ in schema.refers(t)]:
            referring += any(row[at] is not None for row in database.rows[name])
        for name, own, _, _ in schema.links:
            places = [[c.name for c in schema.table(name).columns].index(one) for one in own]
            referring += any(all(row[at] is not None for at in places) for row in database.rows[name])
    assert referring > COUNT / (12 if law == "self, of two" else 6)


def rows_of(worlds):
    return {name: (rows.world.tolist(), rows.cells.tolist()) for name, rows in worlds.rows.items()}


def test_the_same_seed_gives_the_same_worlds():
    schema = read_schema(LAWS["of two"])
    drawn = [open_mint(schema, ["SELECT 1 FROM c WHERE a > 7"]).draw(50, seed=seed) for seed in (4, 4, 5)]
    assert rows_of(drawn[0]) == rows_of(drawn[1])
    assert rows_of(drawn[0]) != rows_of(drawn[2])


def share(worlds, happens):
    return np.mean([bool(happens(worlds.world(number).rows)) for number in range(worlds.count)])


SHOP = read_schema("""CREATE TABLE users (id INT PRIMARY KEY, age INT, name VARCHAR, seen TIMESTAMP);
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT REFERENCES users, paid INT, at TIMESTAMP)""")
QUERY = """SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id WHERE paid > 41 AND name = 'Ann'
AND at > seen + INTERVAL '24 hours' GROUP BY u.id HAVING count(*) >= 7"""
DAY = 86_400_000_000


@pytest.fixture(scope="module")
def shop():
    return open_mint(SHOP, [QUERY]).draw(1_500, seed=6)


@pytest.mark.parametrize(
    ("what", "happens", "least"),
    [
        ("a constant", lambda rows: any(row[2] == 41 for row in rows["orders"]), 0.05),
        ("below it", lambda rows: any(row[2] == 40 for row in rows["orders"]), 0.03),
        ("above it", lambda rows: any(row[2] == 42 for row in rows["orders"]), 0.03),
        ("the text", lambda rows: any(row[2] == "Ann" for row in rows["users"]), 0.2),
        ("the text, small", lambda rows: any(row[2] == "ann" for row in rows["users"]), 0.01),
        ("the text, longer", lambda rows: any(row[2] == "Annx" for row in rows["users"]), 0.01),
        ("NULL", lambda rows: any(None in row for row in rows["orders"]), 0.3),
        ("no parent", lambda rows: any(row[1] is None for row in rows["orders"]), 0.2),
        ("a column of NULL", lambda rows: len(rows["orders"]) > 1 and all(r[2] is None for r in rows["orders"]), 0.02),
        ("no users", lambda rows: not rows["users"], 0.05),
        ("orders, no users", lambda rows: rows["orders"] and not rows["users"], 0.02),
        ("users, no orders", lambda rows: rows["users"] and not rows["orders"], 0.05),
        ("nothing at all", lambda rows: not rows["users"] and not rows["orders"], 0.003),
        ("a tie", lambda rows: len({row[2] for row in rows["orders"]}) < len(rows["orders"]), 0.3),
        ("a tie of moments", lambda rows: len({row[3] for row in rows["orders"]}) < len(rows["orders"]), 0.2),
        ("copies", lambda rows: len({row[1:] for row in rows["orders"]}) < len(rows["orders"]), 0.05),
        ("fan-out", lambda rows: _most(row[1] for row in rows["orders"]) > 1, 0.1),
        ("a user without orders", lambda rows: {r[0] for r in rows["users"]} - {r[1] for r in rows["orders"]}, 0.3),
        ("a group of seven", lambda rows: len(rows["orders"]) >= 7, 0.002),
        ("ids that are ages", lambda rows: {r[0] for r in rows["users"]} & {r[1] for r in rows["users"]}, 0.02),
    ],
)
def test_what_may_happen_happens_often(shop, what, happens, least):
    assert share(shop, happens) >= least, what


@pytest.mark.parametrize(("apart", "least"), [(0, 0.01), (-1_000_000, 0.002), (1_000_000, 0.002)])
def test_moments_stand_an_interval_apart_and_a_hair_beside_it(shop, apart, least):
    def meets(rows):
        seen = {row[0]: row[3] for row in rows["users"]}
        pairs = [(seen.get(row[1]), row[3]) for row in rows["orders"]]
        return any(None not in pair and pair[1] - pair[0] == DAY + apart for pair in pairs)

    assert share(shop, meets) >= least


def _most(values):
    known = [value for value in values if value is not None]
    return max((known.count(value) for value in known), default=0)


def test_columns_that_a_query_compares_meet():
    schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT); CREATE TABLE u (c VARCHAR, d VARCHAR)")
    worlds = open_mint(schema, ["SELECT 1 FROM t WHERE a = b", "SELECT 1 FROM u x JOIN u y ON x.c = y.d"]).draw(
        600, seed=1
    )
    assert share(worlds, lambda rows: any(row[1] is not None and row[1] == row[2] for row in rows["t"])) > 0.2
    assert share(worlds, lambda rows: {r[0] for r in rows["u"]} & {r[1] for r in rows["u"]} - {None}) > 0.15


def test_a_table_that_is_not_read_stays_empty_but_what_it_is_needed_for_does_not():
    schema = read_schema(
        """CREATE TABLE a (i INT PRIMARY KEY); CREATE TABLE bee (i INT PRIMARY KEY REFERENCES a);
        CREATE TABLE cat (i INT PRIMARY KEY REFERENCES bee)"""
    )
    worlds = open_mint(schema, ["SELECT 1 FROM BEE"]).draw(100, seed=1)
    assert [len(worlds.rows[name].world) > 0 for name in ("a", "bee", "cat")] == [True, True, False]


def test_a_column_that_names_a_zone_holds_real_ones_alone():
    schema = read_schema("CREATE TABLE u (id INT PRIMARY KEY, tz VARCHAR, name VARCHAR, made_at TIMESTAMPTZ)")
    text = "SELECT (made AT TIME ZONE coalesce(tz, 'Europe/Berlin'))::DATE FROM (SELECT tz, made_at AS made FROM u) q"
    worlds = open_mint(schema, [text]).draw(500, seed=1)
    held = {row[1] for number in range(500) for row in worlds.world(number).rows["u"]}
    assert held >= {None, "Europe/Berlin", "UTC", "Pacific/Auckland"}
    with Session() as session:
        session.load(worlds)
        (piece,) = session.screen(text, seconds=9)  # in one batch, without an error
    assert (len(piece.worlds), piece.error) == (500, None)


def test_a_group_of_a_size_that_is_asked_for_comes():
    schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL, b INT NOT NULL)")
    worlds = open_mint(schema, ["SELECT a FROM t GROUP BY a HAVING count(*) >= 9"]).draw(3_000, seed=1)
    sizes = [max((sum(row[1] == a for row in rows) for a in {row[1] for row in rows}), default=0)
             for rows in (worlds.world(number).rows["t"] for number in range(3_000))]  # fmt: skip
    assert {9, 10} <= set(sizes)


def test_worlds_are_chosen_in_the_order_asked_for(shop):
    some = shop.choosing([7, 3, 7])
    assert some.count == 3
    assert [some.world(at).rows for at in range(3)] == [shop.world(at).rows for at in (7, 3, 7)]
    assert some.sizes().tolist() == [shop.world(at).size for at in (7, 3, 7)]
    assert shop.choosing([]).count == 0


def test_what_is_loaded_is_what_a_world_says(session, shop):
    few = shop.choosing(range(40))
    session.clear()
    session.load(few)
    for number, outcome in enumerate(session.outcomes("SELECT id, age, name, epoch_us(seen) FROM users", seconds=5)):
        assert sorted(outcome.rows) == sorted(few.world(number).rows["users"])


def test_a_zone_that_a_subquery_gives_asks_for_no_names_in_its_other_columns():
    schema = read_schema(
        """CREATE TABLE u (id INT PRIMARY KEY, tz VARCHAR NOT NULL);
        CREATE TABLE e (id INT PRIMARY KEY, u INT REFERENCES u (id), happened_at TIMESTAMPTZ)"""
    )
    text = "SELECT (happened_at AT TIME ZONE (SELECT tz FROM u WHERE u.id = e.u))::DATE FROM e"
    worlds = open_mint(schema, [text]).draw(300, seed=1)
    rows = [row for number in range(300) for row in worlds.world(number).rows["u"]]
    assert {row[1] for row in rows} >= {"UTC", "Pacific/Auckland"}
    assert {type(row[0]) for row in rows} == {int}


def test_a_moment_that_stands_for_never_is_drawn_and_nothing_is_drawn_around_it():
    schema = read_schema("CREATE TABLE p (id INT PRIMARY KEY, since TIMESTAMPTZ, until TIMESTAMPTZ)")
    text = """SELECT (since AT TIME ZONE 'Asia/Tokyo')::DATE FROM p
    WHERE since < coalesce(until, TIMESTAMPTZ '9999-12-31 00:00:00+00')
    AND since >= TIMESTAMPTZ '2024-03-01 00:00:00+00'"""
    worlds = open_mint(schema, [text]).draw(500, seed=1)
    years = Counter(
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row[2])).year
        for number in range(500)
        for row in worlds.world(number).rows["p"]
        if row[2] is not None
    )
    assert years[9999] > 3
    assert years[2024] > 10 * years[9999]
    assert set(years) <= {2023, 2024, 2025, 9999}


@pytest.mark.parametrize(
    ("zone", "more"),
    [
        ("seen AT TIME ZONE coalesce(tz, (SELECT 'Asia/Tokyo'))", {"UTC", "Pacific/Auckland"}),
        ("timezone(tz, seen)", {"UTC", "Pacific/Auckland"}),
        ("seen AT TIME ZONE (SELECT v.tz FROM v WHERE v.name <> 'none' LIMIT 1)", {"UTC", "Pacific/Auckland"}),
    ],
)
def test_a_zone_is_found_however_it_is_asked_for(zone, more):
    schema = read_schema("CREATE TABLE v (id INT PRIMARY KEY, tz VARCHAR NOT NULL, name VARCHAR, seen TIMESTAMPTZ)")
    worlds = open_mint(schema, [f"SELECT ({zone})::DATE FROM v"]).draw(400, seed=1)
    held = {row[1] for number in range(400) for row in worlds.world(number).rows["v"]}
    assert held >= more
    assert not held & {"none", "", "a"}


def test_the_last_moment_of_all_is_read_to_the_microsecond():
    schema = read_schema("CREATE TABLE p (id INT PRIMARY KEY, seen TIMESTAMP)")
    texts = [f"SELECT 1 FROM p WHERE seen {sign} TIMESTAMP '9999-12-31 23:59:59.999999'" for sign in ("<", "<=")]
    assert compare(*texts, "CREATE TABLE p (id INT PRIMARY KEY, seen TIMESTAMP)").kind == "differs"
    assert open_mint(schema, texts).draw(50, seed=1).count == 50
