"""What can be said of an effect that the data only bound, and how sure is that?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm
from scipy.stats import t as student

from liveloop.base.seeds import Floats, stream
from liveloop.estimate.result import Estimate
from liveloop.estimate.words import short

_DRAWS = 4_000


@dataclass(frozen=True)
class Bounds(Estimate):
    """Bounds of an effect.

    `low` and `high` are the ends of an interval that covers the effect, wherever between the bounds it lies. `value` is
    the middle of the bounds and estimates nothing.

    Parameters
    ----------
    lower, upper
        The bounds, estimated.
    lower_error, upper_error
        Their standard errors; None where a bound is the largest or smallest of several.
    """

    lower: float = 0.0
    upper: float = 0.0
    lower_error: float | None = None
    upper_error: float | None = None

    def __str__(self) -> str:
        name = ", ".join(part for part in (self.method, self.correction) if part)
        between = f"{short(self.low)} to {short(self.high)}"
        return (f"{self.what}: between {short(self.lower)} and {short(self.upper)} "
                f"({self.level:.0%} interval {between}; {name})")  # fmt: skip


def imbens_manski(
    lower: float, upper: float, errors: tuple[float, float], *, df: float | None = None, level: float = 0.95
) -> tuple[float, float]:
    """Give the interval that covers a parameter between two estimated bounds.

    Both ends go out by less than for a point: where the bounds are far apart the parameter can miss on one side only.

    Parameters
    ----------
    errors
        Standard errors of the lower bound and of the upper one.
    df
        Of the t distribution in place of the normal; None for the normal.

    Examples
    --------
    >>> [round(end, 3) for end in imbens_manski(0.0, 0.0, (1.0, 1.0))]
    [-1.96, 1.96]
    >>> [round(end, 3) for end in imbens_manski(0.0, 10.0, (1.0, 1.0))]
    [-1.645, 11.645]

    Source: Imbens and Manski (2004), doi:10.1111/j.1468-0262.2004.00555.x.
    """
    law = norm if df is None else student(df)
    largest = max(errors)
    if largest <= 0:
        return lower, upper
    apart = max(0.0, upper - lower) / largest
    least, most = float(law.ppf(level)), float(law.ppf(0.5 + level / 2))
    critical = float(brentq(lambda c: law.cdf(c + apart) - law.cdf(-c) - level, least - 1e-9, most + 1e-9))
    return lower - critical * errors[0], upper + critical * errors[1]


def intersected(
    lower: Floats, upper: Floats, covariance: Floats, *, units: int, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Give the interval that covers a parameter above all of some estimated values and below all of others.

    The largest of several estimates is too large on average, so each is moved out by what the largest of so many errors
    reaches; those that are clearly not the largest do not count.

    Parameters
    ----------
    lower, upper
        Estimated values below and above the parameter.
    covariance
        Of all of them, lower ones first.
    units
        How many independent units they are made of.
    seed
        Of the draws by which the largest error is judged.

    Examples
    --------
    >>> one = intersected(np.array([0.0]), np.array([9.0]), np.eye(2), units=100)
    >>> ten = intersected(np.zeros(10), np.array([9.0]), np.eye(11), units=100)
    >>> round(one[0], 1), round(ten[0], 1)
    (-1.7, -2.6)

    Source: Chernozhukov, Lee and Rosen (2013), doi:10.3982/ECTA8718, for a finite number of bounds.
    """
    error = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    count = len(lower)
    draws = _errors(covariance, error, seed)
    below = _Side(-lower, error[:count], -draws[:, :count], units)
    above = _Side(upper, error[count:], draws[:, count:], units)
    apart = max(0.0, above.at(0.5) + below.at(0.5))
    spread = max(above.at(0.75) - above.at(0.25), below.at(0.75) - below.at(0.25))
    # near 0 apart both ends can miss, far apart one only
    both = 1.0 if spread <= 0 else float(norm.cdf(apart / (spread * np.log(units))))
    share = 1 - both * (1 - level) if spread > 0 else level
    return -below.at(share), above.at(share)


def _errors(covariance: Floats, error: Floats, seed: int) -> Floats:
    """Draw errors, in units of their standard errors: [draw, value]."""
    scale = np.where(error > 0, error, 1.0)
    own, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    there = own > 1e-12 * max(float(own[-1]), 1e-300)
    root = vectors[:, there] * np.sqrt(own[there])
    return np.asarray(stream(seed, "largest error").standard_normal((_DRAWS, root.shape[1])) @ root.T)


@dataclass(frozen=True, eq=False)
class _Side:
    """Values of which the smallest bounds from above."""

    values: Floats
    error: Floats
    draws: Floats
    units: int

    def at(self, share: float) -> float:
        """Give what lies above the smallest of the true values in such a share of all samples."""
        every = float(np.quantile(self.draws.max(axis=1), 1 - 0.1 / np.log(self.units)))
        near = self.values <= float(np.min(self.values + every * self.error)) + 2 * every * self.error
        moved = float(np.quantile(self.draws[:, near].max(axis=1), share))
        return float(np.min(self.values + moved * self.error))
