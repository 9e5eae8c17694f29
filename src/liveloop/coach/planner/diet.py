"""What does practice bring, and how would somebody share their minutes who always took next what brings most?

Practice moves a skill the more the less it is held, and a move counts most where the curve is steep: a skill of which a
third is held brings most, one that is held as good as nothing, one that is far out of reach less. The minutes of a
thing are shared by its skills, and twice the minutes teach less than twice. Each time a thing is taken it lowers
what is missing of its skills, so that the next choice looks elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from liveloop.coach.planner.kinds import Kind

AGAIN = 0.45  # what a thing is worth each further time
LEARNED = 0.75  # what is still missing of a skill after a dose of practice
DOSE_MINUTES, DOSE_POWER = 8.0, 0.7
READ = 0.8  # to read of a thing teaches less than to do it
REACH = 0.2  # what is hardly held at all is not out of reach altogether

Menu = Mapping[str, Sequence[tuple[str, ...]]]


def gain(gap: float) -> float:
    """Say what practice of a skill brings, by what is missing of it.

    Examples
    --------
    >>> [round(gain(gap), 2) for gap in (0.95, 0.67, 0.3, 0.1)]
    [0.18, 0.15, 0.06, 0.01]
    """
    return gap * gap * max(1.0 - gap, REACH)


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
    things = [(key, skills, dose(key, skills, long[key])) for key in long for skills in menu.get(key, ()) if skills]
    missing = {skill: gaps.get(skill, 0.5) for _, skills, _ in things for skill in skills}
    gains = {skill: weights.get(skill, 0.0) * gain(gap) for skill, gap in missing.items()}
    worth = [taught / long[key] for key, _, taught in things]
    while minutes > 0 and things:
        best = max(range(len(things)), key=lambda k: worth[k] * sum(gains[skill] for skill in things[k][1]))
        key, skills, taught = things[best]
        worth[best] *= AGAIN
        given[key] += min(minutes, long[key])
        minutes -= long[key]
        for skill in skills:
            missing[skill] *= LEARNED**taught
            gains[skill] = weights.get(skill, 0.0) * gain(missing[skill])
    return given
