"""Which columns draw from one pool: those of one name, those that refer, and those that a query sets side by side?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlglot import exp

from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.lateral import parse

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
BROKEN = ("DOUBLE", "FLOAT", "DECIMAL", "NUMERIC")
_TOGETHER = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.DateDiff, exp.TimestampDiff,
             exp.NullSafeEQ, exp.NullSafeNEQ, exp.Sub, exp.Add)  # fmt: skip
Name = tuple[str, str]  # of a column, in lower case, and the family of its type


def groups_of(schema: Schema, texts: Sequence[str]) -> dict[Name, int]:
    """Number the groups of columns.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> schema = read_schema("CREATE TABLE t (a INT, b INT, c INT)")
    >>> found = groups_of(schema, ["SELECT 1 FROM t WHERE a < b"])
    >>> found["a", "number"] == found["b", "number"], found["a", "number"] == found["c", "number"]
    (True, False)
    """
    union = _Union({(c.name.lower(), family(c.type)) for t in schema.tables for c in t.columns})
    for table in schema.tables:
        for column in table.columns:
            if column.refers_to:
                union.join((column.refers_to.partition(".")[2].lower(), column.name.lower()))
    for _, columns, _, there in schema.links:
        for own, other in zip(columns, there, strict=True):
            union.join((other.lower(), own.lower()))
    for names in _met(tuple(texts)):
        union.join(names)
    if schema.narratives:  # which of two moments is the later is told by their places in one pool
        union.join(name for name, kind in sorted(union.leader) if kind == "time")
    return union.numbered()


class _Union:
    """Names that lead to one another."""

    def __init__(self, names: set[Name]) -> None:
        self.leader = {name: name for name in sorted(names)}

    def find(self, name: Name) -> Name:
        while self.leader[name] != name:
            name = self.leader[name]
        return name

    def join(self, names: Iterable[str]) -> None:
        first: dict[str, Name] = {}
        for name in names:
            for kind in [kind for known, kind in self.leader if known == name]:
                one = self.find((name, kind))
                self.leader[one] = self.find(first.setdefault(kind, one))

    def numbered(self) -> dict[Name, int]:
        numbers: dict[Name, int] = {}
        return {name: numbers.setdefault(self.find(name), len(numbers)) for name in self.leader}


def family(kind: str) -> str:
    """Say to which family a type belongs: values of one can meet.

    Examples
    --------
    >>> family("BIGINT"), family("TIMESTAMPTZ"), family("DECIMAL(10,2)")
    ('number', 'time', 'number')
    """
    upper = kind.upper()
    if upper.startswith((*WHOLE, *BROKEN)):
        return "number"
    if upper.startswith(("DATE", "TIMESTAMP")):
        return "time"
    return upper if upper in ("BOOLEAN", "TIME") else "text"


@lru_cache(maxsize=256)
def _met(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Give the names of columns that meet in a comparison; an alias stands for what it names."""
    found: list[tuple[str, ...]] = []
    for text in texts:
        tree = parse(text)
        if tree is None:
            continue
        meant: dict[str, set[str]] = {}
        for alias in tree.find_all(exp.Alias):
            meant.setdefault(alias.alias.lower(), set()).update(c.name.lower() for c in alias.find_all(exp.Column))
        for node in tree.find_all(*_TOGETHER):
            names: dict[str, None] = {}
            for column in node.find_all(exp.Column):
                for name in (column.name.lower(), *sorted(meant.get(column.name.lower(), ()))):
                    names[name] = None
            if len(names) > 1:
                found.append(tuple(names))
    return tuple(found)
