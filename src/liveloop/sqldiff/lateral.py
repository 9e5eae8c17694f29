"""How does one query run on many small databases at once?

Every base table is replaced by its rows of one world, and the query stands behind LATERAL: DuckDB decorrelates it and
runs all worlds together. It is a screen only (some shapes are refused, and a planner may err): hits are replayed
plainly.
"""

from __future__ import annotations

import logging
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

from liveloop.sqldiff.database import Schema

RESERVED = "liveloop_"  # a text with this in it could reach behind the rewriting: it is none of anybody's tables
WORLDS = f"{RESERVED}worlds"
STORE = f"{RESERVED}all_"

# What it does not parse is answered here; its log would put the words of foreign text on the app's terminal.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def parse(text: str) -> exp.Query | None:
    """Parse one SELECT in DuckDB's dialect; None when it is not one, or not understood."""
    try:
        statements = [tree for tree in sqlglot.parse(text, dialect="duckdb") if tree is not None]
    except (SqlglotError, RecursionError, ValueError):
        return None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return None
    return statements[0]


@lru_cache(maxsize=128)  # one text goes to many databases, batch after batch
def lateral(text: str, schema: Schema, *, extra_column: bool = False) -> str | None:
    """Write the query that runs `text` on every world at once; None when it cannot be rewritten.

    Examples
    --------
    >>> from liveloop.base.tables import Column, Table
    >>> t = Table("t", "a thing", ("a",), (Column("a", "INTEGER", "a"),))
    >>> print(lateral("SELECT count(*) FROM t", Schema((t,))))  # doctest: +ELLIPSIS
    SELECT liveloop_d.w AS w, liveloop_q.* FROM liveloop_worlds AS liveloop_d, LATERAL (SELECT COUNT(*) FROM (...
    """
    tree = parse(text)
    if tree is None or RESERVED in text.lower():
        return None
    bases = {table.name.lower(): table for table in schema.tables}
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
        f"SELECT liveloop_d.w AS w, liveloop_q.* FROM {WORLDS} AS liveloop_d, "  # noqa: S608 - own text
        f"LATERAL ({body}) AS liveloop_q"
    )


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
        f'SELECT {listed} FROM "{STORE}{name}" WHERE "{STORE}{name}".w = liveloop_d.w',  # noqa: S608 - own text
        dialect="duckdb",
    )
    alias = node.args.get("alias")
    made = exp.Subquery(this=inner, alias=alias or exp.TableAlias(this=exp.to_identifier(node.name)))
    for key in ("joins", "pivots", "sample", "laterals"):
        if node.args.get(key):
            made.set(key, node.args[key])
    return made
