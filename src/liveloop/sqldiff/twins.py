"""How does a world get the same thing twice: a row with what refers to it, or a group, under another key?

What queries count, sum or rank by thing ties then, whatever it is made of: no draw of single cells does that often.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlglot import exp

from liveloop.base.tables import Table
from liveloop.sqldiff.arrays import Rows, Whole, referred
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.dice import Dice
from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.pools import Drawing

_OFTEN, _ONCE = 0.12, 0.5  # of the worlds; of these, those in which there is one twin and not two
_MOST = 2
Root = tuple[str, int]  # a table, and a column of it whose value is a group; -1 for the row itself


def roots(schema: Schema, read: frozenset[str], texts: Sequence[str]) -> tuple[Root, ...]:
    """List of what there may be twins: rows that others refer to, what queries group by."""
    if schema.links:
        return ()
    led_to = {target for table in schema.tables for _, target, _ in schema.refers(table) if target != table.name}
    names = {column.name.lower() for text in texts for column in _grouped(text)}
    found: list[Root] = []
    for table in schema.tables:
        if table.name in read:
            found += [(table.name, -1)] if table.name in led_to else []
            own = {at for key in schema.keys(table) for at in key} | {at for at, _, _ in schema.refers(table)}
            found += [
                (table.name, at) for at, c in enumerate(table.columns) if c.name.lower() in names and at not in own
            ]
    return tuple(found)


def _grouped(text: str) -> Iterator[exp.Column]:
    tree = parse(text)
    for node in tree.find_all(exp.Group, exp.Window) if tree is not None else ():
        for one in node.expressions if isinstance(node, exp.Group) else node.args.get("partition_by") or ():
            if isinstance(one, exp.Column):
                yield one


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Rows and their twins, side by side."""

    world: Whole
    own: Whole  # cells
    twin: Whole


class Twins:
    """Which worlds have twins, of which table, and what came of them so far; tables come in order, parents first."""

    def __init__(self, schema: Schema, roots: tuple[Root, ...], count: int, chance: Dice) -> None:
        self.schema, self.roots = schema, roots
        there = chance.shares(count) < (_OFTEN if roots else 0)
        self.root = np.where(there, chance.below(max(1, len(roots)), count), -1)
        self.many = np.where(chance.shares(count) < _ONCE, 1, _MOST)
        self.pairs: dict[tuple[str, int], _Pairs] = {}

    def beside(
        self, table: Table, rows: Rows, above: Mapping[str, Rows], drawn: Mapping[tuple[str, str], Drawing]
    ) -> Rows:
        """Put the twins of some rows beside them: of a root, and of those that refer to what has one.

        Parameters
        ----------
        above
            The rows of the tables before, their twins among them but for those whose keys were not to be had.
        """
        touched = rows.taking(self.root[rows.world] >= 0)
        more: list[Rows] = []
        for number in range(_MOST if len(touched.world) else 0):
            used = _joined(touched, *more)
            twins = self._keyed(table, self._paired(table, touched, above, drawn, number), used, drawn)
            self.pairs[table.name, number] = twins
            more.append(Rows(twins.world, twins.twin))
        return _joined(rows, *more)

    def _paired(
        self, table: Table, rows: Rows, above: Mapping[str, Rows], drawn: Mapping[tuple[str, str], Drawing], number: int
    ) -> _Pairs:
        cells = rows.cells.copy()
        again = np.zeros(len(rows.world), bool)
        first = np.searchsorted(rows.world, rows.world, side="left")
        for root, (name, column) in enumerate(self.roots):
            if name != table.name:
                continue
            mine = (self.root[rows.world] == root) & (self.many[rows.world] > number)
            like = first == np.arange(len(first)) if column < 0 else rows.cells[:, column] == rows.cells[first, column]
            again |= mine & like
        for at, target, there in self.schema.refers(table):
            pairs = self.pairs.get((target, number))
            if target == table.name or pairs is None or not len(pairs.world):
                continue
            found = referred(rows, at, Rows(pairs.world, pairs.own), there)
            made = rows.cells.copy()
            made[:, at] = np.where(found >= 0, pairs.twin[found, there], -1)
            # A twin may not have come to be, for want of a key, and a column may hold less than what it refers to.
            led = referred(Rows(rows.world, made), at, above[target], there) >= 0
            led &= np.isin(made[:, at], drawn[table.name, table.columns[at].name].places)
            cells[led, at] = made[led, at]
            again |= led
        return _Pairs(rows.world[again], rows.cells[again], cells[again])

    def _keyed(self, table: Table, pairs: _Pairs, rows: Rows, drawn: Mapping[tuple[str, str], Drawing]) -> _Pairs:
        """Give twins keys of their own, that no row of their world has."""
        cells = pairs.twin.copy()
        if not len(cells):
            return pairs
        leading = {at for at, target, _ in self.schema.refers(table) if target != table.name}
        number = np.arange(len(cells)) - np.searchsorted(pairs.world, pairs.world, side="left")
        for *_, at in (key for key in self.schema.keys(table) if not leading & set(key)):
            cells[:, at] = _free(drawn[table.name, table.columns[at].name].places, rows, at, pairs.world, number)
        for root, (name, column) in enumerate(self.roots):
            named = self.root[pairs.world] == root
            if name == table.name and column >= 0 and named.any():
                places = drawn[name, table.columns[column].name].places
                cells[named, column] = _free(places, rows, column, pairs.world[named], number[named] * 0)
        return _Pairs(pairs.world, pairs.own, cells)


def _free(places: Whole, rows: Rows, at: int, world: Whole, number: Whole) -> Whole:
    """Give places that no row of a world has in a column, the first, the next; when all are had, one of them."""
    if not len(places):
        return np.full(len(world), -1, np.int32)
    where = np.searchsorted(places, rows.cells[:, at])
    there = (where < len(places)) & (rows.cells[:, at] >= 0)
    worlds = np.unique(world)
    mine = np.searchsorted(worlds, rows.world)
    there &= (mine < len(worlds)) & (worlds[np.minimum(mine, len(worlds) - 1)] == rows.world)
    taken = np.zeros((len(worlds), len(places)), bool)
    taken[mine[there], where[there]] = True
    order = np.argsort(taken, axis=1, kind="stable")
    found: Whole = places[order[np.searchsorted(worlds, world), np.minimum(number, len(places) - 1)]]
    return found


def _joined(rows: Rows, *more: Rows) -> Rows:
    """Put rows behind those of their worlds."""
    some = [one for one in more if len(one.world)]
    if not some:
        return rows
    world = np.concatenate([rows.world, *(one.world for one in some)])
    order = np.argsort(world, kind="stable")
    return Rows(world[order], np.concatenate([rows.cells, *(one.cells for one in some)])[order])
