"""Does the same input in another row order give another result?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.base.seeds import uniforms
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.databases import chance_of, contrasts_from, laid_out
from liveloop.sqldiff.nasty import shuffled


class Nondeterminism(Probe):
    """A result that changes between two runs cannot be reviewed, cached or trusted."""

    code = "nondeterminism"
    question = "Does the same input in another row order give another result?"
    why = "A result that changes between two runs cannot be reviewed, cached or trusted."
    dimension: ClassVar[Dimension] = "robustness"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.windows", "python": "python.determinism"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Store the rows in another order; calm is the order they came in."""
    shelf, chance = laid_out(exhibit), chance_of(exhibit, "nondeterminism")
    bases = shelf.family("several", "burst", "crowd", "throng")
    found = [one for base in bases for one in contrasts_from(base, shuffled(base, chance), parts=False)]
    return [replace(one, rows_in_order=True, as_stored=True) for one in found]


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Shuffle the rows, turn them round, and make the same call again."""
    found: list[Contrast] = []
    for base in exhibit.bases():
        found.append(Contrast(replace(base, again=1), (base,), "the same call is made twice"))
        for place, grid in base.grids():
            name = base.names[place]
            turned = base.rows(place, grid.rows[::-1])
            found.append(Contrast(turned, (base,), f"the rows of `{name}` come in reverse"))
            order = uniforms(exhibit.seed, f"shuffle {place}", range(len(grid.rows))).argsort().tolist()
            mixed = base.rows(place, (grid.rows[at] for at in order))
            found.append(Contrast(mixed, (base,), f"the rows of `{name}` come in another order"))
    return found
