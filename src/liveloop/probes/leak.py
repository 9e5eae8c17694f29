"""Does a feature know what was not known, or what it is to predict?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.views import by_name


class Leak(Probe):
    """A feature that knows the label is perfect until the model is live."""

    code = "leak"
    question = "Does a feature read what it is to predict, or move with what became known later?"
    why = "A feature that knows the label is perfect until the model is live."
    dimension: ClassVar[Dimension] = "correctness"
    skill: ClassVar[dict[Kind, str]] = {"features": "design.leakage"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Ask about every view, named by the question or not."""
        return by_name(exhibit, self.code)
