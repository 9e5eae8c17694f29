"""What does the web ask of the exam, and how is it started without making anyone wait?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from liveloop.attempt import Attempt
from liveloop.coach.examiner import Stage
from liveloop.coach.mark import Examined
from liveloop.drill import Drill
from liveloop.finding import Finding, Place
from liveloop.web.shapes import RunOut, TableCard


@dataclass(frozen=True)
class Standing:
    """Which sandbox level there is, and why not a higher one; empty until it has started."""

    level: str
    why: str


class Engine(Protocol):
    """All that executes: the one thing to replace in a test of the pages."""

    def examine(self, drill: Drill, attempt: Attempt, tell: Callable[[Stage], None]) -> Examined:
        """Examine an attempt."""

    def place(self, drill: Drill, attempt: Attempt, findings: Sequence[Finding]) -> Place | None:
        """Look for the one change of an attempt with which nothing breaks any more: some seconds; None for none."""

    def run(self, drill: Drill, text: str) -> RunOut:
        """Run a text on the visible data."""

    def tables(self, drill: Drill) -> tuple[TableCard, ...]:
        """Show the tables or frames that the candidate sees, with some rows."""

    def prepare(self, drill: Drill) -> None:
        """Begin, in the background, what the first examination of a drill would have to wait for."""

    def standing(self) -> Standing:
        """Say which sandbox level there is, without waiting for it."""

    def warm(self) -> None:
        """Start what is slow to start."""

    def close(self) -> None:
        """End every process that was started."""
