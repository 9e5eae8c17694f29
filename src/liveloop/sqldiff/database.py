"""What is a small database, what came of a query on it, and how do many travel at once?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa

from liveloop.base.tables import Table

Row = tuple[Any, ...]
WORLD = "liveloop_w"  # the column that says to which world a row belongs: a table may have a column w of its own
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Schema:
    """The tables that a query may read, and what always holds in them beyond keys and references.

    `unique` lists further keys as (table, columns); `domains` the values a column may hold, as (table, column,
    values), and `least` the smallest number it may, as (table, column, number). `checks` are conditions on one row, as
    (table, DuckDB's SQL), `claims` conditions on the whole database, and `links` references of several columns, as
    (table, columns, other table, its columns). `enums` are types, as (name, values), and `enumerated` the columns of
    such a type, as (table, column, name of the type). `narratives` says that the facts belong to a product's history:
    a child happens after its parent, a fact is known after it happened, and two paths of references from one row to
    the same table end at the same row.
    """

    tables: tuple[Table, ...]
    unique: tuple[tuple[str, tuple[str, ...]], ...] = ()
    narratives: bool = False
    domains: tuple[tuple[str, str, tuple[Any, ...]], ...] = ()
    least: tuple[tuple[str, str, float], ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    claims: tuple[str, ...] = ()
    links: tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...] = ()
    enums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    enumerated: tuple[tuple[str, str, str], ...] = ()

    def table(self, name: str) -> Table:
        """Find a table by its name, in any case of letters."""
        for table in self.tables:
            if table.name.lower() == name.lower():
                return table
        raise KeyError(name)

    def refers(self, table: Table) -> list[tuple[int, str, int]]:
        """List the references of a table into this schema: own column, the other table, its column."""
        return self._references[table.name]

    @cached_property
    def _references(self) -> dict[str, list[tuple[int, str, int]]]:
        names = {other.name: [column.name for column in other.columns] for other in self.tables}
        found: dict[str, list[tuple[int, str, int]]] = {}
        for table in self.tables:
            found[table.name] = []
            for at, column in enumerate(table.columns):
                target, _, name = (column.refers_to or "").partition(".")
                if target in names:
                    found[table.name].append((at, target, names[target].index(name)))
        return found

    def leads(self, table: Table) -> list[tuple[list[int], str, list[int]]]:
        """List all references of a table, of one column or several: own columns, the other table, its columns."""
        return self._leads[table.name]

    @cached_property
    def _leads(self) -> dict[str, list[tuple[list[int], str, list[int]]]]:
        places = {table.name: {column.name: at for at, column in enumerate(table.columns)} for table in self.tables}
        found = {t.name: [([at], target, [there]) for at, target, there in self.refers(t)] for t in self.tables}
        for name, columns, target, there in self.links:
            own, other = [places[name][one] for one in columns], [places[target][one] for one in there]
            found[name].append((own, target, other))
        return found

    def keys(self, table: Table) -> list[list[int]]:
        """List the keys of a table, its own and the further ones, as positions of columns."""
        return self._keys[table.name]

    @cached_property
    def _keys(self) -> dict[str, list[list[int]]]:
        found = {}
        for table in self.tables:
            names = [column.name for column in table.columns]
            every = [table.key, *(columns for name, columns in self.unique if name == table.name)]
            found[table.name] = [[names.index(name) for name in key] for key in every if key]
        return found

    def times(self, table: Table) -> list[int]:
        """List the positions of the columns that hold moments."""
        return self._times[table.name]

    @cached_property
    def _times(self) -> dict[str, list[int]]:
        return {
            table.name: [i for i, column in enumerate(table.columns) if column.type.upper().startswith("TIMESTAMP")]
            for table in self.tables
        }


@dataclass(frozen=True, eq=False)
class Database:
    """A small database: rows by table, in the order they were inserted.

    Instants are whole microseconds since 1970 in UTC, dates whole days since 1970; all else is plain Python.
    `time_zone` is the session's. Two databases are the same only when they are one object, so that an outcome can
    be remembered for each.
    """

    schema: Schema
    rows: dict[str, tuple[Row, ...]]
    time_zone: str = "UTC"
    extra_column: bool = False  # every table got one more column at its end, as tables do

    @property
    def size(self) -> int:
        """How many rows there are in all tables."""
        return sum(len(rows) for rows in self.rows.values())

    def replacing(self, **changes: Iterable[Row]) -> Database:
        """Give the same database with other rows in some tables."""
        rows = {**self.rows, **{name: tuple(new) for name, new in changes.items()}}
        return Database(self.schema, rows, self.time_zone, self.extra_column)


@dataclass(frozen=True)
class Outcome:
    """What came of a query on one database: rows, or the error. `ran` is False when it was never tried."""

    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    error: str | None = None
    ran: bool = True
    cut: bool = field(default=False)  # more rows came than may be taken


NOT_RUN = Outcome(ran=False, error="not run")


def pack(databases: Sequence[Database]) -> dict[str, pa.Table]:
    """Lay many databases into one Arrow table for each of theirs, with the database's number in front as `w`."""
    schema = databases[0].schema
    return {table.name: _pack_table(table, databases) for table in schema.tables}


def _pack_table(table: Table, databases: Sequence[Database]) -> pa.Table:
    worlds: list[int] = []
    rows: list[Row] = []
    for number, database in enumerate(databases):
        here = database.rows.get(table.name, ())
        worlds.extend([number] * len(here))
        rows.extend(here)
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [() for _ in table.columns]
    arrays = [pa.array(worlds, pa.int32())]
    for column, values in zip(table.columns, columns, strict=True):
        arrays.append(_array(values, arrow_type(column.type)))
    return pa.Table.from_arrays(arrays, names=[WORLD, *(column.name for column in table.columns)])


def _array(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    if pa.types.is_date(kind):
        return pa.array(values, pa.int32()).cast(kind)
    if pa.types.is_decimal(kind):
        return pa.array([None if value is None else Decimal(str(value)) for value in values], kind)
    return pa.array(values, kind)


_ARROW = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "INT": pa.int32(),
    "SMALLINT": pa.int16(),
    "TINYINT": pa.int8(),
    "UTINYINT": pa.uint8(),
    "USMALLINT": pa.uint16(),
    "UINTEGER": pa.uint32(),
    "UBIGINT": pa.uint64(),
    "TIME": pa.time64("us"),
    "DOUBLE": pa.float64(),
    "FLOAT": pa.float32(),
    "VARCHAR": pa.string(),
    "TEXT": pa.string(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", tz="UTC"),
}


def arrow_type(name: str) -> pa.DataType:
    """Give the Arrow type that stands for a DuckDB type.

    Examples
    --------
    >>> arrow_type("DECIMAL(10,2)")
    Decimal128Type(decimal128(10, 2))
    """
    upper = name.upper()
    if upper in _ARROW:
        return _ARROW[upper]
    decimal = re.fullmatch(r"(?:DECIMAL|NUMERIC)\((\d+),\s*(\d+)\)", upper)
    if decimal:
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    return pa.string()


def read_cell(value: Any) -> Any:  # noqa: ANN401 - a cell of an Arrow table is of any type
    """Turn a value that came out of Arrow into this module's plain form."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return Instant((aware - _EPOCH) // timedelta(microseconds=1))
    if isinstance(value, date):
        return Instant((value - _EPOCH_DAY).days * DAY)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, timedelta):
        return f"{value}"
    if isinstance(value, (list, dict, bytes, tuple)):
        return repr(value)
    return value


@dataclass(frozen=True, eq=False)
class Odd:
    """A cell that Python has no value for, such as a date in the year 290000: it agrees with nothing, not even itself.

    Examples
    --------
    >>> Odd("DATE") == Odd("DATE")
    False
    """

    type: str

    def __str__(self) -> str:
        return f"a {self.type} out of range"


class Instant(int):
    """A moment in a result: microseconds since 1970; a date stands for its midnight in UTC."""

    __slots__ = ()


def show_instant(micros: int) -> str:
    """Write an instant as ISO 8601 in UTC.

    Examples
    --------
    >>> show_instant(86_400_000_000)
    '1970-01-02T00:00:00+00:00'
    """
    return (_EPOCH + timedelta(microseconds=int(micros))).isoformat()


def plain_instant(micros: int) -> str:
    """Write an instant in UTC without what is zero in it.

    Examples
    --------
    >>> plain_instant(1_775_433_600_000_000), plain_instant(1_775_433_661_000_000)
    ('2026-04-06', '2026-04-06 00:01:01')
    """
    said = show_instant(micros).replace("T", " ").removesuffix("+00:00")
    return said.removesuffix(" 00:00:00")


def show_day(days: int) -> str:
    """Write a day as ISO 8601.

    Examples
    --------
    >>> show_day(1)
    '1970-01-02'
    """
    return (_EPOCH_DAY + timedelta(days=int(days))).isoformat()
