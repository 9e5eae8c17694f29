"""Which ratios of two jumps do the data not speak against, however small the one below may be?"""

from __future__ import annotations

import math

from scipy.stats import norm, t


def anderson_rubin(
    reduced: tuple[float, float, float, float, float], df: float | None, level: float
) -> tuple[float, float, float]:
    """Give the ratios that two jumps do not speak against, and the p-value of a ratio of 0.

    Parameters
    ----------
    reduced
        The jumps of outcome and treatment, their variances and their covariance.

    Examples
    --------
    A first stage that may be 0 leaves the ratio open:

    >>> [round(end, 2) for end in anderson_rubin((1.0, 0.5, 0.04, 0.0025, 0.0), None, 0.95)[:2]]
    [1.18, 2.98]
    >>> anderson_rubin((1.0, 0.05, 0.04, 0.0025, 0.0), None, 0.95)[:2]
    (-inf, inf)
    """
    outcome, treatment, own, other, both = reduced
    law = norm if df is None else t(df)
    z = float(law.ppf(0.5 + level / 2))
    p_value = float(2 * law.sf(abs(outcome) / math.sqrt(own))) if own > 0 else 0.0
    a = treatment**2 - z**2 * other
    b = outcome * treatment - z**2 * both
    c = outcome**2 - z**2 * own
    if a <= 0:  # the treatment's jump may be 0: all ratios, or all but those between two roots
        return -math.inf, math.inf, p_value
    root = math.sqrt(max(0.0, b * b - a * c))
    return (b - root) / a, (b + root) / a, p_value
