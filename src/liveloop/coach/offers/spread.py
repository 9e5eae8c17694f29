"""How are many draws told in a few numbers, each with its own error of simulation?"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, sqrt

import numpy as np

from liveloop.base.seeds import Flags, Floats
from liveloop.coach.skill import wilson

Z95 = 1.959963984540054
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Simulated:
    """A figure from simulation, and its 95 % interval of Monte Carlo error: how far more draws could move it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """A distribution: five quantiles and the mean."""

    p10: Simulated
    p25: Simulated
    p50: Simulated
    p75: Simulated
    p90: Simulated
    mean: Simulated


def spread(drawn: Floats) -> Spread:
    """Tell a distribution; one draw stands for a certain figure.

    A quantile's interval runs between the draws whose ranks lie 1.96 binomial standard errors on either side of its
    own, whatever the distribution is. The mean's is 1.96 standard errors.

    Examples
    --------
    >>> told = spread(np.arange(10_001) / 10_000)
    >>> told.p50.value, round(told.p50.high - told.p50.value, 3)
    (0.5, 0.01)

    Source: David and Nagaraja (2003), "Order statistics", section 7.1.
    """
    ordered = np.sort(drawn)
    n, mean = len(ordered), float(ordered.mean())
    away = Z95 * float(ordered.std()) / sqrt(n)
    p10, p25, p50, p75, p90 = (quantile(ordered, share) for share in SHARES)
    return Spread(p10, p25, p50, p75, p90, Simulated(mean, mean - away, mean + away))


def quantile(ordered: Floats, share: float) -> Simulated:
    """Give a quantile of sorted draws and its interval."""
    last = len(ordered) - 1
    away = Z95 * sqrt(len(ordered) * share * (1 - share))
    low, high = max(0, floor(last * share - away)), min(last, ceil(last * share + away))
    below = int(last * share)
    part, above = last * share - below, min(below + 1, last)
    value = float(ordered[below]) * (1 - part) + float(ordered[above]) * part
    return Simulated(value, float(ordered[low]), float(ordered[high]))


def chance(happened: Flags) -> Simulated:
    """Give a share of draws with its Wilson interval: 0 of 20,000 is not taken for never.

    Examples
    --------
    >>> never = chance(np.zeros(20_000, dtype=bool))
    >>> never.value, round(never.high, 5)
    (0.0, 0.00019)
    """
    count, n = int(np.count_nonzero(happened)), len(happened)
    low, high = wilson(count, n)
    return Simulated(count / n, low, high)
