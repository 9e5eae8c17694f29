"""Do the figures on overlap and balance say what their names promise?"""

import numpy as np
import pytest
from scipy.optimize import brentq

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals, uniforms
from liveloop.estimate.observed.overlap import best_cut, overlap, propensity, tilts
from liveloop.estimate.observed.weighting import ipw


def drawn(seed=1, rows=400, pull=1.0):
    ids = np.arange(rows)
    x, z = normals(seed, "x", ids), normals(seed, "z", ids)
    t = (uniforms(seed, "t", ids) < 1 / (1 + np.exp(-pull * x))) * 1
    return {"t": t, "x": x, "z": z, "y": t + x + normals(seed, "y", ids), "w": 1.0 + integers(seed, "w", ids, 3)}


@pytest.mark.parametrize("estimand", ["ATE", "ATT", "ATC", "ATO"])
def test_balance_is_the_difference_of_weighted_means_over_a_standard_deviation(estimand):
    data = drawn()
    made = overlap(data, treatment="t", covariates=["x", "z"], weights="w", estimand=estimand)
    score = propensity(data, treatment="t", covariates=["x", "z"], weights="w")
    one, zero = tilts(score, estimand)
    treated = data["t"] == 1
    weight = data["w"] * np.where(treated, one, zero)
    x, w = data["x"], data["w"]

    def variance(rows):
        share = w[rows] / w[rows].sum()
        return share @ (x[rows] - share @ x[rows]) ** 2 / (1 - share @ share)

    spread = {"ATT": variance(treated), "ATC": variance(~treated)}.get(
        estimand, (variance(treated) + variance(~treated)) / 2
    )
    gap = np.average(x[treated], weights=weight[treated]) - np.average(x[~treated], weights=weight[~treated])
    assert made.balance[0].after == pytest.approx(gap / np.sqrt(spread), abs=1e-12)
    if estimand == "ATO":  # overlap weights of a logistic regression balance its covariates exactly (Li et al. 2018)
        assert all(abs(one.after) < 1e-6 for one in made.balance)
    assert made.effective["1"] == pytest.approx(weight[treated].sum() ** 2 / (weight[treated] ** 2).sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_best_cut_has_the_least_variance_of_all_cuts(seed):
    scores = propensity(drawn(seed, pull=3.0), treatment="t", covariates=["x"])
    cost = 1 / (scores * (1 - scores))

    def variance(cut):
        kept = (scores >= cut) & (scores <= 1 - cut)
        return cost[kept].sum() / kept.sum() ** 2

    cut = best_cut(scores)
    assert 0 < cut < 0.2
    assert variance(cut) <= min(variance(other) for other in np.linspace(0, 0.49, 200)) * (1 + 1e-12)
    # and it solves the equation of the theorem, as nearly as rows let it
    gap = brentq(lambda a: 1 / (a * (1 - a)) - 2 * cost[cost <= 1 / (a * (1 - a))].mean(), 1e-4, 0.3)
    assert cut == pytest.approx(gap, abs=0.01)


def test_a_uniform_score_needs_a_tenth_cut():
    """Crump et al. (2009) find 0.1 close to the best cut for scores of a wide class; for uniform ones it is near."""
    assert best_cut(np.linspace(0.0005, 0.9995, 1000)) == pytest.approx(0.1, abs=0.02)


def test_equal_chances_need_no_cut():
    made = overlap(drawn(pull=0.0), treatment="t", covariates=["x"])
    assert made.cut == 0.0
    assert made.kept == 400
    assert made.outside == 0
    assert made.warnings == ()
    assert "rows worth" in str(made)
    assert made.to_dict()["balance"][0]["covariate"] == "x"


def test_a_few_heavy_rows_are_warned_of():
    made = overlap(drawn(pull=5.0), treatment="t", covariates=["x"])
    assert any("a few rows with large weights decide" in one for one in made.warnings)
    estimate = ipw(drawn(pull=5.0), outcome="y", treatment="t", covariates=["x"])
    heavy = {one.name: one for one in estimate.diagnostics}["largest share of an arm's weight in one row"]
    assert heavy.holds is False


def test_a_cut_changes_whom_the_effect_is_on():
    data = drawn(pull=2.0)
    options = {"outcome": "y", "treatment": "t", "covariates": ["x"]}
    made = ipw(data, trim=0.2, **options)
    assert "of those with a score from 0.2 to 0.8 only" in made.what
    inside = np.abs(propensity(data, treatment="t", covariates=["x"]) - 0.5) <= 0.3
    assert made.counts["rows left out"] == int((~inside).sum())
    assert ipw(data, trim="crump", **options).value != ipw(data, **options).value
    with pytest.raises(BadInput, match=r"0 of .* rows have a score from 0.49"):
        ipw(data | {"x": data["x"] + 10 * data["t"] * (data["x"] > 0)}, trim=0.4999, ridge=1.0, **options)
    for bad in ("most", 0.5, -0.1):
        with pytest.raises(BadInput, match="trim"):
            ipw(data, trim=bad, **options)
