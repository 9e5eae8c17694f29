"""What if a group, a denominator or the whole input is empty?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, Grid, groups
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.nasty import emptied


class EmptyGroup(Probe):
    """A group that nothing fell into vanishes from an inner join and divides by zero in a rate."""

    code = "empty-group"
    question = "What if a group, a denominator or the whole input is empty?"
    why = "A group that nothing fell into vanishes from an inner join and divides by zero in a rate."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.empty-groups", "python": "python.empty-input"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Take all rows of a group, of a table, of everything; calm is each having some."""
    shelf = laid_out(exhibit)
    found: list[Contrast] = []
    for base in shelf.family("alone", "two", "several", "missing", "crowd"):
        found += contrasts_from(base, emptied(base, shelf.mined, apart=True), unless=("disagrees!",), parts=False)
        # An attempt that is wrong on calm data may show it only once a row that hides it is gone.
        found += contrasts_from(base, emptied(base, shelf.mined, apart=False), unless=("disagrees",), parts=False)
    return found


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Empty a frame, one side of a flag, all counts; or leave one row: then most keys of a joined frame have none."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:3]:
        for place, grid in base.grids():
            name = base.names[place]
            found.append(Contrast(base.rows(place, ()), (base,), f"`{name}` has no rows"))
            found.append(
                Contrast(base.rows(place, grid.rows[:1]), (base,), f"`{name}` has one row", unless=("disagrees", "tie"))
            )
            found += one_sided(base, place)
            found += zeros(base, place)
    return found


def one_sided(base: Call, place: int) -> list[Contrast]:
    """Turn a flag to one side in one group, then everywhere."""
    grid: Grid = base.arguments[place]
    found = []
    for at in grid.places("flag"):
        column = grid.columns[at]
        first = next(iter(groups(grid).values()), [])
        for members, where in ((first, "in one group"), (range(len(grid.rows)), "everywhere")):
            for value in (False, True) if column.type == "bool" else (0, 1):
                nasty = base.cells({(place, row, at): value for row in members})
                # An attempt that is wrong anyhow may agree here by chance: that is told as such.
                found.append(Contrast(nasty, (base,), f"`{column.name}` is {value} {where}", unless=("disagrees",)))
    return found


def zeros(base: Call, place: int) -> list[Contrast]:
    """Let every count of one group be 0, then of all."""
    grid: Grid = base.arguments[place]
    counts = [at for at in grid.places("value") if grid.columns[at].type == "int"]
    if not counts or not grid.rows:
        return []
    first = next(iter(groups(grid).values()))
    found: list[Contrast] = []
    for members, where in ((first, "in one group"), (range(len(grid.rows)), "everywhere")):
        nasty = base.cells({(place, row, at): 0 for row in members for at in counts})
        found.append(Contrast(nasty, (base,), f"all counts are 0 {where}", unless=("disagrees", "tie")))
    return found
