"""How do many small databases of one schema lie in arrays?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from liveloop.base.tables import Table
from liveloop.sqldiff.database import WORLD, Database, Row, Schema
from liveloop.sqldiff.pools import Pool

Whole = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one table in all worlds: which world each belongs to, in order, and the places of its cells."""

    world: Whole
    cells: Whole  # [row, column]

    def taking(self, kept: npt.NDArray[Any]) -> Rows:
        """Give some of the rows."""
        return Rows(self.world[kept], self.cells[kept])


@dataclass(frozen=True, eq=False)
class Worlds:
    """Many small databases of one schema; world `w` is there from 0 up to `count`."""

    schema: Schema
    pools: dict[str, tuple[Pool, ...]]
    rows: dict[str, Rows]
    count: int

    def arrow(self) -> dict[str, pa.Table]:
        """Lay the tables out as Arrow, with the world in front."""
        return {table.name: self.arrow_of(table, self.rows[table.name]) for table in self.schema.tables}

    def arrow_of(self, table: Table, rows: Rows) -> pa.Table:
        """Lay rows of one table out as Arrow."""
        names = [WORLD, *(column.name for column in table.columns)]
        columns = [_taken(pool, rows.cells[:, at]) for at, pool in enumerate(self.pools[table.name])]
        return pa.Table.from_arrays([pa.array(rows.world, pa.int32()), *columns], names=names)

    def world(self, number: int) -> Database:
        """Give one world as a database."""
        every: dict[str, tuple[Row, ...]] = {}
        for table in self.schema.tables:
            rows, pools = self.rows[table.name], self.pools[table.name]
            first, last = np.searchsorted(rows.world, [number, number + 1])
            every[table.name] = tuple(
                tuple(None if at < 0 else pool.values[at] for at, pool in zip(row, pools, strict=True))
                for row in rows.cells[first:last].tolist()
            )
        return Database(self.schema, every)

    def sizes(self) -> Whole:
        """Count the rows of each world."""
        counted = np.zeros(self.count, np.int32)
        for rows in self.rows.values():
            counted += np.bincount(rows.world, minlength=self.count).astype(np.int32)
        return counted

    def choosing(self, numbers: Sequence[int]) -> Worlds:
        """Give some of the worlds, numbered anew in the order given."""
        made = {}
        for name, rows in self.rows.items():
            first = np.searchsorted(rows.world, np.asarray(numbers), side="left")
            last = np.searchsorted(rows.world, np.asarray(numbers), side="right")
            places = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)] or [np.zeros(0, int)])
            world = np.repeat(np.arange(len(numbers), dtype=np.int32), last - first)
            made[name] = Rows(world, rows.cells[places.astype(int)])
        return Worlds(self.schema, self.pools, made, len(numbers))


def _taken(pool: Pool, cells: Whole) -> pa.Array:
    return pool.array.take(pa.array(cells, pa.int32(), mask=cells < 0))


def first_of(rows: Rows, key: Sequence[int]) -> Flags:
    """Say which rows are the first of their world with their key; NULL in a key makes it unlike any other."""
    parts = rows.cells[:, list(key)].astype(np.int64)
    code = rows.world.astype(np.int64)
    for at in range(parts.shape[1]):
        code = code * (int(parts[:, at].max(initial=0)) + 2) + parts[:, at] + 1
    fresh = np.zeros(len(code), bool)
    fresh[np.unique(code, return_index=True)[1]] = True
    return fresh | (parts < 0).any(axis=1)


def referred(rows: Rows, own: int, above: Rows, key: int) -> npt.NDArray[np.int64]:
    """Find the row that each row refers to; -1 where it refers to none."""
    mine, theirs = rows.cells[:, own].astype(np.int64), above.cells[:, key].astype(np.int64)
    size = 2 + max(int(mine.max(initial=0)), int(theirs.max(initial=0)))
    wanted, there = rows.world * size + mine, above.world * size + theirs
    order = np.argsort(there, kind="stable")
    if not len(order):
        return np.full(len(mine), -1, np.int64)
    at = order[np.minimum(np.searchsorted(there[order], wanted), len(order) - 1)]
    return np.where((mine >= 0) & (there[at] == wanted), at, -1)


def stacked(worlds: list[Worlds]) -> Worlds:
    """Put worlds of one schema beside one another."""
    made = {}
    for table in worlds[0].schema.tables:
        rows = [one.rows[table.name] for one in worlds]
        world = np.repeat(np.arange(len(worlds), dtype=np.int32), [len(some.world) for some in rows])
        made[table.name] = Rows(world, np.concatenate([some.cells for some in rows]))
    return Worlds(worlds[0].schema, worlds[0].pools, made, len(worlds))
