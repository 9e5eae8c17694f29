"""Where must the interval hold: a region unlike the mean of others, shocks that last, a donor under the same law?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from liveloop.author import Replicates, Scene

AFTER = 12  # periods under the law
GROWTH = np.linspace(0.6, 1.4, AFTER)  # the effect grows; its mean is the truth
MIXTURE = np.array([0.5, 0.3, 0.2])  # our region moves as this mixture of the first three donors does
LOADS = np.array(  # how much each donor answers to two forces
    [
        [1.5, 0.6],
        [0.4, 1.5],
        [0.8, -0.2],
        [0.1, -0.6],
        [-0.9, 0.3],
        [-0.4, -0.9],
        [-0.7, -0.5],
        [0.2, -1.1],
        [-1.1, -0.2],
    ]
)
OURS = 4  # at which place our region stands among the others


def draw(chance: Generator, replicates: int, before: int, *, lasts: float, most: float, twin: bool) -> Replicates:
    """Draw regions that answer to two forces, each in its own measure.

    Parameters
    ----------
    before
        How many periods there are before the law.
    lasts
        Correlation of a region's own shocks from one period to the next.
    most
        The largest effect of the law.
    twin
        Whether the last donor answers as our region does, and gets the law with it.
    """
    loads = np.insert(LOADS, OURS, MIXTURE @ LOADS[:3], axis=0)
    law = np.zeros((len(loads), before + AFTER), np.int64)
    law[OURS, before:] = 1
    if twin:
        loads[-1] = loads[OURS]
        law[-1, before:] = 1
    regions, periods = law.shape
    shared = np.cumsum(chance.standard_normal((replicates, 1, periods)), axis=2)
    forces = 3.0 * lasting(chance, (replicates, 2, periods), 0.8)
    level = 60.0 + 6.0 * chance.standard_normal((replicates, regions, 1))
    effect = chance.uniform(0.4, 1.0, replicates) * most * np.where(chance.random(replicates) < 0.5, -1.0, 1.0)
    rate = level + shared + loads @ forces + lasting(chance, (replicates, regions, periods), lasts)
    rate[:, :, before:] += effect[:, None, None] * law[:, before:] * GROWTH
    columns = {
        "region": np.repeat(np.arange(regions), periods),
        "period": np.tile(np.arange(-before, AFTER), regions),
        "ours": np.repeat((np.arange(regions) == OURS).astype(np.int64), periods),
        "law": law.ravel(),
        "rate": rate.reshape(replicates, -1),
    }
    return Replicates(columns, effect)


def lasting(chance: Generator, shape: tuple[int, int, int], lasts: float) -> np.ndarray:
    """Draw series [replicate, series, period] of variance 1, each number correlated with the next."""
    made = chance.standard_normal((shape[2], *shape[:2]))
    for period in range(1, shape[2]):
        made[period] = lasts * made[period - 1] + np.sqrt(1 - lasts**2) * made[period]
    series: np.ndarray = made.transpose(1, 2, 0)
    return series


def unlike(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a region that moves as few of the others do."""
    return draw(chance, replicates, size, lasts=0.0, most=3.0, twin=False)


def shocks(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw regions whose own shocks last for several periods."""
    return draw(chance, replicates, size, lasts=0.6, most=3.0, twin=False)


def elsewhere(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a donor that looks the most like our region, and has the law as well."""
    return draw(chance, replicates, size, lasts=0.0, most=8.0, twin=True)


SCENES = (
    Scene(
        code="unlike-the-mean",
        asks="Is the region compared with others that move as it does?",
        says="the region moves as few of the others do",
        principle="Weigh the others so that they follow the region before the law; their plain mean does not.",
        dimension="correctness",
        skill="causal.synthetic-control",
        sizes=(84, 48),
        draw=unlike,
    ),
    Scene(
        code="lasting-shocks",
        asks="Do the intervals hold when a region's own shocks last for several periods?",
        says="a region's own shocks last for several periods",
        principle="Take the error from stretches as long as the one after the law, not from single periods.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(84, 48),
        draw=shocks,
    ),
    Scene(
        code="law-elsewhere",
        asks="Is a region that has the law too kept out of the comparison?",
        says="the region that looks the most alike has the law too",
        principle="A donor must not get what is measured: the comparison then subtracts the effect.",
        dimension="edge cases",
        skill="causal.synthetic-control",
        sizes=(84, 48),
        draw=elsewhere,
    ),
)
