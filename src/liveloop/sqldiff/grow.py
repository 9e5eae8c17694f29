"""How is a small calm database grown from a schema and the constants that the queries mention?

Calm: no value is missing, no two times tie, nothing lies on a boundary, every fact is known at once, and all times fall
into those hours of a UTC day at which every zone in use has the same date.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liveloop.base.tables import Column, Table
from liveloop.sqldiff.database import DAY, HOUR, MINUTE, SECOND, Database, Schema
from liveloop.sqldiff.mine import Mined

ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo")
Pools = Mapping[tuple[str, str], Sequence[Any]]
_OPENS, _CLOSES = 8 * HOUR + 30 * MINUTE, 14 * HOUR + 30 * MINUTE
_START = 20_458 * DAY  # 2026-01-05, a Monday
_MANY = 20
_NUMERIC = ("INT", "BIGINT", "SMALLINT", "DOUBLE", "FLOAT", "DECIMAL", "NUMERIC")


@dataclass(frozen=True)
class Shape:
    """How large a database: people, rows of each table for each owner, how often an owner has none."""

    people: int
    most_rows: int = 1
    empty_share: float = 0.0
    null_share: float = 0.0
    dense: bool = False  # all within a few of the intervals mentioned


@dataclass
class _Growth:
    schema: Schema
    mined: Mined
    pools: Pools
    chance: random.Random
    shape: Shape
    rows: dict[str, list[list[Any]]] = field(default_factory=dict)
    owner: dict[tuple[str, int], int] = field(default_factory=dict)  # (table, row) -> person
    times: dict[int, list[int]] = field(default_factory=dict)  # person -> moments so far
    used: set[int] = field(default_factory=set)


def grow(schema: Schema, mined: Mined, shape: Shape, *, seed: int, pools: Pools | None = None) -> Database:
    """Grow one calm database.

    Examples
    --------
    >>> from liveloop.base.tables import Column, Table
    >>> users = Table("users", "u", ("id",), (Column("id", "BIGINT", "id"), Column("at", "TIMESTAMPTZ", "when")))
    >>> grow(Schema((users,)), Mined(), Shape(3), seed=1).size
    3
    """
    growth = _Growth(schema, mined, pools or {}, random.Random(seed), shape)  # noqa: S311 - not for secrets
    for person in range(1, shape.people + 1):
        growth.times[person] = [_moment(growth, _anchor(growth, person))]
    for table in in_order(schema):
        growth.rows[table.name] = []
        for person, parent in _owners(growth, table):
            _add_rows(growth, table, person, parent)
    return Database(schema, {name: tuple(tuple(row) for row in rows) for name, rows in growth.rows.items()})


def in_order(schema: Schema) -> list[Table]:
    """List the tables so that each stands after those it refers to (a reference to itself aside)."""
    left, done = list(schema.tables), []
    while left:
        names = {table.name for table in left}
        ready = [t for t in left if not any(n in names and n != t.name for _, n, _ in schema.leads(t))] or left[:1]
        done.extend(ready)
        left = [table for table in left if table not in ready]
    return done


def is_time(column: Column) -> bool:
    """Say whether a column holds a moment."""
    return column.type.upper().startswith("TIMESTAMP")


def is_number(column: Column) -> bool:
    """Say whether a column holds a number that is no identity."""
    numeric = column.type.upper().startswith(_NUMERIC)
    return numeric and not column.name.lower().endswith("_id") and column.refers_to is None


def _anchor(growth: _Growth, person: int) -> int:
    if growth.shape.people >= _MANY and len(growth.mined.instants) > 1:
        first, last = min(growth.mined.instants), max(growth.mined.instants)
        return first + (last - first) * (person - 1) // growth.shape.people  # so that no week stays empty
    if growth.mined.instants and growth.chance.random() < 0.85:
        first, last = min(growth.mined.instants), max(growth.mined.instants)
        edge = growth.chance.choice(growth.mined.instants)
        inside = growth.chance.randint(first, last) if last > first else edge
        return growth.chance.choice((edge - 9 * DAY, edge - 2 * DAY, edge + 3 * DAY, inside, inside))
    return _START + growth.chance.randrange(25) * DAY


def _owners(growth: _Growth, table: Table) -> list[tuple[int, tuple[str, int] | None]]:
    """List who each row (or handful of rows) of a table belongs to: a person, and the row it hangs on."""
    parents = [name for _, name, _ in growth.schema.refers(table) if name != table.name]
    if not parents:
        return [(person, None) for person in range(1, growth.shape.people + 1)]
    deepest = max(parents, key=lambda name: [t.name for t in in_order(growth.schema)].index(name))
    return [(growth.owner[deepest, at], (deepest, at)) for at in range(len(growth.rows[deepest]))]


def _add_rows(growth: _Growth, table: Table, person: int, parent: tuple[str, int] | None) -> None:
    chance, shape = growth.chance, growth.shape
    is_parent = any(name == table.name for other in growth.schema.tables for _, name, _ in growth.schema.refers(other))
    count = 1 if shape.most_rows == 1 or (is_parent and parent is None) else chance.randint(1, shape.most_rows)
    if not (is_parent and parent is None) and chance.random() < shape.empty_share:
        count = 0
    made = [_row(growth, table, person, parent) for _ in range(count)]
    for number, row in enumerate(sorted(made, key=lambda row: _happened(table, row))):
        _number_revision(table, row, number)
        if not _breaks_unique(growth, table, row):
            growth.owner[table.name, len(growth.rows[table.name])] = person
            growth.rows[table.name].append(row)


def _happened(table: Table, row: list[Any]) -> int:
    return next((value for column, value in zip(table.columns, row, strict=True) if is_time(column) and value), 0)


def _number_revision(table: Table, row: list[Any], number: int) -> None:
    for at, column in enumerate(table.columns):
        if column.name == "revision":
            row[at] = number + 1


def _breaks_unique(growth: _Growth, table: Table, row: list[Any]) -> bool:
    names = [column.name for column in table.columns]
    keys = [table.key, *(columns for name, columns in growth.schema.unique if name == table.name)]
    for key in keys:
        at = [names.index(name) for name in key if name in names]
        if at and any(all(other[i] == row[i] for i in at) for other in growth.rows[table.name]):
            return True
    return False


def _row(growth: _Growth, table: Table, person: int, parent: tuple[str, int] | None) -> list[Any]:
    happened = _when(growth, table, person, parent)
    row: list[Any] = []
    for at, column in enumerate(table.columns):
        if column.name in table.key and column.refers_to is None and not is_time(column):
            row.append(_identity(growth, table, column))
        elif column.refers_to is not None:
            row.append(_reference(growth, table, (person, parent), at))
        else:
            row.append(_value(growth, table, column, happened))
        if column.nullable and growth.chance.random() < growth.shape.null_share:
            row[-1] = None
    return row


def _identity(growth: _Growth, table: Table, column: Column) -> Any:  # noqa: ANN401
    number = 100 * (growth.schema.tables.index(table) + 1) + len(growth.rows[table.name]) + 1
    number += 13 * sum(1 for _ in growth.used) % 37 if len(table.key) > 1 else 0
    taken = {row[table.columns.index(column)] for row in growth.rows[table.name]}
    made: Any = number + growth.chance.randrange(50) * 1000
    made = f"{column.name}{made}" if column.type.upper().startswith(("VARCHAR", "TEXT")) else made
    while made in taken:
        made = f"{made}x" if isinstance(made, str) else made + 1
    return made


def _reference(growth: _Growth, table: Table, owner: tuple[int, tuple[str, int] | None], at: int) -> Any:  # noqa: ANN401
    person, parent = owner
    column = table.columns[at]
    target, _, name = str(column.refers_to).partition(".")
    if parent is not None:
        above = growth.schema.table(parent[0])
        hung = growth.rows[parent[0]][parent[1]]
        if parent[0] == target:
            return hung[[c.name for c in above.columns].index(name)]
        if growth.schema.narratives:
            for place, other in enumerate(above.columns):  # two paths to one table end at the same row
                if other.refers_to == column.refers_to:
                    return hung[place]
    if growth.rows.get(target):
        mine = [i for i in range(len(growth.rows[target])) if growth.owner[target, i] == person]
        place = [c.name for c in growth.schema.table(target).columns].index(name)
        return growth.rows[target][growth.chance.choice(mine or list(range(len(growth.rows[target]))))][place]
    return _absent(growth, target, person)


def _absent(growth: _Growth, target: str, person: int) -> int:
    """Give the identity of a row in a table that is not there: a person's own user or account, or a thing of theirs."""
    if target in ("users", "accounts") or growth.shape.most_rows == 1:
        return person + (0 if target == "users" else 10 * (1 + sum(map(ord, target)) % 89))
    return 1000 + person * 10 + growth.chance.randrange(7)


def _when(growth: _Growth, table: Table, person: int, parent: tuple[str, int] | None) -> int:
    chance = growth.chance
    below = 0
    if parent is not None:
        above = growth.schema.table(parent[0])
        below = _happened(above, growth.rows[parent[0]][parent[1]])
    if table.name in ("users", "accounts") and growth.schema.narratives:
        first = min(growth.times[person])
        return _fresh(growth, first - (chance.randint(20, 60) * DAY if table.name == "users" else 90 * DAY))
    deep = parent is not None and parent[0] not in ("users", "accounts")
    start = below if deep or (parent is not None and chance.random() < 0.3) else chance.choice(growth.times[person])
    at = _moment(growth, start + _offset(growth, deep=deep))
    tries = 0
    while growth.schema.narratives and at <= below and tries < 20:
        at, tries = _moment(growth, max(start, below) + abs(_offset(growth, deep=deep)) + tries * HOUR), tries + 1
    growth.times[person].append(at)
    return at


def _offset(growth: _Growth, *, deep: bool) -> int:
    """Choose how long after (or before) another moment: beside the intervals mentioned, never on one."""
    chance = growth.chance
    choices = [3 * MINUTE, 11 * MINUTE, 40 * MINUTE, 2 * HOUR]
    if growth.shape.dense and growth.mined.intervals:
        interval = chance.choice(growth.mined.intervals)
        # With 1.0 they lie an interval and some seconds apart: `_moment` chooses the seconds.
        return int(interval * chance.choice((0.07, 0.2, 0.35, 0.55, 0.8, 0.97, 1.0, 1.0, 1.03, 1.4)))
    if not deep:
        choices += [DAY, 3 * DAY, 9 * DAY]
    for interval in growth.mined.intervals:
        choices += [interval // 20, interval // 3, int(interval * 0.8), int(interval * 1.3), interval * 2]
        nudge = min(interval // 3, chance.choice((4 * MINUTE, 25 * MINUTE, 3 * HOUR)))
        choices += [interval - nudge, interval + nudge, interval + nudge]
    made = chance.choice(choices)
    return -made if chance.random() < 0.2 and not deep else made


def _moment(growth: _Growth, wanted: int) -> int:
    """Move a moment into the calm hours of its day, off every whole minute, to where no other moment is."""
    day, hour = divmod(wanted, DAY)
    if not _OPENS <= hour < _CLOSES:
        hour = growth.chance.randrange(_OPENS, _CLOSES)
    return _fresh(growth, day * DAY + hour)


def _fresh(growth: _Growth, at: int) -> int:
    at = at // MINUTE * MINUTE + growth.chance.randrange(3, 57) * SECOND
    while any(at + nudge in growth.used for nudge in (-SECOND, 0, SECOND)):
        at += 97 * SECOND
    growth.used.add(at)
    return at


def _value(growth: _Growth, table: Table, column: Column, happened: int) -> Any:  # noqa: ANN401
    kind = column.type.upper()
    if is_time(column):
        return _time_value(growth, column, happened)
    if kind == "DATE":
        return happened // DAY
    if kind == "BOOLEAN":
        return growth.chance.random() < 0.5
    if column.name == "time_zone":
        return growth.chance.choice(ZONES)
    if column.name.lower().endswith("_id"):
        return _loose_identity(growth, table, column)
    if is_number(column):
        return _number_value(growth, table, column)
    return _text_value(growth, table, column)


def _time_value(growth: _Growth, column: Column, happened: int) -> int:
    if column.name == "happened_at" or not growth.schema.narratives:
        return happened
    if column.name == "known_at":
        return happened + growth.chance.randrange(1, 3) * SECOND + 7
    wait = abs(_offset(growth, deep=True))
    day, hour = divmod(happened + wait, DAY)
    inside = min(max(hour, _OPENS), _CLOSES) + growth.chance.randrange(3, 57) * SECOND
    return max(day * DAY + inside, happened + 5 * SECOND)


def _loose_identity(growth: _Growth, table: Table, column: Column) -> Any:  # noqa: ANN401
    taken = len(growth.rows[table.name])
    parents = {name for other in growth.schema.tables for _, name, _ in growth.schema.refers(other)}
    alone = not column.nullable and (table.name in parents or table.name in ("users", "accounts"))
    made: Any = 7000 + taken if alone else 7000 + growth.chance.randrange(3)
    return str(made) if column.type.upper().startswith(("VARCHAR", "TEXT")) else made


def _number_value(growth: _Growth, table: Table, column: Column) -> Any:  # noqa: ANN401
    chance, name = growth.chance, column.name.lower()
    whole = "INT" in column.type.upper()
    equals = [v for v in growth.mined.literals.get(name, ()) if isinstance(v, (int, float))]
    if equals and chance.random() < 0.5:
        return int(chance.choice(equals)) if whole else float(chance.choice(equals))
    limits = [v for v in growth.mined.thresholds.get(name, ()) if isinstance(v, (int, float))]
    pool = [v for v in growth.pools.get((table.name, column.name), ()) if v is not None and v not in limits]
    if limits and chance.random() < 0.75:
        limit = chance.choice(limits)
        return beside(limit, chance.choice((-0.6, -0.13, 0.11, 0.7)), whole=whole)
    if pool and chance.random() < 0.7:
        return chance.choice(pool)
    made: Any = chance.randrange(1, 9) if whole else round(chance.uniform(0.02, 0.98), 4)
    return made + 1 if made in limits else made


def beside(limit: float, share: float, *, whole: bool) -> float:
    """Give a value near a threshold but not on it."""
    if whole:
        return int(limit) + (1 if share > 0 else -1) * (1 if abs(share) < 0.2 else 3)
    return round(limit + share * (abs(limit) or 1.0) * 0.4, 5)


def _text_value(growth: _Growth, table: Table, column: Column) -> str:
    chance = growth.chance
    literals = [v for v in growth.mined.literals.get(column.name.lower(), ()) if isinstance(v, str)]
    pool = [v for v in growth.pools.get((table.name, column.name), ()) if isinstance(v, str)]
    if literals and chance.random() < 0.65:
        return str(chance.choice(literals)).replace("%", "")
    if len(set(literals)) == 1 and set(pool) <= set(literals):
        return "another"  # a condition that holds for every row of the world could be left out unseen
    return str(chance.choice(pool)) if pool else chance.choice(("alpha", "beta", "gamma"))
