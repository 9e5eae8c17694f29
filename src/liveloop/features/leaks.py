"""What is a leak: which answer moved, and what is the least that moves it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Ints
from liveloop.features.facts import moment_of
from liveloop.features.future import Way
from liveloop.features.power import differing

TRIES = 300  # runs in which what is to blame is narrowed down


@dataclass(frozen=True)
class Leak:
    """One feature that knew what was not known: the answer with and without it, and the fewest facts that move it.

    Parameters
    ----------
    row
        Of what was asked, from 0.
    before, after
        Nothing where the column is not there at all.
    facts
        What became known only after `at`, and moves the feature.
    """

    column: str
    source: str
    row: int
    at: datetime
    before: object
    after: object
    way: Way
    facts: tuple[Mapping[str, Any], ...]


@contextmanager
def blamed(what: str, end: int, done: str) -> Iterator[None]:
    """Say of a pipeline that ran on the facts as they are, and not on others, that it needs what was not known."""
    try:
        yield
    except Exception as error:
        wrong = error.wrong if isinstance(error, BadInput) else f"it stops with {type(error).__name__}: {error}"
        raise BadInput(
            f"{wrong}, once {what} after {moment_of(end).isoformat()} {done}; on all as it is it runs",
            where="pipeline", allowed="one that needs only what was known, for live there is no more",
        ) from error  # fmt: skip


def changed(one: pa.Table, other: pa.Table, name: str, rows: Ints) -> int | None:
    """Find the first of some rows in which a column is another; one that is in one table only is so in all."""
    there = [table.column(name) for table in (one, other) if name in table.column_names]
    if len(there) == 2:
        return moved(there[0], there[1], rows)
    if not there or not len(rows):
        return None
    says = np.flatnonzero(there[0].is_valid().to_numpy()[rows])
    return int(rows[says[0] if len(says) else 0])


def cell(table: pa.Table, name: str, row: int) -> object:
    """Give one answer; nothing where the column is not there."""
    return table.column(name)[row].as_py() if name in table.column_names else None


def moved(one: pa.ChunkedArray, other: pa.ChunkedArray, rows: Ints) -> int | None:
    """Find the first of some rows in which a column is another; NaN and nothing are the same."""
    if pa.types.is_floating(one.type) and pa.types.is_floating(other.type):
        mine, theirs = (np.asarray(column.to_numpy(), np.float64)[rows] for column in (one, other))
        places = differing(mine, theirs)
        return int(rows[places[0]]) if len(places) else None
    if one.equals(other):
        return None
    taken = ([_alike(column[row].as_py()) for row in rows.tolist()] for column in (one, other))
    return next((int(row) for row, said, says in zip(rows, *taken, strict=True) if said != says), None)


def _alike(value: object) -> object:
    """Write a value so that it is equal to itself."""
    if isinstance(value, (list, dict)):
        return repr(value)
    return None if isinstance(value, float) and np.isnan(value) else value


def fewest(rows: Ints, moves: Callable[[Ints], bool]) -> Ints:
    """Narrow down which rows it takes: fewer and fewer of those that do it together.

    Examples
    --------
    >>> fewest(np.arange(40), lambda some: {3, 31} <= set(some.tolist())).tolist()
    [3, 31]
    """
    parts, tries = 2, 0
    while len(rows) > 1 and tries < TRIES:  # delta debugging: pieces, then all but a piece (Zeller and Hildebrandt)
        pieces = np.array_split(rows, min(parts, len(rows)))
        rests = [np.setdiff1d(rows, piece) for piece in pieces] if len(pieces) > 2 else []
        for number, some in enumerate([*pieces, *rests]):
            tries += 1
            if moves(some):
                rows, parts = some, 2 if number < len(pieces) else max(2, parts - 1)
                break
        else:
            if parts >= len(rows):
                break
            parts = min(2 * parts, len(rows))
    return rows
