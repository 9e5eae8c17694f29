"""Is the test for spillover exact: does it reject no more often than it says, and find what is there?"""

import itertools

import numpy as np
import pytest

from liveloop.base.seeds import flips, normals
from liveloop.estimate.interference.focal import Slopes, slopes_over_draws, spillover_test
from liveloop.estimate.regimes.interference import friends, network

CALL = {"outcome": "y", "treatment": "t", "unit": "person", "edges": friends()}


def test_rejects_no_more_often_than_it_says():
    ring = {"source": np.arange(40), "target": (np.arange(40) + 1) % 40}
    found = []
    for seed in range(200):
        t = flips(seed, "arm", np.arange(40), 0.5)
        y = 3.0 * t + normals(seed, "own", np.arange(40)) ** 3
        found.append(
            spillover_test({"y": y, "t": t}, outcome="y", treatment="t", edges=ring, draws=19, seed=seed).p_value
        )
    assert np.mean(np.array(found) <= 0.05) < 0.1 and np.mean(found) == pytest.approx(0.525, abs=0.08)


def test_finds_spillover_with_an_interval_that_holds_it():
    data, truth = network(0.5, share=True)(2)
    made = spillover_test(data, **CALL, covariates=["x"])
    assert made.p_value < 0.05 and made.low < truth < made.high and made.low < made.value < made.high
    plain = spillover_test(data, **CALL)
    assert made.high - made.low < plain.high - plain.low
    assert made.standard_error is None and made.counts["focal units"] == 203  # of 250, those with other neighbours
    again = spillover_test(data, **CALL, covariates=["x"])
    assert (again.p_value, again.low) == (made.p_value, made.low)
    wide = spillover_test(data, **CALL, covariates=["x"], level=0.99)
    assert wide.high - wide.low > made.high - made.low


def test_focal_units_may_be_named():
    data, _ = network(0.5, share=True)(2)
    named = {**data, "focal": data["person"] % 2}
    made = spillover_test(named, **CALL, focal="focal")
    assert made.counts["focal units"] == 250 and made.counts["coins drawn anew"] == 250


def test_p_values_and_ends_of_the_interval_by_trying_them_all():
    rng = np.random.default_rng(0)
    shares = np.array(list(itertools.product([0.0, 0.5, 1.0], repeat=4)))[rng.permutation(81)[:60]]
    y = rng.normal(size=4) + shares[0]
    made = slopes_over_draws(y, shares, np.ones((4, 1)))
    low, high = made.between(0.2)
    for at in np.linspace(low - 2, high + 2, 41):
        centred = shares - shares.mean(axis=0)
        cleaned = centred - centred.mean(axis=1, keepdims=True)
        left = cleaned @ (y - at * centred[0]) / np.maximum((cleaned**2).sum(axis=1), 1e-300)
        p_value = (np.abs(left) >= abs(left[0]) * (1 - 1e-12)).mean()
        assert made.p_value(at) == pytest.approx(p_value)
        if abs(at - low) > 1e-6 and abs(at - high) > 1e-6:
            assert (p_value > 0.2) == (low < at < high)


def test_an_interval_is_open_where_draws_tell_nothing():
    assert Slopes(np.array([1.0, 2.0]), np.array([1.0, 1.5])).between(0.05) == (-np.inf, np.inf)
