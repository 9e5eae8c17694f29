"""How do several values vary together, when each is a sum over rows of what that row moved?"""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Floats, Ints


def covariance_of(influence: Floats, clusters: Ints | None) -> tuple[Floats, float]:
    """Give the covariance of values from what each row moved of them, and its df: units - 1.

    Parameters
    ----------
    influence
        [row, value]: how far the row moved the value; sums to 0 over all rows.
    clusters
        Rows of one cluster move together; None where rows stand alone.

    Examples
    --------
    The mean of four rows: its variance is that of the rows over 4.

    >>> y = np.array([1.0, 2.0, 4.0, 5.0])
    >>> covariance_of(((y - y.mean()) / 4)[:, None], None)[0].round(4).tolist(), round(float(y.var(ddof=1)) / 4, 4)
    ([[0.8333]], 0.8333)
    """
    summed = influence
    if clusters is not None:
        summed = np.zeros((int(clusters.max()) + 1, influence.shape[1]))
        np.add.at(summed, clusters, influence)
    units = len(summed)
    return np.asarray(summed.T @ summed * (units / max(1, units - 1))), float(max(1, units - 1))


def mean_of(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Give weighted means of columns and what each row moved of them; a weight may be negative or 0.

    Examples
    --------
    >>> mean, moved = mean_of(np.array([[1.0], [3.0], [9.0]]), np.array([1.0, 1.0, 0.0]))
    >>> mean.tolist(), moved[:, 0].tolist()
    ([2.0], [-0.5, 0.5, 0.0])
    """
    total = weights.sum()
    mean = weights @ values / total
    return mean, (values - mean) * (weights / total)[:, None]
