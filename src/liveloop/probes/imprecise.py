"""Are an estimator's intervals much wider than they have to be?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, runtime_checkable

from liveloop.attempt import Kind
from liveloop.finding import CoverageEvidence, Dimension, Finding
from liveloop.probe import Exhibit, Probe, Trial


@runtime_checkable
class Measured(Protocol):
    """An exhibit whose intervals were held against the reference's."""

    def too_wide(self) -> tuple[str, CoverageEvidence] | None:
        """Say where the intervals are far wider than the reference's; None where they are not."""


class Imprecise(Probe):
    """An interval from minus to plus infinity always holds the truth, and says nothing."""

    code = "imprecise"
    question = "Are the intervals much wider than they have to be?"
    why = "An interval from minus to plus infinity always holds the truth, and says nothing."
    dimension: ClassVar[Dimension] = "correctness"
    skill: ClassVar[dict[Kind, str]] = {"python": "stats.power"}

    def judge(self, exhibit: Exhibit, trials: Sequence[Trial]) -> Finding | None:
        """Hold the widths against the reference's."""
        del trials
        told = exhibit.too_wide() if isinstance(exhibit, Measured) else None
        return None if told is None else self.finding(exhibit, *told)
