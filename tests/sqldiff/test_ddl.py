"""Does the reader of schemas take keys, references, enums and conditions from three dialects, and refuse the rest?"""

import pytest

from liveloop.base.errors import BadInput
from liveloop.sqldiff.ddl import TYPES, read_schema
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.session import Session


def table(text, dialect="duckdb", number=0):
    return read_schema(text, dialect=dialect).tables[number]


def test_keys_stand_with_a_column_or_with_the_table():
    one = table("CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    both = read_schema("CREATE TABLE T (A INT, b INT, c INT, PRIMARY KEY (a, B), UNIQUE (C), UNIQUE (a, c))")
    assert (one.key, [c.nullable for c in one.columns]) == (("id",), [False, True])
    assert both.tables[0].key == ("A", "b")
    assert [c.nullable for c in both.tables[0].columns] == [False, False, True]
    assert both.unique == (("T", ("c",)), ("T", ("A", "c")))
    assert both.keys(both.tables[0]) == [[0, 1], [2], [0, 2]]


def test_a_named_constraint_is_the_same_as_a_bare_one():
    named = read_schema("CREATE TABLE t (a INT, b INT, CONSTRAINT k PRIMARY KEY (a), CONSTRAINT u UNIQUE (b))")
    assert (named.tables[0].key, named.unique) == (("a",), (("t", ("b",)),))


def test_references_lead_to_a_key_that_is_named_or_not():
    text = """CREATE TABLE p (id INT PRIMARY KEY, n INT UNIQUE);
    CREATE TABLE c (x INT REFERENCES p, y INT REFERENCES P(N))"""
    schema = read_schema(text)
    assert [c.refers_to for c in schema.table("c").columns] == ["p.id", "p.n"]
    assert schema.refers(schema.table("c")) == [(0, "p", 0), (1, "p", 1)]


def test_what_is_referred_to_is_unique_though_nobody_says_so():
    schema = read_schema("CREATE TABLE p (id INT PRIMARY KEY, n INT); CREATE TABLE c (x INT REFERENCES p(n))")
    assert schema.unique == (("p", ("n",)),)


def test_a_table_may_be_declared_after_the_one_that_refers_to_it():
    schema = read_schema("CREATE TABLE c (x INT REFERENCES p); CREATE TABLE p (id INT PRIMARY KEY)")
    assert schema.table("c").columns[0].refers_to == "p.id"


def test_references_of_several_columns_are_links():
    text = """CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b));
    CREATE TABLE c (b INT, a INT, FOREIGN KEY (A, B) REFERENCES p);
    CREATE TABLE d (x INT, y INT, FOREIGN KEY (y, x) REFERENCES P(b, a));"""
    schema = read_schema(text)
    assert schema.links == (("c", ("a", "b"), "p", ("a", "b")), ("d", ("y", "x"), "p", ("b", "a")))
    assert all(column.refers_to is None for column in schema.table("c").columns)


def test_the_second_reference_of_one_column_is_not_lost():
    text = """CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE q (id INT PRIMARY KEY);
    CREATE TABLE c (id INT PRIMARY KEY REFERENCES p, FOREIGN KEY (id) REFERENCES q(id));"""
    schema = read_schema(text)
    assert schema.table("c").columns[0].refers_to == "p.id"
    assert schema.links == (("c", ("id",), "q", ("id",)),)


def test_a_table_may_refer_to_itself():
    one = read_schema("CREATE TABLE t (id INT PRIMARY KEY, up INT REFERENCES t)")
    both = read_schema(
        "CREATE TABLE t (a INT, b INT, x INT, y INT, PRIMARY KEY (a, b), FOREIGN KEY (x, y) REFERENCES t)"
    )
    assert one.refers(one.tables[0]) == [(1, "t", 0)]
    assert both.links == (("t", ("x", "y"), "t", ("a", "b")),)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("CREATE TYPE Mood AS ENUM ('ok', 'it''s'); CREATE TABLE t (a mood NOT NULL)", "duckdb"),
        ("CREATE TYPE mood AS ENUM ('ok', 'it''s'); CREATE TABLE t (a Mood NOT NULL)", "postgres"),
        ("CREATE TABLE t (a ENUM('ok', 'it''s') NOT NULL)", "duckdb"),
        ("CREATE TABLE t (a ENUM('ok', 'it''s') NOT NULL)", "mysql"),
    ],
)
def test_enums_of_a_type_and_of_a_column(text, dialect):
    schema = read_schema(text, dialect=dialect)
    assert schema.domains == (("t", "a", ("ok", "it's")),)
    assert schema.tables[0].columns[0].type == "VARCHAR"
    assert len(schema.enumerated) == (dialect != "mysql")  # MySQL compares an enum with any text
    if schema.enumerated:
        assert dict(schema.enums)[schema.enumerated[0][2]] == ("ok", "it's")


def test_conditions_of_a_column_and_of_a_table_are_turned():
    text = "CREATE TABLE t (a INT CHECK (a > 0), b INT, CONSTRAINT c CHECK (a <> b), CHECK (IFNULL(b, 1) < 9))"
    assert read_schema(text, dialect="mysql").checks == (("t", "a > 0"), ("t", "a <> b"), ("t", "COALESCE(b, 1) < 9"))


def test_assertions_ask_the_whole_database():
    text = "CREATE TABLE t (a INT); CREATE ASSERTION some CHECK (EXISTS (SELECT 1 FROM t WHERE a = 1))"
    assert read_schema(text).claims == ("EXISTS(SELECT 1 FROM t WHERE a = 1)",)


def test_what_alter_adds_counts():
    text = """CREATE TABLE p (id INT, n INT); CREATE TABLE c (p_id INT, n INT);
    ALTER TABLE p ADD CONSTRAINT k PRIMARY KEY (id); ALTER TABLE p ADD UNIQUE (n);
    ALTER TABLE c ADD CONSTRAINT f FOREIGN KEY (p_id) REFERENCES p (id); ALTER TABLE c ADD CHECK (n > 3);"""
    schema = read_schema(text)
    assert (schema.tables[0].key, schema.tables[0].columns[0].nullable) == (("id",), False)
    assert schema.unique == (("p", ("n",)),)
    assert schema.table("c").columns[0].refers_to == "p.id"
    assert schema.checks == (("c", "n > 3"),)


def test_an_index_promises_only_when_it_is_unique():
    text = "CREATE TABLE t (a INT, b INT); CREATE INDEX i ON t (a); CREATE UNIQUE INDEX u ON t (a, b)"
    assert read_schema(text).unique == (("t", ("a", "b")),)


def test_mysql_text():
    text = """CREATE TABLE IF NOT EXISTS `Users` (`id` INT UNSIGNED NOT NULL AUTO_INCREMENT, `on` BOOLEAN DEFAULT 0,
      `n` TINYINT(1), `at` DATETIME(6) NOT NULL, `price` DECIMAL(8, 2), `y` YEAR, `s` VARCHAR(20) COMMENT 'x',
      PRIMARY KEY (`id`), KEY `k` (`n`)) ENGINE=InnoDB;"""
    made = table(text, "mysql")
    types = ["UINTEGER", "TINYINT", "TINYINT", "TIMESTAMP", "DECIMAL(8, 2)", "INTEGER", "VARCHAR"]
    assert (made.name, made.key, [c.type for c in made.columns]) == ("Users", ("id",), types)
    assert [c.nullable for c in made.columns] == [False, True, True, False, True, True, True]
    assert read_schema(text, dialect="mysql").domains == (("Users", "on", (0, 1)),)


def test_postgres_text():
    text = """CREATE TABLE public.t (id BIGSERIAL PRIMARY KEY, at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
      n NUMERIC(9), x DOUBLE PRECISION, j JSONB, ok BOOLEAN, d TIMESTAMP(3) WITHOUT TIME ZONE);"""
    types = ["BIGINT", "TIMESTAMPTZ", "DECIMAL(9, 0)", "DOUBLE", "VARCHAR", "BOOLEAN", "TIMESTAMP"]
    assert [c.type for c in table(text, "postgres").columns] == types


@pytest.mark.parametrize("kind", [*TYPES, "DECIMAL(10)", "DECIMAL(38, 10)", "HUGEINT", "TIMESTAMP_NS", "UUID", "REAL"])
def test_every_type_that_is_taken_is_drawn_and_loaded(kind):
    worlds = open_mint(read_schema(f"CREATE TABLE t (id INT PRIMARY KEY, a {kind})"), []).draw(60, seed=1)
    with Session() as session:
        session.load(worlds)
        outcomes = session.outcomes("SELECT a FROM t", seconds=5)
    values = {row[0] for outcome in outcomes for row in outcome.rows}
    assert all(outcome.error is None for outcome in outcomes)
    assert len(values - {None}) > 1


def test_a_column_may_be_called_w():
    worlds = open_mint(read_schema("CREATE TABLE t (w INT PRIMARY KEY)"), []).draw(40, seed=2)
    with Session() as session:
        session.load(worlds)
        pieces = session.screen("SELECT sum(w) FROM t", seconds=5)
        alone = session.outcomes("SELECT sum(w) FROM t", seconds=5)
    together = dict(zip(*(column.to_pylist() for column in pieces[0].table.columns), strict=True))
    for number, outcome in enumerate(alone):
        known = [row[0] for row in worlds.world(number).rows["t"]]
        assert outcome.rows[0][0] == together[number] == (sum(known) if known else None)


REFUSED = [
    ("", "declares no table"),
    ("-- nothing", "declares no table"),
    ("CREATE TABLE t (a INT", "does not parse"),
    ("CREATE TABLE t", "a table without columns"),
    ("CREATE TABLE t AS SELECT 1 AS a", "a table without columns"),
    ("CREATE TABLE t (PRIMARY KEY (a))", "no column a"),
    ("CREATE TABLE t (a)", "'a' is not understood"),
    ("CREATE TABLE t (a INT, A TEXT)", "two columns A"),
    ("CREATE TABLE t (a INT); CREATE TABLE T (b INT)", "table T is declared twice"),
    ("CREATE TABLE t (a INT, PRIMARY KEY (b))", "t has no column b. Allowed: a."),
    ("CREATE TABLE t (a INT, UNIQUE (b))", "t has no column b"),
    ("CREATE TABLE t (a INT PRIMARY KEY, b INT PRIMARY KEY)", "two primary keys"),
    ("CREATE TABLE t (a INT CHECK (b > 0))", "t has no column b"),
    ("CREATE TABLE t (a INT CHECK (a IN (SELECT 1)))", "asks other rows"),
    ("CREATE TABLE t (a INT REFERENCES p)", "t refers to p, which is not there. Allowed: t."),
    ("CREATE TABLE p (b INT PRIMARY KEY); CREATE TABLE t (a INT REFERENCES p(c))", "p has no column c"),
    ("CREATE TABLE p (b INT PRIMARY KEY); CREATE TABLE t (a INT, FOREIGN KEY (c) REFERENCES p)", "t has no column c"),
    ("CREATE TABLE p (b INT); CREATE TABLE t (a INT REFERENCES p)", "refers with 1 columns to 0 of p"),
    ("CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b)); CREATE TABLE t (a INT REFERENCES p)", "1 columns to 2 of p"),
    ("CREATE TABLE a (i INT PRIMARY KEY REFERENCES b); CREATE TABLE b (i INT PRIMARY KEY REFERENCES a)",
     "a, b refer to one another in a circle"),
    ("CREATE TABLE a (i INT PRIMARY KEY REFERENCES c); CREATE TABLE b (i INT PRIMARY KEY REFERENCES a);"
     "CREATE TABLE c (i INT PRIMARY KEY REFERENCES b); CREATE TABLE d (i INT PRIMARY KEY)", "a, b, c refer"),
    ("CREATE TABLE t (a mood)", "unknown type 'mood'"),
    ("CREATE TABLE t (a INT[])", r"t.a is of the type INT\[\]. Allowed: TINYINT"),
    ("CREATE TABLE t (a INTERVAL)", "of the type INTERVAL"),
    ("CREATE TABLE liveloop_worlds (a INT)", "no name may be liveloop_worlds"),
    ('CREATE TABLE t ("a""b" INT)', "no name may be a\"b"),
    ("CREATE TABLE t (a INT); DROP TABLE t", "'DROP TABLE t' declares no table"),
    ("CREATE VIEW v AS SELECT 1", "declares no table"),
    ("SELECT 1", "'SELECT 1' declares no table"),
    ("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)", "declares no table"),
    ("ALTER TABLE t ADD PRIMARY KEY (a); CREATE TABLE t (a INT)", "comes before its CREATE"),
    ("CREATE TABLE t (a INT); ALTER TABLE t DROP COLUMN a", "ALTER TABLE t does more than add"),
    ("CREATE TABLE t (a INT); ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (z)", "t has no column z"),
    ("CREATE TABLE t (a INT); CREATE ASSERTION x CHECK (a >)", "a condition does not parse"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED)
@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_what_is_not_understood_is_refused_in_words(text, words, dialect):
    with pytest.raises(BadInput, match=words) as refused:
        read_schema(text, dialect=dialect)
    assert refused.value.where == "schema"
    assert refused.value.allowed
    assert "\x1b" not in str(refused.value)


def test_an_unknown_dialect_is_refused_before_anything_is_read():
    with pytest.raises(BadInput, match=r"no dialect 'oracle'\. Allowed: duckdb, mysql, postgres"):
        read_schema("nonsense", dialect="oracle")
