"""In which skills is a person surer than they should be?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from liveloop.coach.journal import Entry
from liveloop.coach.skill import Z95, findings_by_skill
from liveloop.drill import Drill

FEWEST = 4


@dataclass(frozen=True)
class Overconfidence:
    """How much surer than right a person was on attempts that touched a skill: mean confidence less share clean.

    `interval` is the 95 % normal interval of the mean difference, None below four attempts; `brier` is their score.
    """

    skill: str
    n: int
    confidence: float
    share_clean: float
    over: float
    brier: float
    interval: tuple[float, float] | None


def overconfidence(
    entries: Iterable[Entry], drills: Mapping[str, Drill], spoken: Mapping[str, Mapping[str, str]]
) -> list[Overconfidence]:
    """Say it of every skill, the most overconfident first; a skill is clean when no finding spoke of it."""
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for entry in entries:
        drill = drills.get(entry.drill_id)
        if drill is None or entry.signal is None or entry.confidence is None:
            continue
        for skill, found in findings_by_skill(entry, drill, spoken.get(drill.id, {})).items():
            pairs.setdefault(skill, []).append((entry.confidence, not found))
    return sorted((weigh(skill, seen) for skill, seen in pairs.items()), key=lambda one: (-one.over, one.skill))


def weigh(skill: str, seen: list[tuple[float, bool]]) -> Overconfidence:
    """Hold one skill's stated confidence against what happened.

    Examples
    --------
    >>> one = weigh("sql.null", [(0.9, False), (0.9, True), (0.8, False), (0.8, False)])
    >>> one.over, one.brier, one.interval[0] > 0
    (0.6, 0.525, True)
    """
    n = len(seen)
    gaps = [confidence - clean for confidence, clean in seen]
    mean = sum(gaps) / n
    interval = None
    if n >= FEWEST:
        half = Z95 * sqrt(sum((gap - mean) ** 2 for gap in gaps) / (n - 1) / n)
        interval = (round(mean - half, 4), round(mean + half, 4))
    return Overconfidence(
        skill=skill,
        n=n,
        confidence=round(sum(confidence for confidence, _ in seen) / n, 4),
        share_clean=round(sum(clean for _, clean in seen) / n, 4),
        over=round(mean, 4),
        brier=round(sum(gap**2 for gap in gaps) / n, 4),
        interval=interval,
    )
