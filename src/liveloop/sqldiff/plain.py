"""How are the values of a small world made plainer, and fewer, while it still shows the difference?

All single swaps are tried in one batch; those that hold are made one after the other, and all the worlds on that way
are one batch too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from liveloop.sqldiff.arrays import Flags, Rows, Worlds, stacked
from liveloop.sqldiff.pools import Pool

Screen = Callable[[Worlds], Flags]
_TRIES, _WAYS, _PLAINEST = 140, 3, 5
_NULL, _ANOTHER = 1.5, 0.5  # what it costs a reader to meet NULL, and one more value


@dataclass(frozen=True)
class Swap:
    """One value of a group of pools becomes another: in one cell of a table, or wherever it stands."""

    group: int
    old: int
    new: int
    table: str = ""
    row: int = 0
    column: int = 0

    def made(self, one: Worlds) -> Worlds:
        """Give a world with the swap in it: what no longer holds the old value stays."""
        changed = {name: self._in(one, name) for name in ([self.table] if self.table else one.rows)}
        return Worlds(one.schema, one.pools, {**one.rows, **changed}, one.count)

    def _in(self, one: Worlds, name: str) -> Rows:
        rows = one.rows[name]
        hit = rows.cells == self.old
        if self.table:
            hit &= np.arange(len(rows.world))[:, None] == self.row
            hit &= np.arange(rows.cells.shape[1]) == self.column
        else:
            hit &= np.array(
                [pool.group == self.group and pool.values[self.new] is not None for pool in one.pools[name]]
            )
        return Rows(rows.world, np.where(hit, self.new, rows.cells).astype(np.int32))


def plainer(one: Worlds, screen: Screen) -> Worlds:
    """Make the values of a single world plainer and fewer while the queries differ."""
    swaps = list(_swaps(one))
    if not swaps:
        return one
    tried = [swap.made(one) for swap in swaps]
    gains = float(efforts(one)[0]) - efforts(stacked(tried))
    best = np.argsort(-gains, kind="stable")[:_TRIES]
    best = best[gains[best] > 0]
    if not len(best):
        return one
    held = screen(stacked([tried[number] for number in best]))
    return _along(one, [swaps[number] for number in best[held]], screen)


def _along(one: Worlds, swaps: Sequence[Swap], screen: Screen) -> Worlds:
    """Make swaps one after the other, as far as the queries differ; the one at which they do not is left out."""
    for _ in range(_WAYS):
        way, kept = [one], list[Swap]()
        for swap in swaps:
            made = swap.made(way[-1])
            if efforts(made)[0] < efforts(way[-1])[0]:
                way.append(made)
                kept.append(swap)
        if not kept:
            return one
        held = screen(stacked(way[1:]))
        far = len(kept) if held.all() else int(np.argmin(held))
        one, swaps = way[far], kept[far + 1 :]
    return one


def efforts(worlds: Worlds) -> npt.NDArray[np.float64]:
    """Say how much there is to read in each world: different values, NULLs, long ones, ones that are no plain start."""
    total = np.zeros(worlds.count)
    seen: dict[int, list[npt.NDArray[np.int64]]] = {}
    for table in worlds.schema.tables:
        rows = worlds.rows[table.name]
        for at, pool in enumerate(worlds.pools[table.name]):
            cells = rows.cells[:, at]
            total += np.bincount(rows.world, weights=_weights(pool)[cells], minlength=worlds.count)
            seen.setdefault(pool.group, []).append(rows.world.astype(np.int64) * (pool.size + 1) + cells + 1)
    for group, codes in seen.items():
        size = next(pool.size for some in worlds.pools.values() for pool in some if pool.group == group) + 1
        different = np.unique(np.concatenate(codes)) // size
        total += _ANOTHER * np.bincount(different, minlength=worlds.count)
    return total


@lru_cache(maxsize=512)
def _weights(pool: Pool) -> npt.NDArray[np.float64]:
    """Give what each value of a pool costs a reader; the last is that of NULL, whose place is -1."""
    return np.array([*(_weight(value) for value in pool.values), _NULL])


def _weight(value: object) -> float:
    if isinstance(value, bool):
        return 0.1
    if isinstance(value, (int, float)):
        return min(
            3.0, 0.1 * len(f"{value:g}".lstrip("-")) + (0.3 if value < 0 else 0.0) + (0.05 if value != 1 else 0.0)
        )
    return 0.1 * len(str(value)) + (0.6 if value == "" else 0.0)


def _swaps(one: Worlds) -> Iterator[Swap]:
    """List what may be plainer: one value of a pool for another wherever it stands, or in one cell alone."""
    where: dict[tuple[int, int], list[tuple[str, int, int]]] = {}
    pools: dict[int, Pool] = {}
    for table in one.schema.tables:
        for at, pool in enumerate(one.pools[table.name]):
            pools[pool.group] = pool
            for row, old in enumerate(one.rows[table.name].cells[:, at].tolist()):
                where.setdefault((pool.group, old), []).append((table.name, row, at))
    for (group, old), cells in sorted(where.items()):
        weights = _weights(pools[group])
        for new in _plainest(pools[group]):
            if new == old or (old >= 0 and weights[new] > weights[old]):
                continue
            for table_name, row, column in cells:
                if one.pools[table_name][column].values[new] is not None:
                    yield Swap(group, old, new, table_name, row, column)
            if len(cells) > 1:
                yield Swap(group, old, new)


@lru_cache(maxsize=512)
def _plainest(pool: Pool) -> list[int]:
    known = [place for place in range(pool.size) if pool.values[place] is not None]
    weights = _weights(pool)
    return sorted(known, key=lambda place: weights[place])[:_PLAINEST]
