"""Does the attempt fail on a legal input on which the reference gives a result?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, Grid, fellows, shift
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.nasty import awkward

ODD: dict[tuple[str, str], tuple[tuple[Any, str], ...]] = {
    ("value", "int"): ((2**53 + 1, "huge"),),
    ("value", "float"): ((1e15, "huge"), (1e-12, "tiny"), (-3.5, "negative")),
    ("group", "text"): (("", "an empty text"), ("Zürich, “NaN”", "text beyond ASCII")),
    ("text", "text"): (("", "an empty text"), ("Zürich, “NaN”", "text beyond ASCII")),
}


class Brittle(Probe):
    """A pipeline that stops at an empty table pages somebody at night."""

    code = "brittle"
    question = "Does the attempt fail on a legal input on which the reference gives a result?"
    why = "A pipeline that stops at an empty table pages somebody at night."
    dimension: ClassVar[Dimension] = "robustness"
    skill: ClassVar[dict[Kind, str]] = {
        "sql": "sql.robustness",
        "python": "python.edge-cases",
        "features": "design.features",
    }

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Empty the tables, take values away, put zeros, add a column behind the others."""
    shelf = laid_out(exhibit)
    bases = shelf.family("alone", "several")
    return [one for base in bases for one in contrasts_from(base, awkward(base, shelf.mined))]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Hand over what is unusual and legal: huge, tiny and negative values, odd texts, a skewed group, another index."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:3]:
        for place, grid in base.grids():
            if grid.rows:
                found += unusual(base, place)
            name = base.names[place]
            for index, words in (("gaps", "was filtered before"), ("repeated", "was put together from two")):
                nasty = base.put(place, replace(grid, index=index))
                found.append(Contrast(nasty, (base,), f"`{name}` {words}, so that its index does not count from 0"))
    return found


def unusual(base: Call, place: int) -> list[Contrast]:
    """Put an unusual value in one cell; let one group be a hundred times another."""
    grid: Grid = base.arguments[place]
    found = []
    last = len(grid.rows) - 1
    for at, column in enumerate(grid.columns):
        for value, words in ODD.get((column.role, column.type), ()):
            rows = fellows(grid, last, at) if column.role == "group" else [last]
            nasty, named = (base.cells({(place, row, at): cell for row in rows}) for cell in (value, "another"))
            # The same row in another group that has an ordinary name: a group that gets smaller is no oddity.
            calm = (base, named) if column.role == "group" else (base,)
            unless = ("disagrees", "tie") if column.role == "value" else ()
            found.append(Contrast(nasty, calm, f"a `{column.name}` is {words}", unless=unless))
        if column.role == "value" and column.type == "float":
            for factor, words in ((1e9, "huge"), (-1.0, "negative")):
                nasty = base.cells({(place, row, at): one.cells[at] * factor for row, one in enumerate(grid.rows)})
                says = f"every `{column.name}` is {words}"
                found.append(Contrast(nasty, (base,), says, unless=("disagrees", "tie")))
    if grid.places("group"):
        # Who weighs groups wrongly differs on ordinary groups too: that is told there.
        says = "one group is far larger than another"
        found.append(Contrast(skewed(base, place), (base,), says, unless=("disagrees", "tie")))
    return found


def skewed(base: Call, place: int) -> Call:
    """Repeat one group's last row under keys of its own, at later times."""
    grid: Grid = base.arguments[place]
    call = base
    for copy in range(1, 61):
        cells = {}
        for at, column in enumerate(grid.columns):
            cell = grid.rows[-1].cells[at]
            if column.role == "key" and column.type == "int":
                cells[column.name] = max(grid.column(at)) + copy
            elif column.role in ("time", "known_at"):
                cells[column.name] = shift(max(grid.column(at)), 37.0 * copy)
            elif column.role == "value" and column.type in ("int", "float"):
                cells[column.name] = max(grid.column(at)) + copy if column.type == "int" else cell * (1 + copy / 1024)
        call = call.clone(place, len(grid.rows) - 1, **cells)
    return call
