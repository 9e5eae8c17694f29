"""Does the attempt use a fact before it could have been known?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, Grid
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.nasty import known_late


class FutureRead(Probe):
    """A label that arrives tomorrow makes every model look good today."""

    code = "future-read"
    question = "Does the attempt use a fact before it could have been known?"
    why = "A label that arrives tomorrow makes every model look good today."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.as-of-joins", "python": "python.late-facts"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Let a fact become known late; calm is known at once, and not there at all."""
    shelf = laid_out(exhibit)
    bases = shelf.family("alone", "two", "several", "burst", "missing")
    return [one for base in bases for one in contrasts_from(base, known_late(base, shelf.mined))]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Let one fact become known only after the moment that is asked about."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:4]:
        moments = [value for _, _, value in base.literals() if isinstance(value, datetime)]
        for place, grid in base.grids():
            for at in grid.places("known_at"):
                others = [cell for other, beside in base.grids() if other != place for cell in times(beside)]
                moment = max(moments or others or times(grid))
                found += late(base, (place, at), moment)
    return found


AFTER = (timedelta(seconds=1), timedelta(minutes=30), timedelta(hours=20), timedelta(days=1))


def late(base: Call, column: tuple[int, int], moment: datetime) -> list[Contrast]:
    """Move one row's `known_at` past the moment; just in time, and the row absent, are calm."""
    place, at = column
    grid: Grid = base.arguments[place]
    name = grid.columns[at].name
    found = []
    for row in dict.fromkeys((0, len(grid.rows) // 2, len(grid.rows) - 1)) if grid.rows else ():
        happened = [grid.rows[row].cells[other] for other in grid.places("time")]
        in_time = base.cell((place, row, at), max([*happened, moment - timedelta(hours=1)]))
        if all(cell < moment for cell in happened):
            calm = (base, in_time, base.without(place, [row]))
            for step in AFTER:
                nasty = base.cell((place, row, at), moment + step)
                found.append(Contrast(nasty, calm, f"a row's `{name}` lies after the moment asked about"))
    return found


def times(grid: Grid) -> list[datetime]:
    """List the times of a grid."""
    return [cell for at in grid.places("time") for cell in grid.column(at) if cell is not None]
