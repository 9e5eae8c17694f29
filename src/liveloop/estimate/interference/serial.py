"""How sure is a sum over time, where periods near one another go together?"""

from __future__ import annotations

from liveloop.base.seeds import Floats


def usual_lags(periods: int) -> int:
    """Give the rule of thumb for the number of lags, 4 (T / 100)^(2/9).

    Examples
    --------
    >>> usual_lags(100), usual_lags(1000)
    (4, 6)

    Source: Newey and West (1994), doi:10.2307/2297912.
    """
    return int(4 * (periods / 100) ** (2 / 9))


def newey_west(scores: Floats, lags: int) -> float:
    """Estimate the variance of a sum of scores [unit, period], correlated within units up to some lags.

    Examples
    --------
    >>> import numpy as np
    >>> newey_west(np.array([[1.0, 1.0, 1.0]]), 1)
    5.0

    Source: Newey and West (1987), doi:10.2307/1913610; weights fall along a line to 0 at `lags` + 1.
    """
    made = float((scores**2).sum())
    for lag in range(1, min(lags, scores.shape[1] - 1) + 1):
        made += 2 * (1 - lag / (lags + 1)) * float((scores[:, lag:] * scores[:, :-lag]).sum())
    return max(0.0, made)
