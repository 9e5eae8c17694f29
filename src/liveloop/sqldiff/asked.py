"""What do queries and claims ask of the worlds: which tables, how large, with which values?"""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.grow import in_order
from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.pools import MOST_LARGE, Drawing


def read(schema: Schema, texts: Sequence[str]) -> frozenset[str]:
    """Name the tables that the texts and claims mention, and those that their rows must refer to; all when unsure."""
    said = " ".join((*texts, *schema.claims)).lower()
    found = {table.name for table in schema.tables if table.name.lower() in said}
    for table in reversed(in_order(schema)):
        if table.name in found:
            found.update(target for _, target, _ in schema.leads(table))
    return frozenset(found or {table.name for table in schema.tables})


def counts(text: str) -> list[int]:
    """Give the small whole numbers of a query: a group or a limit may be as large."""
    tree = parse(text)
    if tree is None:
        return []
    numbers = [int(one.name) for one in tree.find_all(exp.Literal) if not one.is_string and one.name.isdigit()]
    return [number for number in numbers if 3 < number <= MOST_LARGE]


def wanted(schema: Schema, drawn: dict[tuple[str, str], Drawing]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Give the values that claims want some columns to have, by table, as places of columns and of values."""
    found: dict[str, list[tuple[int, int]]] = {}
    for claim in schema.claims:
        for node in sqlglot.parse_one(claim, dialect="duckdb").find_all(exp.EQ):
            column, value = node.this, node.expression
            select = node.find_ancestor(exp.Select)
            source = select.find(exp.Table) if select is not None else None
            if not isinstance(column, exp.Column) or not isinstance(value, exp.Literal) or source is None:
                continue
            table = next((t for t in schema.tables if t.name.lower() == source.name.lower()), None)
            at = (
                next((i for i, c in enumerate(table.columns) if c.name.lower() == column.name.lower()), None)
                if table
                else None
            )
            if table is None or at is None:
                continue
            pool = drawn[table.name, table.columns[at].name].pool
            said = value.name if value.is_string else float(value.name)
            place = next((i for i, v in enumerate(pool.values) if v == said), None)
            if place is not None:
                found.setdefault(table.name, []).append((at, place))
    return {name: tuple(pairs) for name, pairs in found.items()}
