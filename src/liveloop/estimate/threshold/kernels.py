"""How much does a row count, by its distance to the cutoff?"""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of

KERNELS = ("triangular", "epanechnikov", "uniform")
# The first bandwidth of all, in units of the spread of the running variable: what is best for the density at a point.
PILOT = {"triangular": 2.576, "epanechnikov": 2.34, "uniform": 1.843}
# On [0, 1], by powers of the distance from the least upward.
POLYNOMIALS = {"triangular": (1.0, -1.0), "epanechnikov": (0.75, 0.0, -0.75), "uniform": (0.5,)}


def known_kernel(kernel: str) -> str:
    """Refuse a kernel that is not known."""
    one_of(kernel, "kernel", KERNELS)
    return kernel


def kernel_weights(distance: Floats, bandwidth: float, kernel: str) -> Floats:
    """Weigh rows by their distance; 0 from the bandwidth on, for the uniform kernel beyond it.

    Examples
    --------
    >>> kernel_weights(np.array([0.0, 1.0, 2.0, 3.0]), 2.0, "triangular").tolist()
    [0.5, 0.25, 0.0, 0.0]
    """
    u = np.abs(distance) / bandwidth
    within = u <= 1
    if kernel == "uniform":
        return np.asarray(np.where(within, 0.5, 0.0) / bandwidth)
    made = 1 - u if kernel == "triangular" else 0.75 * (1 - u**2)
    return np.asarray(np.where(within, made, 0.0) / bandwidth)
