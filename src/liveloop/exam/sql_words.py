"""In what does a query's result differ from the one that is due, in a few words?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from liveloop.exam.brief import DIGITS, apart, number, plural
from liveloop.exam.sql_show import show_cell
from liveloop.sqldiff.agree import differing, same_cell
from liveloop.sqldiff.database import Instant, Outcome, Row, plain_instant

MOST_PAIRED = 12  # rows of each side among which the most alike are looked for
LONGEST = 40


def unlike(expected: Outcome, got: Outcome, tolerance: float) -> str:
    """Name the one difference that says most: an error, the columns, how many rows, one cell of two alike rows.

    Nothing is said where the rows agree, or share too little for one cell to stand for the difference.

    Examples
    --------
    >>> due = Outcome(("day", "n"), ("VARCHAR", "BIGINT"), (("mon", 1), ("tue", 2)))
    >>> got = Outcome(("day", "n"), ("VARCHAR", "BIGINT"), (("mon", 1), ("tue", None)))
    >>> unlike(due, got, 1e-9), unlike(due, Outcome(("day",), ("VARCHAR",)), 1e-9)
    ("`n` is NULL, not 2, where `day` is 'tue'", 'there is 1 column, not 2')
    """
    if expected.error is not None:
        return ""
    if got.error is not None:
        return f"it ends in a {kind}" if (kind := error_kind(got.error)) else ""
    for due, came, noun in (
        (len(expected.columns), len(got.columns), "column"),
        (len(expected.rows), len(got.rows), "row"),
    ):
        if due != came:
            return f"there {'is' if came == 1 else 'are'} {plural(came, noun) if came else f'no {noun}s'}, not {due}"
    missed, spare = differing(expected.rows, got.rows, tolerance=tolerance)
    if not missed or not spare:
        return ""
    one, other = most_alike(
        [expected.rows[at] for at in missed[:MOST_PAIRED]], [got.rows[at] for at in spare[:MOST_PAIRED]], tolerance
    )
    return _in_cells(expected, one, other, tolerance)


def _in_cells(expected: Outcome, one: Row, other: Row, tolerance: float) -> str:
    alike = [same_cell(a, b, tolerance) for a, b in zip(one, other, strict=True)]
    many = len(expected.rows) > 1
    if many and not any(alike):
        return ""
    at = alike.index(False)
    due, came = apart(one[at], other[at], brief)
    said = f"`{expected.columns[at]}` is {came}, not {due}"
    if not many:
        return said
    key = alike.index(True)
    return f"{said}, where `{expected.columns[key]}` is {brief(one[key])}"


def most_alike(missed: Sequence[Row], spare: Sequence[Row], tolerance: float) -> tuple[Row, Row]:
    """Find the two rows that agree in most cells from the first on, where keys stand; then in most cells at all."""

    def likeness(pair: tuple[Row, Row]) -> tuple[int, int]:
        alike = [same_cell(a, b, tolerance) for a, b in zip(*pair, strict=True)]
        return next((at for at, same in enumerate(alike) if not same), len(alike)), sum(alike)

    return max(((one, other) for one in missed for other in spare), key=likeness)


def brief(cell: Any, digits: int = DIGITS[0]) -> str:  # noqa: ANN401
    """Write a cell as SQL would, a number with so many digits.

    Examples
    --------
    >>> brief(None), brief(True), brief(0.12345), brief("it's"), brief(120000.0)
    ('NULL', 'TRUE', '0.1235', "'it''s'", '120000')
    """
    if cell is None or isinstance(cell, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[cell]
    if isinstance(cell, Instant):
        return plain_instant(int(cell))
    if isinstance(cell, float):
        return number(cell, digits)
    if isinstance(cell, str):
        text = cell if len(cell) <= LONGEST else cell[:LONGEST] + "…"
        return "'" + text.replace("'", "''") + "'"
    return str(show_cell(cell))


def error_kind(error: str) -> str:
    """Give the kind of an error of the database, from the beginning of its words.

    Examples
    --------
    >>> error_kind("Conversion Error: Could not convert string 'x' to INT32")
    'Conversion Error'
    """
    found = re.match(r"[A-Z][A-Za-z ]{2,40}(?=:)", error)
    return found.group(0) if found else ""
