"""Does the result depend on the zone of the session, or on mixed zones in the data?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe


class TimeZone(Probe):
    """A day begins at another instant in each zone; the server's own zone is nobody's."""

    code = "time-zone"
    question = "Does the result depend on the zone of the session, or on mixed zones in the data?"
    why = "A day begins at another instant in each zone; the server's own zone is nobody's."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.time-zones", "python": "python.time-zones"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make databases."""
    raise NotImplementedError


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Make calls."""
    raise NotImplementedError
