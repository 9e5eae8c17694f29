"""Does the attempt give another result than the reference on an ordinary draw?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Disagrees(Probe):
    """A result that is wrong on ordinary data needs no edge case."""

    code = "disagrees"
    question = "Does the attempt give another result than the reference on an ordinary draw?"
    why = "A result that is wrong on ordinary data needs no edge case."
    dimension: ClassVar[Dimension] = "correctness"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.reading-the-question", "python": "python.reading-the-question"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
