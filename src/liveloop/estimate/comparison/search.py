"""How much does each predictor matter, judged by the outcomes before the treatment?

The outer search of Abadie, Diamond and Hainmueller: the importances V for which the weights that match the predictors
also follow the outcomes best. It has many near solutions, so that it starts from many places, all of them settled in
advance, and says how far apart the weights are that do nearly as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import minimize

from liveloop.base.seeds import Floats, exponentials
from liveloop.estimate.comparison.simplex import nearest

_NEAR = 1.02  # times the least mean squared error: nearly as good
_RANGE = 24.0  # of the logarithm of an importance
_SHORT, _LONG = 40, 120  # evaluations for each predictor in a first and in a last descent
_FINALISTS, _AGAIN, _GAIN = 3, 3, 1e-4


@dataclass(frozen=True, eq=False)
class Found:
    """Importances of predictors, the weights that they give, and how well those follow the outcomes.

    Parameters
    ----------
    error
        Mean squared error of the outcomes in the window.
    moved
        How far apart weights are that do nearly as well: the largest share of weight that lies on other donors.
    """

    importance: Floats
    weights: Floats
    error: float
    moved: float = 0.0


@dataclass(frozen=True, eq=False)
class Match:
    """What is matched: standardised predictors and outcomes of the target and of the donors, [row] and [row, donor]."""

    target: Floats
    donors: Floats
    path: Floats
    donor_paths: Floats

    @cached_property
    def apart(self) -> Floats:
        """Give the donors' predictors less the target's."""
        return np.asarray(self.donors - self.target[:, None])

    def weights(self, importance: Floats) -> Floats:
        """Give the weights that match the predictors best at given importances."""
        return nearest(np.sqrt(importance)[:, None] * self.apart)

    def error(self, weights: Floats) -> float:
        """Give the mean squared error of the outcomes."""
        left = self.path - self.donor_paths @ weights
        return float(left @ left) / len(left)


def search(match: Match, *, starts: int = 20, seed: int = 0, guess: Floats | None = None) -> Found:
    """Search for the importances from many places.

    Parameters
    ----------
    starts
        How many places at random, besides equal importances, those of a regression, and each predictor alone; a descent
        begins from the best of all, half as many as this.
    guess
        Importances from which to begin too.

    Source: Abadie, Diamond and Hainmueller (2010), doi:10.1198/jasa.2009.ap08746; Abadie, Diamond and Hainmueller
    (2011), doi:10.18637/jss.v042.i13, for the regression.
    """
    seen: list[tuple[float, Floats]] = []

    def cost(log_importance: Floats) -> float:
        weights = match.weights(_importance(log_importance))
        error = match.error(weights)
        seen.append((error, weights))
        return error

    if len(match.target) == 1:
        return fixed(match, np.ones(1))
    places = _places(match, starts, seed)
    places += [] if guess is None else [np.log(guess + 1e-6)]
    places.sort(key=cost)
    short = [_descend(cost, place, _SHORT) for place in places[: max(1, starts // 2)]]
    short.sort(key=lambda end: end[1])
    best, error = min((_descend(cost, place, _LONG) for place, _ in short[:_FINALISTS]), key=lambda end: end[1])
    for _ in range(_AGAIN):  # the descent stalls where the weights change by a jump: begin again where it ended
        again, lower = _descend(cost, best, _LONG)
        gain = error - lower
        best, error = (again, lower) if gain > 0 else (best, error)
        if gain <= _GAIN * error:
            break
    made = fixed(match, _importance(best))
    near = [weights for value, weights in seen if value <= _NEAR * made.error]
    moved = max((float(np.abs(weights - made.weights).sum()) / 2 for weights in near), default=0.0)
    return Found(made.importance, made.weights, made.error, moved)


def fixed(match: Match, importance: Floats) -> Found:
    """Give the weights for given importances."""
    weights = match.weights(importance)
    return Found(importance, weights, match.error(weights))


def _importance(log_importance: Floats) -> Floats:
    raised = np.exp(np.clip(log_importance - log_importance.max(), -_RANGE, 0.0))
    return np.asarray(raised / raised.sum())


def _descend(cost: Callable[[Floats], float], place: Floats, most: int) -> tuple[Floats, float]:
    width = len(place)
    corners = np.vstack([place, place + 1.5 * np.eye(width)])
    made = minimize(cost, place, method="Nelder-Mead",
                    options={"initial_simplex": corners, "maxfev": most * width, "xatol": 1e-4, "fatol": 1e-10,
                             "adaptive": True})  # fmt: skip
    return made.x, float(made.fun)


def _places(match: Match, starts: int, seed: int) -> list[Floats]:
    count = len(match.target)
    made = [np.zeros(count), np.log(regression_importance(match) + 1e-6)]
    made += [np.where(np.arange(count) == at, 0.0, -4.0) for at in range(count)]
    drawn = exponentials(seed, "importance", range(starts * count)).reshape(starts, count)
    return [*made, *np.log(drawn**2)]


def regression_importance(match: Match) -> Floats:
    """Give importances by how much the predictors tell of the outcomes over all units, in a regression."""
    predictors = np.column_stack([match.target, match.donors]).T
    outcomes = np.column_stack([match.path, match.donor_paths]).T
    design = np.column_stack([np.ones(len(predictors)), predictors])
    slopes = np.linalg.lstsq(design, outcomes, rcond=None)[0][1:]
    made = (slopes**2).sum(axis=1)
    total = float(made.sum())
    return np.asarray(made / total) if total > 0 else np.full(len(made), 1 / len(made))
