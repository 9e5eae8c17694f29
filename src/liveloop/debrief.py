"""What came of the attempt, and what is the one thing to do next?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from liveloop.finding import Finding

Signal = Literal["strong no", "no", "lean no", "lean yes", "yes", "strong yes"]


@dataclass(frozen=True)
class Score:
    """One dimension of the scorecard: 0 to 1, its weight, how many probes asked and how many found something."""

    dimension: str
    score: float
    weight: float
    asked: int
    found: int


@dataclass(frozen=True)
class NextThing:
    """The one thing to do next: a sentence, the skill, and where to do it (a drill's slug, or empty)."""

    do: str
    skill: str
    drill_slug: str = ""


@dataclass(frozen=True)
class Debrief:
    """One attempt's scorecard: findings, scores by dimension, the signal with its rule, the one next thing."""

    attempt_id: str
    drill_id: str
    findings: tuple[Finding, ...]
    scores: tuple[Score, ...]
    signal: Signal
    signal_rule: str
    next_thing: NextThing
    asked: tuple[str, ...]
    worlds: int
    seconds: float
    examined_at: datetime
    pushback: str = ""
    unknown: tuple[str, ...] = ()  # probes that could not be asked, each with its reason
