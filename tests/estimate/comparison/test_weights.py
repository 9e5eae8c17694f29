"""Are weights the exact minimum, by conditions that any minimum has to meet and by other programs?"""

import numpy as np
import pytest
from scipy.optimize import minimize

from liveloop.base.seeds import stream
from liveloop.estimate.comparison.ridge import augmented_weights, choose_penalty, penalties
from liveloop.estimate.comparison.search import Match, fixed, regression_importance, search
from liveloop.estimate.comparison.simplex import simplex_weights


@pytest.mark.parametrize("rows", [3, 8, 40])
@pytest.mark.parametrize("ridge", [0.0, 2.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
def test_no_change_of_the_weights_comes_nearer(rows, ridge, scale):
    """Karush, Kuhn and Tucker: the gradient is the same for all donors with weight, and not less for the others."""
    chance = stream(rows, "kkt")
    donors, target = scale * chance.standard_normal((rows, 12)), scale * chance.standard_normal(rows)
    ridge *= scale**2
    weights = simplex_weights(target, donors, ridge=ridge)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    gradient = (donors.T @ (donors @ weights - target) + ridge * weights) / scale**2
    least = gradient[weights > 0]
    assert np.ptp(least) < 1e-8
    assert gradient.min() > least.mean() - 1e-8


def test_a_target_among_the_donors_is_met():
    chance = stream(1, "met")
    donors = chance.standard_normal((30, 8))
    shares = np.array([0.5, 0.3, 0.2, 0, 0, 0, 0, 0])
    assert simplex_weights(donors @ shares, donors) == pytest.approx(shares, abs=1e-9)
    assert simplex_weights(donors[:, 4], donors) == pytest.approx(np.eye(8)[4], abs=1e-9)
    assert simplex_weights(np.zeros(4), np.zeros((4, 5))) == pytest.approx(np.full(5, 0.2))


def test_augmented_weights_minimise_what_they_say():
    """Ben-Michael et al., lemma 1: |gap|^2 + penalty |change|^2 where the weights sum to 1."""
    chance = stream(2, "ridge")
    donors, target = chance.standard_normal((15, 6)), chance.standard_normal(15) + 2
    base = simplex_weights(target, donors)
    made = augmented_weights(target, donors, base, 3.0)

    def cost(weights):
        return ((target - donors @ weights) ** 2).sum() + 3.0 * ((weights - base) ** 2).sum()

    found = minimize(cost, base, constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, tol=1e-14)
    assert made == pytest.approx(found.x, abs=1e-5)
    assert made.sum() == pytest.approx(1, abs=1e-12)
    assert augmented_weights(target, donors, base, 1e12) == pytest.approx(base, abs=1e-9)


def test_the_penalty_is_chosen_by_leaving_periods_out():
    chance = stream(3, "cv")
    donors = chance.standard_normal((12, 7))
    target = donors @ np.array([1.4, -0.4, 0, 0, 0, 0, 0]) + 0.2 * chance.standard_normal(12)
    grid = penalties(donors)
    squared = np.empty((12, len(grid)))
    for out in range(12):
        kept = np.arange(12) != out
        base = simplex_weights(target[kept], donors[kept])
        for at, penalty in enumerate(grid):
            weights = augmented_weights(target[kept], donors[kept], base, penalty)
            squared[out, at] = (target[out] - donors[out] @ weights) ** 2
    chosen, _, errors = choose_penalty(target, donors, one_error=False)
    assert errors == pytest.approx(squared.mean(axis=0), rel=1e-8)
    assert chosen == grid[squared.mean(axis=0).argmin()]
    assert choose_penalty(target, donors)[0] >= chosen


def test_the_search_finds_importances_that_follow_the_outcomes():
    chance = stream(4, "search")
    predictors = chance.standard_normal((4, 15))
    paths = np.outer(np.linspace(0, 2, 20), predictors[1]) + 0.05 * chance.standard_normal((20, 15))
    target = predictors[:, :5] @ np.full(5, 0.2) + np.array([2.0, 0, 2.0, 2.0])
    match = Match(target, predictors, np.linspace(0, 2, 20) * target[1], paths)
    found = search(match, starts=6)
    assert found.error < 0.2 * fixed(match, np.full(4, 0.25)).error
    assert found.error <= fixed(match, regression_importance(match)).error
    assert found.importance.argmax() == 1
    assert search(match, starts=6).weights.tolist() == found.weights.tolist()
    assert found.moved > 0


def test_importances_that_do_as_well_with_other_weights_are_told():
    """Outcomes that depend on neither predictor: any importances are as good, and the weights move."""
    chance = stream(5, "moved")
    predictors = chance.standard_normal((3, 10))
    match = Match(np.zeros(3), predictors, np.zeros(6), np.ones((6, 10)))
    assert search(match, starts=6).moved > 0.3
