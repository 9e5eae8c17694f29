"""In which switchbacks must the interval hold: effects that reach into later hours, noise that lasts, few blocks?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

LEVEL = 30.0
Floats = NDArray[np.float64]


def switched(chance: Generator, replicates: int, blocks: int, hours: int) -> NDArray[np.int64]:
    """Turn the guardrail on in half of the blocks, at random: [replicate, hour]."""
    on = np.argsort(chance.random((replicates, blocks)), axis=1) < blocks // 2
    return np.repeat(on, hours, axis=1).astype(np.int64)


def seen(treated: NDArray[np.int64], hours: int, effects: Floats, noise: Floats) -> Replicates:
    """Put together what is seen; `effects` are those of an hour's arm on it and on later hours: [replicate, lag]."""
    handled = LEVEL + noise
    for lag, effect in enumerate(effects.T):
        # Before the first hour it was off.
        handled[:, lag:] += effect[:, None] * treated[:, : treated.shape[1] - lag]
    hour = np.arange(treated.shape[1])
    columns = {"hour": hour, "block": hour // hours, "treated": treated, "handled": handled}
    return Replicates(columns, effects.sum(axis=1))


def carrying(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw blocks of 14 hours; an hour's arm reaches into the next three, with the same sign or the opposite."""
    treated = switched(chance, replicates, size, 14)
    sign = chance.choice([-1.0, 1.0], (replicates, 1))
    later = sign * chance.uniform(1.0, 1.5, (replicates, 3))
    effects = np.concatenate([chance.uniform(-1.5, 1.5, (replicates, 1)), later], axis=1)
    return seen(treated, 14, effects, 1.5 * chance.standard_normal(treated.shape))


def lasting(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw blocks of ten hours without carry-over; noise goes on from hour to hour."""
    treated = switched(chance, replicates, size, 10)
    noise = 2.0 * chance.standard_normal(treated.shape)
    for hour in range(1, treated.shape[1]):
        noise[:, hour] = 0.95 * noise[:, hour - 1] + np.sqrt(1 - 0.95**2) * noise[:, hour]
    return seen(treated, 10, chance.uniform(-1.5, 1.5, (replicates, 1)), noise)


def few(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a few long blocks without carry-over; each has a level of its own."""
    treated = switched(chance, replicates, size, 60)
    level = np.repeat(2.0 * chance.standard_normal((replicates, size)), 60, axis=1)
    noise = level + 1.5 * chance.standard_normal(treated.shape)
    return seen(treated, 60, chance.uniform(-4.0, 4.0, (replicates, 1)), noise)


SCENES = (
    Scene(
        code="carry-over",
        asks="Is it always on against always off that is estimated when an hour reaches into later ones?",
        says="the arm of an hour reaches into the next three",
        principle="After a switch the old arm still works: drop the hours that it can reach, or model them.",
        dimension="correctness",
        skill="stats.interference",
        sizes=(56, 28, 14),
        draw=carrying,
    ),
    Scene(
        code="autocorrelation",
        asks="Do the intervals hold when noise lasts for hours?",
        says="the noise of an hour goes on into the next ones",
        principle="What was switched is the block: hours of a block are one draw of chance, however many they are.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(60, 30, 16),
        draw=lasting,
    ),
    Scene(
        code="few-blocks",
        asks="Do the intervals hold when there are four blocks?",
        says="there are only four blocks, each with a level of its own",
        principle="With few blocks the standard error is itself a guess: take t with its own degrees of freedom.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(4,),
        draw=few,
    ),
)
