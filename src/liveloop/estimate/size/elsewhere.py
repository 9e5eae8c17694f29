"""How is an experiment summed up in another database than DuckDB: wherever Ibis reaches?

The table is an expression of Ibis (extra `ibis`). The same sums are asked for in its own SQL; only they travel.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


def is_elsewhere(source: object) -> bool:
    """Say whether a source is a table of Ibis, without importing it."""
    return type(source).__module__.partition(".")[0] == "ibis" and hasattr(source, "aggregate")


def kinds_of(table: Any) -> dict[str, tuple[str, bool]]:  # noqa: ANN401 - a table of Ibis
    """Give by column what it holds, and whether those are numbers."""
    return {name: (str(kind), kind.is_numeric() or kind.is_boolean()) for name, kind in table.schema().items()}


def means_of(table: Any, names: Sequence[str], rows: int) -> list[float | None]:  # noqa: ANN401 - a table of Ibis
    """Give the mean of each column in the first rows."""
    some = table.limit(rows)
    asked = {f"m{at}": some[name].cast("float64").mean() for at, name in enumerate(names)}
    found = _brought(some.aggregate(**asked)).to_pylist()[0]
    return [found[name] for name in asked]


def sums_of(
    table: Any,  # noqa: ANN401 - a table of Ibis
    keys: Sequence[str],
    numbers: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    squares: Sequence[str],
    centres: Mapping[str, float],
) -> pa.Table:
    """Sum by the keys.

    The columns are k0.. (keys), n (rows), c0.. (values that are there), s0.. (sums), p0.. (products), q0.. (squares).
    """
    lie = {name: table[name].cast("float64") - centres[name] for name in numbers}
    asked = {"n": table.count().cast("float64")}
    asked |= {f"c{at}": table[name].count().cast("float64") for at, name in enumerate(numbers)}
    asked |= {f"s{at}": lie[name].sum() for at, name in enumerate(numbers)}
    asked |= {f"p{at}": (lie[one] * lie[other]).sum() for at, (one, other) in enumerate(pairs)}
    asked |= {f"q{at}": (lie[name] * lie[name]).sum() for at, name in enumerate(squares)}
    by = {f"k{at}": table[name] for at, name in enumerate(keys)}
    return _brought(table.group_by(**by).aggregate(**asked))


def _brought(asked: Any) -> pa.Table:  # noqa: ANN401 - an expression of Ibis
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of options of pandas that Ibis sets
        made: pa.Table = asked.to_pyarrow()
    return made
