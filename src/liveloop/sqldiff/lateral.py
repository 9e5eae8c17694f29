"""How does one query run on many small databases at once?

Every base table is replaced by its rows of one world, and the query stands behind LATERAL: DuckDB decorrelates it and
runs all worlds together. It is a screen only (some shapes are refused, and a planner may err): hits are replayed
plainly.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from liveloop.sqldiff.database import WORLD, Schema

RESERVED = "liveloop_"  # a text with this in it could reach behind the rewriting: it is none of anybody's tables
WORLDS = f"{RESERVED}worlds"
STORE = f"{RESERVED}all_"

# What it does not parse is answered here; its log would put the words of foreign text on the app's terminal.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def parse(text: str) -> exp.Query | None:
    """Parse one SELECT of DuckDB's, as a tree of the caller's own; None when it is not one, or not understood."""
    tree = _parsed(text)
    return None if tree is None else tree.copy()


@lru_cache(maxsize=64)
def _parsed(text: str) -> exp.Query | None:
    try:
        statements = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError, ValueError):
        return None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return None
    return statements[0]


@lru_cache(maxsize=128)  # one text goes to many databases, batch after batch
def lateral(text: str, schema: Schema, *, extra_column: bool = False, own: bool = False) -> str | None:
    """Write the query that runs `text` on every world at once; None when it cannot be rewritten.

    A text that uses reserved names could reach behind the rewriting; only one of our `own` may.

    Examples
    --------
    >>> from liveloop.base.tables import Column, Table
    >>> t = Table("t", "a thing", ("a",), (Column("a", "INTEGER", "a"),))
    >>> print(lateral("SELECT count(*) FROM t", Schema((t,))))  # doctest: +ELLIPSIS
    SELECT liveloop_d.liveloop_w, liveloop_q.* FROM liveloop_worlds AS liveloop_d, LATERAL (SELECT COUNT(*) FROM (...
    """
    tree = parse(text)
    if tree is None or (RESERVED in text.lower() and not own):
        return None
    bases = {table.name.lower(): table for table in schema.tables}
    _spell_pairs(tree)
    try:
        nodes = _base_tables(tree)
    except (SqlglotError, RecursionError, ValueError, KeyError, AttributeError):
        return None
    for node in nodes:
        table = bases.get(node.name.lower())
        if table is None or node.db or node.catalog:
            return None
        columns = [column.name for column in table.columns] + (["extra"] if extra_column else [])
        node.replace(_rows_of_world(node, table.name, columns))
    try:
        body = tree.sql(dialect="duckdb", comments=False)
    except (SqlglotError, RecursionError, ValueError):
        return None
    return (
        f"SELECT liveloop_d.{WORLD}, liveloop_q.* FROM {WORLDS} AS liveloop_d, "  # noqa: S608 - own text
        f"LATERAL ({body}) AS liveloop_q"
    )


def asks_for_order(text: str) -> bool:
    """Say whether a query asks for an order of its rows."""
    tree = parse(text)
    return tree is not None and tree.args.get("order") is not None


@lru_cache(maxsize=256)
def ranked(text: str) -> str:
    """Write a query whose last column says which place its order gives a row: 1 for all where it asks for none.

    Rows of worlds that run together come in no order; rows that tie have one place.

    Examples
    --------
    >>> ranked("SELECT a FROM t ORDER BY b DESC LIMIT 2")  # doctest: +ELLIPSIS
    'SELECT * EXCLUDE (liveloop_k0), DENSE_RANK() OVER (ORDER BY liveloop_k0 DESC...) AS liveloop_place FROM (...
    """
    tree = parse(text)
    order = tree.args.get("order") if tree is not None else None
    plain = f"SELECT *, 1 AS {RESERVED}place FROM ({text}) AS {RESERVED}ranked"  # noqa: S608 - own text
    if tree is None or order is None:
        return plain
    names = [f"{RESERVED}k{number}" for number in range(len(order.expressions))]
    keys = [exp.Ordered(this=exp.column(name), **{k: v for k, v in one.args.items() if k != "this"})
            for name, one in zip(names, order.expressions, strict=True)]  # fmt: skip
    if isinstance(tree, exp.Select) and tree.args.get("distinct") is None:
        places = list(tree.expressions)
        for name, one in zip(names, order.expressions, strict=True):
            tree.append("expressions", exp.alias_(_meant(one.this, places).copy(), name))
        left_out = f" EXCLUDE ({', '.join(names)})"
    else:
        keys, left_out = [one.copy() for one in order.expressions], ""
    try:
        by = ", ".join(key.sql(dialect="duckdb") for key in keys)
        body = tree.sql(dialect="duckdb", comments=False)
    except (SqlglotError, RecursionError, ValueError):
        return plain
    place = f"DENSE_RANK() OVER (ORDER BY {by}) AS {RESERVED}place"
    return f"SELECT *{left_out}, {place} FROM ({body}) AS {RESERVED}ranked"  # noqa: S608 - own text


def _spell_pairs(tree: exp.Query) -> None:
    """Ask by EXISTS whether several columns are IN a query, which no batch knows: in a filter it is the same."""
    for node in list(tree.find_all(exp.In)):
        query, pair = node.args.get("query"), node.this
        inner = query.this if isinstance(query, exp.Subquery) else query
        denied = isinstance(node.parent, exp.Not)
        whole = node.parent if denied and node.parent is not None else node
        if not isinstance(pair, exp.Tuple) or not isinstance(inner, exp.Query) or not _filters(whole):
            continue
        names = [f"{RESERVED}c{number}" for number in range(len(pair.expressions))]
        alias = exp.TableAlias(
            this=exp.to_identifier(f"{RESERVED}in"), columns=[exp.to_identifier(name) for name in names]
        )
        equal = exp.and_(*(exp.EQ(this=exp.column(name, table=f"{RESERVED}in"), expression=part.copy())
                           for name, part in zip(names, pair.expressions, strict=True)))  # fmt: skip
        if denied:  # a row that may be the same is enough for it to be unknown, and to let nothing through
            equal = exp.Coalesce(this=exp.paren(equal), expressions=[exp.true()])
        asked = exp.select("1").from_(exp.Subquery(this=inner.copy(), alias=alias)).where(equal)
        node.replace(exp.Exists(this=asked))


def _filters(node: exp.Expression) -> bool:
    """Say whether a condition lets rows through or not, so that NULL is the same as false."""
    outer = node.parent
    while isinstance(outer, (exp.And, exp.Or, exp.Paren)):
        outer = outer.parent
    return isinstance(outer, (exp.Where, exp.Having, exp.Qualify))


def _meant(key: exp.Expression, places: Sequence[exp.Expression]) -> exp.Expression:
    """Give what a key of ORDER BY stands for: a place by its number, an alias before a column of the same name."""
    if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit() and 0 < int(key.name) <= len(places):
        return places[int(key.name) - 1].unalias()
    if isinstance(key, exp.Column) and not key.table:
        for place in places:
            if isinstance(place, exp.Alias) and place.alias.lower() == key.name.lower():
                return place.unalias()
    return key


def _base_tables(tree: exp.Query) -> list[exp.Table]:
    found: dict[int, exp.Table] = {}
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                found[id(source)] = source
    every = list(tree.find_all(exp.Table))
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    # A table that no scope owns and that no CTE is called after (in a shape sqlglot does not scope) is a base too.
    for node in every:
        if id(node) not in found and node.name.lower() not in ctes:
            found[id(node)] = node
    return [node for node in every if id(node) in found and isinstance(node.this, exp.Identifier)]


def _rows_of_world(node: exp.Table, name: str, columns: list[str]) -> exp.Expression:
    listed = ", ".join(f'"{column}"' for column in columns)
    inner = sqlglot.parse_one(
        f'SELECT {listed} FROM "{STORE}{name}" WHERE "{STORE}{name}".{WORLD} = liveloop_d.{WORLD}',  # noqa: S608 - own text
        dialect="duckdb",
    )
    alias = node.args.get("alias")
    made = exp.Subquery(this=inner, alias=alias or exp.TableAlias(this=exp.to_identifier(node.name)))
    for key in ("joins", "pivots", "sample", "laterals"):
        if node.args.get(key):
            made.set(key, node.args[key])
    return made
