"""How do a schema, and the database that a search found, travel between two processes?

As JSON. What comes back was made beside foreign text: it is read as foreign data, and kept only where it fits.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from liveloop.base.tables import Column, Table
from liveloop.sqldiff.database import Database, Schema
from liveloop.sqldiff.zones import ELSEWHERE, UTC

_MOST_ROWS = 60


@dataclass(frozen=True)
class Found:
    """A database that tells two queries apart, and of which class the mistake is.

    `steady` is False where the attempt gives what is due there in one order of the rows and not in another.
    """

    database: Database
    kind: str
    steady: bool = True


def write_schema(schema: Schema) -> dict[str, Any]:
    """Write a schema as what JSON can hold.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT CHECK (a > 1))")
    >>> read_schema_of(json.loads(json.dumps(write_schema(schema)))) == schema
    True
    """
    return asdict(schema)


def read_schema_of(made: dict[str, Any]) -> Schema:
    """Read a schema that `write_schema` wrote."""
    tables = tuple(
        Table(one["name"], one["says"], tuple(one["key"]), tuple(Column(**column) for column in one["columns"]))
        for one in made["tables"]
    )
    rest = {name: _tuples(value) for name, value in made.items() if name != "tables"}
    return Schema(tables, **rest)


def _tuples(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def write_found(database: Database, kind: str, *, steady: bool) -> bytes:
    """Write what a search found."""
    rows = {name: [list(row) for row in some] for name, some in database.rows.items()}
    return json.dumps({"rows": rows, "zone": database.time_zone, "kind": kind, "steady": steady}).encode()


def read_found(schema: Schema, reply: bytes) -> Found | None:
    """Read what a search found; None when it found nothing, or the reply is none.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> schema = read_schema("CREATE TABLE t (a INT)")
    >>> sent = write_found(Database(schema, {"t": ((1,), (None,))}), "null", steady=True)
    >>> read_found(schema, sent).database.rows, read_found(schema, b'{"rows": 3}')
    ({'t': ((1,), (None,))}, None)
    """
    try:
        sent = json.loads(reply)
        rows = {table.name: tuple(_row(row, table) for row in sent["rows"][table.name]) for table in schema.tables}
        zone, kind = sent["zone"], str(sent["kind"])[:40]
        found = Database(schema, rows, zone if zone in ELSEWHERE else UTC)
        steady = sent["steady"] is True
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return Found(found, kind, steady) if found.size <= _MOST_ROWS else None


def _row(row: Any, table: Table) -> tuple[Any, ...]:  # noqa: ANN401 - what came out of a child
    if not isinstance(row, list) or len(row) != len(table.columns):
        raise ValueError("a row that does not fit its table")
    for cell, column in zip(row, table.columns, strict=True):
        if not _fits(cell, column):
            raise ValueError("a cell that does not fit its column")
    return tuple(row)


def _fits(cell: Any, column: Column) -> bool:  # noqa: ANN401 - what came out of a child
    if cell is None:
        return column.nullable
    kind = column.type.upper()
    if kind in ("VARCHAR", "TEXT"):
        return isinstance(cell, str)
    if kind == "BOOLEAN":
        return isinstance(cell, bool)
    if kind in ("DOUBLE", "FLOAT", "REAL"):
        return isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < 1 << 62
