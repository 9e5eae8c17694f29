"""How wide must intervals be so that all of them hold together, and how do sums over clusters vary?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, stream
from liveloop.estimate.door import one_of

MULTIPLIERS = ("mammen", "rademacher", "webb")
_GOLDEN = (1 + 5**0.5) / 2
_CHUNK = 20_000_000


@dataclass(frozen=True, eq=False)
class Bands:
    """Standard errors by the multiplier bootstrap, and how many of them hold all effects together."""

    error: Floats
    critical: float


def multiplied(summed: Floats, *, draws: int, level: float, seed: int, multipliers: str = "mammen") -> Bands:
    """Draw what clusters add anew, each times a chance number of mean 0 and variance 1.

    Parameters
    ----------
    summed
        [effect, cluster]: what each cluster adds to each effect, on the scale of the effect.
    multipliers
        "mammen" two points with a third moment of 1; "rademacher" -1 and 1; "webb" six points, for few clusters.

    Examples
    --------
    Two effects that have nothing to do with each other need 2.24 standard errors, not 1.96, to hold together:

    >>> from liveloop.base.seeds import normals
    >>> adds = normals(1, "adds", range(2000)).reshape(2, 1000)
    >>> made = multiplied(adds, draws=4000, level=0.95, seed=1)
    >>> bool(2.1 < made.critical < 2.35)
    True

    Source: Callaway and Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001, section 4.2.
    """
    one_of(multipliers, "multipliers", MULTIPLIERS)
    if draws < 99:
        raise BadInput(f"{draws} draws", where="draws", allowed="99 draws or more, or 0 for none")
    chance = stream(seed, f"multipliers {multipliers}")
    clusters = summed.shape[1]
    size = max(1, _CHUNK // clusters)
    parts = []
    for start in range(0, draws, size):
        u = chance.random((min(size, draws - start), clusters))
        parts.append(_values(u, multipliers) @ summed.T)
    drawn = np.concatenate(parts)
    # Of the middle half: one wild draw does not decide.
    high, low = np.quantile(drawn, (0.75, 0.25), axis=0)
    error = (high - low) / (2 * float(ndtri(0.75)))
    moving = error > 0
    most = (np.abs(drawn[:, moving]) / error[moving]).max(axis=1) if moving.any() else np.zeros(draws)
    pointwise = float(ndtri(0.5 + level / 2))
    return Bands(error, max(pointwise, float(np.quantile(most, level))))


def _values(u: Floats, multipliers: str) -> Floats:
    if multipliers == "rademacher":
        return np.where(u < 0.5, -1.0, 1.0)
    if multipliers == "webb":
        points = np.sqrt(np.asarray([1.5, 1.0, 0.5]))
        return np.concatenate([-points, points])[np.minimum((u * 6).astype(np.int64), 5)]
    likely = _GOLDEN / 5**0.5
    return np.where(u < likely, 1 - _GOLDEN, _GOLDEN)
