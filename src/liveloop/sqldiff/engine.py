"""How are a query and many small databases put through one DuckDB connection?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from liveloop.base.budget import Budget
from liveloop.sqldiff.database import WORLD
from liveloop.sqldiff.lateral import STORE, WORLDS
from liveloop.sqldiff.weigh import MOST_BYTES, plain, plain_schema, weigh, within

_CONFIG = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",
    "threads": "1",
}
_LOCK = (
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True)
class Piece:
    """The outcome for one or many worlds: rows with their world in front, or the error of one world."""

    worlds: tuple[int, ...]
    table: pa.Table | None
    error: str | None = None
    cut: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Order:
    """What to run: the text as given, the same for all worlds at once (or None), and how much is allowed."""

    plain: str
    batched: str | None
    worlds: int
    most_rows: int = 200_000
    seconds: float = 5.0
    ready: bool = False  # whether the tables of the only world are laid out already, as a plain run left them


def connect(time_zone: str = "UTC", memory: str = "256MB", *, optimised: bool = True) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that reaches nothing outside and whose settings can no longer be changed.

    Examples
    --------
    >>> connect().execute("SELECT current_setting('TimeZone')").fetchone()
    ('UTC',)
    """
    connection = duckdb.connect(config={**_CONFIG, "memory_limit": memory})
    zone = time_zone.replace("'", "")
    plainly = () if optimised else ("PRAGMA disable_optimizer",)
    for statement in (f"SET TimeZone = '{zone}'", *plainly, *_LOCK):
        connection.execute(statement)
    return connection


def refuse(connection: duckdb.DuckDBPyConnection, text: str) -> str | None:
    """Say why a text is not one SELECT; None when it is."""
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        return str(error)
    if len(statements) != 1:
        return f"an attempt is one SELECT statement, this is {len(statements)} statements"
    kind = statements[0].type.name
    if kind != "SELECT":
        return f"an attempt is one SELECT statement (WITH may lead it), this is {kind}"
    return None


def load(
    connection: duckdb.DuckDBPyConnection,
    tables: dict[str, pa.Table],
    worlds: int,
    enumerated: Sequence[tuple[str, str, str]] = (),
    *,
    as_they_lie: bool = False,
) -> None:
    """Store the rows of all worlds, each with its world in front, in the place of those before.

    `enumerated` are columns to be stored as an enum, as (table, column, type). `as_they_lie` lets DuckDB read Arrow's
    tables where they are, at a tenth of the time; `unload` them before others of their names come.
    """
    for name, table in tables.items():
        mine = [(column, kind) for of, column, kind in enumerated if of == name]
        if as_they_lie and not mine:
            connection.register(f"{STORE}{name}", table)
            continue
        cast = ", ".join(f'TRY_CAST("{column}" AS "{kind}") AS "{column}"' for column, kind in mine)
        listed = f"* REPLACE ({cast})" if cast else "*"
        connection.register("liveloop_in", table)
        connection.execute(f'CREATE OR REPLACE TABLE "{STORE}{name}" AS SELECT {listed} FROM liveloop_in')  # noqa: S608
        connection.unregister("liveloop_in")
    made = f"CREATE OR REPLACE TABLE {WORLDS} AS SELECT range::INTEGER AS {WORLD} FROM range({worlds:d})"  # noqa: S608
    connection.execute(made)


def unload(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Drop the rows of tables, however they were loaded."""
    for name in names:
        connection.unregister(f"{STORE}{name}")
        for called in (name, f"{STORE}{name}"):
            connection.execute(f'DROP TABLE IF EXISTS "{called}"')


_SAME_EVERYWHERE = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException)
_DATA_ERRORS = (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException)
_ZONE = "Unknown TimeZone"  # a value that names no zone, whatever the error is called
_FEWEST_TOGETHER = 6
_MOST_ROWS_OF_ONE = 5_000  # where there are many worlds each is small, and so is a right result
_KEPT_OF_CUT = 200  # of a result that is cut, enough to be shown


def run(connection: duckdb.DuckDBPyConnection, order: Order, tables: dict[str, pa.Table]) -> list[Piece]:
    """Run the query on every loaded world: all at once when that can be, else one after the other."""
    budget = Budget(order.seconds)
    return list(_together(connection, order, tables, (0, order.worlds - 1), budget))


def _together(
    connection: duckdb.DuckDBPyConnection,
    order: Order,
    tables: dict[str, pa.Table],
    span: tuple[int, int],
    budget: Budget,
) -> Iterator[Piece]:
    """Run a span of worlds at once; where the data of one world stop it, halve the span until that world is alone."""
    first, last = span
    text = order.batched
    if text is not None and (first, last) != (0, order.worlds - 1):
        some = f"FROM (SELECT {WORLD} FROM {WORLDS} WHERE {WORLD} BETWEEN {first:d} AND {last:d}) AS"  # noqa: S608 - own text
        text = text.replace(f"FROM {WORLDS} AS", some, 1)
    if text is None or (last - first < _FEWEST_TOGETHER and last - first < order.worlds - 1):
        yield from _one_by_one(connection, order, tables, (first, last), budget)
        return
    try:
        table, cut = _fetch(connection, text, order.most_rows)
        if not cut:
            yield Piece(tuple(range(first, last + 1)), table)
            return
    except (duckdb.Error, RuntimeError) as error:
        middle = (first + last) // 2
        if last > first and (isinstance(error, _DATA_ERRORS) or _ZONE in str(error)):
            yield from _together(connection, order, tables, (first, middle), budget)
            yield from _together(connection, order, tables, (middle + 1, last), budget)
            return
        # Else a shape that LATERAL refuses, or a text that does not bind: the plain run says which.
    yield from _one_by_one(connection, order, tables, (first, last), budget)


def _one_by_one(
    connection: duckdb.DuckDBPyConnection,
    order: Order,
    tables: dict[str, pa.Table],
    span: tuple[int, int],
    budget: Budget,
) -> Iterator[Piece]:
    first, last = span
    most_rows = order.most_rows if order.worlds == 1 else min(order.most_rows, _MOST_ROWS_OF_ONE)
    for world in range(first, last + 1):
        if world > first and budget.over:
            return
        try:
            if not order.ready:
                _unfold(connection, tables, world)
        except duckdb.InterruptException:
            return  # time ran out between two queries
        began = time.perf_counter()
        try:
            table, cut = _fetch(connection, order.plain, most_rows)
        except _SAME_EVERYWHERE as error:
            yield Piece(tuple(range(world, last + 1)), None, _words(error), seconds=time.perf_counter() - began)
            return
        except (duckdb.Error, RuntimeError) as error:
            yield Piece((world,), None, _words(error), seconds=time.perf_counter() - began)
            continue
        took = time.perf_counter() - began
        number = pa.array([world] * table.num_rows, pa.int32())
        numbered = pa.Table.from_arrays([number, *table.columns], names=[WORLD, *table.column_names])
        yield Piece((world,), numbered.slice(0, _KEPT_OF_CUT) if cut else numbered, cut=cut, seconds=took)


def _unfold(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table], world: int) -> None:
    for name, table in tables.items():
        columns = ", ".join(f'"{column}"' for column in table.column_names if column != WORLD)
        connection.execute(
            f'CREATE OR REPLACE TABLE "{name}" AS SELECT {columns} FROM "{STORE}{name}" WHERE {WORLD} = {world:d}'  # noqa: S608
        )


def _fetch(connection: duckdb.DuckDBPyConnection, text: str, most: int) -> tuple[pa.Table, bool]:
    relation = connection.sql(text)
    if relation is None:
        return pa.table({}), False
    reader: Any = relation.to_arrow_reader(10_000) if hasattr(relation, "to_arrow_reader") else relation.arrow(10_000)
    schema = plain_schema(reader.schema)
    batches, rows, size = [], 0, 0
    for batch in _batches(reader):
        try:
            size += sum(weigh(column) for column in batch.columns)
            if size > MOST_BYTES:
                raise RuntimeError(f"the result takes more than {MOST_BYTES >> 20} MiB")
            batches.append(plain(batch, schema))
        except (ValueError, pa.ArrowNotImplementedError) as error:
            raise RuntimeError(f"the result cannot be read: {error}") from error
        rows += batch.num_rows
        if rows >= most:
            return within(pa.Table.from_batches(batches, schema).slice(0, most)), True
    return within(pa.Table.from_batches(batches, schema)), False


def _batches(reader: Any) -> Iterator[pa.RecordBatch]:  # noqa: ANN401 - a reader of DuckDB's or of Arrow's
    """Read batch by batch; what stops the query on the way is an error like any other."""
    try:
        yield from reader
    except (OSError, pa.ArrowException) as error:
        raise RuntimeError(str(error)) from error


def _words(error: Exception) -> str:
    return str(error).strip()[:2000] or type(error).__name__


def spread(pieces: Sequence[Piece], worlds: int) -> list[Piece | None]:
    """Give each world its piece; None for a world that was never tried."""
    found: list[Piece | None] = [None] * worlds
    for piece in pieces:
        for world in piece.worlds:
            if 0 <= world < worlds:
                found[world] = piece
    return found
