"""In which of many worlds do two results differ, told for all of them at once?

Each cell becomes a number of 64 bits, each row a mix of its cells, each world the sum of its rows: a bag. Numbers are
rounded first, so a difference within the tolerance may look like one, and two bags may sum alike by chance: a hit
counts only when its rows are compared one by one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from liveloop.sqldiff.engine import Piece

Codes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
_NULL, _NAN = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
_ODD = np.uint64(0xBF58476D1CE4E5B9)
_SALT = {"number": 1, "time": 2, "text": 3, "other": 4}


@dataclass(frozen=True, eq=False)
class Gist:
    """What came of a query on many worlds: a sum for each, whether it failed there, whether it ran there."""

    sums: Codes
    failed: Flags
    ran: Flags

    def apart(self, other: Gist) -> Flags:
        """Say where this result is there and the other is not the same."""
        here = self.ran & ~self.failed & other.ran
        found: Flags = here & (other.failed | (self.sums != other.sums))
        return found


def gist(pieces: Sequence[Piece], count: int, tolerance: float) -> Gist:
    """Sum up a result.

    Examples
    --------
    >>> one = Piece((0, 1), pa.table({"w": [0, 0, 1], "n": [1, 2, 3]}))
    >>> other = Piece((0, 1), pa.table({"w": [1, 0, 0], "n": [4.0, 2.0, 1.0]}))
    >>> gist([one], 2, 1e-9).apart(gist([other], 2, 1e-9)).tolist()
    [False, True]
    """
    sums = np.zeros(count, np.uint64)
    failed, ran = np.zeros(count, bool), np.zeros(count, bool)
    for piece in pieces:
        worlds = np.array(piece.worlds, int)
        if piece.cut or is_late(piece.error):
            continue
        ran[worlds] = True
        if piece.table is None:
            failed[worlds] = True
            continue
        world = piece.table.column(0).to_numpy(zero_copy_only=False)
        np.add.at(sums, world, row_codes(piece.table, tolerance))
    return Gist(sums, failed, ran)


def is_late(error: str | None) -> bool:
    """Say whether an error is only that time or memory ran out."""
    return error is not None and error.upper().startswith(("INTERRUPT", "OUT OF MEMORY"))


def row_codes(table: pa.Table, tolerance: float) -> Codes:
    """Give each row of a table a number; its first column is left out."""
    codes = np.full(table.num_rows, 0x1234567, np.uint64)
    for column in table.columns[1:]:
        codes = _mix(codes * np.uint64(0x2545F4914F6CDD1D) + _cells(column, tolerance))
    return codes


def _cells(column: pa.ChunkedArray, tolerance: float) -> Codes:
    kind = column.type
    empty = np.asarray(column.is_null().to_numpy())
    if pa.types.is_null(kind):
        return np.full(len(column), _NULL)
    if (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    ):
        if pa.types.is_boolean(kind):
            column = column.cast(pa.int8())
        elif pa.types.is_decimal(kind):
            column = column.cast(pa.float64())
        made = _numbers(column.fill_null(0).to_numpy().astype(np.float64), tolerance)
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        made = _moments(column)
    else:
        made = _texts(column)
    made[empty] = _NULL
    return made


def _numbers(values: npt.NDArray[np.float64], tolerance: float) -> Codes:
    digits = max(0, min(12, int(-math.log10(tolerance or 1e-12))))
    large = np.abs(values) > 1
    with np.errstate(all="ignore"):
        scale = np.where(large, 10.0 ** np.floor(np.log10(np.where(large, np.abs(values), 1.0))), 1.0)
        rounded = np.round(values / scale, digits) * scale + 0.0
        rounded = np.where(large, rounded, np.round(rounded, digits) + 0.0)
        rounded = np.where(np.isfinite(values), rounded, values)
    codes = _mix(rounded.view(np.uint64) + np.uint64(_SALT["number"]))
    codes[np.isnan(values)] = _NAN
    return codes


def _moments(column: pa.ChunkedArray) -> Codes:
    try:
        micros = column.cast(pa.timestamp("us", tz=getattr(column.type, "tz", None))).cast(pa.int64())
    except pa.ArrowInvalid:  # out of range
        return np.full(len(column), _ODD)
    values = micros.fill_null(0).to_numpy().astype(np.int64)
    return _mix(values.view(np.uint64) + np.uint64(_SALT["time"]))


def _texts(column: pa.ChunkedArray) -> Codes:
    salt = _SALT["text"]
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column, salt = pa.chunked_array([pa.array([_spelled(cell) for cell in column], pa.string())]), _SALT["other"]
    labels = column.combine_chunks().dictionary_encode()
    words = [_hashed(word) for word in labels.dictionary.to_pylist()]
    if not words:
        return np.full(len(column), _NULL)
    found = labels.indices.fill_null(0).to_numpy(zero_copy_only=False)
    return _mix(np.array(words, np.uint64)[found] + np.uint64(salt))


def _hashed(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _spelled(cell: pa.Scalar) -> str | None:
    try:
        value: Any = cell.as_py()
    except (ArithmeticError, ValueError, TypeError, pa.ArrowException):
        return "?"
    return None if value is None else repr(value)


def _mix(codes: Codes) -> Codes:
    """Stir the bits (the finaliser of splitmix64)."""
    codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return codes ^ (codes >> np.uint64(31))
