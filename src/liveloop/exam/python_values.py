"""What did a call return, as data that nobody can forge, and how is it shown to a person?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from liveloop.base.tables import Cell, Sheet
from liveloop.exam.sandbox.tagged import SCALARS

LONGEST_SHOWN = 2_000
MOST_ROWS = 60


@dataclass(frozen=True)
class Missing:
    """NaT or NA: a hole that pandas writes."""

    def __repr__(self) -> str:
        return "missing"


@dataclass(frozen=True)
class Other:
    """A value of a type that is not compared."""

    type: str

    def __repr__(self) -> str:
        return f"<{self.type}>"


@dataclass(frozen=True)
class Many:
    """A list, tuple, set or array."""

    kind: str
    items: tuple[Any, ...]

    def __repr__(self) -> str:
        inner = ", ".join(repr(item) for item in self.items)
        if self.kind == "tuple":
            return f"({inner},)" if len(self.items) == 1 else f"({inner})"
        return f"{{{inner}}}" if self.kind == "set" else f"[{inner}]"


@dataclass(frozen=True)
class Pairs:
    """A dict, in the order it came."""

    items: tuple[tuple[Any, Any], ...]

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in self.items) + "}"


@dataclass(frozen=True)
class Labelled:
    """A pandas Series; `labels` is None when its index only counts."""

    labels: tuple[Any, ...] | None
    values: tuple[Any, ...]

    def __repr__(self) -> str:
        if self.labels is None:
            return f"Series({list(self.values)!r})"
        return f"Series({Pairs(tuple(zip(self.labels, self.values, strict=True)))!r})"


@dataclass(frozen=True)
class Table:
    """A data frame of either library, its index apart."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    index_names: tuple[str, ...] = ()
    index: tuple[tuple[Any, ...], ...] = ()

    def with_index(self) -> Table:
        """Put the index in front, as columns."""
        rows = tuple((*label, *row) for label, row in zip(self.index, self.rows, strict=True))
        return Table(self.index_names + self.names, rows)


def decode(tree: Any) -> Any:  # noqa: ANN401 - what came out of a child
    """Read a value from tagged JSON; what is not well formed is an Other.

    Examples
    --------
    >>> decode(["tuple", [["int", "1"], ["float", "nan"]]])
    (1, nan)
    >>> decode(["int", "one"])
    <unreadable value>
    """
    try:
        return read(tree)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, InvalidOperation, OverflowError):
        return Other("unreadable value")


def read(tree: Any) -> Any:  # noqa: ANN401
    """Read one value and what is in it."""
    kind = tree[0]
    reader = READERS.get(kind)
    if reader is not None:
        return reader(tree)
    return SCALARS[kind](tree[1])


def read_all(trees: list[Any]) -> tuple[Any, ...]:
    """Read each of some values."""
    return tuple(read(tree) for tree in trees)


def read_series(tree: list[Any]) -> Labelled:
    """Read a Series."""
    labels = None if tree[1] is None else read_all(tree[1])
    values = read_all(tree[2])
    if labels is not None and len(labels) != len(values):
        raise ValueError("labels and values differ in number")
    return Labelled(labels, values)


def read_frame(tree: list[Any]) -> Table:
    """Read a frame; its columns must be of one length."""
    _, index_names, index, names, columns, height = tree
    read_index = [read_all(column) for column in index]
    read_columns = [read_all(column) for column in columns]
    if any(len(column) != height for column in (*read_index, *read_columns)):
        raise ValueError("columns of different lengths")
    if (len(names), len(index_names)) != (len(columns), len(index)):
        raise ValueError("columns and names differ in number")
    bare = ((),) * (len(read_index[0]) if index else min(int(height), MOST_ROWS))
    return Table(
        tuple(str(name) for name in names),
        tuple(zip(*read_columns, strict=True)) if columns else bare,
        tuple(str(name) for name in index_names),
        tuple(zip(*read_index, strict=True)),
    )


def read_decimal(tree: list[Any]) -> Decimal | Other:
    """Read a Decimal; a NaN that raises whenever it is touched is none."""
    number = Decimal(tree[1])
    return Other("signaling NaN") if number.is_snan() else number


READERS: dict[str, Callable[[list[Any]], Any]] = {
    "none": lambda tree: None,  # noqa: ARG005 - one shape for all readers
    "missing": lambda tree: Missing(),  # noqa: ARG005
    "other": lambda tree: Other(str(tree[1])[:100]),
    "large": lambda tree: Other(f"{str(tree[1])[:100]}, too large to compare"),
    "dict": lambda tree: Pairs(tuple((read(key), read(value)) for key, value in tree[1])),
    "decimal": read_decimal,
    "series": read_series,
    "frame": read_frame,
    **{kind: lambda tree: Many(tree[0], read_all(tree[1])) for kind in ("list", "tuple", "set", "array")},
}


def show(value: Any, marked: tuple[int, ...] = ()) -> Sheet | str:  # noqa: ANN401
    """Show a value: a frame as a sheet, anything else as text.

    Examples
    --------
    >>> show(decode(["list", [["int", "1"], ["none"]]]))
    '[1, None]'
    """
    if not isinstance(value, Table):
        return clip(repr(value))
    table = value.with_index() if value.index_names and any(value.index_names) else value
    return sheet(table.names, table.rows, marked)


def sheet(names: tuple[str, ...], rows: tuple[tuple[Any, ...], ...], marked: tuple[int, ...] = ()) -> Sheet:
    """Lay out rows as a Sheet, the first ones where there are many."""
    types = tuple(type_of([row[place] for row in rows]) for place in range(len(names)))
    shown = tuple(tuple(cell(value) for value in row) for row in rows[:MOST_ROWS])
    return Sheet(names, types, shown, tuple(at for at in marked if at < MOST_ROWS), max(0, len(rows) - MOST_ROWS))


def type_of(values: list[Any]) -> str:
    """Name the type of a column by what is in it."""
    kinds = {NAMES.get(type(value), type(value).__name__) for value in values if not hole(value)}
    return kinds.pop() if len(kinds) == 1 else "mixed" if kinds else "empty"


def hole(value: Any) -> bool:  # noqa: ANN401
    """Say whether a value stands for nothing: None, NaN, NaT, NA."""
    return value is None or isinstance(value, Missing) or (isinstance(value, float) and value != value)


def cell(value: Any) -> Cell:  # noqa: ANN401
    """Make a value safe for JSON."""
    if value is None or isinstance(value, bool | str):
        return clip(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return value if abs(value) < 1 << 53 else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[repr(value)]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return None if isinstance(value, Missing) else clip(repr(value))


def clip(text: str) -> str:
    """Cut a text that nobody would read to the end."""
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


NAMES: dict[type, str] = {str: "text", datetime: "timestamp", timedelta: "interval", Decimal: "decimal"}
