"""How does a Python value leave the child, and a literal enter it, without pickle?

Every value is a list whose first item names its kind: ``["int", "3"]``. None, NaN, bool, int, Decimal and the dates
stay apart from each other; what is not in the list of kinds goes out as the name of its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

MOST_NODES = 40_000
LONGEST_TEXT = 10_000
DEEPEST = 12


class TooLarge(Exception):
    """The value has more parts, or is nested deeper, than is compared."""


class Budget:
    """How many parts of a value may still be written."""

    def __init__(self) -> None:
        self.left = MOST_NODES

    def spend(self, parts: int) -> None:
        """Take some parts, or refuse."""
        self.left -= parts
        if self.left < 0:
            raise TooLarge


def encode(value: Any) -> list[Any]:  # noqa: ANN401 - whatever an attempt returned
    """Write a value as tagged JSON.

    Examples
    --------
    >>> encode((1, True, None, float("nan")))
    ['tuple', [['int', '1'], ['bool', True], ['none'], ['float', 'nan']]]
    """
    try:
        return write(value, Budget(), 0)
    except (TooLarge, RecursionError):
        return ["large", type(value).__name__]


def write(value: Any, budget: Budget, depth: int) -> list[Any]:  # noqa: ANN401
    """Write one value and what is in it."""
    budget.spend(1)
    if depth > DEEPEST:
        raise TooLarge
    if value is None:
        return ["none"]
    if value is pd.NaT or value is pd.NA:
        return ["missing"]
    for kinds, tag, leaf in LEAVES:
        if isinstance(value, kinds):
            return [tag, leaf(value)]
    for kinds, writer in BRANCHES:
        if isinstance(value, kinds):
            return writer(value, budget, depth + 1)
    return ["other", type(value).__name__[:100]]


def write_text(value: Any, budget: Budget, depth: int) -> list[Any]:  # noqa: ANN401
    """Write a text, cut where nobody reads on."""
    del depth
    budget.spend(len(value) // 100)
    return ["text", str(value)[:LONGEST_TEXT].encode("utf-8", "replace").decode()]


def write_many(kind: str) -> Callable[[Any, Budget, int], list[Any]]:
    """Make a writer of a sequence."""

    def writer(value: Any, budget: Budget, depth: int) -> list[Any]:  # noqa: ANN401
        return [kind, write_all(value, budget, depth)]

    return writer


def write_all(values: Iterable[Any], budget: Budget, depth: int) -> list[Any]:
    """Write each of some values; the budget stops what has no end."""
    return [write(value, budget, depth) for value in values]


def write_dict(value: Any, budget: Budget, depth: int) -> list[Any]:  # noqa: ANN401
    """Write a mapping as pairs: JSON's own keys are texts only."""
    return ["dict", [[write(key, budget, depth), write(item, budget, depth)] for key, item in value.items()]]


def write_array(value: Any, budget: Budget, depth: int) -> list[Any]:  # noqa: ANN401
    """Write a numpy array as nested lists, an array of no dimensions as its one value."""
    budget.spend(value.size)
    if value.ndim == 0:
        return write(value.item(), budget, depth)
    return ["array", write_all(cells(value) if value.ndim == 1 else list(value), budget, depth)]


def write_series(value: pd.Series, budget: Budget, depth: int) -> list[Any]:
    """Write a pandas Series with its labels."""
    budget.spend(len(value))
    labels = None if plain(value.index) else write_all(cells(value.index), budget, depth)
    return ["series", labels, write_all(cells(value), budget, depth)]


def write_frame(value: pd.DataFrame, budget: Budget, depth: int) -> list[Any]:
    """Write a pandas DataFrame by columns; an index that says something goes first, apart."""
    budget.spend(value.size)
    index = value.index
    levels = [] if plain(index) else [index.get_level_values(level) for level in range(index.nlevels)]
    return [
        "frame",
        [column_name(level.name) for level in levels],
        [write_all(cells(level), budget, depth) for level in levels],
        [column_name(name) for name in value.columns],
        [write_all(cells(value.iloc[:, place]), budget, depth) for place in range(value.shape[1])],
        len(value),
    ]


def write_polars(value: pl.DataFrame, budget: Budget, depth: int) -> list[Any]:
    """Write a polars DataFrame by columns."""
    budget.spend(value.height * value.width)
    columns = [write_all(series.to_list(), budget, depth) for series in value.get_columns()]
    return ["frame", [], [], list(value.columns), columns, value.height]


def write_labels(value: Any, budget: Budget, depth: int) -> list[Any]:  # noqa: ANN401
    """Write a pandas Index or a polars Series as an array."""
    budget.spend(len(value))
    return ["array", write_all(cells(value), budget, depth)]


def plain(index: pd.Index) -> bool:
    """Say whether an index only counts rows."""
    return isinstance(index, pd.RangeIndex) and index.name is None


def column_name(name: Any) -> str:  # noqa: ANN401
    """Name a column as text; a level of a MultiIndex joins its parts."""
    return "_".join(str(part) for part in name) if isinstance(name, tuple) else "" if name is None else str(name)


def cells(values: Any) -> list[Any]:  # noqa: ANN401
    """List the cells of a column as Python values."""
    if isinstance(values, pl.Series):
        return list(values.to_list())
    if str(values.dtype).startswith(("datetime", "timedelta")) and isinstance(values, np.ndarray):
        return list(pd.Index(values))
    listed: list[Any] = values.tolist()
    return listed


LEAVES: tuple[tuple[Any, str, Callable[[Any], Any]], ...] = (
    ((bool, np.bool_), "bool", bool),
    # numpy takes a timedelta64 for an integer, so it goes first.
    ((timedelta, np.timedelta64), "span", lambda value: str(pd.Timedelta(value) // pd.Timedelta("1us"))),
    ((int, np.integer), "int", lambda value: str(int(value))),
    ((float, np.floating), "float", lambda value: repr(float(value))),
    (Decimal, "decimal", str),
    (datetime, "time", lambda value: value.isoformat()),
    (np.datetime64, "time", lambda value: pd.Timestamp(value).isoformat()),
    (date, "date", lambda value: value.isoformat()),
    (time, "clock", lambda value: value.isoformat()),
    ((bytes, bytearray), "bytes", lambda value: bytes(value[:LONGEST_TEXT]).hex()),
)
BRANCHES: tuple[tuple[Any, Callable[[Any, Budget, int], list[Any]]], ...] = (
    (str, write_text),
    (tuple, write_many("tuple")),
    (list, write_many("list")),
    ((set, frozenset), write_many("set")),
    (dict, write_dict),
    (np.ndarray, write_array),
    (pd.DataFrame, write_frame),
    (pd.Series, write_series),
    (pd.Index, write_labels),
    (pl.DataFrame, write_polars),
    (pl.Series, write_labels),
)


def parse_literal(tree: list[Any]) -> Any:  # noqa: ANN401
    """Read a literal argument back.

    Examples
    --------
    >>> parse_literal(encode({"confidence": 0.95, "groups": ["a", None]}))
    {'confidence': 0.95, 'groups': ['a', None]}
    """
    kind = tree[0]
    if kind == "none":
        return None
    if kind in ("list", "tuple"):
        return [parse_literal(item) for item in tree[1]]
    if kind == "dict":
        return {parse_literal(key): parse_literal(item) for key, item in tree[1]}
    return SCALARS[kind](tree[1])


SCALARS: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "text": str,
    "decimal": Decimal,
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "clock": time.fromisoformat,
    "span": lambda text: timedelta(microseconds=int(text)),
    "bytes": bytes.fromhex,
}
