"""In which panels must the interval hold: an effect that wears off, users who enter week by week, users who leave?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

LEVEL = 30.0  # minutes in a week
STAGES = np.arange(1, 13)  # weeks since the start
SETTLED = slice(4, 8)  # the stages 5 to 8


class Panel(NamedTuple):
    """Who is seen when: a row for each user and week since their start."""

    started: NDArray[np.int64]
    weeks: int

    @property
    def user(self) -> NDArray[np.int64]:
        """Give each row's user."""
        return np.repeat(np.arange(len(self.started)), self.weeks + 1 - self.started)

    @property
    def stage(self) -> NDArray[np.int64]:
        """Give each row's week since the start, from 1."""
        return np.concatenate([np.arange(1, self.weeks + 2 - one) for one in self.started])

    def arms(self, chance: Generator, replicates: int) -> NDArray[np.int64]:
        """Treat half of those who start in a week: [replicate, user]; users are ordered by start."""
        order = np.argsort(self.started + chance.random((replicates, len(self.started))), axis=1)
        arms = np.zeros((replicates, len(self.started)), np.int64)
        np.put_along_axis(arms, order, np.broadcast_to(np.arange(len(self.started)) % 2, order.shape), axis=1)
        return arms


def seen(
    chance: Generator, panel: Panel, arms: NDArray[np.int64], effect: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """Draw what is seen when nobody leaves: users differ, weeks differ, and the effect is one of the stage."""
    user, stage = panel.user, panel.stage
    week = panel.started[user] + stage - 1
    own = 3.0 * chance.standard_normal(arms.shape)
    season = 0.5 * chance.standard_normal((len(arms), panel.weeks + 1))
    noise = 1.5 * chance.standard_normal((len(arms), len(user)))
    treated = arms[:, user]
    minutes = LEVEL + own[:, user] + season[:, week] + treated * effect[:, stage - 1] + noise
    return {"user_id": user, "treated": treated, "started": panel.started[user], "week": week, "minutes": minutes}


def signs(chance: Generator, replicates: int) -> NDArray[np.float64]:
    """Draw whether an effect wears off or grows."""
    return chance.choice([-1.0, 1.0], replicates)


def fading(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users who all start together; four tenths of the first effect's excess go each week."""
    panel = Panel(np.ones(size, np.int64), 8)
    settled, at_first = chance.uniform(-3.0, 3.0, replicates), signs(chance, replicates)
    at_first = at_first * chance.uniform(7.0, 11.0, replicates)
    effect = settled[:, None] + at_first[:, None] * 0.6 ** (STAGES - 1)
    columns = seen(chance, panel, panel.arms(chance, replicates), effect)
    return Replicates(columns, effect[:, SETTLED].mean(axis=1))


def staggered(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users who start in weeks 1 to 5, and whose effect goes on changing."""
    panel = Panel(np.repeat(np.arange(1, 6), size // 5), 12)
    slope = signs(chance, replicates) * chance.uniform(0.8, 1.3, replicates)
    shape = STAGES - 6.5 - 3.0 * 0.5 ** (STAGES - 1)
    effect = chance.uniform(-3.0, 3.0, replicates)[:, None] + slope[:, None] * shape
    columns = seen(chance, panel, panel.arms(chance, replicates), effect)
    return Replicates(columns, effect[:, SETTLED].mean(axis=1))


def leavers(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users of whom more leave when treated, those with little use of the assistant first."""
    panel = Panel(np.ones(size, np.int64), 8)
    arms = panel.arms(chance, replicates)
    stays = chance.uniform(-2.0, 3.0, replicates)
    columns = seen(chance, panel, arms, np.repeat(stays[:, None], len(STAGES), axis=1))
    patience = chance.random((replicates, size))
    leave = np.stack([np.full(replicates, 0.1), chance.uniform(0.3, 0.55, replicates)])
    leaves = patience < np.where(arms == 1, leave[1][:, None], leave[0][:, None])
    last = np.where(leaves, chance.integers(1, 7, (replicates, size)), 8)[:, panel.user]
    slope = 8.0
    minutes = columns["minutes"] + slope * (patience - 0.5)[:, panel.user]
    columns["minutes"] = np.where(panel.stage <= last, minutes, np.nan)
    # In expectation: who leaves has an eighth of the weeks 5 to 8, and a patience uniform below the arm's share.
    arm = np.stack([np.zeros(replicates), stays])
    mean = (LEVEL + arm) * (1 - 0.875 * leave) + 0.875 * slope * leave * (1 - leave) / 2
    return Replicates(columns, mean[1] - mean[0])


SCENES = (
    Scene(
        code="fading",
        asks="Is it the settled effect that is estimated when users adapt in their first weeks?",
        says="the effect of the first weeks wears off, or only builds up, as users adapt",
        principle="A mean over all weeks mixes novelty with what stays: take the weeks that the decision is about.",
        dimension="correctness",
        skill="causal.long-term",
        sizes=(80, 40, 20),
        draw=fading,
    ),
    Scene(
        code="staggered",
        asks="Are weeks counted from each user's own start?",
        says="users start in different weeks, so that a calendar week mixes those who adapted with those who have not",
        principle="Adaptation runs on the user's own clock: align rows by weeks since the start, not by the calendar.",
        dimension="correctness",
        skill="causal.long-term",
        sizes=(80, 40, 20),
        draw=staggered,
    ),
    Scene(
        code="leavers",
        asks="Are users who left counted among those who were assigned?",
        says="more of the treated leave, and not the same kind of user",
        principle="Who is left was not randomised: count all who were assigned, with what a left user is worth.",
        dimension="edge cases",
        skill="causal.confounding",
        sizes=(80, 40, 20),
        draw=leavers,
    ),
)
