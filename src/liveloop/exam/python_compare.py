"""In what does one returned value differ from another, and is that a difference that counts?

The expected value decides how strict the comparison is: a tuple keeps its order, a list only where the drill is
ordered; a frame of either library, or a list of dicts, is compared by columns and as a bag of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isclose, isinf, isnan
from typing import Any

from liveloop.exam.brief import DIGITS, apart, number, plural
from liveloop.exam.python_values import Labelled, Many, Missing, Other, Pairs, Table, clip, hole

MOST_CELLS = 200_000  # of a table that is written as dicts
MOST_MATCHED = 300  # rows that are matched one by one when sorting did not pair them


@dataclass(frozen=True)
class How:
    """How two values are compared; `loose` takes every kind of hole for the same, as pandas does in a column."""

    tolerance: float
    ordered: bool
    loose: bool = False


@dataclass(frozen=True)
class Difference:
    """What differs, in words, and the rows of each side to mark."""

    words: str
    expected_rows: tuple[int, ...] = ()
    got_rows: tuple[int, ...] = ()


def compare(expected: Any, got: Any, how: How) -> Difference | None:  # noqa: ANN401
    """Say what differs; None when nothing does.

    Examples
    --------
    >>> compare((0.5, None), (0.5, float("nan")), How(1e-9, ordered=False)).words
    'the value is (0.5, nan), not (0.5, None)'
    """
    if isinstance(expected, Table) or records(expected):
        return compare_tables(expected, got, how)
    if isinstance(expected, Pairs | Labelled) and pairs_of(expected) is not None:
        return compare_pairs(expected, got, how)
    return None if same(expected, got, how) else Difference(unlike(expected, got))


def unlike(expected: Any, got: Any) -> str:  # noqa: ANN401
    """Put two values that differ in a sentence."""
    due, came = apart(expected, got, brief)
    return f"the value is {came}, not {due}"


def brief(value: Any, digits: int = DIGITS[0]) -> str:  # noqa: ANN401
    """Show a value in a few words, the numbers in it with so many digits.

    Examples
    --------
    >>> brief(datetime(2026, 4, 6, 12)), brief(Many("tuple", (1 / 3, None)))
    ('2026-04-06 12:00:00', '(0.3333, None)')
    """
    if isinstance(value, Table):
        return f"a frame of {plural(len(value.rows), 'row')}"
    text = clip(repr(_rounded(value, digits)))
    return text if len(text) <= 120 else text[:117] + "..."


class _Plain(str):
    """A text that stands without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _rounded(value: Any, digits: int) -> Any:  # noqa: ANN401
    if isinstance(value, float):
        return _Plain(number(value, digits))
    if isinstance(value, datetime | date):
        return _Plain(str(value))
    if isinstance(value, Many):
        return Many(value.kind, tuple(_rounded(item, digits) for item in value.items))
    if isinstance(value, Pairs):
        return Pairs(tuple((_rounded(key, digits), _rounded(item, digits)) for key, item in value.items))
    if isinstance(value, Labelled):
        labels = None if value.labels is None else tuple(_rounded(label, digits) for label in value.labels)
        return Labelled(labels, tuple(_rounded(item, digits) for item in value.values))
    return value


def records(value: Any) -> bool:  # noqa: ANN401
    """Say whether a value is rows written as dicts."""
    return (
        isinstance(value, Many)
        and value.kind != "tuple"
        and len(value.items) > 0
        and all(isinstance(item, Pairs) and all(isinstance(key, str) for key, _ in item.items) for item in value.items)
    )


def tables_of(value: Any, names: Sequence[str]) -> list[Table]:  # noqa: ANN401
    """Read a value as a table in each way that it can be read."""
    if isinstance(value, Table):
        return [value, value.with_index()] if value.index else [value]
    if records(value):
        rows = [dict(item.items) for item in value.items]
        found = tuple(dict.fromkeys(key for row in rows for key in row))
        if len(found) * len(rows) > MOST_CELLS:  # hardly a row shares its names with another
            return []
        return [Table(found, tuple(tuple(row.get(name) for name in found) for row in rows))]
    if isinstance(value, Many) and not value.items and value.kind != "tuple":
        return [Table(tuple(names), ())]
    return []


def compare_tables(expected: Any, got: Any, how: How) -> Difference | None:  # noqa: ANN401
    """Compare two tables in each way they can be read; the way that fits is taken."""
    wanted = tables_of(expected, ())
    found = tables_of(got, wanted[0].names)
    if not found:
        return Difference(f"the value is {brief(got)}, not a frame of {plural(len(wanted[0].rows), 'row')}")
    loose = How(how.tolerance, how.ordered, loose=True)
    differences = []
    for one in wanted:
        for other in found:
            difference = compare_table(one, other, loose)
            if difference is None:
                return None
            differences.append(difference)
    # The most telling difference is one within rows: the columns fitted there.
    return max(differences, key=lambda difference: len(difference.expected_rows) + len(difference.got_rows))


def compare_table(expected: Table, got: Table, how: How) -> Difference | None:
    """Compare the names of columns, in any order; then rows."""
    if sorted(expected.names) != sorted(got.names):
        return Difference(f"the columns are {', '.join(got.names) or 'none'}, not {', '.join(expected.names)}")
    order = [got.names.index(name) for name in expected.names]
    rows = tuple(tuple(row[place] for place in order) for row in got.rows)
    pairing = pair_rows(expected.rows, rows, how)
    if pairing is None:
        return None
    lost, extra = pairing
    if len(expected.rows) != len(rows):
        there = "is" if len(rows) == 1 else "are"
        words = f"there {there} {plural(len(rows), 'row')}, not {len(expected.rows)}"
        return Difference(words, tuple(lost), tuple(extra))
    place = unlike_column(expected.rows[lost[0]], rows[extra[0]], how)
    one, other = expected.rows[lost[0]][place], rows[extra[0]][place]
    due, came = apart(one, other, brief)
    where = f" in row {extra[0] + 1}" if len(rows) > 1 else ""
    words = f"`{expected.names[place]}` is {came}, not {due}{where}"
    return Difference(words, tuple(lost), tuple(extra))


def unlike_column(expected: tuple[Any, ...], got: tuple[Any, ...], how: How) -> int:
    """Find the first column in which two rows differ."""
    pairs = zip(expected, got, strict=True)
    return next((at for at, (one, other) in enumerate(pairs) if not same(one, other, how)), 0)


def pair_rows(
    expected: Sequence[tuple[Any, ...]], got: Sequence[tuple[Any, ...]], how: How
) -> tuple[list[int], list[int]] | None:
    """Pair rows; None when all pair, else the positions of those without a partner on each side."""
    if how.ordered:
        shorter = min(len(expected), len(got))
        wrong = [at for at in range(shorter) if not same_row(expected[at], got[at], how)]
        lost, extra = wrong + list(range(shorter, len(expected))), wrong + list(range(shorter, len(got)))
        return (lost, extra) if lost or extra else None
    left, right = (sorted(range(len(rows)), key=lambda at: sort_key(rows[at])) for rows in (expected, got))
    if len(left) == len(right) and all(
        same_row(expected[one], got[other], how) for one, other in zip(left, right, strict=True)
    ):
        return None
    return match_rows(expected, got, how)


def match_rows(
    expected: Sequence[tuple[Any, ...]], got: Sequence[tuple[Any, ...]], how: How
) -> tuple[list[int], list[int]] | None:
    """Match rows one by one, where sorting put close numbers in another order."""
    free = list(range(min(len(got), MOST_MATCHED)))
    lost = []
    for at in range(min(len(expected), MOST_MATCHED)):
        partner = next((other for other in free if same_row(expected[at], got[other], how)), None)
        if partner is None:
            lost.append(at)
        else:
            free.remove(partner)
    unmatched = max(len(expected), len(got)) > MOST_MATCHED
    if not lost and not free and not unmatched:
        return None
    return lost or [0] * bool(expected), free or [0] * bool(got)


def same_row(expected: tuple[Any, ...], got: tuple[Any, ...], how: How) -> bool:
    """Say whether two rows are the same."""
    return len(expected) == len(got) and all(same(one, other, how) for one, other in zip(expected, got, strict=True))


def sort_key(value: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Order values of mixed kinds, numbers by a few digits only."""
    if isinstance(value, tuple):
        return tuple(sort_key(item) for item in value)
    if hole(value):
        return (0, "", 0.0)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return (1, "", rounded(value))
    return (2, repr(value.timestamp() if isinstance(value, datetime) and value.tzinfo else value), 0.0)


def rounded(number: float | Decimal) -> float:
    """Round a number to a few digits; one too big for a float, or odd otherwise, is as big as can be."""
    try:
        return float(f"{float(number):.6g}")
    except (ValueError, ArithmeticError):
        return float("inf")


def pairs_of(value: Any) -> list[tuple[Any, Any]] | None:  # noqa: ANN401
    """Read a value as a mapping: a dict, or a Series with labels."""
    if isinstance(value, Pairs):
        return list(value.items)
    if isinstance(value, Labelled) and value.labels is not None:
        return list(zip(value.labels, value.values, strict=True))
    return None


def compare_pairs(expected: Any, got: Any, how: How) -> Difference | None:  # noqa: ANN401
    """Compare two mappings by their keys."""
    wanted, found = pairs_of(expected), pairs_of(got)
    if isinstance(expected, Labelled) and isinstance(got, Table) and len(got.names) == 1 and got.index:
        labels = [label[0] if len(label) == 1 else Many("tuple", label) for label in got.index]
        found = list(zip(labels, (row[0] for row in got.rows), strict=True))
    if isinstance(got, Labelled) and not got.values:
        found = []
    if wanted is None or found is None:
        return Difference(unlike(expected, got))
    inner = How(how.tolerance, how.ordered, loose=isinstance(expected, Labelled) or not isinstance(got, Pairs))
    for key, value in wanted:
        partner = next((other for other, _ in found if same(key, other, inner)), found)
        if partner is found:
            return Difference(f"the key {brief(key)} is not there")
        mine = next(item for other, item in found if other is partner)
        if not same(value, mine, inner):
            return Difference(f"under {brief(key)}, {unlike(value, mine)}")
    extra = next((key for key, _ in found if not any(same(key, other, inner) for other, _ in wanted)), found)
    if extra is not found:
        return Difference(f"there is a key {brief(extra)} too many")
    return None


def same(expected: Any, got: Any, how: How) -> bool:  # noqa: ANN401
    """Say whether two values are the same, as far as it counts."""
    if isinstance(expected, Other) or isinstance(got, Other):
        return False
    if hole(expected) or hole(got):
        return same_hole(expected, got, how)
    if isinstance(expected, Many):
        return same_many(expected, got, how)
    if isinstance(expected, Labelled) and expected.labels is None:
        return same_many(Many("array", expected.values), got, how)
    if isinstance(expected, Table | Pairs | Labelled):
        return compare(expected, got, how) is None
    return same_leaf(expected, got, how)


def same_hole(expected: Any, got: Any, how: How) -> bool:  # noqa: ANN401
    """Compare two of which one stands for nothing: NaN is not None, unless in a column."""
    if not (hole(expected) and hole(got)):
        return False
    return how.loose or isinstance(expected, float) == isinstance(got, float)


def same_many(expected: Many, got: Any, how: How) -> bool:  # noqa: ANN401
    """Compare two sequences: a tuple in its order, the others in theirs only where that is asked."""
    if isinstance(got, Labelled):
        got = Many("array", got.values)
    if not isinstance(got, Many) or len(expected.items) != len(got.items):
        return False
    how = How(how.tolerance, how.ordered, how.loose or "array" in (expected.kind, got.kind))
    if expected.kind == "tuple" or (how.ordered and expected.kind != "set"):
        return all(same(one, other, how) for one, other in zip(expected.items, got.items, strict=True))
    rows = [tuple((item,) for item in side.items) for side in (expected, got)]
    return pair_rows(rows[0], rows[1], How(how.tolerance, ordered=False, loose=how.loose)) is None


def same_leaf(expected: Any, got: Any, how: How) -> bool:  # noqa: ANN401
    """Compare two simple values; a bool is no number, a naive time no instant."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float | Decimal) and isinstance(got, int | float | Decimal):
        return close(expected, got, how.tolerance)
    if isinstance(expected, datetime) and isinstance(got, datetime):
        return (expected.tzinfo is None) == (got.tzinfo is None) and expected == got
    if how.loose and isinstance(expected, date) and isinstance(got, date):
        return midnight(expected) == midnight(got)
    return type(expected) is type(got) and bool(expected == got)


def midnight(day: date) -> datetime | None:
    """Read a date, or a time that is a midnight, as that midnight."""
    if not isinstance(day, datetime):
        return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day has no zone
    naive = day.replace(tzinfo=None)
    return naive if (naive.hour, naive.minute, naive.second, naive.microsecond) == (0, 0, 0, 0) else None


def close(expected: float | Decimal, got: float | Decimal, tolerance: float) -> bool:
    """Say whether two numbers agree to a relative tolerance, which is absolute below 1."""
    if isinstance(expected, int) and isinstance(got, int):
        return expected == got
    try:
        one, other = float(expected), float(got)
    except OverflowError:  # two integers, or an integer beside what it cannot be
        return expected == got
    except (ValueError, ArithmeticError):
        return False
    if isinf(one) or isinf(other) or isnan(one) or isnan(other):
        return one == other
    return isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)


__all__ = ["Difference", "How", "Missing", "compare"]
