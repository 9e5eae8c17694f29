"""What did one conformance check of a world read, and does it hold?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import Flags, Floats, Ints

BOUND = 3.0  # standard errors; the guide states how often an honest world passes it by chance


@dataclass(frozen=True)
class Reading:
    """One thing read off a draw.

    `holds` is None when the draw is too small, or the settings leave nothing to measure. `measured`, `expected` and
    `standard_error` are given for what is measured rather than counted.
    """

    name: str
    says: str
    holds: bool | None
    measured: float | None = None
    expected: float | None = None
    standard_error: float | None = None


def counted(name: str, says: str, broken: int) -> Reading:
    """Read something that must not happen at all."""
    return Reading(name, f"{says}: {broken} broken" if broken else says, broken == 0, float(broken), 0.0)


def measured(name: str, says: str, value: float, expected: float, standard_error: float) -> Reading:
    """Read a number off a draw: it holds within three standard errors of its setting."""
    if not (np.isfinite(value) and np.isfinite(standard_error) and standard_error > 0):
        return unknown(name, says)
    holds = abs(value - expected) <= BOUND * standard_error
    return Reading(name, says, bool(holds), float(value), float(expected), float(standard_error))


def proportion(name: str, says: str, flags: Flags, expected: float) -> Reading:
    """Read a share off independent trials.

    Near 0 and 1 a count is skew and the normal bound fails: so half a trial is added on either side.
    """
    n = len(flags)
    if not n or not 0 < expected < 1:
        exact = n == 0 or float(flags.mean()) == expected
        return Reading(name, says, exact if n else None, float(flags.mean()) if n else None, expected)
    error = float(np.sqrt((expected * (1 - expected) + 0.25 / n) / n) + 0.5 / n)
    return measured(name, says, float(flags.mean()), expected, error)


def unknown(name: str, says: str) -> Reading:
    """Say that there is nothing to measure."""
    return Reading(name, f"{says}: nothing to measure", None)


def numbers(table: pa.Table, column: str) -> Ints:
    """Give a column of whole numbers or of times (microseconds) as an array; missing ones are -1."""
    values = table[column]
    whole = values.cast(pa.int64()) if pa.types.is_timestamp(values.type) else values
    return np.asarray(whole.fill_null(-1).to_numpy().astype(np.int64))


def flags(table: pa.Table, column: str) -> Flags:
    """Give a column of booleans as an array; missing ones are False."""
    return np.asarray(table[column].fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)  # noqa: FBT003


def same(table: pa.Table, column: str, word: str) -> Flags:
    """Say where a column holds a word."""
    codes = table[column].combine_chunks().dictionary_encode()
    where = codes.dictionary.index(word).as_py() if isinstance(codes, pa.DictionaryArray) else -1
    found = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray((found == where) & (where >= 0))


def look_up(keys: Ints, values: Floats | Ints | Flags, wanted: Ints) -> Floats:
    """Give the value of each wanted key; nan where there is no such key. `keys` must be ascending."""
    if not len(keys):
        return np.full(len(wanted), np.nan)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, np.asarray(values, dtype=np.float64)[place], np.nan)
