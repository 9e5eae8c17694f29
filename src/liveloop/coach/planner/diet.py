"""What does practice bring, and how would somebody share their minutes who always took next what brings most?

Practice moves a skill the more the less it is held, and a move counts most where the curve is steep: a skill of which a
third is held brings most, one that is held as good as nothing, one that is far out of reach less. The minutes of a
thing are shared by its skills, and twice the minutes teach less than twice. Each time a thing is taken it lowers
what is missing of its skills, so that the next choice looks elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.coach.planner.kinds import Kind

AGAIN = 0.45  # what a thing is worth each further time
LEARNED = 0.75  # what is still missing of a skill after a dose of practice
DOSE_MINUTES, DOSE_POWER = 8.0, 0.7
READ = 0.8  # to read of a thing teaches less than to do it
REACH = 0.2  # what is hardly held at all is not out of reach altogether

Menu = Mapping[str, Sequence[tuple[str, ...]]]


def gain(gap: Floats) -> Floats:
    """Say what practice of a skill brings, by what is missing of it.

    Examples
    --------
    >>> gain(np.array([0.95, 0.67, 0.3, 0.1])).round(2).tolist()
    [0.18, 0.15, 0.06, 0.01]
    """
    brought: Floats = gap * gap * np.maximum(1.0 - gap, REACH)
    return brought


def dose(kind: str, skills: Sequence[str], minutes: float) -> float:
    """Say how much a thing teaches of each of its skills.

    Examples
    --------
    >>> round(dose("sql", ["sql.null"], 8), 2), round(dose("sql", ["sql.null", "sql.windows"], 8), 2)
    (1.0, 0.62)
    """
    return float((minutes / len(skills) / DOSE_MINUTES) ** DOSE_POWER * (READ if kind == "reading" else 1.0))


def diet(
    menu: Menu, kinds: Sequence[Kind], gaps: Mapping[str, float], weights: Mapping[str, float], minutes: float
) -> dict[str, float]:
    """Give the minutes of each kind.

    Parameters
    ----------
    menu
        For each kind the things there are, each by its skills.
    gaps, weights
        What is missing of each skill (a half where it is not said), and what it counts.

    Examples
    --------
    >>> from liveloop.coach.planner.kinds import PLAIN
    >>> menu = {"sql": [("sql.null",), ("sql.windows",)], "prompt": [("behaviour.conflict",)]}
    >>> weights = {"sql.null": 0.2, "sql.windows": 0.2, "behaviour.conflict": 0.1}
    >>> {key: given for key, given in diet(menu, PLAIN, {}, weights, 60).items() if given}
    {'sql': 40.0, 'prompt': 20.0}
    """
    long = {kind.key: float(kind.minutes) for kind in kinds}
    given = dict.fromkeys(long, 0.0)
    things = [(key, skills) for key in long for skills in menu.get(key, ()) if skills]
    names = sorted({skill for _, skills in things for skill in skills})
    place = {skill: k for k, skill in enumerate(names)}
    practised = np.zeros((len(things), len(names)))
    for row, (_, skills) in zip(practised, things, strict=True):
        row[[place[skill] for skill in skills]] = 1.0
    taught = np.array([dose(key, skills, long[key]) for key, skills in things])
    worth = taught / np.array([long[key] for key, _ in things])
    missing = np.array([gaps.get(skill, 0.5) for skill in names])
    counts = np.array([weights.get(skill, 0.0) for skill in names])
    while minutes > 0 and things:
        best = int(np.argmax(worth * (practised @ (counts * gain(missing)))))
        key = things[best][0]
        given[key] += min(minutes, long[key])
        minutes -= long[key]
        worth[best] *= AGAIN
        missing = missing * LEARNED ** (taught[best] * practised[best])
    return given
