"""Does the attempt give another result than the reference on an ordinary draw?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call, groups, pairs, shift
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.probes.views import by_name
from liveloop.sqldiff.database import Database
from liveloop.sqldiff.mine import Mined
from liveloop.sqldiff.nasty import overtaken


class Disagrees(Probe):
    """A result that is wrong on ordinary data needs no edge case."""

    code = "disagrees"
    question = "Does the attempt give another result than the reference on an ordinary draw?"
    why = "A result that is wrong on ordinary data needs no edge case."
    dimension: ClassVar[Dimension] = "correctness"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.reading-the-question", "python": "python.reading-the-question",
                                            "features": "design.features"}  # fmt: skip

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        if exhibit.drill.kind == "features":
            return by_name(exhibit, self.code)
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


UNSURE = ("nondeterminism", "tie")


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Ask on calm databases; where another finding may explain a difference, it counts for nothing."""
    shelf = laid_out(exhibit)
    explained: list[tuple[str, tuple[str, ...]]] = [
        ("crowd", (*UNSURE, "empty-group")),
        ("alone", (*UNSURE, "empty-group")),
        ("two", (*UNSURE, "empty-group")),
        ("throng", (*UNSURE, "fan-out", "empty-group")),
        ("several", (*UNSURE, "fan-out", "empty-group")),
        ("burst", (*UNSURE, "fan-out", "empty-group")),
        ("gaps", (*UNSURE, "fan-out", "empty-group", "null")),
        ("cut", tuple(code for code in exhibit.drill.probes if code not in ("disagrees", "slow", "unreadable"))),
    ]
    ordinary = [
        Contrast(
            base,
            (),
            "the data are ordinary",
            unless=(*unless, "boundary") if meets(base, shelf.mined) else unless,
            rows_in_order=True,
        )
        for name, unless in explained
        for base in shelf.family(name)
    ]
    late = [
        one
        for base in shelf.family("several", "burst", "missing")
        for one in contrasts_from(base, overtaken(base, shelf.mined), unless=(*UNSURE, "future-read", "empty-group"))
    ]
    return [*ordinary, *late]


def meets(base: Database, mined: Mined) -> bool:
    """Say whether two times lie at one moment, or exactly a stated interval apart: no ordinary day."""
    times = [
        row[at]
        for table in base.schema.tables
        for row in base.rows[table.name]
        for at in base.schema.times(table)
        if row[at] is not None
    ]
    known = set(times)
    return len(known) < len(times) or any(time + interval in known for time in times for interval in mined.intervals)


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make ordinary calls: every base, and each other value of a literal on the larger ones."""
    bases: list[Call] = list(exhibit.bases())
    found = [ordinary(base, "the input is ordinary") for base in bases]
    form = exhibit.drill.python
    for place, argument in enumerate(form.arguments if form else ()):
        for value in argument.values[1:]:
            literal = tuple(value) if isinstance(value, list) else value
            says = f"`{argument.name}` is {value!r}"
            found += [ordinary(base.put(place, literal), says) for base in bases]
    return found + [contrast for base in bases[:3] for contrast in overtaking(base)]


def ordinary(call: Call, says: str) -> Contrast:
    """Ask on a call as it is; a group of just as many rows as the call names lies on a boundary: told there."""
    named = {value for _, _, value in call.literals() if isinstance(value, int | float)}
    sizes = {len(members) for _, grid in call.grids() for members in groups(grid).values()}
    return Contrast(call, (), says, unless=("boundary",) if named & sizes else ())


def overtaking(base: Call) -> list[Contrast]:
    """Let the earlier of two facts become known after the later one: that happens every day."""
    found = []
    for place, grid in base.grids():
        for at in grid.places("known_at"):
            for one, other in pairs(grid)[-2:]:
                late = shift(grid.rows[other].cells[at], 3600.0)
                nasty = base.cell((place, one, at), late)
                found.append(
                    Contrast(nasty, (base,), f"the earlier of two facts has the later `{grid.columns[at].name}`")
                )
    return found
