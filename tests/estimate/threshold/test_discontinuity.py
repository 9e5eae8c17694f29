"""Are estimates, standard errors and bandwidths those of independent programs and of brute force?"""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.threshold.bandwidth import RULES
from liveloop.estimate.threshold.discontinuity import discontinuity
from liveloop.estimate.threshold.neighbours import neighbour_residuals
from liveloop.estimate.threshold.ratio import anderson_rubin


def drawn(rows=600, seed=1, grid=False):
    chance = stream(seed, "rd")
    x = chance.standard_normal(rows)
    if grid:
        x = np.round(x * 16) / 16
    z = chance.standard_normal((rows, 2)) + 0.3 * x[:, None]
    t = (chance.uniform(size=rows) < 0.2 + 0.6 * (x >= 0)).astype(float)
    y = np.sin(2 * x) + 1.3 * t + z @ [0.5, -0.2] + chance.standard_normal(rows)
    group = chance.integers(0, 40, rows)
    return pd.DataFrame({"y": y, "x": x, "t": t, "z": z[:, 0], "w": z[:, 1], "g": group,
                         "weight": chance.uniform(0.5, 2, rows)})  # fmt: skip


def parts(made):
    """Value, its error, value less bias, its error, and the four bandwidths."""
    rows = {one.name: one for one in made.conventions}
    robust = rows["robust bias-corrected"]
    found = {one.name: one.value for one in made.diagnostics}
    return [made.value, made.standard_error, (robust.low + robust.high) / 2, robust.standard_error,
            *(found[name] for name in ("bandwidth below", "bandwidth above", "bias bandwidth below",
                                       "bias bandwidth above"))]  # fmt: skip


@pytest.mark.parametrize("grid", [False, True])
@pytest.mark.parametrize(
    ("rule", "kernel", "order", "fuzzy", "covariates"),
    [("mserd", "triangular", 1, False, False), ("msetwo", "epanechnikov", 1, True, False),
     ("msesum", "uniform", 2, False, True), ("msecomb1", "triangular", 1, True, True),
     ("msecomb2", "triangular", 2, True, False), ("cerrd", "uniform", 1, False, False),
     ("certwo", "triangular", 1, False, True), ("cersum", "epanechnikov", 2, True, False),
     ("cercomb1", "uniform", 1, True, False), ("cercomb2", "triangular", 1, False, False)],
)  # fmt: skip
def test_every_rule_kernel_and_design_agrees_with_diff_diff(grid, rule, kernel, order, fuzzy, covariates):
    """diff-diff's own port of rdrobust 4; 1e-6 is its agreement with rdrobust itself."""
    diff_diff = pytest.importorskip("diff_diff")
    data = drawn(grid=grid)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of repeated values
        other = diff_diff.RegressionDiscontinuity(bwselect=rule, kernel=kernel, p=order, q=order + 1).fit(
            data, outcome="y", running="x", **({"takeup": "t"} if fuzzy else {}),
            **({"covariates": ["z", "w"]} if covariates else {}))  # fmt: skip
    made = discontinuity(data, outcome="y", running="x", treatment="t" if fuzzy else None, bandwidth=rule,
                         covariates=["z", "w"] if covariates else (), kernel=kernel, order=order)  # fmt: skip
    theirs = [other.att_conventional, other.se_conventional, other.att, other.se, other.h_left, other.h_right,
              other.b_left, other.b_right]  # fmt: skip
    assert parts(made) == pytest.approx(theirs, rel=1e-6)
    assert (made.low, made.high) == pytest.approx(other.conf_int, rel=1e-6)
    assert made.p_value == pytest.approx(other.p_value, rel=1e-5)


def local_fit(data, width, order, correction_weights=None, clusters=True):
    """A weighted regression with its own line on each side, which a local polynomial is."""
    inside = data[np.abs(data.x) < width]
    side = (inside.x >= 0).to_numpy(float)
    u = inside.x.to_numpy()[:, None] ** np.arange(order + 1)
    design = np.hstack([u, u * side[:, None]])
    names = [str(at) for at in range(2 * order + 2)]
    kernel = 1 - np.abs(inside.x.to_numpy()) / width if correction_weights is None else correction_weights
    codes = np.unique(inside.g.to_numpy(), return_inverse=True)[1] if clusters else None
    fit = fit_rows(inside.y.to_numpy(), design, names, clusters=codes, weights=kernel)
    return fit, fit.contrast(str(order + 1))


@pytest.mark.parametrize("correction", ["CR0", "CR1", "CR2", "CR3"])
def test_clusters_on_both_sides_are_those_of_one_weighted_regression(correction):
    """With one bandwidth for estimate and bias the estimate less its bias is the polynomial of one order more."""
    data = drawn()
    made = discontinuity(data, outcome="y", running="x", clusters="g", bandwidth=0.9, correction=correction)
    fit, contrast = local_fit(data, 0.9, 2)
    robust = made.conventions[0]
    assert robust.standard_error == pytest.approx(fit.error(contrast, correction), rel=1e-8)
    assert (robust.low + robust.high) / 2 == pytest.approx(float(fit.beta[3]), rel=1e-8)
    plain, pick = local_fit(data, 0.9, 1)
    assert made.standard_error == pytest.approx(plain.error(pick, correction), rel=1e-8)


def test_the_df_of_few_clusters_is_that_of_bell_and_mccaffrey():
    """Rows of one weight, so that the regression's working model (variance 1 / weight) is this one's (variance 1)."""
    data = drawn(300)
    data["g"] = data.g % 9
    made = discontinuity(data, outcome="y", running="x", clusters="g", bandwidth=0.8, kernel="uniform")
    fit, contrast = local_fit(data, 0.8, 2, np.ones((np.abs(data.x) < 0.8).sum()))
    assert made.df == pytest.approx(fit.freedom(contrast, "CR2"), rel=1e-8)
    assert made.df < 8
    plain, pick = local_fit(data, 0.8, 1, np.ones((np.abs(data.x) < 0.8).sum()))
    assert made.conventions[2].df == pytest.approx(plain.freedom(pick, "CR2"), rel=1e-8)


@pytest.mark.parametrize("correction", ["HC0", "HC1", "HC2", "HC3"])
def test_rows_that_stand_alone_are_those_of_a_regression(correction):
    """Each side on its own: its rows and its parameters settle the factor of HC1."""
    data = drawn()
    made = discontinuity(data, outcome="y", running="x", bandwidth=0.9, correction=correction, inference="conventional")
    squares = 0.0
    for kept in (data.x < 0, data.x >= 0):
        inside = data[kept & (np.abs(data.x) < 0.9)]
        x = inside.x.to_numpy()
        fit = fit_rows(inside.y.to_numpy(), np.column_stack([np.ones(len(x)), x]), ["0", "1"],
                       weights=1 - np.abs(x) / 0.9)  # fmt: skip
        squares += fit.error(fit.contrast("0"), correction) ** 2
    assert made.standard_error == pytest.approx(squares**0.5, rel=1e-8)
    assert (made.low + made.high) / 2 == pytest.approx(made.value, rel=1e-9)


def test_weights_multiply_the_kernel():
    data = drawn()
    twice = pd.concat([data, data[data.g < 20]])
    data["weight"] = 1.0 + (data.g < 20)
    settings = {"outcome": "y", "running": "x", "bandwidth": 0.8, "correction": "HC0"}
    weighted = discontinuity(data, weights="weight", **settings)
    assert weighted.value == pytest.approx(discontinuity(twice, **settings).value, rel=1e-9)
    assert weighted.value != pytest.approx(discontinuity(data, **settings).value, rel=1e-3)


def test_nearest_neighbours_by_brute_force():
    chance = stream(3, "near")
    x = np.sort(np.round(chance.standard_normal(60) * 8) / 16)
    y = chance.standard_normal(60)
    made = neighbour_residuals(x, y[:, None], 3)[:, 0]
    for at in range(60):
        far = np.abs(x - x[at])
        reached = np.sort(np.delete(far, at))[2]  # the third nearest, with all that are as near as it
        near = (far <= reached) & (np.arange(60) != at)
        count = near.sum()
        assert made[at] == pytest.approx(np.sqrt(count / (count + 1)) * (y[at] - y[near].mean()), abs=1e-12)


def test_a_kink_is_the_change_of_the_slope():
    data = drawn()
    data["y"] = np.where(data.x < 0, data.x, 3 * data.x) + 5
    made = discontinuity(data, outcome="y", running="x", derivative=1, order=2, bandwidth=1.0)
    assert made.value == pytest.approx(2.0, abs=1e-9)
    assert "change of the slope" in made.what


def test_treated_below_the_cutoff_turns_the_sign():
    data = drawn()
    data["t"] = (data.x < 0).astype(float)
    plain = discontinuity(data, outcome="y", running="x")
    turned = discontinuity(data, outcome="y", running="x", treatment="t")
    assert (turned.value, turned.low, turned.high) == (-plain.value, -plain.high, -plain.low)
    assert turned.p_value == plain.p_value
    assert turned.conventions[0].low == pytest.approx(-plain.conventions[0].high)


def test_a_dose_is_divided_by():
    data = drawn()
    data["t"] = 4.0 * (data.x >= 0) + 1
    plain = discontinuity(data, outcome="y", running="x")
    dosed = discontinuity(data, outcome="y", running="x", treatment="t")
    assert dosed.value == pytest.approx(plain.value / 4)
    assert (dosed.low, dosed.high) == pytest.approx((plain.low / 4, plain.high / 4))


def test_anderson_rubin_holds_the_ratios_that_a_test_does_not_refuse():
    reduced = (1.0, 0.5, 0.04, 0.0025, 0.004)
    low, high, p_value = anderson_rubin(reduced, None, 0.9)
    assert p_value == pytest.approx(2 * norm.sf(1.0 / 0.2))

    def refused(ratio):
        variance = 0.04 - 2 * ratio * 0.004 + ratio**2 * 0.0025
        return abs(1.0 - ratio * 0.5) / variance**0.5

    assert refused(low) == pytest.approx(norm.ppf(0.95))
    assert refused(high) == pytest.approx(norm.ppf(0.95))
    assert refused((low + high) / 2) < norm.ppf(0.95)


def test_a_weak_first_stage_is_said_and_its_interval_is_open():
    data = drawn()
    data["t"] = (stream(5, "t").uniform(size=600) < 0.5).astype(float)
    made = discontinuity(data, outcome="y", running="x", treatment="t")
    assert any("weak first stage" in one for one in made.warnings)
    assert [one.holds for one in made.diagnostics if one.name == "first stage F"] == [False]
    safe = discontinuity(data, outcome="y", running="x", treatment="t", inference="anderson-rubin")
    assert (safe.low, safe.high) == (-np.inf, np.inf)
    assert safe.to_dict()["low"] is None


def test_level_donut_and_no_effect():
    data = drawn()
    wide = discontinuity(data, outcome="y", running="x", level=0.99)
    narrow = discontinuity(data, outcome="y", running="x", level=0.9)
    assert wide.low < narrow.low < narrow.high < wide.high
    assert (wide.high - wide.low) / (narrow.high - narrow.low) == pytest.approx(norm.ppf(0.995) / norm.ppf(0.95))
    holed = discontinuity(data, outcome="y", running="x", donut=0.1)
    assert holed.counts["rows below"] == (data.x <= -0.1).sum()
    data["null"] = stream(7, "null").standard_normal(600)
    assert not discontinuity(data, outcome="null", running="x").excludes_zero


def test_what_is_said():
    data = drawn(grid=True)
    made = discontinuity(data, outcome="y", running="x", clusters="g")
    assert "above minus below" in made.what
    assert made.counts["g within the bandwidth"] <= 40
    assert made.counts["rows"] == made.counts["rows below"] + made.counts["rows above"] == 600
    assert any("repeat a value" in one for one in made.warnings)
    assert {one.name for one in made.conventions} == {
        "robust bias-corrected", "bias-corrected", "conventional", "robust, CR1", "robust, CR1, sides apart, normal"
    }  # fmt: skip


BAD = [
    ({"running": "no"}, "there is no running variable 'no'"),
    ({"cutoff": 9.0}, "600 rows below 9 and 0 at it or above"),
    ({"kernel": "gauss"}, "no kernel 'gauss'"),
    ({"bandwidth": "best"}, "no rule 'best'"),
    ({"bandwidth": -1.0}, "a bandwidth of -1"),
    ({"bandwidth": 1e-5}, "different values of the running variable"),
    ({"correction": "CR2"}, "CR2 needs clusters"),
    ({"correction": "HC2", "clusters": "g"}, "HC2 takes rows for independent"),
    ({"correction": "HC9"}, "no correction 'HC9'"),
    ({"order": 1, "bias_order": 1}, "derivative 0, order 1, bias order 1"),
    ({"covariates": ["z", "twice"]}, "combinations of one another"),
    ({"covariates": ["one"]}, "constant within the bandwidth"),
    ({"treatment": "one"}, "the treatment is 1 on both sides"),
    ({"weights": "x"}, "weight 'x' is not above 0 in"),
    ({"inference": "bayes"}, "no inference 'bayes'"),
    ({"inference": "anderson-rubin"}, "fuzzy design"),
    ({"outcome": "holed"}, "outcome 'holed' is missing in 3 of 600 rows"),
    ({"outcome": "one"}, "does not vary near the cutoff"),
    ({"derivative": 2}, "derivative 2, order 1"),
    ({"donut": -1.0}, "the donut is -1 wide"),
    ({"clusters": "same"}, "1 cluster in all"),
]


@pytest.mark.parametrize(("changes", "words"), BAD, ids=[words[:30] for _, words in BAD])
def test_bad_input_is_refused(changes, words):
    data = drawn()
    data["twice"], data["one"], data["same"] = 2 * data.z, 1.0, 1
    data["holed"] = data.y.where(np.arange(600) > 2)
    with pytest.raises(BadInput, match=words):
        discontinuity(data, **{"outcome": "y", "running": "x", **changes})


def test_few_rows_have_no_bandwidth_by_a_rule():
    with pytest.raises(BadInput, match="19 rows are too few"):
        discontinuity(drawn(19), outcome="y", running="x")
    assert len(RULES) == 10
