"""What is the smallest world, made from one in which two queries differ, in which they still do?

Up to a dozen rows every part that keeps its references is tried in one batch, so nothing smaller is left in it;
beyond, delta debugging whose tries are the worlds of one batch (Zeller and Hildebrandt, "Simplifying and isolating
failure-inducing input", TSE 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveloop.sqldiff.arrays import Rows, Worlds

Flags = npt.NDArray[np.bool_]
Screen = Callable[[Worlds], Flags]  # in which worlds do they differ, and all holds that the schema promises?
FEW = 12
_MOST_TRIES = 160


@dataclass(frozen=True)
class Need:
    """A row that refers to others: its place among all rows, in its table, and where the reference stands."""

    child: int
    parents: list[int]
    table: str
    row: int
    columns: list[int]
    nullable: bool


def parts_of(one: Worlds, kept: Flags, needs: Sequence[Need] = ()) -> Worlds:
    """Give a world for each row of `kept`, which says which rows of `one` it has, tables one after the other.

    Where a row lost what it referred to, its reference becomes NULL.
    """
    made, start = {}, 0
    for table in one.schema.tables:
        rows = one.rows[table.name]
        stop = start + len(rows.world)
        world, at = np.nonzero(kept[:, start:stop])
        cells = rows.cells[at]
        for need in needs:
            if need.table == table.name and need.nullable:
                lost = np.asarray(~kept[:, need.parents].any(axis=1))
                rows_lost = np.flatnonzero((at == need.row) & lost[world])
                cells[rows_lost[:, None], need.columns] = -1
        made[table.name] = Rows(world.astype(np.int32), cells)
        start = stop
    return Worlds(one.schema, one.pools, made, len(kept))


def smaller(one: Worlds, screen: Screen) -> Iterator[Worlds]:
    """Give parts in which the queries differ, the smallest first, at last the world itself.

    When the world has `FEW` rows at most, every part is among the tries: the first that holds is a smallest one.
    """
    while int(one.sizes()[0]) > FEW:
        cut = _cut(one, screen)
        if cut is None:
            yield one
            return
        one = cut
    rows, needs = int(one.sizes()[0]), _needs(one)
    masks = (np.arange(1 << rows)[:, None] >> np.arange(rows)) & 1 == 1
    for need in needs:
        if not need.nullable:
            masks = masks[~masks[:, need.child] | masks[:, need.parents].any(axis=1)]
    masks = masks[np.argsort(masks.sum(axis=1), kind="stable")][:-1]
    if len(masks):
        parts = parts_of(one, masks, needs)
        for number in np.flatnonzero(screen(parts)):
            yield parts.choosing([int(number)])
    yield one


def _needs(one: Worlds) -> list[Need]:
    """List the rows that refer to others."""
    schema, starts, start = one.schema, {}, 0
    for table in schema.tables:
        starts[table.name] = start
        start += len(one.rows[table.name].world)
    found: list[Need] = []
    for table in schema.tables:
        for own, target, there in schema.leads(table):
            above = one.rows[target].cells[:, there]
            nullable = all(table.columns[at].nullable for at in own)
            for at, cells in enumerate(one.rows[table.name].cells[:, own]):
                if (cells >= 0).all():
                    parents = np.flatnonzero((above == cells).all(axis=1)) + starts[target]
                    child = starts[table.name] + at
                    found.append(Need(child, parents.tolist(), table.name, at, own, nullable))
    return found


def _cut(one: Worlds, screen: Screen) -> Worlds | None:
    """Leave rows out, as many as can be in one batch of tries; None when none can."""
    rows, needs = int(one.sizes()[0]), _needs(one)
    tries: dict[bytes, Flags] = {}
    size = (rows + 1) // 2
    while size and len(tries) < _MOST_TRIES:
        for start in range(0, rows, size):
            chunk = np.zeros(rows, bool)
            chunk[start : start + size] = True
            for kept in (_down(chunk, needs), _up(chunk, needs)):
                if kept.any() and not kept.all():
                    tries.setdefault(kept.tobytes(), kept)
        size //= 2
    if not tries:
        return None
    masks = np.array(sorted(tries.values(), key=lambda kept: int(kept.sum())))
    parts = parts_of(one, masks)
    held = np.flatnonzero(screen(parts))
    return parts.choosing([int(held[0])]) if len(held) else None


def _down(gone: Flags, needs: Sequence[Need]) -> Flags:
    """Leave out rows, and those that referred to them."""
    kept = ~gone
    for _ in range(len(kept)):
        lost = [one.child for one in needs if kept[one.child] and not kept[one.parents].any()]
        if not lost:
            break
        kept[lost] = False
    return kept


def _up(wanted: Flags, needs: Sequence[Need]) -> Flags:
    """Keep rows, and those they refer to."""
    kept = wanted.copy()
    for _ in range(len(kept)):
        more = [one.parents[0] for one in needs if kept[one.child] and one.parents and not kept[one.parents].any()]
        if not more:
            break
        kept[more] = True
    return kept
