"""Does the attempt fail on a legal input on which the reference gives a result?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Brittle(Probe):
    """A pipeline that stops at an empty table pages somebody at night."""

    code = "brittle"
    question = "Does the attempt fail on a legal input on which the reference gives a result?"
    why = "A pipeline that stops at an empty table pages somebody at night."
    dimension: ClassVar[Dimension] = "robustness"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.robustness", "python": "python.edge-cases"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
