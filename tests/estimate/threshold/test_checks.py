"""Do checks find what they look for, and nothing where there is nothing?"""

import warnings

import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.threshold.checks import by_bandwidth, by_donut, covariate_jumps, placebo_cutoffs
from liveloop.estimate.threshold.density import density_jump
from liveloop.estimate.threshold.discontinuity import discontinuity

SCORES = {
    "normal": lambda chance: chance.standard_normal(900) + 0.3,
    "rounded": lambda chance: np.round(chance.standard_normal(900) + 0.3, 2),
    "skewed": lambda chance: chance.exponential(1.0, 600) - 0.7,
}


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize(
    ("order", "kernel", "rule"),
    [(2, "triangular", "comb"), (1, "uniform", "diff"), (3, "epanechnikov", "each"), (2, "uniform", "sum"),
     (2, "triangular", 0.5)],
)  # fmt: skip
def test_density_agrees_with_diff_diff(name, order, kernel, rule):
    """Its port of rddensity 3; the jackknife's standard error, at the same bandwidths."""
    diff_diff = pytest.importorskip("diff_diff")
    x = SCORES[name](stream(2, name))
    how = {"bwselect": rule} if isinstance(rule, str) else {"h": rule}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of repeated values
        other = diff_diff.RDDensityTest(p=order, kernel=kernel, **how).fit(pd.DataFrame({"x": x}), "x")
    made = density_jump({"x": x}, running="x", order=order, kernel=kernel, bandwidth=rule)
    found = {one.name: one.value for one in made.diagnostics}
    assert made.value / made.standard_error == pytest.approx(other.t_stat, rel=1e-6)
    assert made.p_value == pytest.approx(other.p_value, rel=1e-5)
    assert (found["bandwidth below"], found["bandwidth above"]) == pytest.approx((other.h_left, other.h_right))


def test_density_of_a_known_law():
    x = stream(1, "known").standard_normal(20_000)
    made = density_jump({"x": x}, running="x")
    found = {one.name: one.value for one in made.diagnostics}
    assert found["density below"] == pytest.approx(0.3989, abs=0.03)
    assert found["density above"] == pytest.approx(0.3989, abs=0.03)
    assert not made.excludes_zero
    lifted = (x > -0.3) & (x < 0) & (stream(1, "lifted").uniform(size=20_000) < 0.5)
    assert density_jump({"x": np.where(lifted, -x, x)}, running="x").p_value < 1e-6


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"cutoff": 5.0}, "at it or above"), ({"bandwidth": "worst"}, "no rule 'worst'"),
     ({"bandwidth": 0.0}, "a bandwidth of 0"), ({"kernel": "flat"}, "no kernel"),
     ({"bandwidth": 1e-4}, "different values"), ({"order": 0}, "a polynomial of order 0")],
)  # fmt: skip
def test_density_refuses_bad_input(changes, words):
    with pytest.raises(BadInput, match=words):
        density_jump({"x": stream(1, "bad").standard_normal(300)}, **{"running": "x", **changes})


def test_covariates_are_the_same_as_one_by_one_and_their_covariance_is_of_rows():
    chance = stream(4, "covariates")
    x, z = chance.standard_normal(800), chance.standard_normal((800, 2))
    data = pd.DataFrame({"x": x, "a": z[:, 0], "b": 0.6 * z[:, 0] + z[:, 1], "c": z[:, 0]})
    made = covariate_jumps(data, covariates=["a", "b"], running="x")
    for name in ("a", "b"):
        alone = discontinuity(data, outcome=name, running="x")
        assert (made[name].low, made[name].high) == pytest.approx((alone.low, alone.high))
    covariance = np.array(made.covariance)
    assert np.sqrt(np.diag(covariance)) == pytest.approx([made["a"].standard_error, made["b"].standard_error])
    assert 0.2 < covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]) < 0.8
    assert made.joint_p_value > 0.05
    # A column twice says no more than once.
    twice = covariate_jumps(data, covariates=["a", "c"], running="x")
    assert twice.joint_p_value == pytest.approx(twice["a"].p_value)


def test_covariates_by_clusters():
    chance = stream(5, "clusters")
    group = np.repeat(np.arange(60), 10)
    data = {"x": chance.standard_normal(600), "g": group, "a": chance.standard_normal(60)[group]}
    made = covariate_jumps(data, covariates=["a"], running="x", clusters="g", correction="CR0")
    assert np.sqrt(made.covariance[0][0]) == pytest.approx(made["a"].standard_error)
    with pytest.raises(BadInput, match="no covariate is named"):
        covariate_jumps(data, covariates=[], running="x")


def test_other_cutoffs_bandwidths_and_donuts():
    chance = stream(8, "places")
    x = chance.uniform(-1, 1, 1_500)
    data = {"x": x, "y": np.sin(2 * x) + (x >= 0) + 0.3 * chance.standard_normal(1_500)}
    places = placebo_cutoffs(data, outcome="y", running="x", cutoffs=[-0.5, 0.5])
    assert [one.excludes_zero for one in places.rows.values()] == [False, False]
    assert places["0.5"].counts["rows"] == (x >= 0).sum()
    with pytest.raises(BadInput, match="0 is the true cutoff"):
        placebo_cutoffs(data, outcome="y", running="x", cutoffs=[0.0])
    whole = discontinuity(data, outcome="y", running="x")
    widths = by_bandwidth(data, outcome="y", running="x", factors=[1.0, 2.0])
    assert (widths["1 times"].low, widths["1 times"].high) == pytest.approx((whole.low, whole.high))
    assert widths["2 times"].counts["within the bandwidth above"] > whole.counts["within the bandwidth above"]
    with pytest.raises(BadInput, match="a factor of 0"):
        by_bandwidth(data, outcome="y", running="x", factors=[0])
    holes = by_donut(data, donuts=[0.05], outcome="y", running="x")
    assert list(holes) == ["0", "0.05"]
    assert holes["0"].value == whole.value
    assert holes["0.05"].counts["rows below"] < holes["0"].counts["rows below"]
