"""What if a column of a row is filled in only after the moment that is asked about?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from liveloop.author import Contrast, Dimension, Exhibit, Kind, Probe

SECOND = 1_000_000
HOUR = 3600 * SECOND


class FilledIn(Probe):
    """A row that was known early says more today than it said then."""

    code = "filled-in"
    question = "What if a warning is dismissed only after the later one is shown?"
    why = "A row that was known early says more today than it said then."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"sql": "design.leakage"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Move one dismissal behind a later warning of the user; calm: every warning was closed at once."""
        bases: Any = exhibit
        return [one for base in bases.family("several", "burst") for one in late_dismissals(base)]


def late_dismissals(base: Any) -> Iterator[Contrast]:  # noqa: ANN401 - a small database
    """Let each warning that has a later one of its user be dismissed an hour after that."""
    names = [column.name for column in base.schema.table("warnings").columns]
    user, closed, shown, known = (names.index(n) for n in ("user_id", "dismissed_at", "happened_at", "known_at"))
    rows = [with_cell(row, closed, row[shown] + SECOND) for row in base.rows["warnings"]]
    calm = base.replacing(warnings=rows)
    for at, row in enumerate(rows):
        later = [other[shown] for other in rows if other[user] == row[user] and other[shown] >= row[known]]
        if later:
            late = with_cell(row, closed, min(later) + HOUR)
            nasty = base.replacing(warnings=[*rows[:at], late, *rows[at + 1 :]])
            yield Contrast(nasty, (calm,), "a warning is dismissed after a later one is shown")


def with_cell(row: tuple[Any, ...], at: int, cell: int) -> tuple[Any, ...]:
    """Change one cell."""
    return (*row[:at], cell, *row[at + 1 :])
