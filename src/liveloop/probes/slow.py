"""How long does it take at ten times the size, beside the reference?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension, Finding
from liveloop.probe import Exhibit, Probe, Trial


class Slow(Probe):
    """What is quadratic on a sample never ends on the table."""

    code = "slow"
    question = "How long does it take at ten times the size, beside the reference?"
    why = "What is quadratic on a sample never ends on the table."
    dimension: ClassVar[Dimension] = "speed"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.cost", "python": "python.vectorisation"}

    def judge(self, exhibit: Exhibit, trials: Sequence[Trial]) -> Finding | None:
        """Time attempt and reference on a big input, and speak where the ratio is beyond what the drill allows."""
        del trials
        timing = exhibit.timing()
        if timing is None:
            return None
        if timing.stopped is not None:
            took = f"it came to no right end in {timing.attempt_seconds:.1f} s ({timing.stopped})"
        else:
            took = f"it takes {timing.attempt_seconds:.2f} s"
        claim = f"{timing.rows:,} rows come: {took}, the reference {timing.reference_seconds:.2f} s"
        return self.finding(exhibit, claim, timing)
