"""Which few worlds tell a reference from every mistake that is made in it? Kept for all attempts at it.

Single mistakes are made in the reference, and all run on thousands of worlds drawn around its constants. Of the worlds
that tell some mistake, so few and small ones are kept that each mistake that any world tells is told by two.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from liveloop.base.budget import Budget
from liveloop.sqldiff.arrays import Flags, Worlds
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.law import drawn
from liveloop.sqldiff.meet import gist
from liveloop.sqldiff.mint import open_mint
from liveloop.sqldiff.mistakes import edits
from liveloop.sqldiff.session import Session

_WORLDS, _MOST, _TWICE = 1_500, 120, 2
_STEP = 0.5


@dataclass(frozen=True, eq=False)
class Bank:
    """The worlds that are kept, how many mistakes were made in the reference, and how many of them they tell."""

    worlds: Worlds
    mistakes: int
    told: int


class Banks:
    """The banks of the last references: one is built when its reference is asked for a second time.

    A single comparison so costs none, and the attempts at one question pay once.
    """

    def __init__(self, most: int = 64) -> None:
        self.seconds = 0.0  # spent on building
        self._kept: OrderedDict[tuple[str, Schema], Bank | None] = OrderedDict()
        self._asked: OrderedDict[tuple[str, Schema], None] = OrderedDict()
        self._most = most

    def of(self, session: Session, reference: str, schema: Schema, *, tolerance: float) -> Bank | None:
        """Give the bank of a reference, if it has been asked for before; what it loads stays in the session."""
        key = reference, schema
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._asked:
            self._asked[key] = None
            if len(self._asked) > 4 * self._most:
                self._asked.popitem(last=False)
            return None
        began = perf_counter()
        self._kept[key] = open_bank(session, reference, schema, tolerance=tolerance)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        self.seconds += perf_counter() - began
        return self._kept[key]


def open_bank(
    session: Session, reference: str, schema: Schema, *, seed: int = 0, tolerance: float = 1e-9, seconds: float = 2.0
) -> Bank | None:
    """Build the bank of a reference, in DuckDB's dialect; None when it gives nothing there.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    >>> with Session() as session:
    ...     bank = open_bank(session, "SELECT id FROM t WHERE a > 3", schema, seconds=9)
    >>> bank.told > 5, bank.worlds.count <= 2 * bank.told
    (True, True)
    """
    budget = Budget(seconds)
    worlds = drawn(open_mint(schema, [reference]), _WORLDS, session, seed=seed)
    session.load(worlds)
    usual = gist(session.screen(reference, seconds=_STEP), worlds.count, tolerance)
    if not (usual.ran & ~usual.failed).any():
        return None
    made = edits(reference, "", seconds=seconds / 3)
    told: list[Flags] = []
    for edit in made:
        if budget.over:
            break
        other = gist(session.screen(edit.text, seconds=_STEP), worlds.count, tolerance)
        apart = usual.apart(other)
        if apart.any():
            told.append(apart)
    chosen = _cover(np.array(told), worlds.sizes()) if told else []
    return Bank(worlds.choosing(chosen), len(made), len(told)) if chosen else None


def _cover(told: Flags, sizes: Sequence[int] | np.ndarray) -> list[int]:
    """Choose worlds: each time the one that tells most of what is not told twice yet; of equals the smallest."""
    left = np.minimum(told.sum(axis=1), _TWICE)
    free = np.ones(told.shape[1], bool)
    chosen: list[int] = []
    while left.any() and len(chosen) < _MOST:
        gains = np.where(free, (told & (left > 0)[:, None]).sum(axis=0), 0)
        best = int(np.lexsort((np.asarray(sizes), -gains))[0])
        if not gains[best]:
            break
        chosen.append(best)
        free[best] = False
        left = np.maximum(0, left - told[:, best])
    return chosen
