"""How should the minutes be shared among kinds and weeks, before any day is looked at?

A kind of block is worth the sum, over the skills it practises, of the skill's weight in the loop times what is still
missing. What is promised (mocks, code, two designs, a narrative) is set aside first; the rest goes by worth. Then each
kind is spread over the weeks: more where the week's theme is its own, mocks from almost nothing to half. Rows (kinds)
and columns (weeks) are scaled in turn until both fit.

Source: Deming and Stephan (1940), iterative proportional fitting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.coach.loop import Loop, Theme
from liveloop.coach.planner import owed
from liveloop.coach.planner.kinds import CODING, PLAIN, PRACTISES, Kind, kinds_of
from liveloop.plan import Goal

THEME_BOOST = 2.5
FILLED = 0.96  # a little stays free for what takes longer
MOCKS = 0.34  # of the whole: a little over the promise, because blocks are whole
MOST_MOCKS = 0.5  # nine hours of mocks may not eat a short plan
MOCK_PHASES = (0.05, 0.3, 0.8, 1.0, 1.2, 1.5)  # by sixth of the way, against their mean
LEAST_WORTH = 0.01  # no kind is starved of all time: skills that look held still fade
ROUNDS_OF_FITTING = 30


@dataclass(frozen=True)
class Need:
    """What is known of the person: what is missing of each skill (0 to 1), and each skill's weight in the loop."""

    gaps: Mapping[str, float]
    weights: Mapping[str, float]

    def of(self, skill: str) -> float:
        """Say how much a skill is worth practising; half is missing where nothing is known."""
        return self.weights.get(skill, 0.0) * self.gaps.get(skill, 0.5)


def phases_of(week: int, weeks: int) -> dict[int, float]:
    """Say which of the six themes a week stands under, and with which share of it.

    The six are stretched over the way: with fewer than six weeks a week has several.

    Examples
    --------
    >>> phases_of(1, 6), phases_of(0, 4)
    ({1: 1.0}, {0: 0.667, 1: 0.333})
    """
    begins, ends = 6 * week / weeks, 6 * (week + 1) / weeks
    shares = {phase: (min(ends, phase + 1) - max(begins, phase)) / (ends - begins) for phase in range(6)}
    return {phase: round(share, 3) for phase, share in shares.items() if share > 1e-9}


def phase_on(goal: Goal, day: date) -> int:
    """Say under which of the six themes a day stands.

    Examples
    --------
    >>> goal = Goal("x", date(2026, 3, 2), {"r": date(2026, 4, 13)}, 5)
    >>> phase_on(goal, date(2026, 3, 2)), phase_on(goal, date(2026, 3, 9)), phase_on(goal, date(2026, 4, 12))
    (0, 1, 5)
    """
    return min(5, 6 * (day - goal.begins).days // max(1, (goal.last - goal.begins).days))


def wish(
    loop: Loop, themes: Sequence[Theme], need: Need, minutes: Mapping[int, int], other_minutes: int
) -> dict[tuple[str, int], float]:
    """Give the minutes wished for each kind in each week.

    Parameters
    ----------
    minutes
        What there is in each coming week, without reviews; the last key is the plan's last week.
    other_minutes
        Reviews and the like, which count towards the whole.
    """
    kinds, weeks = kinds_of(loop), list(minutes)
    available = np.array([minutes[week] for week in weeks], dtype=np.float64) * FILLED
    totals = share(loop, themes, need, float(available.sum()), other_minutes)
    phases = [phases_of(week, max(weeks) + 1) for week in weeks]
    rows = [
        [sum(share * emphasis(kind, themes[phase], phase) for phase, share in there.items()) for there in phases]
        for kind in kinds
    ]
    spread = fit(np.array(rows) * available, np.array([totals[kind.key] for kind in kinds]), available)
    return {(kind.key, week): float(spread[i, j]) for i, kind in enumerate(kinds) for j, week in enumerate(weeks)}


def share(loop: Loop, themes: Sequence[Theme], need: Need, there: float, other_minutes: int) -> dict[str, float]:
    """Share all minutes among the kinds: the promised first, the rest by worth."""
    whole = there + other_minutes
    worth = {kind.key: worth_of(kind, need, themes) for kind in PLAIN}
    mocks = min(there, max(MOCKS * whole, min(owed.MOCK_MINUTES + 20.0, MOST_MOCKS * whole)))
    code = min(there - mocks, loop.coding * whole)
    sql = max(code * worth["sql"] / (worth["sql"] + worth["python"]), min(owed.SQL_DRILLS * 20.0, 0.85 * code))
    totals = {"sql": sql, "python": code - sql}
    left = there - mocks - code
    free = [kind for kind in PLAIN if kind.activity not in CODING]
    total = sum(worth[kind.key] for kind in free)
    least = {"narrative": owed.NARRATIVES * 30.0, "design": owed.DESIGNS * 75.0}
    totals |= {kind.key: max(left * worth[kind.key] / total, least.get(kind.key, 0.0)) for kind in free}
    over = left / max(1e-9, sum(totals[kind.key] for kind in free))
    totals |= {kind.key: totals[kind.key] * min(1.0, over) for kind in free}
    weight = {kind.key: mock_worth(loop, kind, need) for kind in kinds_of(loop) if kind.round_id}
    return totals | {key: mocks * one / sum(weight.values()) for key, one in weight.items()}


def fit(spread: Floats, rows: Floats, columns: Floats) -> Floats:
    """Scale rows to their totals and columns to theirs in turn; what cannot be met ends on the columns.

    Examples
    --------
    >>> fit(np.ones((2, 2)), np.array([1.0, 3.0]), np.array([2.0, 2.0])).tolist()
    [[0.5, 0.5], [1.5, 1.5]]
    """
    for _ in range(ROUNDS_OF_FITTING):
        spread = spread * (rows / np.maximum(spread.sum(axis=1), 1e-9))[:, None]
        spread = spread * (columns / np.maximum(spread.sum(axis=0), 1e-9))
    return spread


def emphasis(kind: Kind, theme: Theme, phase: int) -> float:
    """Say how much a kind is wanted under a theme, against its mean."""
    if kind.round_id:
        return MOCK_PHASES[phase]
    prefixes = PRACTISES[kind.activity]
    own = sum(skill.startswith(prefixes) for skill in theme.skills) / len(theme.skills)
    return 1.0 + (THEME_BOOST - 1.0) * own


def worth_of(kind: Kind, need: Need, themes: Sequence[Theme]) -> float:
    """Say what a kind is worth; a skill that several kinds practise is shared by them."""
    worth = LEAST_WORTH
    for skill in (skill for theme in themes for skill in theme.skills):
        if skill.startswith(PRACTISES[kind.activity]):
            worth += need.of(skill) / sum(skill.startswith(PRACTISES[other.activity]) for other in PLAIN)
    return worth


def mock_worth(loop: Loop, kind: Kind, need: Need) -> float:
    """Say what a mock of a round is worth: its weight, more where its skills are missing."""
    one = loop.round(kind.round_id)
    missing = sum(need.gaps.get(skill, 0.5) for skill in one.skills) / len(one.skills)
    return one.weight * (0.4 + missing)
