"""How far is a row's value from that of its nearest neighbours along the running variable?"""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Floats, Ints

_EVEN = 1e-9  # of the range: two neighbours that are equally near but for rounding


def neighbour_residuals(x: Floats, values: Floats, count: int) -> Floats:
    """Give the difference to the mean of the nearest neighbours, scaled so that its square has the error's variance.

    Parameters
    ----------
    x
        In ascending order, all on one side of the cutoff.
    values
        [row, column]
    count
        How many neighbours at least: rows of one value of `x` are taken all or not at all, and two neighbours that are
        equally near are taken both.

    Examples
    --------
    >>> neighbour_residuals(np.array([0.0, 1.0, 2.0]), np.array([[0.0], [1.0], [5.0]]), 1).round(3).ravel().tolist()
    [-0.707, -1.225, 2.828]

    Source: Abadie and Imbens (2008), doi:10.2307/27917244; Calonico, Cattaneo and Titiunik (2014),
    doi:10.3982/ECTA11757.
    """
    starts = np.flatnonzero(np.r_[True, x[1:] != x[:-1]])
    block = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(x)]))
    points, upto = x[starts], np.r_[starts, len(x)]
    low, high = _reach(points, upto, min(count, len(x) - 1))
    values = values - values.mean(axis=0)  # sums of large numbers lose digits
    before = np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])
    first, last = upto[low[block]], upto[high[block] + 1]
    others = (last - first - 1)[:, None].astype(np.float64)
    safe = np.maximum(others, 1.0)
    mean = (before[last] - before[first] - values) / safe
    return np.asarray(np.sqrt(others / (others + 1)) * (values - mean))


def _reach(points: Floats, upto: Ints, count: int) -> tuple[Ints, Ints]:
    """Give the first and the last point of the neighbourhood of each point, grown until it holds enough rows."""
    most = len(points) - 1
    low = np.arange(len(points))
    high = low.copy()
    even = _EVEN * max(float(points[-1] - points[0]), 1e-300)
    for _ in range(count):
        short = upto[high + 1] - upto[low] - 1 < count
        if not short.any():
            break
        left = np.where(low > 0, points - points[np.maximum(low - 1, 0)], np.inf)
        right = np.where(high < most, points[np.minimum(high + 1, most)] - points, np.inf)
        with np.errstate(invalid="ignore"):
            both = np.abs(left - right) <= even
        low = low - (short & (low > 0) & ((left < right) | both))
        high = high + (short & (high < most) & ((right < left) | both))
    return low.astype(np.int64), high.astype(np.int64)
