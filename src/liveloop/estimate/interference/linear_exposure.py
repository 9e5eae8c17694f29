"""How sure is a slope on exposures that are sums of coins, when it is the coins that were thrown?

An exposure that is a weighted sum of coins links every two units that share a coin. What the design says of the coins
gives the standard error: the slope's error is a sum over coins, each times what its units leave of their outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.seeds import Floats
from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.bias_reduced import MOST, Fitted, reduced

_MOST_PAIRS = 5_000_000  # of coins that a unit has both of; with more the correction would be small


@dataclass(frozen=True, eq=False)
class Slopes:
    """Least squares on exposures.

    Parameters
    ----------
    beta
        Of the exposures, then of the controls.
    covariance
        Of the slopes on exposures, by the design of the coins.
    bread
        Of the exposures, the controls taken out.
    residuals
        By unit.
    """

    beta: Floats
    covariance: Floats
    bread: Floats
    residuals: Floats


def coin_covariance(per_coin: Floats, design: Assignment) -> Floats:
    """Give the covariance of sums over coins of (arm - chance) times what each coin carries, [column, column].

    Parameters
    ----------
    per_coin
        [coin, column]

    Examples
    --------
    >>> coins = np.arange(4); arms = np.array([True, True, False, False])
    >>> free = Assignment(coins, arms, np.full(4, 0.5), "bernoulli", np.zeros(4, np.int64))
    >>> fixed = Assignment(coins, arms, np.full(4, 0.5), "complete", np.zeros(4, np.int64))
    >>> ones = np.ones((4, 1))
    >>> coin_covariance(ones, free).item(), coin_covariance(ones, fixed).item()
    (1.0, 0.0)
    """
    own, between = design.covariance()
    spread = (per_coin * (own - between)[:, None]).T @ per_coin
    if not between.any():
        return np.asarray(spread)
    for layer in np.unique(design.strata):
        members = design.strata == layer
        summed = per_coin[members].sum(axis=0)
        spread = spread + between[members][0] * np.outer(summed, summed)
    return np.asarray(spread)


def coin_reduction(carry: Any, design: Assignment, fitted: Fitted) -> tuple[float, float | None]:  # noqa: ANN401
    """Give the factor and the df of a variance by coins whose residuals were fitted; 1 and None with very many coins.

    Parameters
    ----------
    carry
        How residuals enter what each coin carries, [coin, unit], sparse.
    """
    own, between = design.covariance()
    if not between.any():
        pairs = float((np.asarray(carry.astype(bool).sum(axis=0), np.float64) ** 2).sum())
        return (1.0, None) if pairs > _MOST_PAIRS else reduced(own, sparse.csr_array(carry), fitted)
    if design.count > MOST:
        return 1.0, None
    same = design.strata[:, None] == design.strata
    matrix = np.where(same, between[:, None], 0.0) + np.diag(own - between)
    return reduced(matrix, sparse.csr_array(carry), fitted)


def exposure_variance(carries: Any, design: Assignment) -> Floats:  # noqa: ANN401 - a sparse matrix
    """Give the variance of each unit's exposure over the design.

    Parameters
    ----------
    carries
        The weight of each coin in the exposure of each unit, [unit, coin], sparse.
    """
    own, between = design.covariance()
    made = np.asarray(carries.multiply(carries) @ (own - between), np.float64)
    if between.any():
        for layer in np.unique(design.strata):
            members = np.flatnonzero(design.strata == layer)
            made += between[members[0]] * np.asarray(carries[:, members].sum(axis=1)).ravel() ** 2
    return np.maximum(made, 0.0)


def exposure_slopes(
    outcome: Floats,
    carries: list[Any],
    controls: Floats,
    design: Assignment,
    weight: Floats,
) -> Slopes:
    """Fit outcomes on exposures and controls; the covariance is that of the design.

    Parameters
    ----------
    carries
        For each exposure the weights of coins, [unit, coin], sparse.
    controls
        [unit, column], the intercept among them; they must make up the expected exposures.

    Source: Adão, Kolesár and Morales (2019), doi:10.1093/qje/qjz025, for regression on sums of shared shocks.
    """
    deviation = design.treated - design.chance
    exposures = np.column_stack([one @ deviation for one in carries])
    x = np.column_stack([exposures, controls])
    rooted = np.sqrt(weight)[:, None]
    beta = np.linalg.lstsq(x * rooted, outcome * rooted[:, 0], rcond=None)[0]
    residuals = outcome - x @ beta
    on_controls = np.linalg.lstsq(controls * rooted, exposures * rooted, rcond=None)[0]
    cleaned = exposures - controls @ on_controls
    bread = np.linalg.inv((cleaned * weight[:, None]).T @ cleaned)
    per_coin = np.column_stack([one.T @ (weight * residuals) for one in carries])
    return Slopes(beta, np.asarray(bread @ coin_covariance(per_coin, design) @ bread), bread, residuals)
