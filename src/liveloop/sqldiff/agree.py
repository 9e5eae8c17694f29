"""Do two outcomes of a query say the same?

Rows are a bag unless their order was asked for; columns go by position. NULL equals NULL and NaN equals NaN, and
neither equals the other. An integer, a decimal and a float of the same value are the same, and so are TRUE and 1: a
flag written as a number carries the same information. A date is its midnight in UTC. A number and a text never agree.
What is none of these, such as a time of day, agrees with its equal of the same type; an `Odd` cell with nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from liveloop.sqldiff.database import Instant, Odd, Outcome, Row

_MOST_MATCHED = 3_000


def agree(expected: Outcome, got: Outcome, *, tolerance: float = 1e-9, ordered: bool = False) -> bool:
    """Say whether two outcomes agree.

    Examples
    --------
    >>> one, other = Outcome(("n",), ("BIGINT",), ((1,), (None,))), Outcome(("m",), ("DOUBLE",), ((None,), (1.0,)))
    >>> agree(one, other), agree(one, other, ordered=True)
    (True, False)
    """
    if expected.error is not None or got.error is not None:
        return expected.error is not None and got.error is not None
    if len(expected.columns) != len(got.columns) or len(expected.rows) != len(got.rows):
        return False
    if expected.types == got.types and expected.rows == got.rows:  # to Python, a moment equals a number
        return True
    if ordered:
        return not differing(expected.rows, got.rows, tolerance=tolerance, ordered=True)[0]
    first = _first_apart(expected.rows, got.rows, tolerance)
    if first is None:
        return True
    if not any(same_row(first, row, tolerance) for row in got.rows):
        return False  # most outcomes that differ end here, before any pairing
    return not _match(expected.rows, got.rows, tolerance)[0]


def _first_apart(expected: Sequence[Row], got: Sequence[Row], tolerance: float) -> Row | None:
    """Lay both sides in order and give the first row that meets another one there; None when all meet their like."""
    pairs = zip(sorted(expected, key=_order), sorted(got, key=_order), strict=True)
    return next((one for one, other in pairs if not same_row(one, other, tolerance)), None)


def differing(
    expected: Sequence[Row], got: Sequence[Row], *, tolerance: float = 1e-9, ordered: bool = False
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """List the rows of each side that have no partner on the other, by their index."""
    if ordered:
        apart = [at for at in range(max(len(expected), len(got))) if not _partners(expected, got, at, tolerance)]
        return tuple(at for at in apart if at < len(expected)), tuple(at for at in apart if at < len(got))
    left = sorted(range(len(expected)), key=lambda at: _order(expected[at]))
    right = sorted(range(len(got)), key=lambda at: _order(got[at]))
    if len(left) == len(right) and all(
        same_row(expected[a], got[b], tolerance) for a, b in zip(left, right, strict=True)
    ):
        return (), ()
    return _match(expected, got, tolerance)


def _partners(expected: Sequence[Row], got: Sequence[Row], at: int, tolerance: float) -> bool:
    return at < len(expected) and at < len(got) and same_row(expected[at], got[at], tolerance)


def _match(expected: Sequence[Row], got: Sequence[Row], tolerance: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    coarse: dict[Any, list[int]] = {}
    for at, row in enumerate(got):
        coarse.setdefault(_coarse(row), []).append(at)
    lonely, taken = [], set()
    for at, row in enumerate(expected):
        near = coarse.get(_coarse(row), ())
        partner = next((b for b in near if b not in taken and same_row(row, got[b], tolerance)), None)
        if partner is None:
            lonely.append(at)
        else:
            taken.add(partner)
    spare = [at for at in range(len(got)) if at not in taken]
    if lonely and spare and len(lonely) * len(spare) <= _MOST_MATCHED**2 // 9:
        lonely, spare = _match_rest(expected, got, (lonely, spare), lambda a, b: same_row(a, b, tolerance))
    return tuple(lonely), tuple(spare)


def _match_rest(
    expected: Sequence[Row], got: Sequence[Row], left: tuple[list[int], list[int]], same: Callable[[Row, Row], bool]
) -> tuple[list[int], list[int]]:
    lonely, spare = [], list(left[1])
    for at in left[0]:
        partner = next((b for b in spare if same(expected[at], got[b])), None)
        if partner is None:
            lonely.append(at)
        else:
            spare.remove(partner)
    return lonely, spare


def same_row(one: Row, other: Row, tolerance: float) -> bool:
    """Say whether two rows agree cell by cell."""
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(
        (a is b and type(a) is not Odd) or same_cell(a, b, tolerance) for a, b in pairs
    )


def same_cell(one: Any, other: Any, tolerance: float) -> bool:  # noqa: ANN401 - cells are of any type
    """Say whether two cells agree.

    Examples
    --------
    >>> same_cell(0.1 + 0.2, 0.3, 1e-9), same_cell(None, float("nan"), 1e-9), same_cell("1", 1, 1e-9)
    (True, False, False)
    """
    if one is None or other is None:
        return one is other
    if isinstance(one, Odd) or isinstance(other, Odd):
        return False
    if isinstance(one, Instant) or isinstance(other, Instant):
        return isinstance(one, Instant) and isinstance(other, Instant) and int(one) == int(other)
    if not (isinstance(one, int | float) and isinstance(other, int | float)):
        return type(one) is type(other) and bool(one == other)
    if one == other:
        return True
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    if math.isinf(one) or math.isinf(other):
        return False
    return bool(abs(one - other) <= tolerance * max(1.0, abs(one), abs(other)))


def _order(row: Row) -> tuple[Any, ...]:
    return tuple(_rank(cell) for cell in row)


def _rank(cell: Any) -> tuple[int, Any]:  # noqa: ANN401
    if cell is None:
        return (0, 0)
    if isinstance(cell, str):
        return (3, cell)
    if isinstance(cell, Instant):
        return (2, int(cell))
    if not isinstance(cell, int | float):
        return (5, "") if isinstance(cell, Odd) else (4, str(cell))
    return (1, 0.0) if math.isnan(cell) else (1, float(cell))


def _coarse(row: Row) -> tuple[Any, ...]:
    # Numbers with a fraction are left out of the key: a tolerance has no hash.
    return tuple("~" if isinstance(cell, float) and not cell.is_integer() else _rank(cell) for cell in row)
