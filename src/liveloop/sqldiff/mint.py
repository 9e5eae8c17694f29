"""How are thousands of small legal databases drawn at once, with anything in them that may happen?

Each cell is the place of its value in its column's pool, -1 for NULL, and all is arrays. A world has a character of
its own: how many rows, how often NULL, how few different values, which column is nearly all NULL, how alike its rows
are, so that ties, copies, orphans, empty tables and groups of a size arise often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from liveloop.base.tables import Table
from liveloop.sqldiff.arrays import Flags, Rows, Whole, Worlds, first_of
from liveloop.sqldiff.asked import counts, read, wanted
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.dice import Dice
from liveloop.sqldiff.grow import in_order
from liveloop.sqldiff.pools import Drawing, drawings
from liveloop.sqldiff.story import tell
from liveloop.sqldiff.twins import Root, Twins, roots

_CAPS = (1, 2, 2, 3, 3, 4, 4, 6)
_NULLS = (0.0, 0.0, 0.1, 0.3, 0.6)
_STRIDES = (1, 1, 1, 2, -1)
_EMPTY, _NARROW, _COPIES, _HOT, _SCATTERED = 0.1, 0.5, 0.3, 0.25, 0.6
_CROWDED, _SPREAD = 0.06, 0.7
_ASKED = (0.0, 0.3, 0.6, 0.9, 0.95)


@dataclass(frozen=True, eq=False)
class Mint:
    """What worlds are made from: made once for a schema and the texts of the queries."""

    schema: Schema
    order: tuple[Table, ...]
    drawn: dict[tuple[str, str], Drawing]
    caps: tuple[int, ...]
    crowds: tuple[int, ...]  # sizes that a group or a list must have for the queries to tell it from others
    wanted: dict[str, tuple[tuple[int, int], ...]]  # table -> (column, place) that a claim wants to be there
    roots: tuple[Root, ...]  # of what there may be twins
    read: frozenset[str]  # the tables that are read, and those that must be there for them

    def draw(self, count: int, *, seed: int) -> Worlds:
        """Draw worlds in which keys, references and domains hold; the same for the same seed."""
        chance = Dice(seed)
        moods = _Moods(self, count, chance)
        twins = Twins(self.schema, self.roots, count, chance)
        rows: dict[str, Rows] = {}
        for table in self.order:
            struck = twins.beside(table, _Press(self, table, rows, moods, chance).strike(), rows, self.drawn)
            rows[table.name] = _legal(self.schema, table, Rows(struck.world, tell(self.schema, table, struck, rows)))
        return self.of(rows, count)

    def of(self, rows: dict[str, Rows], count: int) -> Worlds:
        """Make worlds of rows."""
        pools = {t.name: tuple(self.drawn[t.name, c.name].pool for c in t.columns) for t in self.schema.tables}
        return Worlds(self.schema, pools, rows, count)


def open_mint(schema: Schema, texts: Sequence[str], *, zones: Sequence[str] = ()) -> Mint:
    """Make a mint for a schema around the constants of some queries, in DuckDB's dialect, and the days of some zones.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    >>> worlds = open_mint(schema, ["SELECT id FROM t WHERE a > 3"]).draw(500, seed=1)
    >>> worlds.count, any(row[1] == 3 for w in range(500) for row in worlds.world(w).rows["t"])
    (500, True)
    """
    drawn = drawings(schema, texts, zones)
    there = read(schema, texts)
    large = sorted({size + by for text in texts for size in counts(text) for by in (0, 1)})
    return Mint(
        schema,
        tuple(in_order(schema)),
        drawn,
        (*_CAPS, *large[:4]),
        tuple(large),
        wanted(schema, drawn),
        roots(schema, there, texts),
        there,
    )


class _Moods:
    """The character of each world."""

    def __init__(self, mint: Mint, count: int, chance: Dice) -> None:
        self.count = count
        self.cap = chance.picks(np.array(mint.caps, np.int32), count)
        self.nulls = chance.picks(np.array(_NULLS), count)
        self.narrow = chance.shares(count) < _NARROW
        self.width = np.where(self.narrow, 1 + chance.below(3, count), 1 << 20)
        self.copies = np.where(chance.shares(count) < _COPIES, 0.75, 0.0)
        self.crowd = np.zeros(count, np.int32)  # how many rows in some tables, alike in all but a column or two
        if mint.crowds:
            crowded = chance.shares(count) < _CROWDED
            self.crowd = np.where(crowded, chance.picks(np.array(mint.crowds, np.int32), count), 0)
            self.copies[crowded] = 1.0
        self.planted = chance.shares(count) < 0.85
        groups = 1 + max((drawing.pool.group for drawing in mint.drawn.values()), default=0)
        self.offset = chance.below(1 << 16, groups * count).reshape(groups, count)
        self.slots = _slots(mint, groups, count, chance)  # four values of each group that a narrow world is made of
        self.scattered = chance.shares(count) < _SCATTERED
        self.asked = chance.picks(np.array(_ASKED), count)  # how often a value that the queries ask for


def _slots(mint: Mint, groups: int, count: int, chance: Dice) -> Whole:
    """Choose four values of each group for each world: one at random, and three that stand in a telling distance."""
    pools = {drawing.pool.group: drawing.pool for drawing in mint.drawn.values()}
    made = np.zeros((groups, count, 4), np.int32)
    for group, pool in pools.items():
        if not pool.size:
            continue
        first = chance.below(pool.size, count)
        made[group, :, 0] = first
        most = max(len(near) for near in pool.partners)
        table = np.array([np.resize(near, most) for near in pool.partners], np.int32)
        for slot in (1, 2, 3):
            near = table[first, chance.below(most, count)]
            made[group, :, slot] = np.where(chance.shares(count) < 0.8, near, chance.below(pool.size, count))
    return made


class _Press:
    """Strikes the rows of one table in all worlds."""

    def __init__(self, mint: Mint, table: Table, above: dict[str, Rows], moods: _Moods, chance: Dice) -> None:
        self.mint, self.table, self.above, self.moods, self.chance = mint, table, above, moods, chance
        wanted = mint.wanted.get(table.name, ())
        sizes = 1 + (chance.shares(moods.count) * moods.cap).astype(np.int32)
        sizes[chance.shares(moods.count) < _EMPTY] = 0
        crowded = (moods.crowd > 0) & (chance.shares(moods.count) < _SPREAD)
        sizes = np.where(crowded, moods.crowd, sizes)
        self.varied = chance.below(2 * len(table.columns), moods.count)  # the column that a crowd differs in, or none
        sizes[:] = sizes if table.name in mint.read else 0
        if wanted:
            sizes = np.where(moods.planted, np.maximum(sizes, len(wanted)), sizes).astype(np.int32)
        self.world = np.repeat(np.arange(moods.count, dtype=np.int32), sizes)
        starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        self.at = (np.arange(len(self.world)) - starts[self.world]).astype(np.int32)  # position in its world
        self.stride = chance.picks(np.array(_STRIDES), moods.count)
        self.hot = np.where(chance.shares(moods.count) < _HOT, chance.below(len(table.columns), moods.count), -1)

    def strike(self) -> Rows:
        table, schema = self.table, self.mint.schema
        cells = np.zeros((len(self.world), len(table.columns)), np.int32)
        missing = np.zeros(cells.shape, bool)
        references = {at: (target, there) for at, target, there in schema.refers(table) if target != table.name}
        keyed = {key[0] for key in schema.keys(table) if len(key) == 1}
        copied = self._copied(cells.shape, keyed)
        for at, column in enumerate(table.columns):
            if at in references:
                cells[:, at] = self._fitting(at, self._parent(*references[at]))
            else:
                cells[:, at] = self._own(at, one_each=at in keyed)
            if column.nullable:
                often = np.where(self.hot[self.world] == at, 0.75, self.moods.nulls[self.world])
                missing[:, at] = self.chance.shares(len(self.world)) < often
        self._link(cells)
        cells = np.where(missing, -1, cells).astype(np.int32)
        for position in range(1, int(self.at.max(initial=0)) + 1):
            here = np.flatnonzero(self.at == position)
            cells[here] = np.where(copied[here], cells[here - 1], cells[here])
        self._plant(cells)
        return Rows(self.world, cells)

    def _copied(self, shape: tuple[int, ...], keyed: set[int]) -> Flags:
        """Say which cells repeat those of the row before."""
        copied = self.chance.shares(*shape) < self.moods.copies[self.world][:, None]
        copied[:, list(keyed)] = False
        crowded = self.moods.crowd[self.world] > 0
        copied &= ~(crowded[:, None] & (np.arange(shape[1]) == self.varied[self.world][:, None]))
        names = [column.name for column in self.table.columns]
        for table, columns, _, _ in self.mint.schema.links:
            if table == self.table.name:  # all of them, or none
                own = [names.index(name) for name in columns]
                copied[:, own] = np.asarray(copied[:, own].all(axis=1))[:, None]
        return copied

    def _own(self, at: int, *, one_each: bool) -> Whole:
        drawing = self.mint.drawn[self.table.name, self.table.columns[at].name]
        many = len(drawing.places)
        if not many:
            return np.full(len(self.world), -1, np.int32)
        start = self.moods.offset[drawing.pool.group][self.world]
        if not one_each:
            return self._free(drawing, start)
        step = self.at * self.stride[self.world]
        spread = (self.chance.shares(len(self.world)) * many).astype(int)
        step = np.where(self.moods.narrow[self.world] | (self.stride[self.world] != 2), step, spread)
        chosen: Whole = drawing.places[(start + step) % many]
        return chosen

    def _free(self, drawing: Drawing, start: npt.NDArray[Any]) -> Whole:
        """Draw cells that need not differ: from a narrow window of the pool, from a few slots, or what is asked for."""
        many, count = len(drawing.places), len(self.world)
        width = np.minimum(self.moods.width[self.world], many)
        cells = drawing.places[(start + (self.chance.shares(count) * width).astype(int)) % many]
        slots = self.moods.slots[drawing.pool.group][self.world]
        slot = (self.chance.shares(count) * np.minimum(self.moods.width[self.world] + 1, 4)).astype(int)
        scattered = slots[np.arange(count), slot]
        fits = self.moods.scattered[self.world] & np.isin(scattered, drawing.places)
        cells = np.where(fits, scattered, cells)
        if len(drawing.likely):
            asked = self.chance.shares(count) < self.moods.asked[self.world]
            cells = np.where(asked, self.chance.picks(drawing.likely, count), cells)
        chosen: Whole = cells.astype(np.int32)
        return chosen

    def _parent(self, target: str, there: int) -> Whole:
        rows, first, many = self._above(target)
        reach = np.minimum(many, np.where(self.moods.narrow[self.world] & (self.stride[self.world] == 1), 1, 1 << 20))
        chosen = first + (self.chance.shares(len(self.world)) * reach).astype(int)
        if not len(rows.world):
            return np.full(len(self.world), -1, np.int32)
        cells = rows.cells[np.minimum(chosen, len(rows.world) - 1), there]
        return np.where(many > 0, cells, -1).astype(np.int32)

    def _above(self, target: str) -> tuple[Rows, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give the rows of another table, and for each row here where those of its world begin, and how many."""
        rows = self.above[target]
        first = np.searchsorted(rows.world, self.world, side="left")
        return rows, first, np.searchsorted(rows.world, self.world, side="right") - first

    def _fitting(self, at: int, cells: Whole) -> Whole:
        """Leave out what the other table holds and this column cannot: a larger number, a value beyond its domain."""
        places = self.mint.drawn[self.table.name, self.table.columns[at].name].places
        return np.where(np.isin(cells, places), cells, -1).astype(np.int32)

    def _link(self, cells: Whole) -> None:
        """Let references of several columns lead to one row."""
        names = [column.name for column in self.table.columns]
        for table, columns, target, there in self.mint.schema.links:
            if table != self.table.name or target == table:
                continue
            other = [column.name for column in self.mint.schema.table(target).columns]
            rows, first, many = self._above(target)
            chosen = np.minimum(
                first + (self.chance.shares(len(self.world)) * many).astype(int), max(0, len(rows.world) - 1)
            )
            for own, name in zip(columns, there, strict=True):
                found = rows.cells[chosen, other.index(name)] if len(rows.world) else np.full(len(chosen), -1)
                at = names.index(own)
                cells[:, at] = self._fitting(at, np.where(many > 0, found, -1).astype(np.int32))

    def _plant(self, cells: Whole) -> None:
        """Put what a claim wants to be there into the first rows of most worlds."""
        for number, (at, place) in enumerate(self.mint.wanted.get(self.table.name, ())):
            here = (self.at == number) & self.moods.planted[self.world]
            if at in {key[0] for key in self.mint.schema.keys(self.table) if len(key) == 1}:
                drawing = self.mint.drawn[self.table.name, self.table.columns[at].name]
                start = int(np.flatnonzero(drawing.places == place)[0]) if place in drawing.places else 0
                mine = self.moods.planted[self.world]
                cells[mine, at] = drawing.places[(start + self.at[mine]) % len(drawing.places)]
            else:
                cells[here, at] = place


def _legal(schema: Schema, table: Table, rows: Rows) -> Rows:
    """Keep the rows that are filled where they must be, whose keys are new, whose references lead somewhere."""
    needed = [at for at, column in enumerate(table.columns) if not column.nullable]
    rows = rows.taking(np.asarray((rows.cells[:, needed] >= 0).all(axis=1)))
    for key in schema.keys(table):
        rows = rows.taking(first_of(rows, key))
    own = [(columns, there) for columns, target, there in schema.leads(table) if target == table.name]
    for columns_at, there_at in own:
        rows = _among_themselves(rows, table, columns_at, there_at)
    while own:  # what was mended may break a key, and what that drops may be referred to
        kept = np.logical_and.reduce(
            [first_of(rows, key) for key in schema.keys(table)] or [np.ones(len(rows.world), bool)]
        )
        for columns_at, there_at in own:
            kept &= ~_lost(rows, columns_at, there_at)
        if kept.all():
            break
        rows = rows.taking(kept)
    return rows


def _among_themselves(rows: Rows, table: Table, columns: Sequence[int], there: Sequence[int]) -> Rows:
    """Mend references of a table to itself: one that leads nowhere is NULL, or leads to its own row."""
    lost, cells = _lost(rows, columns, there), rows.cells.copy()
    empty = [at for at in columns if table.columns[at].nullable]
    for at, other in zip(columns, there, strict=True):
        if not empty:
            cells[lost, at] = cells[lost, other]
        elif at in empty:
            cells[lost, at] = -1
    return Rows(rows.world, cells)


def _lost(rows: Rows, columns: Sequence[int], there: Sequence[int]) -> Flags:
    """Say which rows refer to none of their own table."""
    size = int(rows.cells.max(initial=0)) + 2
    mine, theirs = rows.world.astype(np.int64), rows.world.astype(np.int64)
    for at, other in zip(columns, there, strict=True):
        mine, theirs = mine * size + rows.cells[:, at] + 1, theirs * size + rows.cells[:, other] + 1
    return np.asarray((rows.cells[:, list(columns)] >= 0).all(axis=1) & ~np.isin(mine, theirs))
