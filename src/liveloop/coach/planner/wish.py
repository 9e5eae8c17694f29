"""How should the minutes be shared among kinds and weeks, before any day is looked at?

What is promised (mocks, code, two designs, a narrative) is set aside first; the rest goes where it brings most, by what
is missing of each skill and what it counts. Then each kind is spread over the weeks: more where the week's theme is its
own and before the rounds that ask for it, mocks from almost nothing to half. Rows (kinds) and columns (weeks) are
scaled in turn until both fit.

Source: Deming and Stephan (1940), iterative proportional fitting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.coach.loop import Loop, Theme
from liveloop.coach.planner import owed
from liveloop.coach.planner.diet import Menu, diet, dose, gain
from liveloop.coach.planner.kinds import CODING, PLAIN, PRACTISES, Kind, kinds_of
from liveloop.plan import Goal

THEME_BOOST = 2.5
MOST_URGENT = 3.0  # how much more a round may count because it is near
FILLED = 0.96  # a little stays free for what takes longer
MOCKS = 0.34  # of the whole: a little over the promise, because blocks are whole
MOST_MOCKS = 0.5  # nine hours of mocks may not eat a short plan
MOCK_PHASES = (0.05, 0.3, 0.8, 1.0, 1.2, 1.5)  # by sixth of the way, against their mean
LEAST = 20.0  # no kind is starved of all time: skills that look held still fade
ROUNDS_OF_FITTING = 30


@dataclass(frozen=True)
class Need:
    """What is known of the person: what is missing of each skill (0 to 1), and each skill's weight in the loop."""

    gaps: Mapping[str, float]
    weights: Mapping[str, float]

    def of(self, skill: str) -> float:
        """Say how much of a skill is missing, by its weight; half is where nothing is known."""
        return self.weights.get(skill, 0.0) * self.gaps.get(skill, 0.5)

    def gains(self, weights: Mapping[str, float] | None = None) -> dict[str, float]:
        """Say what practice of each skill brings; other weights than the loop's may be given."""
        counts = self.weights if weights is None else weights
        brought = gain(np.array([self.gaps.get(skill, 0.5) for skill in counts]))
        return {skill: weight * float(each) for (skill, weight), each in zip(counts.items(), brought, strict=True)}


@dataclass(frozen=True)
class Fare:
    """What there is to share the minutes among: the loop and its dates, the themes, the things of each kind.

    `done` are the minutes of each kind that are done or stand already; they count towards its share of the whole.
    """

    loop: Loop
    goal: Goal
    themes: Sequence[Theme]
    menu: Menu
    done: Mapping[str, float] = field(default_factory=dict)


def weights_on(loop: Loop, goal: Goal, day: date) -> dict[str, float]:
    """Give each skill's share of the decision on a day, by what can still be done for it.

    A round that is over counts no more. One that comes before the last counts more until then, for what is not done for
    it by its day cannot be done later.

    Examples
    --------
    >>> from liveloop.coach.loop import load_loops
    >>> loop = load_loops()["ai-safety"]
    >>> dates = {one.id: date(2026, 3, 16 if one.stage < 3 else 30) for one in loop.rounds}
    >>> goal = Goal(loop.id, date(2026, 3, 2), dates, 10)
    >>> early, late = weights_on(loop, goal, date(2026, 3, 2)), weights_on(loop, goal, date(2026, 3, 16))
    >>> early["sql.null"] / loop.weights()["sql.null"], "sql.null" in late
    (2.0, False)
    """
    weights: dict[str, float] = {}
    total = sum(one.weight for one in loop.rounds)
    left = (goal.last - day).days
    for one in loop.rounds:
        until = (goal.dates[one.id] - day).days
        if until > 0:
            share = one.weight / total / len(one.skills) * min(MOST_URGENT, left / until)
            for skill in one.skills:
                weights[skill] = weights.get(skill, 0.0) + share
    return weights


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


def wish(fare: Fare, need: Need, minutes: Mapping[int, int], other_minutes: int) -> dict[tuple[str, int], float]:
    """Give the minutes wished for each kind in each week.

    Parameters
    ----------
    minutes
        What there is in each coming week, without reviews; the last key is the plan's last week.
    other_minutes
        Reviews and the like, which count towards the whole.
    """
    kinds, weeks = kinds_of(fare.loop), list(minutes)
    available = np.array([minutes[week] for week in weeks], dtype=np.float64) * FILLED
    middles = [fare.goal.begins + timedelta(days=7 * week + 3) for week in weeks]
    each = [weights_on(fare.loop, fare.goal, min(day, fare.goal.last - timedelta(days=1))) for day in middles]
    whole = float(available.sum())
    mean = {
        skill: sum(there.get(skill, 0.0) * part for there, part in zip(each, available, strict=True)) / max(whole, 1e-9)
        for skill in need.weights
    }
    totals = share(fare, Need(need.gaps, mean), whole, other_minutes)
    phases = [phases_of(week, max(weeks) + 1) for week in weeks]
    rows = [
        [
            pull(kind, fare, need.gains(there))
            * sum(part * emphasis(kind, fare.themes[phase], phase) for phase, part in under.items())
            for there, under in zip(each, phases, strict=True)
        ]
        for kind in kinds
    ]
    spread = fit(np.array(rows) * available, np.array([totals[kind.key] for kind in kinds]), available)
    return {(kind.key, week): float(spread[i, j]) for i, kind in enumerate(kinds) for j, week in enumerate(weeks)}


def share(fare: Fare, need: Need, there: float, other_minutes: int) -> dict[str, float]:
    """Share the minutes that are left among the kinds: the promised first, the rest to where it brings most."""
    done, loop = fare.done, fare.loop
    whole = there + other_minutes + sum(done.values())
    mocked = sum(minutes for key, minutes in done.items() if key.startswith("mock:"))
    mocks = max(MOCKS * whole, min(owed.MOCK_MINUTES + 20.0, MOST_MOCKS * whole))
    mocks = min(there, max(0.0, mocks - mocked))
    coding = [kind for kind in PLAIN if kind.activity in CODING]
    coded = sum(done.get(kind.key, 0.0) for kind in coding)
    code = min(there - mocks, max(0.0, loop.coding * whole - coded))
    sql = diet(fare.menu, coding, need.gaps, need.weights, code)["sql"]
    sql = max(sql, min(owed.SQL_DRILLS * 20.0 - done.get("sql", 0.0), 0.85 * code))
    totals = {"sql": sql, "python": code - sql}
    left = there - mocks - code
    free = [kind for kind in PLAIN if kind.activity not in CODING]
    least = {"narrative": owed.NARRATIVES * 30.0, "design": owed.DESIGNS * 75.0}
    given = diet(fare.menu, free, need.gaps, need.weights, left)
    for kind in free:
        totals[kind.key] = max(given[kind.key] + LEAST, least.get(kind.key, 0.0) - done.get(kind.key, 0.0))
    over = left / max(1e-9, sum(totals[kind.key] for kind in free))
    totals |= {kind.key: totals[kind.key] * min(1.0, over) for kind in free}
    weight = {kind.key: mock_worth(loop, kind, need) for kind in kinds_of(loop) if kind.round_id}
    return totals | {key: mocks * one / sum(weight.values()) for key, one in weight.items()}


def pull(kind: Kind, fare: Fare, gains: Mapping[str, float]) -> float:
    """Say how strongly a week draws a kind, by what its things bring then."""
    things = fare.menu.get(kind.key, ())
    if not things:
        return 1.0
    each = (dose(kind.key, skills, kind.minutes) * sum(gains.get(skill, 0.0) for skill in skills) for skills in things)
    return sum(each) / len(things) + 1e-9


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


def mock_worth(loop: Loop, kind: Kind, need: Need) -> float:
    """Say what a mock of a round is worth: its weight, more where its skills are missing."""
    one = loop.round(kind.round_id)
    missing = sum(need.gaps.get(skill, 0.5) for skill in one.skills) / len(one.skills)
    return one.weight * (0.4 + missing)
