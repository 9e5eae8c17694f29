"""What would the warning do to all users, when it was tried on those who volunteered?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from liveloop.author import Replicates, Scene


class Strata(NamedTuple):
    """What each stratum is like; effects are added to one that all have."""

    panel: Sequence[float]  # its share of the panel
    population: Sequence[float]
    treated: Sequence[float]  # the share of its volunteers that see the warning
    level: Sequence[float]
    effect: Sequence[float]
    spread: Sequence[float]


def draw(chance: Generator, replicates: int, size: int, strata: Strata) -> Replicates:
    """Draw panels of given composition; volunteers are treated at random within their stratum."""
    common = chance.uniform(-3.0, 3.0, replicates)
    arms, stratum = [], []
    for number, (panel, share) in enumerate(zip(strata.panel, strata.treated, strict=True)):
        count = max(4, round(size * panel))
        treated = min(max(2, round(count * share)), count - 2)
        arms.append(np.argsort(chance.random((replicates, count)), axis=1) < treated)
        stratum.append(np.full(count, number))
    arm, kind = np.concatenate(arms, axis=1), np.concatenate(stratum)
    effect = common[:, None] + np.asarray(strata.effect)
    noise = chance.standard_normal(arm.shape) * np.asarray(strata.spread)[kind]
    columns = {
        "stratum": kind,
        "population_share": np.asarray(strata.population)[kind],
        "treated": arm.astype(np.int64),
        "trust": np.asarray(strata.level)[kind] + arm * effect[:, kind] + noise,
    }
    return Replicates(columns, effect @ np.asarray(strata.population))


# A panel on which those who react the most are few.
SKEWED = Strata(
    panel=(0.52, 0.3, 0.1, 0.08),
    population=(0.1, 0.15, 0.3, 0.45),
    treated=(0.5, 0.5, 0.5, 0.5),
    level=(60.0, 60.0, 60.0, 60.0),
    effect=(3.0, 1.0, -1.0, -3.0),
    spread=(6.0, 6.0, 6.0, 6.0),
)

# A panel like the population, on which those who trust the most see the warning the most often.
UNEVEN = Strata(
    panel=(0.4, 0.3, 0.2, 0.1),
    population=(0.4, 0.3, 0.2, 0.1),
    treated=(0.3, 0.4, 0.6, 0.7),
    level=(49.0, 52.0, 58.0, 61.0),
    effect=(0.0, 0.0, 0.0, 0.0),
    spread=(6.0, 6.0, 6.0, 6.0),
)

# A panel on which the largest stratum of the population is rare, and varies the most.
RARE = Strata(
    panel=(0.44, 0.3, 0.2, 0.06),
    population=(0.25, 0.2, 0.15, 0.4),
    treated=(0.5, 0.5, 0.5, 0.5),
    level=(60.0, 60.0, 60.0, 60.0),
    effect=(0.0, 0.0, 0.0, 12.0),
    spread=(5.0, 5.0, 5.0, 8.0),
)

SCENES = (
    Scene(
        code="skewed-panel",
        asks="Is it the effect on the population that is estimated when the panel is made up otherwise?",
        says="the panel is made up otherwise than the population, and strata react in different ways",
        principle="An experiment is about who was in it: weigh each stratum's effect by its share of the population.",
        dimension="correctness",
        skill="stats.post-stratification",
        sizes=(400, 160, 80),
        draw=partial(draw, strata=SKEWED),
    ),
    Scene(
        code="uneven-arms",
        asks="Does the estimate hold when the share of treated differs between strata?",
        says="the share of treated differs between strata, and so does trust without any warning",
        principle="Compare within a stratum first, then weigh: a pooled difference also compares strata (Simpson).",
        dimension="correctness",
        skill="stats.sampling",
        sizes=(320, 160, 80),
        draw=partial(draw, strata=UNEVEN),
    ),
    Scene(
        code="rare-stratum",
        asks="Do the intervals hold when the largest stratum of the population is rare on the panel?",
        says="the largest stratum of the population is rare on the panel",
        principle="The error of a weighted mean goes with the squares of the weights: few rows can make most of it.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(320, 160, 80),
        draw=partial(draw, strata=RARE),
    ),
)
