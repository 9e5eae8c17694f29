"""Does the same input in another row order give another result?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Nondeterminism(Probe):
    """A result that changes between two runs cannot be reviewed, cached or trusted."""

    code = "nondeterminism"
    question = "Does the same input in another row order give another result?"
    why = "A result that changes between two runs cannot be reviewed, cached or trusted."
    dimension: ClassVar[Dimension] = "robustness"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.windows", "python": "python.determinism"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
