"""What if a row that is joined or counted is there twice?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, Grid, repeats, second_versions
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.nasty import doubled


class FanOut(Probe):
    """A second match multiplies rows, and with them every sum and every rate."""

    code = "fan-out"
    question = "What if a row that is joined or counted is there twice?"
    why = "A second match multiplies rows, and with them every sum and every rate."
    dimension: ClassVar[Dimension] = "correctness"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.fan-out", "python": "python.duplicates"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Put a second, alike row beside a row; calm is either of them alone."""
    shelf = laid_out(exhibit)
    bases = shelf.family("alone", "two", "several", "burst", "missing")
    return [one for base in bases for one in contrasts_from(base, doubled(base, shelf.mined))]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Repeat a row as it is, then a key with other cells."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:3]:
        for place, grid in base.grids():
            name = base.names[place]
            for row in dict.fromkeys((0, len(grid.rows) - 1)) if grid.rows else ():
                found.append(Contrast(twice(base, place, row), (base,), f"a row of `{name}` is there twice"))
                # Who reads rows in the order they come breaks here for another reason: that is told there.
                unless = ("nondeterminism", "disagrees")
                apart = base.clone(place, row)
                says = f"a row of `{name}` is there twice, far apart"
                found.append(Contrast(apart, (base,), says, unless=unless))
            found += second_rows(base, place)
    return found


def twice(base: Call, place: int, row: int) -> Call:
    """Put a copy of a row right behind it, so that the order of the rows is not what changes."""
    cloned = base.clone(place, row)
    *rows, copy = cloned.arguments[place].rows
    return cloned.rows(place, (*rows[: row + 1], copy, *rows[row + 1 :]))


def second_rows(base: Call, place: int) -> list[Contrast]:
    """Add a second row under a key."""
    grid: Grid = base.arguments[place]
    keys = [at for at in grid.places("key") if not repeats(grid.column(at))]
    return [
        Contrast(nasty, (base,), f"a {grid.columns[keys[0]].name} of `{base.names[place]}` has two rows")
        for nasty in second_versions(base, place)
    ]
