"""Does a feature move with rows that are asked for later, or with what rows say of the label?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import Ints, stream
from liveloop.features.facts import moment_of
from liveloop.features.leaks import Leak, blamed, cell, changed, fewest

LATER = "rows asked for"


@dataclass(frozen=True, eq=False)
class LaterRows:
    """What rows show that are asked for later, or what they say of the label."""

    run: Callable[[pa.Table], pa.Table]
    base: pa.Table
    asked: pa.Table
    moments: Ints
    columns: Sequence[str]

    def later(self, ends: Sequence[int]) -> Iterator[Leak]:
        """Ask for the rows up to some moments alone: what moves knew of rows that were asked for later."""
        told: set[str] = set()
        for end in ends:
            late = np.flatnonzero(self.moments > end)
            if not len(late):
                continue
            kept = np.flatnonzero(self.moments <= end)
            with blamed(LATER, end, "are left out"):
                made = self.run(self.asked.take(pa.array(kept)))
            for column in (name for name in self.columns if name not in told):
                place = changed(self.base.take(pa.array(kept)), made, column, np.arange(len(kept)))
                if place is not None:
                    told.add(column)
                    yield self._leak(column, int(kept[place]), made, place, late)

    def _leak(self, column: str, row: int, made: pa.Table, place: int, late: Ints) -> Leak:
        def moves(gone: Ints) -> bool:
            kept = np.setdiff1d(np.arange(len(self.moments)), gone)
            try:
                other = self.run(self.asked.take(pa.array(kept)))
            except Exception:  # noqa: BLE001 - as where facts are narrowed down
                return False
            one = self.base.slice(row, 1)
            return changed(one, other.slice(int(np.searchsorted(kept, row)), 1), column, np.array([0])) is not None

        facts = self.asked.take(pa.array(fewest(late, moves)[:12])).to_pylist()
        return Leak(column, LATER, row, moment_of(int(self.moments[row])), cell(self.base, column, row),
                    cell(made, column, place), "gone", tuple(facts))  # fmt: skip

    def labels(self, label: str | None, seed: int) -> Iterator[Leak]:
        """Let the label of each row be that of another."""
        if label is None or not len(self.moments):
            return
        place, count = self.asked.column_names.index(label), len(self.moments)
        order = stream(seed, "scramble the label").permutation(count)
        others = np.roll(order, 1)[np.argsort(order)]

        def run(rows: Ints) -> pa.Table:
            whose = np.arange(count)
            whose[rows] = others[rows]
            column = self.asked.column(label).take(pa.array(whose))
            return self.run(self.asked.set_column(place, label, column))

        with blamed("the labels of rows", int(self.moments.min()) - 1, "are those of others"):
            made = run(np.arange(count))
        for name in self.columns:
            row = None if name == label else changed(self.base, made, name, np.arange(count))
            if row is not None:
                yield Leak(name, label, row, moment_of(int(self.moments[row])), cell(self.base, name, row),
                           cell(made, name, row), "other", self._labels(run, name, row))  # fmt: skip

    def _labels(self, run: Callable[[Ints], pa.Table], name: str, row: int) -> tuple[dict[str, object], ...]:
        """Give the fewest rows whose labels move an answer."""

        def moves(rows: Ints) -> bool:
            try:
                return changed(self.base, run(rows), name, np.array([row])) is not None
            except Exception:  # noqa: BLE001 - as where facts are narrowed down
                return False

        blamed_rows = fewest(np.arange(len(self.moments)), moves)
        return tuple(self.asked.take(pa.array(blamed_rows[:12])).to_pylist())
