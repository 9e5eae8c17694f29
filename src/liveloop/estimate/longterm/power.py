"""How small an effect can a holdout of a given size see, and after how long?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from liveloop.base.errors import BadInput
from liveloop.estimate.observed.table import between


@dataclass(frozen=True)
class Reach:
    """What a holdout can see after a number of periods.

    Parameters
    ----------
    held, others
        How many units are still seen in each arm.
    smallest
        The effect found with the power that was asked for.
    power
        Of the effect that was named; None where none was.
    """

    periods: int
    held: float
    others: float
    standard_error: float
    smallest: float
    power: float | None


def holdout_power(  # noqa: PLR0913 - flags are by name
    units: float,
    *,
    share: float,
    spread: float,
    periods: int,
    persistence: float = 0.5,
    retention: float = 1.0,
    cluster_size: float = 1.0,
    icc: float = 0.0,
    effect: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> tuple[Reach, ...]:
    """Say what effect on a unit's mean over 1, 2, 3 .. periods a holdout can see.

    Parameters
    ----------
    units
        How many units enter.
    share
        The part of them that is held back.
    spread
        Standard deviation of a unit's outcome in one period.
    persistence
        Correlation of a unit's outcomes in two periods: with much of it, waiting helps little.
    retention
        The part of units that is still seen one period later.
    cluster_size, icc
        Where accounts are held back: their mean size, and the correlation within them.
    effect
        An effect whose power is wanted.

    Examples
    --------
    Twelve weeks instead of one: the smallest effect is not 3.5 times smaller, because users stay who they are.

    >>> made = holdout_power(100_000, share=0.01, spread=1.0, periods=12, persistence=0.5)
    >>> round(made[0].smallest, 3), round(made[-1].smallest, 3)
    (0.089, 0.066)

    Source: the variance of a mean of equally correlated values, persistence + (1 - persistence) / periods; Donner and
    Klar (2000), for clusters.
    """
    for name, value, low, high in (
        ("share", share, 0.0, 1.0), ("spread", spread, 0.0, np.inf), ("units", units, 0.0, np.inf),
        ("persistence", persistence, -1e-12, 1 + 1e-12), ("retention", retention, 0.0, 1 + 1e-12),
        ("icc", icc, -1e-12, 1 + 1e-12), ("power", power, 0.0, 1.0), ("level", level, 0.0, 1.0),
        ("cluster_size", cluster_size, 1 - 1e-12, np.inf),
    ):  # fmt: skip
        between(value, low, high, name)
    if periods < 1:
        raise BadInput(f"periods is {periods}", where="periods", allowed="1 or more")
    limit, tail = float(ndtri(0.5 + level / 2)), float(ndtri(power))
    design = 1 + (cluster_size - 1) * icc
    made = []
    for count in range(1, periods + 1):
        left = units * retention ** (count - 1)
        held, others = left * share, left * (1 - share)
        variance = spread**2 * (persistence + (1 - persistence) / count)
        error = float(np.sqrt(variance * design * (1 / held + 1 / others)))
        found = (
            None if effect is None else float(ndtr(abs(effect) / error - limit) + ndtr(-abs(effect) / error - limit))
        )
        made.append(Reach(count, held, others, error, (limit + tail) * error, found))
    return tuple(made)
