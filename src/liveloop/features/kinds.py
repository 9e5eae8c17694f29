"""Of which kind are keys, so that like is compared with like: offline, live and in parts?

Within a kind what is equal is one key, as 7 and 7.0. Across kinds nothing is: not 1 and true, not a day and its
midnight.
"""

from __future__ import annotations

import numbers
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.features.view import View

TEXTS, NUMBERS = "texts", "numbers"


def kind_of(kind: pa.DataType) -> str | None:
    """Name the kind of a column; None where there is not one value.

    Examples
    --------
    >>> kind_of(pa.uint8()), kind_of(pa.dictionary(pa.int32(), pa.string())), kind_of(pa.timestamp("ms", "UTC"))
    ('numbers', 'texts', 'times')
    """
    if pa.types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if pa.types.is_null(kind):
        return None
    if isinstance(kind, pa.UuidType):
        return "UUIDs"
    if pa.types.is_timestamp(kind):
        return "times" if kind.tz is not None else "times without a zone"
    for name, is_one in (
        (NUMBERS, pa.types.is_integer), (NUMBERS, pa.types.is_floating), (NUMBERS, pa.types.is_decimal),
        (TEXTS, pa.types.is_string), (TEXTS, pa.types.is_large_string), (TEXTS, pa.types.is_string_view),
        ("flags", pa.types.is_boolean), ("days", pa.types.is_date), ("times of day", pa.types.is_time),
        ("bytes", pa.types.is_binary), ("bytes", pa.types.is_large_binary), ("bytes", pa.types.is_binary_view),
        ("bytes", pa.types.is_fixed_size_binary),
    ):  # fmt: skip
        if is_one(kind):
            return name
    return str(kind)


def kind_of_column(column: pa.ChunkedArray) -> str | None:
    """Name the kind of what stands in a column; None where nothing does, of whichever kind it was read.

    Examples
    --------
    >>> kind_of_column(pa.chunked_array([[7, None]])), kind_of_column(pa.chunked_array([[None]], pa.string()))
    ('numbers', None)
    """
    return kind_of(column.type) if column.null_count < len(column) else None


def kind_of_key(key: object) -> str | None:
    """Name the kind of one key, as `kind_of` names that of a column of such.

    Examples
    --------
    >>> kind_of_key(7.0), kind_of_key(True), kind_of_key("7"), kind_of_key(None)
    ('numbers', 'flags', 'texts', None)
    """
    if key is None:
        return None
    if isinstance(key, datetime):
        return "times" if key.tzinfo is not None else "times without a zone"
    for name, kinds in (
        ("flags", (bool, np.bool_)), (NUMBERS, (numbers.Real, Decimal)), (TEXTS, str), ("days", date),
        ("times of day", time), ("bytes", bytes), ("UUIDs", UUID),
    ):  # fmt: skip
        if isinstance(key, kinds):
            return name
    return type(key).__name__


def unlike(one: str | None, other: str | None) -> bool:
    """Say whether keys of two kinds are never equal."""
    return one is not None and other is not None and one != other


def refuse_unlike(view: View, name: str, asked: str | None, held: str | None) -> None:
    """Refuse to ask by keys of another kind: nothing would be known of them, and nothing be left out for them."""
    if unlike(asked, held):
        raise BadInput(f"view {view.name!r} asks by {name}, {asked}, and the facts have {held}", where=view.name,
                       allowed=f"{name} of the kind that the facts have: {held}")  # fmt: skip
