"""How long does it take at ten times the size, beside the reference?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Slow(Probe):
    """What is quadratic on a sample never ends on the table."""

    code = "slow"
    question = "How long does it take at ten times the size, beside the reference?"
    why = "What is quadratic on a sample never ends on the table."
    dimension: ClassVar[Dimension] = "speed"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.cost", "python": "python.vectorisation"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
