"""How likely is a 1, given covariates, and is there an answer at all?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.words import listed

_STEPS = 60
_SUSPICIOUS = 14  # Newton steps; more than an ordinary fit takes, fewer than one that runs off to infinity
_SMALL = 1e-10  # of the Newton decrement, in units of the log-likelihood
_CLOSE = 1e-7  # of a margin in the search for a separating direction


@dataclass(frozen=True, eq=False)
class Logistic:
    """A logistic regression.

    Parameters
    ----------
    beta
        [parameter]
    bread
        Inverse of the matrix of second derivatives, the penalty counted.
    influence
        What each row adds to `beta` minus its limit, [row, parameter].
    """

    beta: Floats
    bread: Floats
    influence: Floats

    def predict(self, design: Floats) -> Floats:
        """Give the chance of a 1."""
        return np.asarray(expit(design @ self.beta), np.float64)

    def gradient(self, design: Floats) -> Floats:
        """Give the derivative of the chance by `beta`, [row, parameter]."""
        chance = self.predict(design)
        return np.asarray(design * (chance * (1 - chance))[:, None])


def fit_logistic(
    outcome: Floats,
    design: Floats,
    names: Sequence[str],
    *,
    weights: Floats | None = None,
    ridge: float = 0.0,
    what: str = "outcome",
) -> Logistic:
    """Fit a logistic regression by Newton's method.

    Parameters
    ----------
    outcome, design
        [row] of 0 and 1, and [row, parameter] with the intercept first.
    ridge
        Half of it times the sum of squared slopes, on columns of standard deviation 1, is taken from the
        log-likelihood; the intercept goes free.
    what
        What the outcome is called in an error.

    Raises
    ------
    BadInput
        When some combination of the columns separates the zeros from the ones: then the likelihood has no maximum,
        and what other programs print is where they stopped.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]])
    >>> fit_logistic(np.array([0.0, 1.0, 0.0, 1.0]), x, ["one", "x"]).predict(x).round(3).tolist()
    [0.5, 0.5, 0.5, 0.5]
    >>> fit_logistic(np.array([0.0, 1.0, 1.0, 1.0]), x, ["one", "x"])
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: x: outcome is separated by 'x': 2 of 4 rows are like no row of the other kind. ...

    Source: Konis (2007), Linear programming algorithms for detecting separated data, for the test of separation.
    """
    if ridge < 0:
        raise BadInput(f"ridge is {ridge:g}", where="ridge", allowed="0 or more")
    scale = np.maximum(np.abs(design).max(axis=0), 1e-300)
    spread = design.std(axis=0)
    penalty = np.where(spread > 0, ridge * (spread / scale) ** 2, 0.0)
    scaled = design / scale
    counted = np.ones(len(outcome)) if weights is None else weights
    beta, bread, steps = _newton(outcome, scaled, counted, penalty)
    if not ridge and steps >= _SUSPICIOUS:
        _refuse_separated(outcome, design, names, what)
    if steps > _STEPS:
        raise BadInput(f"the logistic regression of {what} does not converge in {_STEPS} steps", where=what,
                       allowed="fewer or better scaled covariates, or ridge above 0")  # fmt: skip
    score = scaled * (counted * (outcome - expit(scaled @ beta)))[:, None]
    influence = (score @ bread) / scale
    return Logistic(beta / scale, bread / np.outer(scale, scale), influence)


def _newton(outcome: Floats, design: Floats, weights: Floats, penalty: Floats) -> tuple[Floats, Floats, int]:
    beta = np.zeros(design.shape[1])
    share = float(np.average(outcome, weights=weights))
    share = min(max(share, 1e-6), 1 - 1e-6)
    if np.ptp(design[:, 0]) == 0:
        beta[0] = np.log(share / (1 - share)) / design[0, 0]
    value = _objective(beta, outcome, design, weights, penalty)
    for step in range(_STEPS + 1):
        chance = expit(design @ beta)
        slope = design.T @ (weights * (outcome - chance)) - penalty * beta
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        bread = _inverse(curve)
        move = bread @ slope
        if float(slope @ move) < _SMALL:  # one more step is as good as exact, and the curve is made there
            beta = beta + move
            chance = expit(design @ beta)
            curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
            return beta, _inverse(curve), step
        size, reached = 1.0, _objective(beta + move, outcome, design, weights, penalty)
        while reached < value and size > 1e-6:
            size /= 2
            reached = _objective(beta + size * move, outcome, design, weights, penalty)
        beta, value = beta + size * move, reached
    return beta, bread, _STEPS + 1


def _inverse(curve: Floats) -> Floats:
    own, vectors = np.linalg.eigh(curve)
    return np.asarray((vectors / np.maximum(own, 1e-14 * max(own[-1], 1e-300))) @ vectors.T)


def _objective(beta: Floats, outcome: Floats, design: Floats, weights: Floats, penalty: Floats) -> float:
    linear = design @ beta
    return float(weights @ (outcome * linear - np.logaddexp(0.0, linear)) - 0.5 * penalty @ beta**2)


def _refuse_separated(outcome: Floats, design: Floats, names: Sequence[str], what: str) -> None:
    """Refuse columns that separate: one alone if there is such a one, else some together."""
    found = _one_separates(outcome > 0.5, design) or _several_separate(outcome, design)
    if found is None:
        return
    columns, apart = found
    by = [names[at] for at in columns]
    raise BadInput(
        f"{what} is separated by {listed(by)}: {apart} of {len(outcome)} rows are like no row of the other kind",
        where=str(by[0]) if by else what,
        allowed="covariates with both kinds at each value (leave out those rows), or ridge above 0",
    )


def _one_separates(ones: Flags, design: Floats) -> tuple[list[int], int] | None:
    """Look for a column whose zeros all lie on one side of its ones, or at the same point."""
    for at, column in enumerate(design.T):
        if column[0] == column[-1] and not np.ptp(column):
            continue
        for sign in (1.0, -1.0):
            high, low = sign * column[ones], sign * column[~ones]
            if low.max() <= high.min():
                return [at], int((high > low.max()).sum() + (low < high.min()).sum())
    return None


def _several_separate(outcome: Floats, design: Floats) -> tuple[list[int], int] | None:
    """Look for a direction in which no row is on the wrong side and some are on the right one."""
    side = np.where(outcome > 0.5, 1.0, -1.0)[:, None]
    centre, spread = design.mean(axis=0), design.std(axis=0)
    free = spread > 0
    scaled = design.copy()
    scaled[:, free] = (design[:, free] - centre[free]) / spread[free]
    margins = scaled * side
    found = linprog(-margins.sum(axis=0), A_ub=-margins, b_ub=np.zeros(len(margins)),
                    bounds=[(-1.0, 1.0)] * design.shape[1], method="highs")  # fmt: skip
    if found.x is None or float(-found.fun) <= _CLOSE * len(margins):
        return None
    columns = np.flatnonzero(free & (np.abs(found.x) > _CLOSE))
    return columns.tolist(), int(((margins @ found.x) > _CLOSE).sum())
