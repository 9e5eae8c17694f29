"""How do a query, its databases and what came of them travel between two processes?

A frame is the length of a JSON header, the header, and Arrow streams whose lengths the header lists. Nothing is
pickled; what comes back is read as foreign data: lengths are bounded and every table is validated.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.sqldiff.database import NOT_RUN, WORLD, Database, Odd, Outcome, pack, read_cell
from liveloop.sqldiff.engine import Order, Piece, connect, load, refuse, run, spread
from liveloop.sqldiff.lateral import lateral
from liveloop.sqldiff.weigh import MOST_BYTES, is_compressed, weigh

MAGIC = b"LLQ1"
_MOST_CELLS = 3_000_000


@dataclass(frozen=True)
class Job:
    """One query, its databases grouped so that each group shares a session, and the limits."""

    text: str
    groups: tuple[tuple[int, ...], ...]  # indices of the databases in each group
    payload: bytes


def write_frame(header: dict[str, Any], blobs: Sequence[bytes]) -> bytes:
    """Lay a header and its blobs one behind the other."""
    head = json.dumps({**header, "lengths": [len(blob) for blob in blobs]}).encode()
    return b"".join([MAGIC, struct.pack("<I", len(head)), head, *blobs])


def read_frame(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Take a frame apart; ValueError when it is not one."""
    if data[:4] != MAGIC or len(data) < 8:
        raise ValueError("not a frame")
    (length,) = struct.unpack("<I", data[4:8])
    header = json.loads(data[8 : 8 + length])
    if not isinstance(header, dict) or not isinstance(header.get("lengths"), list):
        raise ValueError("a frame without a header")
    at, blobs = 8 + length, []
    for size in header["lengths"]:
        if not isinstance(size, int) or size < 0 or at + size > len(data):
            raise ValueError("a frame is cut short")
        blobs.append(data[at : at + size])
        at += size
    return header, blobs


def write_table(table: pa.Table) -> bytes:
    """Write an Arrow table as a stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def read_table(blob: bytes) -> pa.Table:
    """Read an Arrow stream and validate every buffer of it; ValueError when it is compressed.

    Ours is not, and a compressed one is as large as its writer says, whatever came.
    """
    if is_compressed(blob):
        raise ValueError("a compressed stream")
    with pa.ipc.open_stream(blob) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table


def make_job(text: str, databases: Sequence[Database], *, plain: bool, seconds: float, most_rows: int) -> Job:
    """Write the job that runs a query on databases, many at a time unless `plain`."""
    sessions: dict[tuple[str, bool], list[int]] = {}
    for number, database in enumerate(databases):
        sessions.setdefault((database.time_zone, database.extra_column), []).append(number)
    groups: list[dict[str, Any]] = []
    blobs: list[bytes] = []
    for (zone, extra), numbers in sessions.items():
        schema = databases[numbers[0]].schema
        packed = _packed(tuple(databases[number] for number in numbers))
        batched = None if plain else lateral(text, schema, extra_column=extra)
        groups.append({"zone": zone, "worlds": len(numbers), "batched": batched, "tables": list(packed)})
        blobs.extend(packed.values())
    header = {"text": text, "groups": groups, "seconds": seconds, "most_rows": most_rows}
    return Job(text, tuple(tuple(numbers) for numbers in sessions.values()), write_frame(header, blobs))


@lru_cache(maxsize=48)
def _packed(databases: tuple[Database, ...]) -> dict[str, bytes]:
    # The same databases go to the reference and to one attempt after the other.
    tables = pack(databases)
    if databases[0].extra_column:
        tables = {name: _with_extra(table) for name, table in tables.items()}
    return {name: write_table(table) for name, table in tables.items()}


def make_large_job(text: str, tables: dict[str, pa.Table], time_zone: str, *, seconds: float, most_rows: int) -> Job:
    """Write the job that runs a query once, plainly, on one database that is too large for rows of Python."""
    packed = [
        write_table(table.add_column(0, WORLD, pa.array(np.zeros(table.num_rows, np.int32))))
        for table in tables.values()
    ]
    group = {"zone": time_zone, "worlds": 1, "batched": None, "tables": list(tables)}
    header = {"text": text, "groups": [group], "seconds": seconds, "most_rows": most_rows}
    return Job(text, ((0,),), write_frame(header, packed))


def read_seconds(reply: bytes) -> float | None:
    """Read how long the query of a large job took, without its loading; None when it did not run."""
    header, _ = read_frame(reply)
    pieces = [piece for group in header.get("groups", ()) for piece in group]
    return float(pieces[0]["seconds"]) if pieces else None


def _with_extra(table: pa.Table) -> pa.Table:
    return table.append_column("extra", pa.nulls(table.num_rows, pa.string()))


def do_job(payload: bytes) -> bytes:
    """Do a job in this process and write what came of it: the whole of what runs beside foreign text."""
    header, blobs = read_frame(payload)
    answers: list[list[dict[str, Any]]] = []
    sent: list[bytes] = []
    at = 0
    for group in header["groups"]:
        names = group["tables"]
        tables = {name: read_table(blob) for name, blob in zip(names, blobs[at : at + len(names)], strict=True)}
        at += len(names)
        with connect(group["zone"]) as connection:
            refused = refuse(connection, header["text"])
            if refused is not None:
                return write_frame({"refused": refused, "groups": []}, [])
            load(connection, tables, group["worlds"])
            order = Order(header["text"], group["batched"], group["worlds"], header["most_rows"], header["seconds"])
            pieces = run(connection, order, tables)
        answers.append([_describe(piece) for piece in pieces])
        sent.extend(write_table(piece.table) for piece in pieces if piece.table is not None)
    return write_frame({"refused": None, "groups": answers}, sent)


def _describe(piece: Piece) -> dict[str, Any]:
    first, last = piece.worlds[0], piece.worlds[-1]
    return {
        "first": first,
        "last": last,
        "error": piece.error,
        "cut": piece.cut,
        "rows": piece.table is not None,
        "seconds": piece.seconds,
    }


def read_job(job: Job, reply: bytes, count: int) -> list[Outcome]:
    """Read what came of a job: one outcome for each database. ValueError when the reply is not in order."""
    header, blobs = read_frame(reply)
    refused = header.get("refused")
    if refused is not None:
        return [Outcome(error=str(refused)[:2000])] * count
    outcomes = [NOT_RUN] * count
    left = iter(blobs)
    size = 0
    for numbers, described in zip(job.groups, header["groups"], strict=True):
        pieces = [_piece(item, left) for item in described]
        size += sum(weigh(column) for piece in pieces if piece.table is not None for column in piece.table.columns)
        if size > MOST_BYTES:
            raise ValueError(f"the results take more than {MOST_BYTES >> 20} MiB")
        for world, piece in enumerate(spread(pieces, len(numbers))):
            if piece is not None and piece.error is not None:
                outcomes[numbers[world]] = Outcome(error=piece.error)
        for piece in pieces:
            if piece.table is not None:
                _deal(piece, numbers, outcomes)
    return outcomes


def read_pieces(pieces: Sequence[Piece], count: int) -> list[Outcome]:
    """Read pieces of this very process: one outcome for each world."""
    outcomes = [NOT_RUN] * count
    for piece in pieces:
        if piece.table is not None:
            _deal(piece, tuple(range(count)), outcomes)
        elif piece.error is not None:
            for world in piece.worlds:
                outcomes[world] = Outcome(error=piece.error)
    return outcomes


def _piece(item: dict[str, Any], blobs: Any) -> Piece:  # noqa: ANN401 - an iterator of bytes
    first, last = int(item["first"]), int(item["last"])
    if not 0 <= first <= last < 1_000_000:
        raise ValueError("a piece of no world")
    table = read_table(next(blobs)) if item["rows"] else None
    error = item["error"]
    return Piece(tuple(range(first, last + 1)), table, None if error is None else str(error)[:2000], bool(item["cut"]))


def _deal(piece: Piece, numbers: tuple[int, ...], outcomes: list[Outcome]) -> None:
    table = piece.table
    if table is None or table.num_columns < 1 or table.num_rows * table.num_columns > _MOST_CELLS:
        raise ValueError("a result of no shape")
    columns = tuple(table.column_names[1:])
    types = tuple(show_type(kind) for kind in table.schema.types[1:])
    cells = [_read_column(column) for column in table.columns]
    dealt: dict[int, list[tuple[Any, ...]]] = {world: [] for world in piece.worlds}
    for row in zip(*cells, strict=True):
        dealt[row[0]].append(row[1:])
    for world, rows in dealt.items():
        if world < len(numbers):
            outcomes[numbers[world]] = Outcome(columns, types, tuple(rows), cut=piece.cut)


def _read_column(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    try:
        cells = column.to_pylist()
    except (ArithmeticError, ValueError, TypeError, pa.ArrowException):  # pyarrow gives up a column for one cell of it
        return [_read_odd(cell, kind) for cell in column]
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_string(kind):
        return list(cells)
    return [_read_value(value, kind) for value in cells]


def _read_value(value: Any, kind: pa.DataType) -> Any:  # noqa: ANN401
    try:
        if pa.types.is_interval(kind):
            return None if value is None else str(tuple(value))
        return read_cell(value)
    except (ArithmeticError, ValueError, TypeError):
        return Odd(show_type(kind))


def _read_odd(cell: pa.Scalar, kind: pa.DataType) -> Any:  # noqa: ANN401
    try:
        value = cell.as_py()
    except (ArithmeticError, ValueError, TypeError, pa.ArrowException):
        return Odd(show_type(kind))
    return _read_value(value, kind)


_SHOWN = {
    "int64": "BIGINT",
    "int32": "INTEGER",
    "double": "DOUBLE",
    "float": "FLOAT",
    "string": "VARCHAR",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us]": "TIMESTAMP",
    "time64[us]": "TIME",
}


def show_type(kind: pa.DataType) -> str:
    """Name an Arrow type as DuckDB does.

    Examples
    --------
    >>> show_type(pa.int64())
    'BIGINT'
    """
    if pa.types.is_timestamp(kind) and kind.tz:
        return "TIMESTAMPTZ"
    return _SHOWN.get(str(kind), str(kind).upper())
