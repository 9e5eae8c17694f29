"""In which experiments must the set hold: the wordings move people much, hardly, or are dealt to whole accounts?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from liveloop.author import Replicates, Scene


class World(NamedTuple):
    """How the wordings move people, and what is hidden behind what they do.

    Parameters
    ----------
    wordings
        How many there are, besides none.
    strength
        The concentration: the expected F of the first stage, on accounts, is 1 + strength / wordings.
    confounded
        The correlation of what moves the hours and what moves the rating, besides the wording.
    users
        Of an account; they share `shared` standard deviations.
    """

    wordings: int
    strength: float
    confounded: float
    users: int = 1
    shared: float = 0.0


def draw(chance: Generator, replicates: int, accounts: int, world: World) -> Replicates:
    """Draw experiments in which accounts are dealt wordings, as many accounts to each."""
    wordings, users = world.wordings, world.users
    order = np.argsort(chance.random((replicates, accounts)), axis=1)
    wording = order % (wordings + 1)
    # Half of the wordings put people off: encouraged or not, by itself, moves nobody.
    pulls = np.linspace(-1.0, 1.0, wordings)
    pulls *= np.sqrt(world.strength * (1 + world.users * world.shared**2) / users / (pulls @ pulls))
    pulls *= np.sqrt((wordings + 1) / accounts)
    shuffled = pulls[np.argsort(chance.random((replicates, wordings)), axis=1)]
    moved = np.concatenate([np.zeros((replicates, 1)), shuffled], axis=1)
    noise = chance.standard_normal((2, replicates, accounts * users))
    noise += world.shared * np.repeat(chance.standard_normal((2, replicates, accounts)), users, axis=2)
    hours = np.repeat(np.take_along_axis(moved, wording, axis=1), users, axis=1) + noise[0]
    truth = chance.uniform(-2.0, 2.0, replicates)
    hidden = world.confounded * noise[0] + np.sqrt(1 - world.confounded**2) * noise[1]
    columns = {
        "account_id": np.repeat(np.arange(accounts), users),
        "wording": np.repeat(wording, users, axis=1),
        "hours": 20.0 + 2.0 * hours,
        "rating": 60.0 + 2.0 * truth[:, None] * hours + 4.0 * hidden,
    }
    return Replicates(columns, truth)


def strong(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw experiments whose wordings move people a lot."""
    return draw(chance, replicates, size, World(wordings=8, strength=1000.0, confounded=0.5))


def weak(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw experiments with a first-stage F of about 2.5."""
    return draw(chance, replicates, size, World(wordings=8, strength=12.0, confounded=0.9))


def nested(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of six users with an F of about 2.5, which looks like 10 on users."""
    return draw(chance, replicates, size, World(8, strength=12.0, confounded=0.9, users=6, shared=1.5))


SCENES = (
    Scene(
        code="strong",
        asks="Is it the effect of an hour that is estimated when people choose their hours?",
        says="people choose their hours, for reasons that touch the rating too",
        principle="Only what the wordings moved is free of the reasons that people have: compare wordings, not people.",
        dimension="correctness",
        skill="causal.confounding",
        sizes=(270, 135, 45),
        draw=strong,
    ),
    Scene(
        code="weak",
        asks="Do the intervals hold when the wordings hardly move anybody?",
        says="the wordings hardly move anybody",
        principle="Weak instruments pull two-stage least squares toward the regression they should replace: test each "
        "effect (Anderson-Rubin), and let the set be endless when it is.",
        dimension="correctness",
        skill="causal.iv",
        sizes=(270, 135, 45),
        draw=weak,
    ),
    Scene(
        code="nested",
        asks="Do the intervals hold when wordings are dealt to accounts and users are counted?",
        says="wordings are dealt to accounts, users are counted, and the wordings hardly move anybody",
        principle="An F of 10 on users may be one of 2.5 on the accounts that chance dealt with: the strength of an "
        "instrument and its interval are made of accounts.",
        dimension="edge cases",
        skill="stats.clustering",
        sizes=(90, 45),
        draw=nested,
    ),
)
