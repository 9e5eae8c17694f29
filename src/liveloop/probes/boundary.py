"""What if two times lie exactly the stated interval apart, or a value exactly on the threshold?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Boundary(Probe):
    """A fact at hour 24 belongs to one side; the question says which, the comparison operator decides."""

    code = "boundary"
    question = "What if two times lie exactly the stated interval apart, or a value exactly on the threshold?"
    why = "A fact at hour 24 belongs to one side; the question says which, the comparison operator decides."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.time-joins", "python": "python.thresholds"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
