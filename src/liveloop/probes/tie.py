"""What if two rows tie on what they are ordered by?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, Grid, pairs
from liveloop.probes.databases import chance_of, contrasts_from, laid_out
from liveloop.sqldiff.nasty import tied


class Tie(Probe):
    """A first or latest row among equals is a coin toss unless the tie is broken."""

    code = "tie"
    question = "What if two rows tie on what they are ordered by?"
    why = "A first or latest row among equals is a coin toss unless the tie is broken."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.windows", "python": "python.ties"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Let two rows tie; calm is one a little before the other, either way.

    Who reads rows as they are stored breaks here too: that is told there.
    """
    shelf, chance = laid_out(exhibit), chance_of(exhibit, "tie")
    bases = shelf.family("two", "several", "burst", "missing")
    return [
        one
        for base in bases
        for one in contrasts_from(base, tied(base, shelf.mined, chance), unless=("nondeterminism",), rows_in_order=True)
    ]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Let two rows that belong together tie, then all of them; apart in either order is calm."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:3]:
        for place, grid in base.grids():
            for at in grid.places("time", "known_at", "value"):
                found += ties(base, place, at)
    return found


def ties(base: Call, place: int, at: int) -> list[Contrast]:
    """Set one cell to another's, in either order of the rows."""
    grid: Grid = base.arguments[place]
    name = grid.columns[at].name
    found = []
    for one, other in pairs(grid)[-2:]:
        low, high = grid.rows[one].cells[at], grid.rows[other].cells[at]
        swapped = base.cells({(place, one, at): high, (place, other, at): low})
        equal = base.cell((place, one, at), high)
        turned = swap_rows(equal, place, one, other)
        calm = (base, swapped)
        found.append(Contrast(equal, calm, f"two rows have the same `{name}`"))
        found.append(Contrast(turned, (*calm, swap_rows(base, place, one, other)), f"two rows have the same `{name}`"))
    if grid.rows:
        level = grid.rows[0].cells[at]
        nasty = base.cells({(place, row, at): level for row in range(len(grid.rows))})
        found.append(Contrast(nasty, (base,), f"all rows have the same `{name}`"))
    return found


def swap_rows(call: Call, place: int, one: int, other: int) -> Call:
    """Let two rows change places."""
    rows = list(call.arguments[place].rows)
    rows[one], rows[other] = rows[other], rows[one]
    return call.rows(place, rows)
