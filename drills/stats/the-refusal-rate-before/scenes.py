"""When does the past of a user sharpen the estimate, and what looks like the past but is not?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene

BEFORE = 20.0  # refusals per 100 requests, in the mean
SPREAD = 8.0


def past(chance: Generator, replicates: int, users: int) -> NDArray[np.float64]:
    """Draw what users did before: positive and skew."""
    shape = (BEFORE / SPREAD) ** 2
    return chance.standard_gamma(shape, (replicates, users)) * (BEFORE / shape)


def arms(chance: Generator, replicates: int, users: int, treated: int) -> NDArray[np.bool_]:
    """Treat so many users at random."""
    return np.argsort(chance.random((replicates, users)), axis=1) < treated


def seen(
    arm: NDArray[np.bool_],
    before: NDArray[np.float64],
    warnings: NDArray[np.int64],
    both: tuple[NDArray[np.float64], ...],
) -> Replicates:
    """Show of each user the outcome of their own arm; the truth is the mean over these users."""
    without, under = both
    columns = {
        "treated": arm.astype(np.int64),
        "before": before,
        "first_week_warnings": warnings,
        "after": np.where(arm, under, without),
    }
    return Replicates(columns, (under - without).mean(axis=1))


def mediated(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a guardrail that acts through the warnings of the first week."""
    before, shape = past(chance, replicates, size), (replicates, size)
    arm = arms(chance, replicates, size, size // 2)
    usual, more = chance.poisson(1.0, shape), chance.poisson(2.0, shape)
    effect = chance.uniform(-2.0, 2.0, replicates)[:, None]
    level = 8.0 + 0.5 * before + 1.6 * chance.standard_normal(shape)
    without = level + 0.6 * usual
    under = level + 0.6 * (usual + more) + effect
    return seen(arm, before, usual + more * arm, (without, under))


def unequal(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw a small treated arm that reacts each in their own way, the more so the more they were refused before."""
    before, shape = past(chance, replicates, size), (replicates, size)
    arm = arms(chance, replicates, size, max(4, size // 8))
    own = chance.standard_normal(shape)
    effect = chance.uniform(-2.0, 2.0, replicates)[:, None]
    without = 8.0 + 0.5 * before + 1.4 * own
    under = without + effect + 0.15 * (before - BEFORE) + 3.0 * own
    return seen(arm, before, chance.poisson(1.0, shape), (without, under))


def newcomers(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw users of whom two in five are new, have no past, and react in another way."""
    before, shape = past(chance, replicates, size), (replicates, size)
    arm = arms(chance, replicates, size, size // 2)
    new = chance.random(shape) < 0.4
    effect = chance.uniform(-2.0, 2.0, replicates)[:, None]
    without = 8.0 + 0.5 * np.where(new, BEFORE, before) + 2.5 * chance.standard_normal(shape)
    under = without + effect + np.where(new, 3.0, -1.0)
    return seen(arm, np.where(new, np.nan, before), chance.poisson(1.0, shape), (without, under))


SCENES = (
    Scene(
        code="after-treatment",
        asks="Is the effect whole when a column of the first week looks like a covariate?",
        says="the guardrail acts through the warnings of the first week",
        principle="Adjust for what was known before the arms were drawn: what comes after may be part of the effect.",
        dimension="correctness",
        skill="stats.cuped",
        sizes=(200, 80, 32),
        draw=mediated,
    ),
    Scene(
        code="unequal-arms",
        asks="Do the intervals hold when few users are treated, and their outcomes vary more?",
        says="one user in eight is treated, and the treated vary more",
        principle="Each arm has a slope and a variance of its own: interact the covariate and take robust errors.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(280, 160),
        draw=unequal,
    ),
    Scene(
        code="new-users",
        asks="Is the effect that on all users when some have no past?",
        says="two users in five are new: they have no past, and react in another way",
        principle="A missing covariate is no reason to lose a user: fill it, mark it, keep the estimand.",
        dimension="edge cases",
        skill="stats.cuped",
        sizes=(240, 120, 60),
        draw=newcomers,
    ),
)
