"""Where must the interval hold: under noise that lasts, with a group that drifts, with three noisy treated accounts?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from liveloop.author import Replicates, Scene

WEEKS = np.arange(-16, 8)
AFTER = WEEKS >= 0
GROWTH = np.linspace(0.5, 1.5, int(AFTER.sum()))  # the effect grows over the weeks after; its mean is the truth


def draw(
    chance: Generator, replicates: int, treated: np.ndarray, noise_of: np.ndarray, lasts: float, drifts: float
) -> Replicates:
    """Draw panels of accounts by weeks.

    Parameters
    ----------
    treated, noise_of
        [account]: 1 where it gets the model; the standard deviation of its noise in a week.
    lasts
        Correlation of the noise of an account from one week to the next.
    drifts
        What the treated gain or lose (by chance) on the others in a week, without any treatment.
    """
    count, weeks = len(treated), len(WEEKS)
    fresh = chance.standard_normal((weeks, replicates, count))
    noise = np.empty_like(fresh)
    noise[0] = fresh[0]
    for week in range(1, weeks):
        noise[week] = lasts * noise[week - 1] + np.sqrt(1 - lasts**2) * fresh[week]
    shocks = np.cumsum(6.0 * chance.standard_normal((replicates, weeks)), axis=1)
    level = 80.0 + 10.0 * chance.standard_normal((replicates, count))
    drift = drifts * np.where(chance.random(replicates) < 0.5, -1.0, 1.0)
    effect = chance.uniform(-4.0, 4.0, replicates)
    after = np.zeros(weeks)
    after[AFTER] = GROWTH
    own = drift[:, None] * WEEKS + effect[:, None] * after
    refusals = noise.transpose(1, 2, 0) * noise_of[:, None] + level[:, :, None] + shocks[:, None, :]
    refusals += treated[:, None] * own[:, None, :]
    columns = {
        "account_id": np.repeat(np.arange(count), weeks),
        "week": np.tile(WEEKS, count),
        "treated": np.repeat(treated, weeks),
        "refusals": refusals.reshape(replicates, -1),
    }
    return Replicates(columns, effect)


def lasting(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw groups that are parallel but for noise that lasts for weeks."""
    treated = np.arange(size) % 2
    return draw(chance, replicates, treated, np.full(size, 3.0), 0.8, 0.0)


def drifting(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a treated group that drifts, by so little that half of all tests for a trend miss it."""
    treated = np.arange(size) % 2
    return draw(chance, replicates, treated, np.full(size, 3.0), 0.0, 0.12)


def few(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw three treated accounts that are noisier than the others."""
    treated = (np.arange(size) < 3).astype(np.int64)
    return draw(chance, replicates, treated, np.where(treated == 1, 8.0, 2.0), 0.7, 0.0)


SCENES = (
    Scene(
        code="lasting-noise",
        asks="Do the intervals hold when an account's noise lasts from week to week?",
        says="an account's noise lasts from week to week",
        principle="The weeks of an account are no independent draws: make one contrast of each, then compare accounts.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(32, 14),
        draw=lasting,
    ),
    Scene(
        code="drift",
        asks="Do the intervals hold when the treated group drifted against the others before it was treated?",
        says="the treated group drifts by a steady amount, before and after",
        principle="Estimate the drift always and carry its error along: no test shows that there is none.",
        dimension="correctness",
        skill="causal.did",
        sizes=(32, 14),
        draw=drifting,
    ),
    Scene(
        code="few-treated",
        asks="Do the intervals hold when only three accounts were treated, and these are noisier?",
        says="only three accounts were treated, and they are noisier than the others",
        principle="The small group makes the error: take its own variance, and as few degrees of freedom as it has.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(27, 12),
        draw=few,
    ),
)
