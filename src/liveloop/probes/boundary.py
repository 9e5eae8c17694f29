"""What if two times lie exactly the stated interval apart, or a value exactly on the threshold?"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, Grid, groups, pairs, shift
from liveloop.probes.databases import chance_of, contrasts_from, laid_out
from liveloop.sqldiff.edge import on_the_edge

UNITS = (("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400))


class Boundary(Probe):
    """A fact at hour 24 belongs to one side; the question says which, the comparison operator decides."""

    code = "boundary"
    question = "What if two times lie exactly the stated interval apart, or a value exactly on the threshold?"
    why = "A fact at hour 24 belongs to one side; the question says which, the comparison operator decides."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.time-joins", "python": "python.thresholds"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Put two times exactly an interval apart, a time on a date, a value on a threshold; a hair off is calm."""
    shelf, chance = laid_out(exhibit), chance_of(exhibit, "boundary")
    form = exhibit.drill.sql
    wanted = (form.time_columns, form.moment_columns) if form else ((), ())
    bases = shelf.family("alone", "several", "burst", "missing")
    return [one for base in bases for one in contrasts_from(base, on_the_edge(base, shelf.mined, chance, *wanted))]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Put a value, a count, a time or a distance exactly on each number that the drill names; a step off is calm."""
    found: list[Contrast] = []
    numbers = thresholds(exhibit)
    for base in exhibit.bases()[:3]:
        moments = [(name, value) for _, name, value in base.literals() if isinstance(value, datetime)]
        for place, grid in base.grids():
            if not grid.rows:
                continue
            for at, column in enumerate(grid.columns):
                if column.role == "value" and column.type in ("int", "float"):
                    step = 1 if column.type == "int" else 1e-6
                    for number in numbers:
                        if column.type == "float" or float(number).is_integer():
                            found += on_value(base, (place, at), number, step)
                if column.role in ("time", "known_at"):
                    found += [one for name, moment in moments for one in on_moment(base, (place, at), moment, name)]
                    found += [one for number in numbers for one in on_distance(base, (place, at), number)]
            found += [one for number in numbers for one in on_count(base, place, number)]
    return found


def thresholds(exhibit: Exhibit) -> list[float]:
    """List the numbers on which something may turn: the drill's literals, and the constants of its reference."""
    form = exhibit.drill.python
    given = [argument.values[0] for argument in (form.arguments if form else ()) if argument.kind == "literal"]
    try:
        tree = ast.parse(exhibit.drill.reference)
    except SyntaxError:
        tree = ast.Module([], [])
    written = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    numbers = [value for value in (*given, *written) if isinstance(value, int | float) and not isinstance(value, bool)]
    return list(dict.fromkeys(value for value in numbers if value not in (0, 1) and abs(value) < 1e6))[:6]


def on_value(base: Call, column: tuple[int, int], number: float, step: float) -> list[Contrast]:
    """Put one cell exactly on a threshold."""
    place, at = column
    grid: Grid = base.arguments[place]
    kind = type(grid.rows[0].cells[at])
    at_it, below, above = (base.cell((place, 0, at), kind(value)) for value in (number, number - step, number + step))
    return [Contrast(at_it, (below, above), f"a `{grid.columns[at].name}` is exactly {number}")]


def on_moment(base: Call, column: tuple[int, int], moment: datetime, name: str) -> list[Contrast]:
    """Put one time exactly on a moment that is an argument."""
    place, at = column
    grid: Grid = base.arguments[place]
    found = []
    for row in dict.fromkeys((0, len(grid.rows) - 1)):
        exact, before, after = (base.cell((place, row, at), moment + timedelta(seconds=step)) for step in (0, -1, 1))
        found.append(Contrast(exact, (before, after), f"a `{grid.columns[at].name}` is exactly `{name}`"))
    return found


def on_distance(base: Call, column: tuple[int, int], number: float) -> list[Contrast]:
    """Put two times that belong together exactly so many seconds, minutes, hours or days apart."""
    place, at = column
    grid: Grid = base.arguments[place]
    found = []
    for one, other in pairs(grid)[-1:]:
        start = grid.rows[one].cells[at]
        for unit, seconds in UNITS:
            if 60 <= number * seconds <= 90 * 86_400:
                far = timedelta(seconds=number * seconds)
                exact, nearer, farther = (
                    base.cell((place, other, at), start + far + timedelta(seconds=step)) for step in (0, -1, 1)
                )
                says = f"two rows lie exactly {number} {unit} apart"
                found.append(Contrast(exact, (nearer, farther), says))
    return found


def on_count(base: Call, place: int, number: float) -> list[Contrast]:
    """Let a group have exactly so many rows."""
    grid: Grid = base.arguments[place]
    if not float(number).is_integer() or not 2 <= number <= 40 or not grid.places("group"):
        return []
    size = int(number)
    calls = [resized(base, place, count) for count in (size, size - 1, size + 1)]
    return [Contrast(calls[0], tuple(calls[1:]), f"a group has exactly {size} rows")]


def resized(base: Call, place: int, count: int) -> Call:
    """Give the first group so many rows: some go, or copies come under keys and times of their own."""
    grid: Grid = base.arguments[place]
    members = mixed_first(grid, next(iter(groups(grid).values())))
    call = base.without(place, members[count:])
    for copy in range(1, count - len(members) + 1):
        cells = {}
        for at, column in enumerate(grid.columns):
            cell = grid.rows[members[copy % len(members)]].cells[at]
            if column.role == "key" and column.type == "int":
                cells[column.name] = max(grid.column(at)) + copy
            elif column.role in ("time", "known_at"):
                cells[column.name] = shift(max(grid.column(at)), 41.0 * copy)
            elif column.role == "value" and column.type == "float":
                cells[column.name] = cell * (1 + copy / 512)
        call = call.clone(place, members[copy % len(members)], **cells)
    return call


def mixed_first(grid: Grid, members: list[int]) -> list[int]:
    """Put a row of each flag first: a group that loses one side of a flag with its rows is not what is asked here."""
    for at in grid.places("flag"):
        other = [row for row in members if grid.rows[row].cells[at] != grid.rows[members[0]].cells[at]][:1]
        members = [members[0], *other, *(row for row in members[1:] if row not in other)]
    return members
