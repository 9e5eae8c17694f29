"""Does the attempt use a fact before it could have been known?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


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
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
