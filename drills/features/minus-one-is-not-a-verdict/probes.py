"""What if a review is not decided yet, and its columns say so by numbers that look like any other?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from liveloop.author import Contrast, Dimension, Exhibit, Kind, Probe

PLACEHOLDERS = {"verdict": -1, "decided_at": datetime(1970, 1, 1, tzinfo=UTC), "waited_hours": 9999.0}


class Sentinel(Probe):
    """A placeholder for what is not known yet tells which rows will be decided."""

    code = "sentinel"
    question = "What if a review is not decided yet, and its columns hold placeholders?"
    why = "A placeholder for what is not known yet tells which rows will be decided."
    dimension: ClassVar[Dimension] = "robustness"
    skill: ClassVar[dict[Kind, str]] = {"python": "design.leakage"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Let one review be undecided, then all of one user's; calm: they are decided."""
        return [one for base in exhibit.bases()[:4] for one in undecided(base)]


def undecided(base: Any) -> Iterator[Contrast]:  # noqa: ANN401 - a call
    """Put the three placeholders into one row, and into all rows of its user."""
    for place, grid in base.grids():
        names = [column.name for column in grid.columns]
        user = names.index("user_id")
        for row in dict.fromkeys((0, len(grid.rows) // 2, len(grid.rows) - 1)) if grid.rows else ():
            mine = [at for at, other in enumerate(grid.rows) if other.cells[user] == grid.rows[row].cells[user]]
            for rows, says in (([row], "a review is not decided yet"), (mine, "no review of a user is decided yet")):
                cells = {(place, at, names.index(name)): PLACEHOLDERS[name] for at in rows for name in PLACEHOLDERS}
                yield Contrast(base.cells(cells), (base,), says)
