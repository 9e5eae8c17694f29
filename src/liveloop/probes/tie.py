"""What if two rows tie on what they are ordered by?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Tie(Probe):
    """A first or latest row among equals is a coin toss unless the tie is broken."""

    code = "tie"
    question = "What if two rows tie on what they are ordered by?"
    why = "A first or latest row among equals is a coin toss unless the tie is broken."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.windows", "python": "python.ties"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
