"""Does a feature read labels that may still change?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.views import by_name


class Unsettled(Probe):
    """A label is early because it was easy, and may be another one next week."""

    code = "unsettled"
    question = "Does a feature read labels inside their embargo?"
    why = "A label is early because it was easy, and may be another one next week."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"features": "design.labels"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Ask about every view."""
        return by_name(exhibit, self.code)
