"""How is a small database grown in which anything legal may happen: NULLs, ties, copies, orphans, empty tables?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from liveloop.base.tables import Column, Table
from liveloop.sqldiff.database import DAY, HOUR, SECOND, Database, Row, Schema
from liveloop.sqldiff.grow import in_order
from liveloop.sqldiff.mine import Mined

_SOME_DAY = 18_080  # 2019-07-03
_TRIES = 6


@dataclass(frozen=True)
class Wilds:
    """The values to draw from, made once for a schema and the constants of two queries."""

    schema: Schema
    order: tuple[Table, ...]
    pools: dict[tuple[str, str], tuple[Any, ...]]


def wilds(schema: Schema, mined: Mined) -> Wilds:
    """Gather, for each column, the few values that its cells are drawn from."""
    pools = {}
    for table in schema.tables:
        for column in table.columns:
            pools[table.name, column.name] = _pool(schema, table, column, mined)
    return Wilds(schema, tuple(in_order(schema)), pools)


def grow_wild(given: Wilds, *, seed: int) -> Database:
    """Grow one wild database: keys, references and domains hold, all else is chance.

    Examples
    --------
    >>> t = Table("t", "t", ("a",), (Column("a", "INTEGER", "a"), Column("b", "VARCHAR", "b", nullable=True)))
    >>> grow_wild(wilds(Schema((t,)), Mined()), seed=3).schema.tables[0].name
    't'
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    most = chance.choice((1, 2, 2, 3, 3, 4, 6))
    nulls = chance.choice((0.0, 0.0, 0.1, 0.3, 0.6))
    narrow = chance.random() < 0.4  # few different values: ties, copies and groups
    rows: dict[str, list[Row]] = {}
    for table in given.order:
        rows[table.name] = []
        for _ in range(chance.randint(0 if chance.random() < 0.25 else 1, most)):
            row = _row(given, table, rows, (chance, nulls, narrow))
            if row is not None:
                rows[table.name].append(row)
    return Database(given.schema, {name: tuple(some) for name, some in rows.items()})


def _row(given: Wilds, table: Table, rows: dict[str, list[Row]], dice: tuple[random.Random, float, bool]) -> Row | None:
    chance, nulls, narrow = dice
    references = {at: (target, there) for at, target, there in given.schema.refers(table)}
    for _ in range(_TRIES):
        row: list[Any] = []
        for at, column in enumerate(table.columns):
            if column.nullable and chance.random() < nulls:
                row.append(None)
            elif at in references and references[at][0] != table.name:
                above = [other[references[at][1]] for other in rows[references[at][0]]]
                if not above and not column.nullable:
                    return None
                row.append(chance.choice(above) if above else None)
            else:
                pool = given.pools[table.name, column.name]
                row.append(chance.choice(pool[:3] if narrow else pool))
        if not _taken(given.schema, table, rows[table.name], row):
            return tuple(row)
    return None


def _taken(schema: Schema, table: Table, rows: Sequence[Row], row: Sequence[Any]) -> bool:
    for places in schema.keys(table):
        key = [row[i] for i in places]
        if None not in key and any([other[i] for i in places] == key for other in rows):
            return True
    return False


def _pool(schema: Schema, table: Table, column: Column, mined: Mined) -> tuple[Any, ...]:
    for name, at, values in schema.domains:
        if (name, at) == (table.name, column.name):
            return values
    kind, name = column.type.upper(), column.name.lower()
    beside = [*mined.literals.get(name, ()), *mined.thresholds.get(name, ())]
    pool = _values(kind, beside, mined)
    low = next((low for t, c, low in schema.least if (t, c) == (table.name, column.name)), None)
    if low is not None:
        pool = [value for value in pool if value >= low] or [low]
    return tuple(dict.fromkeys(pool))


def _values(kind: str, beside: list[Any], mined: Mined) -> list[Any]:
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMPTZ"):
        return _moments(kind, mined)
    if kind == "BOOLEAN":
        return [True, False]
    numbers = [value for value in (*beside, *mined.numbers) if isinstance(value, (int, float))]
    if kind.startswith(("INT", "BIGINT", "SMALLINT")):
        near = [int(value) + by for value in numbers for by in (0, 1, -1)]
        return [1, 2, 3, *[value for value in near if abs(value) < 2**31], 0, 4, 5]
    if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL", "NUMERIC")):
        about = [float(value) + by for value in numbers for by in (0, 0.5, -0.5)]
        made = [1.0, 2.0, 0.5, *about, 3.25, 10.0]
        return [_decimal(value) for value in made] if kind.startswith(("DECIMAL", "NUMERIC")) else made
    texts = [value for value in (*beside, *mined.texts) if isinstance(value, str)]
    plain = [text.replace("%", "") for text in texts if len(text) < 60]
    return ["a", "b", *plain, *[text + "x" for text in plain[:3]], *[text.lower() for text in plain[:4]], "c"]


def _decimal(value: float) -> Any:  # noqa: ANN401
    return round(value, 2)


def _moments(kind: str, mined: Mined) -> list[int]:
    steps = [0, DAY, *mined.intervals, -DAY, 2 * DAY, 7 * DAY, 30 * DAY]
    starts = list(mined.instants[:6]) or [_SOME_DAY * DAY]
    made = [start + step for start in starts for step in steps]
    if kind == "DATE":
        return list(dict.fromkeys(moment // DAY for moment in made))
    return [*made, *[moment + by for moment in made[:4] for by in (9 * HOUR, SECOND, -SECOND)]]
