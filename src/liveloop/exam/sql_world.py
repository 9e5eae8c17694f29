"""What do a drill's small databases take from the drill's world: values that occur, and people with all their rows?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from liveloop.drill import Drill
from liveloop.sqldiff.database import Database, Row, Schema
from liveloop.sqldiff.twist import legal
from liveloop.worlds.world import World

Rows = dict[str, tuple[Row, ...]]
_PEOPLE = (2, 5, 12, 30)
_MOST_VALUES = 12


def draw_rows(drill: Drill, seed: int) -> Rows:
    """Draw the drill's world and read its tables into plain rows."""
    tables = drill.sql.tables if drill.sql else ()
    return _draw(repr(sorted(drill.world.settings.items())), _Settings(drill.world.settings), seed, tables)


class _Settings(dict[str, Any]):
    """Settings that an LRU may hold: the key beside them tells them apart."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings)


@lru_cache(maxsize=16)
def _draw(key: str, settings: _Settings, seed: int, names: tuple[str, ...]) -> Rows:
    return {name: read_rows(table) for name, table in _tables(key, settings, seed, names).items()}


@lru_cache(maxsize=8)
def _tables(key: str, settings: _Settings, seed: int, names: tuple[str, ...]) -> dict[str, pa.Table]:
    del key
    tables = World.from_settings(dict(settings)).draw(seed).tables
    return {name: tables[name] for name in names}


def visible_tables(drill: Drill, seed: int) -> dict[str, pa.Table]:
    """Draw the tables that a candidate may look at."""
    tables = drill.sql.tables if drill.sql else ()
    return _tables(repr(sorted(drill.world.settings.items())), _Settings(drill.world.settings), seed, tables)


def larger_tables(drill: Drill, seed: int) -> dict[str, pa.Table]:
    """Draw the drill's world at ten times its size."""
    settings = dict(drill.world.settings)
    world = World.from_settings(settings)
    settings.pop("messages", None)
    settings["accounts"] = 10 * world.accounts
    tables = drill.sql.tables if drill.sql else ()
    return _tables(repr(sorted(settings.items())), _Settings(settings), seed, tables)


def read_rows(table: pa.Table) -> tuple[Row, ...]:
    """Read an Arrow table into rows: instants as microseconds."""
    columns = [_plain(column) for column in table.columns]
    return tuple(zip(*columns, strict=True))


def _plain(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        return list(column.cast(pa.timestamp("us", tz=column.type.tz)).cast(pa.int64()).to_pylist())
    if pa.types.is_date(column.type):
        return list(column.cast(pa.date32()).cast(pa.int32()).to_pylist())
    return list(column.to_pylist())


def pools_of(schema: Schema, rows: Rows) -> dict[tuple[str, str], list[Any]]:
    """Gather, for each column, some values that occur in the draw."""
    pools = {}
    for table in schema.tables:
        some = rows.get(table.name, ())[:400]
        for at, column in enumerate(table.columns):
            values = [value for value in dict.fromkeys(row[at] for row in some) if value is not None]
            if column.type.upper() in ("VARCHAR", "INTEGER", "DOUBLE"):
                pools[table.name, column.name] = values[:_MOST_VALUES]
    return pools


def cut_out(schema: Schema, rows: Rows, *, seed: int) -> list[Database]:
    """Cut handfuls of people out of a draw, each with every row that is theirs and all that these refer to."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    people = sorted({person for table in schema.tables for person in _people(schema, table.name, rows)})
    made = []
    for count in _PEOPLE:
        if not people:
            break
        chosen = set(chance.sample(people, min(count, len(people))))
        database = _closed(schema, rows, chosen)
        if database.size and legal(database):
            made.append(database)
    return made


def _person_at(schema: Schema, name: str) -> int | None:
    table = schema.table(name)
    for at, column in enumerate(table.columns):
        if column.refers_to == "users.user_id" or (name == "users" and column.name == "user_id"):
            return at
    return None


def _people(schema: Schema, name: str, rows: Rows) -> set[int]:
    at = _person_at(schema, name)
    return set() if at is None else {row[at] for row in rows[name] if row[at] is not None}


def _closed(schema: Schema, rows: Rows, chosen: set[int]) -> Database:
    kept: dict[str, list[Row]] = {}
    for table in schema.tables:
        at = _person_at(schema, table.name)
        if at is not None:
            kept[table.name] = [row for row in rows[table.name] if row[at] in chosen]
    for table in _later(schema, kept):
        above = [(own, target, there) for own, target, there in schema.refers(table) if target in kept]
        keys = [(own, {row[there] for row in kept[target]}) for own, target, there in above]
        below = _keys_used(schema, kept, table.name)
        kept[table.name] = [
            row
            for row in rows[table.name]
            if any(row[own] in known for own, known in keys) or any(row[at] in known for at, known in below)
        ]
    for _ in range(3):
        _drop_orphans(schema, kept)
    return Database(schema, {name: tuple(some) for name, some in kept.items()})


def _later(schema: Schema, kept: dict[str, list[Row]]) -> Sequence[Any]:
    return [table for table in schema.tables if table.name not in kept]


def _keys_used(schema: Schema, kept: dict[str, list[Row]], name: str) -> list[tuple[int, set[Any]]]:
    found = []
    for other in schema.tables:
        for own, target, there in schema.refers(other):
            if target == name and other.name in kept:
                found.append((there, {row[own] for row in kept[other.name]}))
    return found


def _drop_orphans(schema: Schema, kept: dict[str, list[Row]]) -> None:
    for table in schema.tables:
        for own, target, there in schema.refers(table):
            keys = {row[there] for row in kept[target]}
            kept[table.name] = [row for row in kept[table.name] if row[own] is None or row[own] in keys]
