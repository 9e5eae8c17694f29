"""What if a value that may be missing is missing?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Null(Probe):
    """NULL is neither equal nor unequal: NOT IN, <> and averages lose rows without a word."""

    code = "null"
    question = "What if a value that may be missing is missing?"
    why = "NULL is neither equal nor unequal: NOT IN, <> and averages lose rows without a word."
    dimension: ClassVar[Dimension] = "edge cases"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.null", "python": "python.missing-values"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
