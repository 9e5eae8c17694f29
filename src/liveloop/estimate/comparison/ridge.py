"""What if no average of the donors comes near? Weights beyond the simplex, as far as the data before ask for it."""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.simplex import simplex_weights

_STEPS = 20
_LEAST = 1e-8  # of the largest penalty


def augmented_weights(target: Floats, donors: Floats, weights: Floats, penalty: float) -> Floats:
    """Move weights so that what they leave of the target is made up for by a ridge regression of its outcomes.

    Parameters
    ----------
    target, donors
        Outcomes before the treatment: [period] and [period, donor].
    weights
        Of the synthetic control.
    penalty
        The larger, the nearer the weights stay; weights may fall below 0 and still sum to 1.

    Source: Ben-Michael, Feller and Rothstein (2021), doi:10.1080/01621459.2021.1929245.
    """
    centred = donors - donors.mean(axis=1, keepdims=True)
    left = target - donors @ weights
    inner = centred @ centred.T + penalty * np.eye(len(target))
    return np.asarray(weights + centred.T @ np.linalg.solve(inner, left))


def penalties(donors: Floats) -> Floats:
    """Give the penalties among which one is chosen, the largest first."""
    centred = donors - donors.mean(axis=1, keepdims=True)
    largest = float(np.linalg.norm(centred, 2) ** 2) or 1.0
    return np.asarray(largest * _LEAST ** (np.arange(_STEPS) / _STEPS))


def choose_penalty(target: Floats, donors: Floats, *, one_error: bool = True) -> tuple[float, Floats, Floats]:
    """Choose the penalty by leaving out one period before the treatment after the other.

    Parameters
    ----------
    one_error
        Whether the largest penalty is taken whose error is within one standard error of the least.

    Returns
    -------
    The penalty, all penalties, and the mean squared error of the period left out for each.
    """
    grid = penalties(donors)
    periods = len(target)
    squared = np.empty((periods, len(grid)))
    for out in range(periods):
        kept = np.arange(periods) != out
        base = simplex_weights(target[kept], donors[kept])
        centred = donors[kept] - donors[kept].mean(axis=1, keepdims=True)
        own, vectors = np.linalg.eigh(centred @ centred.T)
        own = np.maximum(own, 0.0)
        turned = vectors.T @ (target[kept] - donors[kept] @ base)
        pulls = (donors[out] @ centred.T) @ vectors
        moved = (pulls[:, None] * turned[:, None] / (own[:, None] + grid)).sum(axis=0)
        squared[out] = (target[out] - donors[out] @ base - moved) ** 2
    errors = squared.mean(axis=0)
    best = int(errors.argmin())
    if not one_error:
        return float(grid[best]), grid, errors
    allowed = errors[best] + squared[:, best].std(ddof=1) / np.sqrt(periods)
    return float(grid[int(np.flatnonzero(errors <= allowed)[0])]), grid, errors
