"""Which values does a test not reject? They make the interval."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from liveloop.base.seeds import Floats

FARTHEST = 1e4  # in units of the scale: what is not rejected there is taken for never rejected
HALVINGS = 34  # of a gap of at most 6e3 units: to 1e-6 of one, and of the usual half a unit to 1e-10
_NEAR = 1e-12  # a p-value is a share: equal to 1 minus the level but for rounding


def not_rejected(
    p_values: Callable[[Floats], Floats], centre: float, scale: float, level: float
) -> tuple[float, float]:
    """Give the ends of the values that a test does not reject at 1 - `level`; infinite where it never rejects.

    Parameters
    ----------
    p_values
        From values, [value], to the p-value of each as the null. Where rejection stops and starts again farther out,
        the farthest end counts.
    centre
        A value that is not rejected.
    scale
        About the width of what is looked for, such as a standard error.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> ends = not_rejected(lambda nulls: 2 * norm.sf(np.abs(nulls - 3.0)), 3.0, 1.0, 0.95)
    >>> [round(end, 4) for end in ends]
    [1.04, 4.96]
    """
    limit = 1 - level + _NEAR
    if scale <= 0:
        return centre, centre
    steps = scale * np.concatenate([np.linspace(0.5, 8, 16), np.geomspace(12, FARTHEST, 8)])
    steps = np.concatenate([[0.0], steps])
    sides = np.array([-1.0, 1.0])
    kept = (p_values((centre + sides[:, None] * steps).ravel()) > limit).reshape(2, -1)
    kept[:, 0] = True
    last = kept.shape[1] - 1 - np.argmax(kept[:, ::-1], axis=1)
    open_end = last == kept.shape[1] - 1
    inside, outside = steps[last], steps[np.minimum(last + 1, kept.shape[1] - 1)]
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        held = p_values(centre + sides * middle) > limit
        inside, outside = np.where(held, middle, inside), np.where(held, outside, middle)
    ends = np.where(open_end, math.inf, outside)
    return centre - float(ends[0]), centre + float(ends[1])
