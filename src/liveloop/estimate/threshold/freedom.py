"""How many degrees of freedom has the standard error of a jump, when clusters are few?"""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Floats, Ints


def cluster_freedom(picks: Floats, basis: Floats, inverse: Floats, weights: Floats, clusters: Ints) -> float:
    """Give the df of Bell and McCaffrey, with independent errors of one variance as the working model.

    Parameters
    ----------
    picks
        What each residual is multiplied with in the estimate's error, the correction of the residuals included.
    basis, inverse, weights
        Of the polynomials whose residuals they are: both sides in one, (R'WR)^-1, and the kernel's weights.

    The error of cluster g is d_g' (I - H) e, with H = R (R'WR)^-1 R'W and d_g its part of `picks`. Satterthwaite's df
    needs the products of these vectors, and all of H that they need are sums over each cluster.

    Source: Bell and McCaffrey (2002); Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
    """
    number = int(clusters.max()) + 1
    width = basis.shape[1]
    own = np.bincount(clusters, weights=picks**2, minlength=number)
    plain, weighted = np.zeros((number, width)), np.zeros((number, width))
    np.add.at(plain, clusters, basis * picks[:, None])
    np.add.at(weighted, clusters, basis * (picks * weights)[:, None])
    twice = inverse @ ((basis * (weights**2)[:, None]).T @ basis) @ inverse
    summed = np.hstack([plain, weighted])
    inner = np.block([[twice, -inverse], [-inverse, np.zeros_like(inverse)]])
    pressed = summed @ inner
    low_rank = (pressed * summed).sum(axis=1)
    trace = float(own.sum() + low_rank.sum())
    across = inner @ (summed.T @ summed)
    squares = float((own**2).sum() + 2 * (own * low_rank).sum() + (across * across.T).sum())
    return max(1.0, trace**2 / squares) if squares > 0 else 1.0
