"""How are a small database and a query's result shown to a person?"""

from __future__ import annotations

import math
from typing import Any

from liveloop.base.tables import Cell, Sheet, Table
from liveloop.sqldiff.database import Database, Instant, Outcome, Row, show_day, show_instant

MOST_ROWS = 60
LONGEST_CELL = 400
_HUGE = "DECIMAL128(38, 0)"  # what a HUGEINT, such as a sum of counts, arrives as


def table_sheet(database: Database, table: Table) -> Sheet:
    """Show one table of a database."""
    rows = database.rows.get(table.name, ())
    kinds = [column.type.upper() for column in table.columns]
    shown = tuple(tuple(_stored(cell, kind) for cell, kind in zip(row, kinds, strict=True)) for row in rows[:MOST_ROWS])
    names = tuple(column.name for column in table.columns)
    types = tuple(column.type for column in table.columns)
    if database.extra_column:
        names, types, shown = (*names, "extra"), (*types, "VARCHAR"), tuple((*row, None) for row in shown)
    return Sheet(names, types, shown, cut=max(0, len(rows) - MOST_ROWS))


def _stored(cell: Any, kind: str) -> Cell:  # noqa: ANN401
    if cell is None:
        return None
    if kind.startswith("TIMESTAMP"):
        return show_instant(cell) if kind in ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") else show_instant(cell)[:-6]
    if kind == "DATE":
        return show_day(cell)
    return show_cell(cell)


def result_sheet(outcome: Outcome, marked: tuple[int, ...], most: int = MOST_ROWS) -> Sheet:
    """Show a result, with the rows marked that have no partner in the other result; these are never cut."""
    order = (
        [*marked, *(at for at in range(len(outcome.rows)) if at not in set(marked))][:most]
        if len(outcome.rows) > most
        else list(range(len(outcome.rows)))
    )
    rows = tuple(_result_row(outcome.rows[at], outcome.types) for at in order)
    marks = tuple(new for new, old in enumerate(order) if old in set(marked))
    return Sheet(outcome.columns, outcome.types, rows, marks, len(outcome.rows) - len(rows))


def _result_row(row: Row, types: tuple[str, ...]) -> tuple[Cell, ...]:
    return tuple(_result_cell(cell, kind) for cell, kind in zip(row, types, strict=True))


def _result_cell(cell: Any, kind: str) -> Cell:  # noqa: ANN401
    if isinstance(cell, Instant):
        shown = show_instant(cell)
        if kind == "DATE":
            return shown[:10]
        return shown if kind == "TIMESTAMPTZ" else shown.removesuffix("+00:00")
    if kind == _HUGE and isinstance(cell, float) and cell.is_integer():
        return show_cell(int(cell))
    return show_cell(cell)


def show_cell(cell: Any) -> Cell:  # noqa: ANN401
    """Make a cell fit for JSON.

    Examples
    --------
    >>> show_cell(float("nan")), show_cell(2**60), show_cell("x")
    ('NaN', '1152921504606846976', 'x')
    """
    if isinstance(cell, float) and not math.isfinite(cell):
        return "NaN" if math.isnan(cell) else ("Infinity" if cell > 0 else "-Infinity")
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > 2**53:
        return str(cell)
    if isinstance(cell, str):
        return cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL] + "…"
    return cell if cell is None or isinstance(cell, (bool, int, float)) else str(cell)[:LONGEST_CELL]
