"""Is the estimator unbiased over all assignments, and its variance what the formula says?"""

import numpy as np
import pytest
from scipy import sparse

from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.bias_reduced import Fitted, above_zero, form_of, laid_out, reduced
from liveloop.estimate.interference.chances import GivenChances
from liveloop.estimate.interference.counted import CountedChances, countable
from liveloop.estimate.interference.horvitz import (
    BELOW,
    Seen,
    covariance_of,
    difference_variance,
    variance_of,
    weights_of,
)
from liveloop.estimate.interference.mapping import exposure_map
from liveloop.estimate.interference.network import Network

# Unit tests of the R package interference 0.1.0 (Zonszein, Samii and Aronow): joint probabilities by columns.
FIRST = np.array([[0.3, 0.2, 0.1], [0.2, 0.5, 0.4], [0.1, 0.4, 0.8]])
SECOND = np.array([[0.7, 0.4, 0.1], [0.4, 0.5, 0.1], [0.1, 0.1, 0.2]])
ACROSS = np.array([[0.0, 0.2, 0.4], [0.1, 0.0, 0.3], [0.0, 0.15, 0.0]]).T
Y, CODES = np.array([-1.0, 2.0, 3.0]), np.array([0, 0, 1])


def given(first, second):
    single = np.column_stack([np.diag(FIRST), np.diag(SECOND)])
    joint = {(0, 0): first, (1, 1): second, (0, 1): ACROSS, (1, 0): ACROSS.T}
    return Seen(CODES, np.ones(3, bool), GivenChances(single, joint))


def test_variance_of_a_total_as_in_the_r_package():
    seen = given(FIRST, SECOND)
    assert variance_of(seen, Y, 0) == pytest.approx([9.11111, 0], abs=1e-5)
    assert variance_of(seen, Y, 1) == pytest.approx([180, 0], abs=1e-5)


def test_what_bounds_add_as_in_the_r_package():
    first = np.array([[0.3, 0, 0], [0, 0.5, 0.4], [0, 0.4, 0.8]])
    second = np.array([[0.7, 0.4, 0.1], [0.4, 0.5, 0], [0.1, 0, 0.2]])
    seen = given(first, second)
    assert variance_of(seen, Y, 0)[1] == pytest.approx(14.66667, abs=1e-5)
    assert variance_of(seen, Y, 1)[1] == pytest.approx(45, abs=1e-5)


def test_covariance_as_in_the_r_package():
    assert covariance_of(given(FIRST, SECOND), Y, 0, 1) == pytest.approx(-32.33333, abs=1e-5)


def small(kind, coins, rule, seed=0):
    """Draw a small network, its design, and potential outcomes [unit, level]."""
    rng = np.random.default_rng(seed)
    units, count = len(coins), int(coins.max()) + 1
    matrix = np.triu(rng.random((units, units)) < 0.25, 1).astype(float)
    ring = np.arange(units - 1)
    matrix[ring, ring + 1] = 1
    network = Network(sparse.csr_array(matrix + matrix.T))
    treated = np.arange(count) % 2 == 0
    chance = np.full(count, 0.4 if kind == "bernoulli" else treated.mean())
    design = Assignment(coins, treated, chance, kind, np.zeros(count, np.int64))
    chances = CountedChances(countable(network, design, rule), design, rule)
    return network, design, chances, rng.normal(2, 1, (units, len(rule.labels)))


def every_draw(network, design, chances, rule):
    coins, probability = design.every(100_000)
    for arms, weight in zip(coins[:, design.coins], probability, strict=True):
        yield rule.rule(arms, network.treated(arms), network.sizes), weight


@pytest.mark.parametrize("kind", ["bernoulli", "complete"])
def test_unbiased_and_never_too_sure_over_all_assignments(kind):
    rule = exposure_map("any")
    network, design, chances, outcomes = small(kind, np.arange(6), rule)
    for level, other in rule.contrasts.values():
        inside = (chances.single[:, [level, other]] > 0).all(axis=1)
        values, variances, weights = [], [], []
        for codes, weight in every_draw(network, design, chances, rule):
            seen = Seen(codes, inside, chances)
            y = outcomes[np.arange(6), codes]
            values.append(y @ (weights_of(seen, level) - weights_of(seen, other)))
            variances.append(difference_variance(seen, y, level, other))
            form = form_of(seen, level, other)
            assert above_zero(seen, y, (level, other), form) == pytest.approx(above_zero(seen, y, (level, other)))
            weights.append(weight)
        truth = (outcomes[inside, level] - outcomes[inside, other]).sum()
        mean = np.average(values, weights=weights)
        assert mean == pytest.approx(truth, abs=1e-10)
        variance = np.average((np.array(values) - mean) ** 2, weights=weights)
        assert np.average(variances, weights=weights) == pytest.approx(
            variance + bounded(chances, outcomes, inside, level, other), rel=1e-9
        )


def bounded(chances, outcomes, inside, level, other):
    """Give what bounds add: (a - b)^2 / 2, or (a + b)^2 / 2, for each pair that is never seen together."""
    made = 0.0
    units = np.flatnonzero(inside)
    for one, two, sign in ((level, level, 1), (other, other, 1), (level, other, -1)):
        joint = np.outer(chances.single[:, one], chances.single[:, two])
        for part in chances.pairs(one, two, np.arange(len(inside))):
            joint[part.rows, part.columns] = part.chance
        for i in units:
            for j in units:
                if joint[i, j] == 0 and (i != j or one != two):
                    # the variance has -y y (twice across exposures, with a plus); the estimate has y^2 / 2 of each
                    a, b = outcomes[i, one], outcomes[j, two]
                    made += (a + b) ** 2 / 2 if sign > 0 else (a - b) ** 2
    return made


def test_summing_twins_is_unbiased_too_and_bounds_less():
    rule, coins = exposure_map("full"), np.array([0, 0, 0, 1, 1, 1])
    rng = np.random.default_rng(5)
    matrix = np.kron(np.eye(2), np.ones((3, 3))) - np.eye(6)
    network = Network(sparse.csr_array(matrix))
    design = Assignment(coins, np.array([True, False]), np.full(2, 0.5), "bernoulli", np.zeros(2, np.int64))
    chances = CountedChances(countable(network, design, rule), design, rule)
    assert chances.twins().tolist() == [0, 0, 0, 1, 1, 1]
    outcomes = rng.normal(2, 1, (6, 3))
    values, summed, alone = [], [], []
    for codes, _ in every_draw(network, design, chances, rule):
        y = outcomes[np.arange(6), codes]
        plain = Seen(codes, np.ones(6, bool), chances)
        values.append(y @ (weights_of(plain, 2) - weights_of(plain, 0)))
        alone.append(difference_variance(plain, y, 2, 0))
        summed.append(difference_variance(Seen(codes, np.ones(6, bool), chances, chances.twins()), y, 2, 0))
    assert np.mean(values) == pytest.approx((outcomes[:, 2] - outcomes[:, 0]).sum())
    assert np.var(values) <= np.mean(summed) < np.mean(alone)


def own_arm(arms, kind="complete"):
    """Give the exposure that is the own arm alone: a network whose edges do not matter."""
    units = len(arms)
    rule = exposure_map("full")
    reach = Network(sparse.csr_array(np.eye(units)))
    chance = np.full(units, arms.mean() if kind == "complete" else 0.5)
    design = Assignment(np.arange(units), arms > 0, chance, kind, np.zeros(units, np.int64))
    return Seen(np.where(arms > 0, 2, 0), np.ones(units, bool), CountedChances(reach, design, rule))


def test_without_interference_bias_reduction_gives_neymans_variance_and_welchs_df():
    rng = np.random.default_rng(2)
    arms = np.r_[np.ones(9), np.zeros(14)]
    y = rng.normal(size=23) + arms
    seen = own_arm(arms)
    residual = y - np.where(arms > 0, y[arms > 0].mean(), y[arms == 0].mean())
    scale = 1 / 23
    form = form_of(seen, 2, 0)
    summed = residual[form.units] * scale
    plain = difference_variance(seen, residual * scale, 2, 0)
    assert summed @ form.matrix @ summed == pytest.approx(plain)
    cells = np.column_stack([arms == 0, arms > 0]).astype(float)
    place = np.argsort(form.units)
    factor, df = reduced(
        form.matrix, laid_out(place, np.full(23, scale), 23), Fitted(np.arange(23), cells, np.ones(23))
    )
    neyman = y[arms > 0].var(ddof=1) / 9 + y[arms == 0].var(ddof=1) / 14
    assert factor == pytest.approx(23 / 22)
    assert plain * factor == pytest.approx(neyman)
    assert df == pytest.approx((1 / 9 + 1 / 14) ** 2 / (1 / 81 / 8 + 1 / 196 / 13))


def test_a_variance_below_zero_is_said():
    first = np.array([[0.3, 0.01, 0.1], [0.01, 0.5, 0.4], [0.1, 0.4, 0.8]])
    seen = given(first, SECOND)
    y = np.array([10.0, 10.0, 0.0])
    assert difference_variance(seen, y, 0, 1) < 0
    variance, below = above_zero(seen, y, (0, 1))
    assert below and variance == pytest.approx((10 / 0.3) ** 2 + (10 / 0.5) ** 2)
    assert "not above 0" in BELOW
    assert above_zero(seen, np.zeros(3), (0, 1)) == (0.0, False)
