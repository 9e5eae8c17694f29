"""How are the weights of one synthetic unit made, from its donors and by a recipe?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.ridge import augmented_weights, choose_penalty
from liveloop.estimate.comparison.search import Found, Match, fixed, regression_importance, search
from liveloop.estimate.comparison.simplex import simplex_weights


@dataclass(frozen=True, eq=False)
class Case:
    """One unit to be made up, and its donors.

    Parameters
    ----------
    target, donors
        Outcomes, [period] and [period, donor].
    start
        The first treated period.
    predictors, training
        Standardised predictors, [predictor, unit], the target first: those that are matched, and those with which the
        importances are searched. None where outcomes alone are matched.
    """

    target: Floats
    donors: Floats
    start: int
    predictors: Floats | None = None
    training: Floats | None = None

    def placebo(self, donor: int) -> Case:
        """Make a donor the target, and the others its donors."""
        rest = np.arange(self.donors.shape[1]) != donor
        kept = np.r_[donor + 1, np.flatnonzero(rest) + 1]  # the treated unit is left out
        return Case(
            self.donors[:, donor], self.donors[:, rest], self.start,
            None if self.predictors is None else self.predictors[:, kept],
            None if self.training is None else self.training[:, kept],
        )  # fmt: skip

    def changed(self, target: Floats, periods: Floats | slice, start: int) -> Case:
        """Give some periods with another target."""
        return Case(target[periods], self.donors[periods], start)


@dataclass(frozen=True, eq=False)
class Recipe:
    """How weights are made.

    Parameters
    ----------
    importance
        "search", "equal", "regression", or importances of the predictors.
    window
        The periods in which the outcomes are compared, first and beyond the last; None for all before the treatment.
    demean
        Whether a constant difference to the donors is allowed.
    penalty
        Of the ridge augmentation: None for none, "cross-validated", or a number.
    starts, seed, guess
        Of the search.
    """

    importance: str | Floats = "search"
    window: tuple[int, int] | None = None
    demean: bool = False
    penalty: str | float | None = None
    starts: int = 20
    seed: int = 0
    guess: Floats | None = None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A synthetic unit.

    Parameters
    ----------
    weights
        Of the donors.
    path
        What it does in each period.
    importance
        Of the predictors; None where outcomes alone are matched.
    moved
        How far apart weights are that do nearly as well.
    """

    weights: Floats
    path: Floats
    importance: Floats | None = None
    moved: float = 0.0
    penalty: float | None = None


def fit_case(case: Case, recipe: Recipe) -> Fitted:
    """Make a synthetic unit from what was before the treatment."""
    before, donors_before = case.target[: case.start], case.donors[: case.start]
    level, levels = (before.mean(), donors_before.mean(axis=0)) if recipe.demean else (0.0, np.zeros(1))
    found = None
    if case.predictors is None:
        first, last = recipe.window or (0, case.start)
        weights = simplex_weights(case.target[first:last] - level, case.donors[first:last] - levels)
    else:
        found = _matched(case, recipe)
        weights = found.weights
    penalty = None
    if recipe.penalty is not None:
        near, far = before - level, donors_before - levels
        chosen = recipe.penalty
        penalty = choose_penalty(near, far)[0] if isinstance(chosen, str) else float(chosen)
        weights = augmented_weights(near, far, weights, penalty)
    path = level + (case.donors - levels) @ weights
    return Fitted(weights, path, found.importance if found else None, found.moved if found else 0.0, penalty)


def _matched(case: Case, recipe: Recipe) -> Found:
    assert case.predictors is not None
    first, last = recipe.window or (0, case.start)
    match, trained = (
        Match(table[:, 0], table[:, 1:], case.target[first:last], case.donors[first:last])
        for table in (case.predictors, case.predictors if case.training is None else case.training)
    )
    kind = recipe.importance
    if not isinstance(kind, str):
        return fixed(match, kind)
    if kind == "equal":
        return fixed(match, np.full(len(match.target), 1 / len(match.target)))
    if kind == "regression":
        return fixed(match, regression_importance(trained))
    made = search(trained, starts=recipe.starts, seed=recipe.seed, guess=recipe.guess)
    if case.training is None:
        return made
    final = fixed(match, made.importance)
    return Found(final.importance, final.weights, final.error, made.moved)


def refit(case: Case, recipe: Recipe) -> Floats:
    """Make a synthetic unit from all periods, a null imposed, and give what it leaves of the target."""
    target, donors = case.target, case.donors
    if recipe.demean:
        target, donors = target - target.mean(), donors - donors.mean(axis=0)
    weights = simplex_weights(target, donors)
    if isinstance(recipe.penalty, float):
        weights = augmented_weights(target, donors, weights, recipe.penalty)
    return np.asarray(target - donors @ weights)
