"""What is a call of a Python drill as plain data, and how is one thing in it changed?

A call holds grids (tables as tuples of rows) and literals. Every row carries a tag that survives each change, so that
the same rows can be taken out of a nasty call and of its calm neighbours at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from liveloop.drill import FrameColumn, Role

Place = tuple[int, int, int]  # argument, row, column
TIMES: tuple[Role, ...] = ("time", "known_at")


@dataclass(frozen=True)
class Row:
    """One row: its cells in the order of the columns, and the tag that follows it through every change."""

    tag: int
    cells: tuple[Any, ...]


@dataclass(frozen=True)
class Grid:
    """A frame argument as plain data.

    `zones` names the zone in which a time column is handed over (UTC when not named, ``mixed`` for one zone per row);
    `index` says what stands in a pandas index: nothing special, ``gaps`` (a filtered frame) or ``repeated`` (a
    concatenated one); `blank` is how a missing float is written: ``null`` or ``nan``.
    """

    columns: tuple[FrameColumn, ...]
    rows: tuple[Row, ...]
    zones: tuple[tuple[str, str], ...] = ()
    index: str = ""
    blank: str = "null"

    def labels(self) -> list[int] | None:
        """List the labels of a pandas index that is nothing ordinary; None where it counts from 0."""
        if self.index == "gaps":
            return [7 + 3 * place for place in range(len(self.rows))]
        return [place // 2 for place in range(len(self.rows))] if self.index == "repeated" else None

    def places(self, *roles: Role) -> list[int]:
        """List the positions of the columns that have one of the roles."""
        return [place for place, column in enumerate(self.columns) if column.role in roles]

    def column(self, place: int) -> list[Any]:
        """List one column's cells."""
        return [row.cells[place] for row in self.rows]


@dataclass(frozen=True)
class Call:
    """The arguments of one call; `again` above 0 asks for the same call once more.

    `said` tells calls apart that are equal to Python: one instant in two zones.
    """

    names: tuple[str, ...]
    arguments: tuple[Any, ...]  # Grid, or a literal
    again: int = 0
    said: str = ""

    @property
    def size(self) -> int:
        """How many rows there are in all its grids."""
        return sum(len(grid.rows) for _, grid in self.grids())

    def grids(self) -> Iterator[tuple[int, Grid]]:
        """Give each grid with the position of its argument."""
        for place, argument in enumerate(self.arguments):
            if isinstance(argument, Grid):
                yield place, argument

    def literals(self) -> Iterator[tuple[int, str, Any]]:
        """Give each literal with its position and name."""
        for place, argument in enumerate(self.arguments):
            if not isinstance(argument, Grid):
                yield place, self.names[place], argument

    def put(self, place: int, argument: Any) -> Call:  # noqa: ANN401 - a grid or any literal
        """Put another argument in one place."""
        arguments = (*self.arguments[:place], argument, *self.arguments[place + 1 :])
        return replace(self, arguments=arguments)

    def rows(self, place: int, rows: Iterable[Row]) -> Call:
        """Put other rows in the grid at one place."""
        return self.put(place, replace(self.arguments[place], rows=tuple(rows)))

    def cell(self, at: Place, value: Any) -> Call:  # noqa: ANN401 - any cell
        """Put one cell."""
        return self.cells({at: value})

    def cells(self, values: dict[Place, Any]) -> Call:
        """Put several cells."""
        call = self
        for place, grid in self.grids():
            mine = {(row, column): value for (arg, row, column), value in values.items() if arg == place}
            if mine:
                call = call.rows(place, put_cells(grid.rows, mine))
        return call

    def without(self, place: int, rows: Iterable[int]) -> Call:
        """Leave out some rows of one grid, by their position."""
        gone = set(rows)
        return self.rows(place, (row for at, row in enumerate(self.arguments[place].rows) if at not in gone))

    def untagged(self, gone: set[int]) -> Call:
        """Leave out the rows of every grid whose tag is in `gone`."""
        call = self
        for place, grid in self.grids():
            call = call.rows(place, (row for row in grid.rows if row.tag not in gone))
        return call

    def tags(self) -> list[int]:
        """List the tags of all rows."""
        return [row.tag for _, grid in self.grids() for row in grid.rows]

    def clone(self, place: int, row: int, **cells: Any) -> Call:  # noqa: ANN401 - any cells
        """Put a copy of one row at the end of its grid, with other cells where named, under a tag of its own."""
        grid: Grid = self.arguments[place]
        names = [column.name for column in grid.columns]
        old = grid.rows[row].cells
        copy = tuple(cells.get(name, cell) for name, cell in zip(names, old, strict=True))
        return self.rows(place, (*grid.rows, Row(max(self.tags(), default=0) + 1, copy)))


def put_cells(rows: Sequence[Row], values: dict[tuple[int, int], Any]) -> tuple[Row, ...]:
    """Put cells in rows, by position."""
    out = list(rows)
    for (at, column), value in values.items():
        cells = out[at].cells
        out[at] = replace(out[at], cells=(*cells[:column], value, *cells[column + 1 :]))
    return tuple(out)


def dress(call: Call, change: Callable[[Grid], Grid]) -> Call:
    """Change every grid of a call by the same rule."""
    for place, grid in call.grids():
        call = call.put(place, change(grid))
    return call


def groups(grid: Grid) -> dict[Any, list[int]]:
    """Give the positions of each group's rows: by the group columns, else by a key that repeats, else all together."""
    by = grid.places("group") or [place for place in grid.places("key") if repeats(grid.column(place))][:1]
    found: dict[Any, list[int]] = {}
    for at, row in enumerate(grid.rows):
        found.setdefault(tuple(row.cells[place] for place in by), []).append(at)
    return found


def pairs(grid: Grid) -> list[tuple[int, int]]:
    """List pairs of neighbouring rows that belong together: the same group, and the same key where a key repeats."""
    by = [*grid.places("group"), *(place for place in grid.places("key") if repeats(grid.column(place)))]
    last: dict[Any, int] = {}
    found = []
    for at, row in enumerate(grid.rows):
        mark = tuple(row.cells[place] for place in by)
        if mark in last:
            found.append((last[mark], at))
        last[mark] = at
    return found


def fellows(grid: Grid, row: int, at: int) -> list[int]:
    """List the rows that a cell belongs to: a session's client is one cell, however many rows repeat it."""
    found = {row}
    for key in grid.places("key"):
        said: dict[Any, set[Any]] = {}
        for one in grid.rows:
            said.setdefault(one.cells[key], set()).add(one.cells[at])
        if key != at and all(len(values) == 1 for values in said.values()):
            found |= {other for other, one in enumerate(grid.rows) if one.cells[key] == grid.rows[row].cells[key]}
    return sorted(found)


def repeats(values: Sequence[Any]) -> bool:
    """Say whether some value is there twice."""
    return len(set(values)) < len(values)


def shift(value: Any, step: float) -> Any:  # noqa: ANN401 - a number or a time
    """Move a number by a step, a time by as many seconds."""
    return value + timedelta(seconds=step) if isinstance(value, datetime) else type(value)(value + step)


def second_versions(base: Call, place: int) -> list[Call]:
    """Add a second row under a key, with the cells of another row; the times are a little later than there.

    Without a time to tell two versions apart, and without a frame to join to, two rows of one key mean nothing.
    """
    grid: Grid = base.arguments[place]
    keys = [at for at in grid.places("key") if not repeats(grid.column(at))]
    joined = any(other < place for other, _ in base.grids())
    if not keys or len(grid.rows) < 2 or not (joined or grid.places(*TIMES)):
        return []
    found = []
    for row, other in ((0, 1), (len(grid.rows) - 1, len(grid.rows) - 2)):
        cells = {grid.columns[at].name: grid.rows[row].cells[at] for at in keys}
        for at in grid.places(*TIMES):
            cells[grid.columns[at].name] = shift(max(grid.column(at)), 61.0)
        found.append(base.clone(place, other, **cells))
    return found
