"""What if a value that may be missing is missing?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import TIMES, Call, Grid, dress, fellows, groups, second_versions
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.nasty import gone_missing

MOST_FLAGS = 8  # rows whose flag is taken away, one at a time


class Null(Probe):
    """NULL is neither equal nor unequal: NOT IN, <> and averages lose rows without a word."""

    code = "null"
    question = "What if a value that may be missing is missing?"
    why = "NULL is neither equal nor unequal: NOT IN, <> and averages lose rows without a word."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.null", "python": "python.missing-values"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Take away a value that may be missing; calm is the value, and the row's absence."""
    shelf = laid_out(exhibit)
    bases = shelf.family("alone", "two", "several", "burst", "missing")
    beside = exhibit.drill.sql.nullable if exhibit.drill.sql else ()
    return [one for base in bases for one in contrasts_from(base, gone_missing(base, shelf.mined, beside))]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Empty one cell, then a group's cells, of each column that may be missing."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:3]:
        for place, grid in base.grids():
            for at, column in enumerate(grid.columns):
                if column.nullable and grid.rows:
                    found += holes(base, place, at)
                    found += emptied_versions(base, place, at)
    return found


def emptied_versions(base: Call, place: int, at: int) -> list[Contrast]:
    """Let the later version of a row say nothing; calm is that it says something, and that there is none."""
    says = f"`{base.arguments[place].columns[at].name}` is missing in the later of two rows"
    found = []
    for calm in second_versions(base, place) if base.arguments[place].places(*TIMES) else []:
        nasty = calm.cell((place, len(calm.arguments[place].rows) - 1, at), None)
        found.append(Contrast(nasty, (calm, base), says, unless=("fan-out", "disagrees")))
    return found


def holes(base: Call, place: int, at: int) -> list[Contrast]:
    """Empty one cell beside the same row present and absent; then all of one group, beside a group with one hole."""
    grid: Grid = base.arguments[place]
    name = grid.columns[at].name
    found = []
    picked = dict.fromkeys((0, len(grid.rows) // 2, len(grid.rows) - 1))
    if grid.columns[at].role == "flag":  # which of them weighs in a result depends on the values beside it
        picked = dict.fromkeys((*picked, *range(min(MOST_FLAGS, len(grid.rows)))))
    for row in picked:
        rows = fellows(grid, row, at)
        nasty = base.cells({(place, fellow, at): None for fellow in rows})
        calm = (base, base.without(place, rows), *elsewhere(base, place, rows, at))
        found.append(Contrast(nasty, calm, f"`{name}` is missing in one row"))
    members = next(iter(groups(grid).values()))
    everywhere = range(len(grid.rows))
    whole = ((members, "in a whole group"),) if len(members) < len(everywhere) else ()
    for some, where in (*whole, (everywhere, "everywhere")):
        nasty = base.cells({(place, row, at): None for row in some})
        found.append(Contrast(nasty, (base, base.without(place, some)), f"`{name}` is missing {where}"))
    if grid.columns[at].type == "float":
        found += [replace(one, nasty=dress(one.nasty, as_nan), says=f"{one.says}, as NaN") for one in found[:1]]
    return found


def elsewhere(base: Call, place: int, rows: list[int], at: int) -> list[Call]:
    """Move rows to a group of their own that has a name: a group that gets smaller is not what this probe is about."""
    column = base.arguments[place].columns[at]
    if column.role != "group" or column.type not in ("text", "int"):
        return []
    return [base.cells({(place, row, at): "another" if column.type == "text" else 987_654 for row in rows})]


def as_nan(grid: Grid) -> Grid:
    """Write missing floats as NaN."""
    return replace(grid, blank="nan")
