"""How is one row of a small database moved, dropped, copied or changed while the database stays legal?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from liveloop.base.tables import Table
from liveloop.sqldiff.database import Database, Row, Schema
from liveloop.sqldiff.grow import is_time

RowName = tuple[str, Any]  # table, key


@dataclass(frozen=True)
class Twist:
    """A database with one nasty thing in it, and its calm neighbours.

    On `beside` only a reference is run: when its result is the same on all of them, the twist touches nothing.
    `held` names the rows that `says` speaks of; `unless` the probes whose findings explain what breaks here too.
    """

    nasty: Database
    calm: tuple[Database, ...]
    says: str
    beside: tuple[Database, ...] = ()
    held: tuple[RowName, ...] = ()
    unless: tuple[str, ...] = ()


def place(table: Table, name: str) -> int:
    """Find the position of a column."""
    return [column.name for column in table.columns].index(name)


def each_row(database: Database) -> Iterator[tuple[Table, int, Row]]:
    """Go through all rows: their table, their position in it, their cells."""
    for table in database.schema.tables:
        for at, row in enumerate(database.rows.get(table.name, ())):
            yield table, at, row


def with_cell(database: Database, table: Table, at: int, changes: dict[int, Any]) -> Database:
    """Change some cells of one row."""
    rows = list(database.rows[table.name])
    rows[at] = tuple(changes.get(i, cell) for i, cell in enumerate(rows[at]))
    return database.replacing(**{table.name: rows})


def without(database: Database, table: Table, gone: set[int]) -> Database:
    """Drop some rows of a table, and every row that refers to one of them, however far."""
    rows = {name: list(some) for name, some in database.rows.items()}
    _drop(database.schema, rows, table, gone)
    return database.replacing(**rows)


def _drop(schema: Schema, rows: dict[str, list[Row]], table: Table, gone: set[int]) -> None:
    lost = [row for at, row in enumerate(rows[table.name]) if at in gone]
    rows[table.name] = [row for at, row in enumerate(rows[table.name]) if at not in gone]
    if not lost:
        return
    for other in schema.tables:
        for at, target, there in schema.refers(other):
            if target != table.name:
                continue
            keys = {row[there] for row in lost} - {row[there] for row in rows[table.name]}
            orphans = {i for i, row in enumerate(rows[other.name]) if row[at] in keys and row[at] is not None}
            _drop(schema, rows, other, orphans)


def shift(database: Database, table: Table, at: int, micros: int) -> Database:
    """Move all times of one row, and of every row that hangs on it, by as much."""
    moved: dict[str, set[int]] = {}
    _gather(database, table, at, moved)
    rows = {}
    for name, positions in moved.items():
        times = set(database.schema.times(database.schema.table(name)))
        rows[name] = [
            tuple(cell + micros if i in times and cell is not None else cell for i, cell in enumerate(row))
            if position in positions
            else row
            for position, row in enumerate(database.rows[name])
        ]
    return database.replacing(**rows)


def hanging(database: Database, table: Table, at: int) -> set[tuple[str, int]]:
    """Name a row and all that hang on it, by table and position."""
    moved: dict[str, set[int]] = {}
    _gather(database, table, at, moved)
    return {(name, position) for name, positions in moved.items() for position in positions}


def _gather(database: Database, table: Table, at: int, moved: dict[str, set[int]]) -> None:
    if at in moved.setdefault(table.name, set()):
        return
    moved[table.name].add(at)
    row = database.rows[table.name][at]
    for other in database.schema.tables:
        for own, target, there in database.schema.refers(other):
            if target == table.name:
                for i, child in enumerate(database.rows[other.name]):
                    if child[own] == row[there] and child[own] is not None:
                        _gather(database, other, i, moved)


def copied(database: Database, table: Table, at: int, changes: dict[int, Any]) -> Database:
    """Add a copy of one row behind it all, with a new key and some cells changed."""
    row = database.rows[table.name][at]
    fresh = {place(table, name): _new_key(database, table, name, row) for name in table.key}
    copy = tuple({**fresh, **changes}.get(i, cell) for i, cell in enumerate(row))
    return database.replacing(**{table.name: (*database.rows[table.name], copy)})


def _new_key(database: Database, table: Table, name: str, row: Row) -> Any:  # noqa: ANN401
    at = place(table, name)
    if table.columns[at].refers_to is not None or is_time(table.columns[at]):
        return row[at]
    values = [other[at] for other in database.rows[table.name]]
    if isinstance(row[at], int):
        return max(value for value in values if value is not None) + 1
    return f"{row[at]}2"


def legal(database: Database) -> bool:
    """Say whether keys, references and the order of times hold."""
    return all(_legal_rows(database, table) for table in database.schema.tables)


def _legal_rows(database: Database, table: Table) -> bool:
    schema, rows = database.schema, database.rows.get(table.name, ())
    for places in schema.keys(table):
        keys = [key for row in rows if None not in (key := tuple(row[i] for i in places))]
        if len(set(keys)) != len(keys):
            return False
    happened = _happened_at(table)
    for own, target, there in schema.refers(table):
        found = {row[there]: row for row in database.rows.get(target, ())}
        if any(row[own] is not None and row[own] not in found for row in rows):
            return False
        above = _happened_at(schema.table(target))
        if not schema.narratives or happened is None or above is None:
            continue
        if any(row[own] in found and found[row[own]][above] > row[happened] for row in rows):
            return False
    if not schema.narratives or happened is None:
        return True
    times = schema.times(table)
    return not any(row[i] is not None and row[i] < row[happened] for row in rows for i in times)


def _happened_at(table: Table) -> int | None:
    return next((i for i, column in enumerate(table.columns) if column.name == "happened_at"), None)


def named_rows(database: Database) -> list[tuple[RowName, Row]]:
    """Name each row by its table and key."""
    named = []
    for table in database.schema.tables:
        places = [place(table, name) for name in table.key]
        for at, row in enumerate(database.rows.get(table.name, ())):
            key = tuple(row[i] for i in places) if places else (at,)
            named.append(((table.name, key), row))
    return named


def called(database: Database, table: Table, *positions: int) -> tuple[RowName, ...]:
    """Name some rows of one table by their positions."""
    places = [place(table, name) for name in table.key]
    rows = database.rows[table.name]
    return tuple((table.name, tuple(rows[at][i] for i in places) if places else (at,)) for at in positions)


def fellows(database: Database, held: Iterable[RowName]) -> bool:
    """Say whether one of the named rows shares a reference with another row of its table: they form a group."""
    wanted = set(held)
    for table in database.schema.tables:
        rows = database.rows[table.name]
        names = called(database, table, *range(len(rows)))
        for i, column in enumerate(table.columns):
            times = Counter(row[i] for row in rows if row[i] is not None) if column.refers_to is not None else Counter()
            if any(times[row[i]] > 1 for name, row in zip(names, rows, strict=True) if name in wanted):
                return True
    return False


def connected(database: Database) -> list[frozenset[RowName]]:
    """Group the rows that hang together by references: mostly one group for each person."""
    leader: dict[Any, Any] = {}

    def find(name: Any) -> Any:  # noqa: ANN401
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for (table_name, key), row in named_rows(database):
        table = database.schema.table(table_name)
        for at, column in enumerate(table.columns):
            if column.refers_to is not None and row[at] is not None:
                leader[find((table_name, key))] = find((column.refers_to, row[at]))
            elif column.name in table.key:
                leader[find((table_name, key))] = find((f"{table_name}.{column.name}", row[at]))
    groups: dict[Any, set[RowName]] = {}
    for name, _ in named_rows(database):
        groups.setdefault(find(name), set()).add(name)
    return [frozenset(group) for group in groups.values()]


@lru_cache(maxsize=2048)
def parted(database: Database) -> list[Database]:
    """Part a database into those that hang together, each on its own; one that hangs together gives none."""
    groups = connected(database)
    if len(groups) < 2:
        return []
    named = [name for name, _ in named_rows(database)]
    made = []
    for group in groups:
        kept: dict[str, list[Row]] = {table.name: [] for table in database.schema.tables}
        for (name, _), row in zip(named, (row for _, row in named_rows(database)), strict=True):
            if (name, _) in group:
                kept[name].append(row)
        made.append(database.replacing(**kept))
    return made
