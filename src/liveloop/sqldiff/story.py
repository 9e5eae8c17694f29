"""Does a product's history hold in worlds: a child after its parent, known after it happened, two paths to one row?

Where a schema narrates, all its moments draw from one pool whose values are sorted, so that the place of a value says
which is the later: a history is mended by raising places, and asked for by comparing them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from liveloop.base.tables import Table
from liveloop.sqldiff.arrays import Flags, Rows, Whole, referred
from liveloop.sqldiff.database import Schema

HAPPENED = "happened_at"


def tell(schema: Schema, table: Table, rows: Rows, above: Mapping[str, Rows]) -> Whole:
    """Give the cells of a table so that its history holds, whatever else was drawn.

    Parameters
    ----------
    rows
        Those of the table, in all worlds.
    above
        The rows of the tables that it refers to.
    """
    cells = rows.cells.copy()
    if not schema.narratives:
        return cells
    for own, other, target, there in _shortcuts(schema, table):
        found = referred(rows, other, above[target], there[0])
        led = found >= 0
        cells[led, own] = above[target].cells[found[led], there[1]]
    happened = _happened(table)
    if happened is None:
        return cells
    for own, target, key in _older(schema, table):
        found = referred(Rows(rows.world, cells), own, above[target], key[0])
        led = found >= 0
        cells[led, happened] = np.maximum(cells[led, happened], above[target].cells[found[led], key[1]])
    for at in schema.times(table):
        cells[:, at] = np.where(cells[:, at] < 0, -1, np.maximum(cells[:, at], cells[:, happened]))
    return cells


def told(schema: Schema, table: Table, rows: Rows, above: Mapping[str, Rows]) -> Flags:
    """Say which rows of a table fit the history."""
    return np.asarray((tell(schema, table, rows, above) == rows.cells).all(axis=1))


def _shortcuts(schema: Schema, table: Table) -> Iterator[tuple[int, int, str, tuple[int, int]]]:
    """List the references that another one leads to as well.

    Own column, the other reference's column, the table it leads to, and there: its key and the column that refers to
    the same.
    """
    refers = schema.refers(table)
    for own, wanted, _ in refers:
        for other, target, key in refers:
            if other == own or target in (table.name, wanted):
                continue
            for at, end, _ in schema.refers(schema.table(target)):
                if end == wanted:
                    yield own, other, target, (key, at)


def _older(schema: Schema, table: Table) -> Iterator[tuple[int, str, tuple[int, int]]]:
    """List the references to rows that came to be before: own column, the table, and there: the key, the moment."""
    for own, target, key in schema.refers(table):
        moment = _happened(schema.table(target))
        if moment is not None and target != table.name:
            yield own, target, (key, moment)


def _happened(table: Table) -> int | None:
    return next((at for at, column in enumerate(table.columns) if column.name == HAPPENED), None)
