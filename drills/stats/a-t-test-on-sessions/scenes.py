"""In which experiments must the interval hold: sessions nest in accounts, of one size, of very unequal ones, of few?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from liveloop.author import Replicates, Scene


def draw(chance: Generator, replicates: int, sizes: np.ndarray, reacts: float) -> Replicates:
    """Draw experiments on accounts of given sizes; `reacts` is how much more a session of a large account reacts."""
    accounts, rows = len(sizes), int(sizes.sum())
    account = np.repeat(np.arange(accounts), sizes)
    arm = np.argsort(chance.random((replicates, accounts)), axis=1) < accounts // 2
    shared = chance.standard_normal((replicates, accounts)) * 3.0
    effect = chance.uniform(-1.0, 1.0, replicates)
    own = effect[:, None] + reacts * (sizes / sizes.mean() - 1.0)
    minutes = 20.0 + shared[:, account] + (arm * own)[:, account] + 5.0 * chance.standard_normal((replicates, rows))
    truth = (own * sizes).sum(axis=1) / rows
    return Replicates({"account_id": account, "treated": arm[:, account].astype(np.int64), "minutes": minutes}, truth)


def nested(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of twenty sessions each."""
    return draw(chance, replicates, np.full(size, 20), 0.0)


def unequal(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of which a few have most of the sessions, and react the most."""
    sizes = np.round(3 + 60 * (np.arange(size) / size) ** 3).astype(np.int64)
    return draw(chance, replicates, sizes, 1.5)


def few(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw few accounts."""
    return draw(chance, replicates, np.full(size, 30), 0.0)


SCENES = (
    Scene(
        code="nested",
        asks="Do the intervals hold when sessions nest in the accounts that were randomised?",
        says="sessions nest in the accounts that were randomised",
        principle="What was randomised counts as one draw: the standard error is made of accounts, not of sessions.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(60, 30, 14),
        draw=nested,
    ),
    Scene(
        code="unequal",
        asks="Is it the mean session that is estimated when a few accounts have most of the sessions?",
        says="a few accounts have most of the sessions, and react the most",
        principle="A mean of account means is not the mean session: weigh accounts by their sessions.",
        dimension="edge cases",
        skill="stats.sampling",
        sizes=(90, 50),
        draw=unequal,
    ),
    Scene(
        code="few-units",
        asks="Do the intervals hold when only six accounts were randomised?",
        says="only six accounts were randomised",
        principle="With few clusters the standard error is itself a guess: CR2 or CR3, and t with its own df.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(6,),
        draw=few,
    ),
)
