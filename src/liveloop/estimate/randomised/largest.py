"""How large does the largest of several correlated t values become by chance?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from liveloop.base.seeds import Floats, stream

_GRID = np.linspace(-6, 6, 2401)


@dataclass(frozen=True, eq=False)
class Largest:
    """P-values adjusted step by step, and the value that the largest |t| of all exceeds with chance 1 - level."""

    p_values: Floats
    critical: float


def largest_t(  # noqa: PLR0913 - keywords
    t_values: Floats,
    correlation: Floats,
    df: float,
    *,
    level: float,
    draws: int,
    seed: int,
    errors: Floats | None = None,
) -> Largest:
    """Simulate the largest |t| of correlated metrics under the null, and step down from the largest one seen.

    Parameters
    ----------
    correlation
        Of the estimates.
    df
        Of each standard error.
    errors
        Correlation of the residuals that the standard errors are made of; 1 where they share one. As a rule it is
        that of the estimates. With few df it matters: a metric whose error came out small by chance has a large t, and
        each metric has its own chance of that.

    Examples
    --------
    Ten copies of one metric are one metric, and ask for no correction:

    >>> made = largest_t(np.full(10, 2.0), np.ones((10, 10)), 1e9, level=0.95, draws=20_000, seed=1)
    >>> round(float(made.p_values[0]), 2), round(made.critical, 1)
    (0.05, 2.0)

    Source: Westfall and Young (1993); Hothorn, Bretz and Westfall (2008), doi:10.1002/bimj.200810425.
    """
    chance = stream(seed, "largest t")
    drawn = np.abs(chance.standard_normal((draws, len(t_values))) @ _root(correlation).T)
    if np.isfinite(df):
        # Variances go together as squares do: with the squared correlation. Their law is that of chi-square.
        alike = np.asarray(correlation if errors is None else errors) ** 2
        together = chance.standard_normal((draws, len(t_values))) @ _root(alike).T
        drawn /= np.interp(together, _GRID, np.sqrt(chi2.ppf(norm.cdf(_GRID), df) / df))
    seen = np.abs(t_values)
    order = np.argsort(seen)  # the smallest first, so that each largest is over the metrics from there down
    largest = np.maximum.accumulate(drawn[:, order], axis=1)
    p_values = np.empty(len(seen))
    p_values[order] = ((largest >= seen[order]).sum(axis=0) + 1) / (draws + 1)
    down = order[::-1]
    p_values[down] = np.maximum.accumulate(p_values[down])
    return Largest(p_values, float(np.quantile(largest[:, -1], level)))


def _root(correlation: Floats) -> Floats:
    own, vectors = np.linalg.eigh((correlation + correlation.T) / 2)
    return np.asarray(vectors * np.sqrt(np.maximum(own, 0.0)))
