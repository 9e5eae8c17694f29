"""What can be said of a policy when whole regions got it: many, of unequal sizes, or only three?"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from liveloop.author import Replicates, Scene


def draw(
    chance: Generator,
    replicates: int,
    sizes: NDArray[np.int64],
    treated: int,
    month: tuple[float, float],
    reacts: float,
) -> Replicates:
    """Draw launches in regions of given sizes, of which some are treated.

    `month` is the spread of a region's month without the policy and under it; `reacts` how much more a user of a large
    region reacts. The truth leaves out what one month brings.
    """
    regions, rows = len(sizes), int(sizes.sum())
    region = np.repeat(np.arange(regions), sizes)
    arm = np.argsort(chance.random((replicates, regions)), axis=1) < treated
    brings = chance.standard_normal((replicates, regions)) * np.where(arm, month[1], month[0])
    effect = chance.uniform(-2.0, 2.0, replicates)
    own = effect[:, None] + reacts * (sizes / sizes.mean() - 1.0)
    mean = 60.0 + brings + arm * own
    score = mean[:, region] + 4.0 * chance.standard_normal((replicates, rows))
    columns = {"region": region, "treated": arm[:, region].astype(np.int64), "score": score}
    return Replicates(columns, (own * sizes).sum(axis=1) / rows)


def nested(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw regions of eight users each, half of them treated."""
    return draw(chance, replicates, np.full(size, 8), size // 2, (3.0, 3.0), 0.0)


def unequal(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw regions of which a few have most of the users, and react the most."""
    sizes = np.round(3 + 45 * (np.arange(size) / size) ** 3).astype(np.int64)
    return draw(chance, replicates, sizes, size // 2, (1.0, 1.0), 3.0)


def few(chance: Generator, replicates: int, size: int) -> Replicates:
    """Draw regions of which one in four is treated, with months that are more uneven under the policy."""
    return draw(chance, replicates, np.full(size, 20), size // 4, (0.5, 7.0), 0.0)


SCENES = (
    Scene(
        code="nested-users",
        asks="Do the intervals hold when users nest in the regions that were randomised?",
        says="users nest in the regions that were randomised",
        principle="A region is one draw of chance, however many users live there.",
        dimension="correctness",
        skill="stats.clustering",
        sizes=(40, 24, 12),
        draw=nested,
    ),
    Scene(
        code="unequal-sizes",
        asks="Is it the mean user that is estimated when a few regions have most of the users?",
        says="a few regions have most of the users, and react the most",
        principle="A mean of region means is not the mean user: weigh regions by their users, in the error as well.",
        dimension="edge cases",
        skill="stats.sampling",
        sizes=(36, 24),
        draw=unequal,
    ),
    Scene(
        code="few-treated",
        asks="Do the intervals hold when three of twelve regions are treated, and vary more?",
        says="three of twelve regions are treated, and their months are more uneven",
        principle="The smaller arm sets the error and its degrees of freedom: three treated regions have two.",
        dimension="edge cases",
        skill="stats.intervals",
        sizes=(12,),
        draw=few,
    ),
)
