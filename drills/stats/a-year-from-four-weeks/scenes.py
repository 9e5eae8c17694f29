"""In which pairs of samples must the interval hold: several paths at once, a small history, a link that bends?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

Floats = NDArray[np.float64]


class Setting(NamedTuple):
    """Rows of both samples; how scores go together; how far below lies the history; what the scores leave open."""

    history: int
    experiment: int
    common: float = 0.0
    away: float = 0.0
    noise: float = 1.0


def either(chance: Generator, replicates: int, low: float, high: float) -> Floats:
    """Draw numbers for each score, of either sign: [replicate, score]."""
    return chance.choice([-1.0, 1.0], (replicates, 3)) * chance.uniform(low, high, (replicates, 3))


def samples(chance: Generator, setting: Setting, moves: Floats, slope: Floats, bend: Floats) -> Replicates:
    """Draw a history and an experiment; what treatment adds to each score, what that adds: [replicate, score]."""
    replicates, (history, experiment, common, away, noise) = len(moves), setting
    shape = (replicates, history + experiment)
    at = np.arange(shape[1]) >= history
    arm = np.argsort(chance.random((replicates, experiment)), axis=1) % 2
    treated = np.concatenate([np.full((replicates, history), np.nan), arm], axis=1)
    shared = np.sqrt(common) * chance.standard_normal((*shape, 1))
    scores = shared + np.sqrt(1 - common) * chance.standard_normal((*shape, 3)) - away * ~at[:, None]
    scores += np.nan_to_num(treated)[:, :, None] * moves[:, None, :]
    mean = 40.0 + (scores * (slope[:, None, :] + bend[:, None, :] * scores)).sum(axis=2)
    late = np.where(at, np.nan, mean + noise * chance.standard_normal(shape))
    names = ("sessions", "copied", "reworded")
    columns = {"experiment": at.astype(np.int64), "treated": treated}
    columns |= {name: scores[:, :, place] for place, name in enumerate(names)}
    # The experiment's untreated have scores of mean 0 and variance 1: a bend adds what the square of the mean gains.
    truth = (slope * moves + bend * moves**2).sum(axis=1)
    return Replicates(columns | {"after_a_year": late}, truth)


def several(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw scores that go together, are moved up and down, and count for more and for less."""
    moves, slope = either(chance, replicates, 0.4, 0.8), either(chance, replicates, 1.0, 2.0)
    return samples(chance, Setting(size, size // 2, common=0.6, noise=0.6), moves, slope, 0 * slope)


def small(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a short history with much that is left open; one score counts."""
    slope = either(chance, replicates, 4.0, 6.0) * np.array([1.0, 0.0, 0.0])
    moves = either(chance, replicates, 1.2, 1.7)
    return samples(chance, Setting(size, 400, noise=5.0), moves, slope, 0 * slope)


def curved(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a link that bends, and a history whose users have lower scores."""
    moves, slope = either(chance, replicates, 0.5, 1.0), either(chance, replicates, 0.5, 1.5)
    bend = either(chance, replicates, 0.4, 0.7)
    return samples(chance, Setting(size, size // 2, away=1.0, noise=0.35), moves, slope, bend)


SCENES = (
    Scene(
        code="several-paths",
        asks="Is the effect on the outcome put together from all early scores at once?",
        says="treatment moves several early scores, up and down, which go together and count for unlike amounts",
        principle="One score is not the outcome: fit it on all of them in the history, then compare arms on the fit.",
        dimension="correctness",
        skill="causal.long-term",
        sizes=(400, 200, 100),
        draw=several,
    ),
    Scene(
        code="small-history",
        asks="Does the interval count that the link was itself estimated?",
        says="the history that the link is learned from is small",
        principle="What was fitted is not data: the error of the link belongs in the interval.",
        dimension="correctness",
        skill="stats.intervals",
        sizes=(60, 40),
        draw=small,
    ),
    Scene(
        code="curved",
        asks="Does the interval hold when the link bends and the history's users are others than the experiment's?",
        says="the link bends, and the history's users had lower scores than the experiment's",
        principle="A line fitted to other users has the slope that holds for them: fit the bend, or weigh the history.",
        dimension="edge cases",
        skill="causal.long-term",
        sizes=(500, 250, 120),
        draw=curved,
    ),
)
