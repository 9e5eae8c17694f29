"""How well does one column alone tell the label: by its order, its categories, or by where it is missing?

A column that tells nearly all was written by somebody who knew the label: a copy of it, a sentinel, the queue that only
harmful messages go to, the moment at which a review was closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.seeds import Flags, Floats, Ints, stream
from liveloop.features.power import area

CATEGORIES = 200  # of a number, above which only its order is looked at
REPEATED = 5  # rows that a category has on average, below which it stands for a row and tells nothing of others


@dataclass(frozen=True)
class Alone:
    """The better of the ways in which a column tells the label: the share of pairs it ranks right, and what does."""

    area: float
    what: str


def alone(name: str, column: pa.ChunkedArray, label: Flags) -> Alone:
    """Give the best that a column can tell by itself.

    Parameters
    ----------
    column
        Numbers, flags, times or texts, [row]; lists and records tell by where they are missing only.

    Examples
    --------
    >>> label = np.arange(100) % 2 == 0
    >>> queue = pa.chunked_array([np.where(label, "harm", "other").tolist()])
    >>> alone("queue", queue, label)
    Alone(area=1.0, what='queue')
    >>> alone("seen", pa.chunked_array([[1 if one else None for one in label]]), label).what
    'whether seen is missing'
    """
    column = plain(column)
    missing = np.asarray(column.is_null(nan_is_null=True).to_numpy(), np.bool_)
    there = either(missing.astype(float), label)
    ways = [Alone(there, f"whether {name} is missing")]
    kind, values = column.type, None
    if pa.types.is_timestamp(kind):
        values = column.cast(pa.int64()).to_pandas()
    elif pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = column.to_pandas()
    codes = pd.factorize(column.to_pandas())[0] if _is_flat(kind) else None
    if values is not None:
        numbers = np.asarray(pd.to_numeric(values, errors="coerce"), np.float64)
        ways.append(Alone(max(area(np.where(missing, -np.inf, sign * numbers), label) for sign in (1, -1)), name))
    if codes is not None and (values is None or codes.max(initial=-1) < CATEGORIES):
        ways.append(Alone(area(by_category(np.asarray(codes, np.int64), label), label), name))
    return max(ways, key=lambda way: way.area)  # of equals the first: missing says most


def either(score: Floats, label: Flags) -> float:
    """Give the area under the ROC curve, whichever way round the score tells more."""
    one = area(score, label)
    return max(one, 1 - one)


def by_category(codes: Ints, label: Flags) -> Floats:
    """Give each row the share of its category that bears the label, counted in the other half of the rows.

    Examples
    --------
    >>> by_category(np.arange(6), np.array([True, False] * 3)).tolist()
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    """
    made = np.full(len(codes), float(label.mean()) if len(label) else 0.0)
    count = int(codes.max(initial=-1)) + 2
    if len(codes) < REPEATED * (count - 1):
        return made
    half = stream(0, "halves").random(len(codes)) < 0.5
    for own in (half, ~half):
        rows = np.bincount(codes[~own] + 1, minlength=count)
        marked = np.bincount(codes[~own] + 1, label[~own], minlength=count)
        place = codes[own] + 1
        known = rows[place] > 0
        made[np.flatnonzero(own)[known]] = (marked / np.maximum(rows, 1))[place][known]
    return made


def _is_flat(kind: pa.DataType) -> bool:
    tests = (pa.types.is_large_string, pa.types.is_large_binary, pa.types.is_integer, pa.types.is_floating,
             pa.types.is_boolean)  # fmt: skip
    return any(test(kind) for test in tests)


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write a column in the simplest way: decimals and lengths of time as numbers, dates as moments, texts as texts.

    Examples
    --------
    >>> plain(pa.chunked_array([pa.array(["a", "b", "a"]).dictionary_encode()])).type
    DataType(large_string)
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        every = [plain(pa.chunked_array([one.dictionary])).combine_chunks().take(one.indices) for one in column.chunks]
        return pa.chunked_array(every, plain(pa.chunked_array([], kind.value_type)).type)
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("ms"))
    if pa.types.is_time32(kind):
        return column.cast(pa.int32()).cast(pa.int64())
    if pa.types.is_time64(kind) or pa.types.is_duration(kind):
        return column.cast(pa.int64())
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if pa.types.is_binary(kind) or pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind):
        return column.cast(pa.large_binary())
    return column


def codes_of(column: pa.ChunkedArray) -> Ints:
    """Number the values of a column: equal ones alike, NaN as NaN, missing as missing.

    Examples
    --------
    >>> codes_of(pa.chunked_array([[1.0, np.nan, None, np.nan, None, 1.0]])).tolist()
    [0, 1, 2, 1, 2, 0]
    >>> codes_of(pa.chunked_array([[["a"], ["b"], ["a"]]])).tolist()
    [0, 1, 0]
    """
    column = plain(column)
    if pa.types.is_floating(column.type):
        column = pc.add(column.cast(pa.float64()), 0.0)  # of the two zeros one
    if pa.types.is_nested(column.type) or isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([[repr(one) for one in column.to_pylist()]], pa.large_string())
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(), np.int64)
