"""In which experiments must the interval hold: some never switch it on, some switch it on unasked, few are assigned?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene


class People(NamedTuple):
    """Who switches the mode on, and how they differ; outcomes are in standard deviations of a person's own.

    Parameters
    ----------
    assigned
        The share of accounts that are assigned the mode.
    never, always
        The shares of accounts that switch it on never, and unasked.
    base_never, base_always
        How far their outcome without the mode is from that of the others, the compliers.
    varied
        The standard deviation of the effect between compliers.
    users
        Of an account; they share `shared` standard deviations.
    """

    assigned: float = 0.5
    never: float = 0.4
    always: float = 0.0
    base_never: float = -1.5
    base_always: float = 0.0
    varied: float = 0.3
    users: int = 1
    shared: float = 0.0


def draw(chance: Generator, replicates: int, accounts: int, people: People) -> Replicates:
    """Draw experiments on accounts of which not all do what they are assigned to."""
    shape, users = (replicates, accounts), people.users
    order = np.argsort(chance.random(shape), axis=1)
    assigned = order < round(accounts * people.assigned)
    kind = chance.random(shape)
    never, always = kind < people.never, kind > 1 - people.always
    taken = (assigned & ~never) | always
    truth = chance.uniform(-4.0, 4.0, replicates)
    effect = truth[:, None] + people.varied * chance.standard_normal(shape)
    effect = np.where(always, 1.0 - 0.5 * truth[:, None], effect)
    level = people.base_never * never + people.base_always * always + effect * taken
    level += people.shared * chance.standard_normal(shape)
    rating = np.repeat(level, users, axis=1) + chance.standard_normal((replicates, accounts * users))
    columns: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {
        "account_id": np.repeat(np.arange(accounts), users),
        "assigned": np.repeat(assigned, users, axis=1).astype(np.int64),
        "switched_on": np.repeat(taken, users, axis=1).astype(np.int64),
        "rating": 60.0 + 4.0 * rating,
    }
    return Replicates(columns, 4.0 * truth)


def never_takers(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of one user; two in five of those assigned leave it off, and rate low anyway."""
    return draw(chance, replicates, size, People())


def always_takers(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of one user of which a quarter switches it on unasked."""
    return draw(chance, replicates, size, People(never=0.25, always=0.25, base_always=-2.0))


def unequal(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of which few are assigned, and which react in very different ways."""
    return draw(chance, replicates, size, People(assigned=0.15, base_never=0.0, varied=4.0))


def nested(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw accounts of six users, who have much in common; the account switches it on for all."""
    return draw(chance, replicates, size, People(users=6, shared=1.5, base_never=-2.5))


SCENES = (
    Scene(
        code="never-takers",
        asks="Is it the effect on compliers that is estimated when some of those assigned leave the mode off?",
        says="some of those assigned leave the mode off, and they are not like the others",
        principle="Only what was assigned was dealt by chance: divide its effect on the outcome by its effect on the "
        "uptake; never compare those who took it with those who did not.",
        dimension="correctness",
        skill="stats.non-compliance",
        sizes=(200, 100, 40),
        draw=never_takers,
    ),
    Scene(
        code="always-takers",
        asks="Is it the effect on compliers that is estimated when some switch the mode on unasked?",
        says="some switch the mode on unasked",
        principle="The share of compliers is the difference of the arms' uptakes, not the uptake of those assigned.",
        dimension="correctness",
        skill="stats.non-compliance",
        sizes=(400, 200, 80),
        draw=always_takers,
    ),
    Scene(
        code="unequal",
        asks="Do the intervals hold when few are assigned and they react in very different ways?",
        says="few are assigned, and they react in very different ways",
        principle="Where effects differ, so do the arms' variances: estimate each arm's own, above all when arms are "
        "of unequal size.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(500, 250),
        draw=unequal,
    ),
    Scene(
        code="nested",
        asks="Do the intervals hold when accounts are assigned and users are counted?",
        says="accounts are assigned and users are counted",
        principle="What was assigned counts as one draw: the standard error is made of accounts, not of users.",
        dimension="edge cases",
        skill="stats.clustering",
        sizes=(80, 40, 24),
        draw=nested,
    ),
)
