"""Are exposure probabilities those that listing every assignment gives?"""

import numpy as np
import pytest
from scipy import sparse

from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.chances import DrawnChances
from liveloop.estimate.interference.counted import CountedChances, countable
from liveloop.estimate.interference.exposed import near_units
from liveloop.estimate.interference.mapping import exposure_map
from liveloop.estimate.interference.network import Network

RULES = {
    "any": exposure_map("any"), "any, alone": exposure_map("any", own=False),
    "half": exposure_map("share", threshold=0.5), "all": exposure_map("share", threshold=1.0),
    "count": exposure_map("count", most=2), "full": exposure_map("full"),
}  # fmt: skip


def drawn(seed, units, density=0.35):
    rng = np.random.default_rng(seed)
    matrix = (rng.random((units, units)) < density).astype(float)  # directed: who touches need not be touched
    np.fill_diagonal(matrix, 0)
    return Network(sparse.csr_array(matrix))


def design_of(kind, coins, chance=0.3):
    count = int(coins.max()) + 1
    treated = np.arange(count) % 3 == 0
    share = np.full(count, chance if kind == "bernoulli" else treated.mean())
    return Assignment(coins, treated, share, kind, np.zeros(count, np.int64))


def table(chances, level, other):
    """Lay pairs out; those that are not named are independent."""
    made = np.outer(chances.single[:, level], chances.single[:, other])
    for part in chances.pairs(level, other, np.arange(len(made))):
        made[part.rows, part.columns] = part.chance
    return made


def listed(network, design, rule):
    coins, weights = design.every(100_000)
    arms = coins[:, design.coins]
    return DrawnChances(rule.rule(arms, network.treated(arms), network.sizes), len(rule.labels), weights)


@pytest.mark.parametrize("kind", ["bernoulli", "complete"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("coins", [np.arange(8), np.array([0, 0, 1, 1, 2, 2, 3, 3])], ids=["units", "clusters"])
def test_counting_equals_listing_every_assignment(kind, rule, coins):
    network, design = drawn(len(rule.labels), 8), design_of(kind, coins)
    reach = countable(network, design, rule)
    if reach is None:  # how many neighbours are treated, in clusters of several: coins do not tell by number alone
        assert not rule.presence and design.count < 8
        return
    counted, every = CountedChances(reach, design, rule), listed(network, design, rule)
    np.testing.assert_allclose(counted.single, every.single, atol=1e-13)
    for level in range(len(rule.labels)):
        for other in range(len(rule.labels)):
            one, two = table(counted, level, other), table(every, level, other)
            np.testing.assert_allclose(one, two, atol=1e-13)
            assert ((one == 0) == (two == 0)).all()  # what is bounded hangs on what can never be
    one, two = counted.twins(), every.twins()
    assert ((one[:, None] == one) == (two[:, None] == two)).all()


def test_drawing_comes_near_to_counting():
    network, design, rule = drawn(1, 30, 0.1), design_of("bernoulli", np.arange(30)), RULES["any"]
    counted = CountedChances(countable(network, design, rule), design, rule)
    coins = design.draws(3, 20_000)
    near = DrawnChances(rule.rule(coins, network.treated(coins), network.sizes), 4)
    assert np.abs(near.single - counted.single).max() < 0.015
    assert np.abs(table(near, 3, 0) - table(counted, 3, 0)).max() < 0.015
    assert near.how == "from 20,000 draws of the design" and not near.exact


def test_strata_hold_their_numbers_in_each_draw():
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    treated = np.array([1, 0, 0, 0, 1, 1, 1, 0]) > 0
    share = np.where(strata == 0, 0.25, 0.75)
    design = Assignment(np.arange(8), treated, share, "complete", strata)
    made = design.draws(1, 400)
    assert set(made[:, :4].sum(axis=1)) == {1} and set(made[:, 4:].sum(axis=1)) == {3}
    np.testing.assert_allclose(made.mean(axis=0), share, atol=0.08)
    every, chances = design.every(100)
    assert len(every) == 16 and chances.sum() == pytest.approx(1)
    own, between = design.covariance()
    known = np.cov(every.T, ddof=0)
    np.testing.assert_allclose(own, np.diag(known))
    assert known[0, 1] == pytest.approx(between[0]) and known[0, 4] == pytest.approx(0)
    assert (design.draws(1, 5) == design.draws(1, 5)).all() and (design.draws(1, 5) != design.draws(2, 5)).any()


@pytest.mark.parametrize("kind", ["unequal", "strata"])
def test_units_that_are_not_near_are_independent(kind):
    network = drawn(7, 8, 0.12)
    strata = np.zeros(8, np.int64) if kind == "unequal" else np.arange(8) // 2
    treated = np.arange(8) % 2 == 0
    chance = np.linspace(0.2, 0.6, 8) if kind == "unequal" else np.full(8, 0.5)
    design = Assignment(np.arange(8), treated, chance, "bernoulli" if kind == "unequal" else "complete", strata)
    rule = RULES["any"]
    every, near = listed(network, design, rule), near_units(network, design).toarray() > 0
    assert countable(network, design, rule) is None and 8 < near.sum() < 64
    for level in range(4):
        for other in range(4):
            apart = np.outer(every.single[:, level], every.single[:, other])
            np.testing.assert_allclose(table(every, level, other)[~near], apart[~near], atol=1e-12)


def test_few_draws_do_not_make_exposures_impossible_together():
    at = np.arange(100)
    codes = np.column_stack([at < 3, (at > 4) & (at < 9), at < 50, at >= 50]).astype(int)
    made = table(DrawnChances(codes, 2), 1, 1)
    assert made[0, 1] == pytest.approx(0.03 * 0.04)  # never seen, but 0.12 draws of 100 would have shown it
    assert made[2, 3] == 0  # 25 would have, and none did
    assert made[0, 2] == pytest.approx(0.03) and made[0, 0] == pytest.approx(0.03)
