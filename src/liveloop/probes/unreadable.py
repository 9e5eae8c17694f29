"""Which lines will a reviewer stumble over?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class Unreadable(Probe):
    """Code is handed over: the next reader has to see that it is right."""

    code = "unreadable"
    question = "Which lines will a reviewer stumble over?"
    why = "Code is handed over: the next reader has to see that it is right."
    dimension: ClassVar[Dimension] = "readability"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.readability", "python": "python.readability"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
