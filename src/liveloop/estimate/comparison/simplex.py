"""Which average of the donors comes nearest to the treated unit?"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import nnls

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats

_ROUNDS = 50  # of the active set, for each donor
_ROUNDING = 1e-12


def simplex_weights(target: Floats, donors: Floats, *, ridge: float = 0.0) -> Floats:
    """Give the weights, none below 0 and together 1, with which donors come nearest to a target.

    The exact minimum, by an active set: with D the donors less the target, the direction u that makes
    |D u|^2 + (sum u - 1)^2 smallest under u >= 0 is a multiple of the weights that are sought.

    Parameters
    ----------
    target, donors
        [row] and [row, donor]: what is to be matched, each row already times the root of its importance.
    ridge
        Weight of the sum of squared weights, which spreads them.

    Examples
    --------
    >>> simplex_weights(np.array([1.0, 3.0]), np.array([[0.0, 2.0, 5.0], [2.0, 4.0, 0.0]])).round(3).tolist()
    [0.5, 0.5, 0.0]

    Source: Lawson and Hanson (1974), chapter 23; Wolfe (1976), doi:10.1007/BF01580381.
    """
    return nearest(donors - target[:, None], ridge=ridge)


def nearest(apart: Floats, *, ridge: float = 0.0) -> Floats:
    """Give the weights with which columns come nearest to 0."""
    rows, count = apart.shape
    if count == 1:
        return np.ones(1)
    if ridge > 0:
        apart = np.concatenate([apart, math.sqrt(ridge) * np.eye(count)])
        rows += count
    size = math.sqrt(float(np.vdot(apart, apart)) / count)
    if size <= 0:
        return np.full(count, 1 / count)
    system, aim = np.ones((rows + 1, count)), np.zeros(rows + 1)
    np.divide(apart, size, out=system[:rows])
    aim[rows] = 1.0
    try:
        found = nnls(system, aim, maxiter=_ROUNDS * count)[0]
    except RuntimeError as error:
        raise BadInput("no weights were found", where="outcome", allowed="outcomes that are not all alike") from error
    found[found < _ROUNDING * found.max()] = 0.0
    return np.asarray(found / found.sum())
