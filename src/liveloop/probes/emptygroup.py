"""What if a group, a denominator or the whole input is empty?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class EmptyGroup(Probe):
    """A group that nothing fell into vanishes from an inner join and divides by zero in a rate."""

    code = "empty-group"
    question = "What if a group, a denominator or the whole input is empty?"
    why = "A group that nothing fell into vanishes from an inner join and divides by zero in a rate."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.empty-groups", "python": "python.empty-input"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
