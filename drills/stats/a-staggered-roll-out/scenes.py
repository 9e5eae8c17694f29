"""Where must the interval hold: with effects that grow, with nobody left untreated, under noise that lasts?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from liveloop.author import Replicates, Scene

WEEKS = np.arange(14)
NEVER = 99


def draw(chance: Generator, starts: np.ndarray, growth: np.ndarray, lasts: float) -> Replicates:
    """Draw panels of teams by weeks.

    Parameters
    ----------
    starts
        [team]: the week in which it gets the tool, the same in all replicates; its cohort.
    growth
        [replicate, team, week]: what the tool does to a team in a week, were it treated.
    lasts
        Correlation of the noise of a team from one week to the next.
    """
    replicates, (teams, weeks) = len(growth), (len(starts), len(WEEKS))
    fresh = chance.standard_normal((weeks, replicates, teams))
    noise = np.empty_like(fresh)
    noise[0] = fresh[0]
    for week in range(1, weeks):
        noise[week] = lasts * noise[week - 1] + np.sqrt(1 - lasts**2) * fresh[week]
    treated = starts[:, None] <= WEEKS
    counted = treated & (starts.max() > WEEKS)
    shocks = np.cumsum(2.0 * chance.standard_normal((replicates, weeks)), axis=1)
    level = 30.0 + 5.0 * chance.standard_normal((replicates, teams)) - 0.4 * np.minimum(starts, 14)
    hours = 3.0 * noise.transpose(1, 2, 0) + level[:, :, None] + shocks[:, None, :] + growth * treated
    columns = {
        "team_id": np.repeat(np.arange(teams), weeks),
        "week": np.tile(WEEKS, teams),
        "treated": treated.ravel().astype(np.int64),
        "hours": hours.reshape(replicates, -1),
    }
    return Replicates(columns, (growth * counted).sum(axis=(1, 2)) / counted.sum())


def rising(chance: Generator, replicates: int, starts: np.ndarray) -> np.ndarray:
    """Draw effects that grow with each week of use, and more in cohorts that start early."""
    size = chance.uniform(1.2, 2.0, replicates) * np.where(chance.random(replicates) < 0.5, -1.0, 1.0)
    since = np.maximum(0, WEEKS - starts[:, None] + 1)
    keen = 2.0 - 0.13 * np.minimum(starts, 14)
    made: np.ndarray = size[:, None, None] * (since * keen[:, None])
    return made


def growing(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw four cohorts and teams that never start."""
    starts = np.repeat([4, 6, 8, 11, NEVER], size)
    return draw(chance, starts, rising(chance, replicates, starts), 0.0)


def ending(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw four cohorts, the last of which leaves nobody to compare with."""
    starts = np.repeat([4, 6, 8, 10], size)
    return draw(chance, starts, rising(chance, replicates, starts), 0.0)


def lasting(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw an effect that is the same in all weeks, under noise that lasts."""
    starts = np.repeat([5, 8, 11, NEVER], size)
    effect = chance.uniform(-5.0, 5.0, replicates)
    return draw(chance, starts, np.broadcast_to(effect[:, None, None], (replicates, len(starts), len(WEEKS))), 0.85)


SCENES = (
    Scene(
        code="growing",
        asks="Is it the mean over treated team-weeks that is estimated when effects grow with use?",
        says="effects grow with use, and more for those who start early",
        principle="Compare with what is not treated yet, never with what is treated already; then weigh as was asked.",
        dimension="correctness",
        skill="causal.did",
        sizes=(8, 5),
        draw=growing,
    ),
    Scene(
        code="none-left",
        asks="Do the intervals hold when all teams are treated in the end?",
        says="all teams are treated in the end",
        principle="In weeks in which nobody is untreated there is nothing to compare with: leave these weeks out.",
        dimension="edge cases",
        skill="causal.did",
        sizes=(10, 6),
        draw=ending,
    ),
    Scene(
        code="lasting-noise",
        asks="Do the intervals hold when a team's noise lasts from week to week?",
        says="a team's noise lasts from week to week",
        principle="One team is one draw of chance, however many weeks it has: build the error from whole teams.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(10, 5),
        draw=lasting,
    ),
)
