"""Are several metrics judged together: p-values of the literature, intervals that hold at once, correlation used?"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import dunnett, f_oneway
from statsmodels.stats.multitest import multipletests

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.randomised.largest import largest_t
from liveloop.estimate.randomised.quantile import quantile_effect
from liveloop.estimate.randomised.ratio import ratio
from liveloop.estimate.randomised.several import adjust_several, adjusted_p_values, several
from liveloop.estimate.result import normal_estimate

NAMES = {"bonferroni": "bonferroni", "holm": "holm", "benjamini-hochberg": "fdr_bh", "benjamini-yekutieli": "fdr_by"}


def drawn(rows=240, metrics=4, seed=1):
    chance = stream(seed, "rows")
    cluster, t = np.arange(rows) // 6, np.arange(rows) // 6 % 2
    common = chance.standard_normal((rows // 6, 1))
    y = (common + 0.5 * chance.standard_normal((rows // 6, metrics)))[cluster] + chance.standard_normal((rows, metrics))
    y[:, 0] += 1.2 * t
    return {"t": t, "cluster": cluster, "x": y[:, 1] + chance.standard_normal(rows), "w": 0.5 + chance.random(rows),
            **{f"m{k}": y[:, k] for k in range(metrics)}}  # fmt: skip


def test_benjamini_and_hochberg_1995():
    """Fifteen p-values of a trial of thrombolysis: Bonferroni rejects 3, the false discovery rate 4."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
         0.7590, 1.0]  # fmt: skip
    rejected = {how: int((adjusted_p_values(p, how) <= 0.05).sum()) for how in NAMES}
    assert rejected == {"bonferroni": 3, "holm": 3, "benjamini-hochberg": 4, "benjamini-yekutieli": 3}


@pytest.mark.parametrize("how", NAMES)
def test_p_values_as_statsmodels(how):
    for seed in range(5):
        p = stream(seed, "p").random(20) ** 3
        assert adjusted_p_values(p, how) == pytest.approx(multipletests(p, method=NAMES[how])[1], rel=1e-12)
    assert adjusted_p_values([0.3, 0.1], "none").tolist() == [0.3, 0.1]


def test_dunnett_1955():
    """Blood counts of three groups of animals, two drugs against a control: Dunnett (1955); scipy gives the law."""
    groups = [
        [7.40, 8.50, 7.20, 8.24, 9.84, 8.32],
        [9.76, 8.80, 7.68, 9.36],
        [12.80, 9.68, 12.16, 9.20, 10.55],
    ]
    data = {"y": np.concatenate(groups), "arm": np.repeat(["control", "drug a", "drug b"], [6, 4, 5])}
    made = several(data, outcomes=["y"], treatment="arm", control="control", correction="iid", draws=400_000)
    oracle = dunnett(*groups[1:], control=groups[0])
    between = oracle.confidence_interval(0.95)
    rows = list(made.rows.values())
    assert list(made) == ["y, 'drug a'", "y, 'drug b'"]
    assert rows[1].p_value == pytest.approx(oracle.pvalue[1], abs=0.0005)  # the largest t: one step, as Dunnett
    for at, one in enumerate(rows):  # 400,000 draws: a critical value to about 0.005
        assert (one.low, one.high) == pytest.approx((between.low[at], between.high[at]), abs=0.02)
    assert rows[0].p_value <= oracle.pvalue[0]  # the second step is over one metric only
    assert made.joint_p_value == pytest.approx(f_oneway(*groups).pvalue, rel=1e-9)


def test_rows_are_differences_and_covariances_their_own():
    data = drawn()
    names = [f"m{k}" for k in range(4)]
    given = {"treatment": "t", "clusters": "cluster", "covariates": ["x"], "weights": "w", "level": 0.9}
    for correction in ("CR0", "CR1", "CR2", "CR3"):
        made = several(data, outcomes=names, **given, correction=correction, how="none")
        for at, name in enumerate(names):
            alone = difference(data, outcome=name, **given, correction=correction)
            assert (made[name].value, made[name].low, made[name].p_value) == (alone.value, alone.low, alone.p_value)
            assert made.covariance[at][at] == pytest.approx(alone.standard_error**2, rel=1e-9)
    both = {**data, "sum": data["m1"] + data["m2"]}
    total = several(both, outcomes=["m1", "m2", "sum"], treatment="t", clusters="cluster", how="none").covariance
    assert total[0][0] + total[1][1] + 2 * total[0][1] == pytest.approx(total[2][2], rel=1e-9)


@pytest.mark.parametrize("correction", ["iid", "HC0", "HC1", "HC2", "HC3"])
def test_rows_that_stand_alone(correction):
    data = drawn()
    made = several(data, outcomes=["m0", "m1"], treatment="t", correction=correction, how="none")
    alone = difference(data, outcome="m1", treatment="t", correction=correction)
    assert made.covariance[1][1] == pytest.approx(alone.standard_error**2, rel=1e-9)
    if correction == "iid":  # Zellner: the covariance of residuals, over and over
        left = [data[m] - np.array([data[m][data["t"] == a].mean() for a in (0, 1)])[data["t"]] for m in ("m0", "m1")]
        assert made.covariance[0][1] == pytest.approx(left[0] @ left[1] / 238 * (1 / 120 + 1 / 120), rel=1e-9)


@pytest.mark.parametrize("clusters", [None, "cluster"])
def test_ratios_among_them(clusters):
    data = drawn()
    arm = np.array(["a", "b", "c"])[data["cluster"] % 3]
    data |= {"arm": arm, "one": np.ones(240), "size": 1.0 + np.arange(240) % 3}
    given = {"treatment": "arm", "clusters": clusters, "weights": "w"}
    made = several(data, outcomes=["m1", ("m1", "one"), ("m2", "size")], **given, how="none")
    assert list(made)[3:] == ["m1 / one, 'c'", "m2 / size, 'b'", "m2 / size, 'c'"]
    two = {name: one[arm != "b"] for name, one in data.items()}
    alone = ratio(two, outcome="m2", denominator="size", **given)
    one = made["m2 / size, 'c'"]
    assert (one.value, one.standard_error, one.df) == pytest.approx((alone.value, alone.standard_error, alone.df))
    covariance = np.array(made.covariance)
    assert covariance[0, 2] == pytest.approx(covariance[0, 0])  # a ratio over ones is the mean
    assert covariance[0, 3] == pytest.approx(covariance[0, 1])  # and two arms share their control
    assert np.abs(covariance[0, 4]) > 1e-6
    with pytest.raises(BadInput, match="no correction 'iid'"):
        several(data, outcomes=[("m1", "one")], treatment="arm", correction="iid")
    adjusted = several(two, outcomes=[("m2", "size")], **given, covariates=["x"], adjust="cuped", how="none")[
        "m2 / size"
    ]
    same = ratio(two, outcome="m2", denominator="size", **given, covariates=["x"])
    assert (adjusted.value, adjusted.standard_error) == pytest.approx((same.value, same.standard_error))


def test_copies_of_a_metric_ask_for_no_correction():
    data = drawn()
    data |= {f"c{k}": data["m1"] * (k + 1) for k in range(8)}
    names = [f"c{k}" for k in range(8)]
    made = several(data, outcomes=names, treatment="t", clusters="cluster")
    alone = several(data, outcomes=["m1"], treatment="t", clusters="cluster", how="none")["m1"]
    assert made["c3"].p_value == pytest.approx(alone.p_value, abs=0.02)
    assert made["c0"].high == pytest.approx(alone.high, abs=0.02)
    assert made.diagnostics[0].value == pytest.approx(1.0, abs=0.01)
    holm = several(data, outcomes=names, treatment="t", clusters="cluster", how="bonferroni")
    assert holm["c0"].high - alone.high > 0.2
    assert holm["c0"].conventions[0].high == pytest.approx(alone.high)


@pytest.mark.parametrize("shared", [True, False])
def test_the_largest_t_by_brute_force_and_step_by_step(shared):
    correlation = np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 1.0]])
    made = largest_t(np.array([2.9, -1.0, 2.4]), correlation, 6.0, level=0.9, draws=200_000, seed=3,
                     errors=np.ones((3, 3)) if shared else None)  # fmt: skip
    chance, root = stream(9, "brute"), np.linalg.cholesky(correlation)
    draws = np.abs(chance.standard_normal((100_000, 3)) @ root.T)
    residuals = chance.standard_normal((100_000, 6, 1 if shared else 3)) @ (np.eye(1) if shared else root.T)
    draws /= np.sqrt((residuals**2).mean(axis=1))
    first = (draws.max(axis=1) >= 2.9).mean()
    second = max(first, (draws[:, 1:].max(axis=1) >= 2.4).mean())
    third = max(second, (draws[:, 1] >= 1.0).mean())
    assert made.p_values == pytest.approx([first, third, second], abs=0.006)
    assert made.critical == pytest.approx(np.quantile(draws.max(axis=1), 0.9), abs=0.04)


def test_strong_effects_have_small_p_with_few_draws():
    data = drawn()
    made = several(data, outcomes=["m0", "m1", "m2", "m3"], treatment="t", draws=200)
    holm = several(data, outcomes=["m0", "m1", "m2", "m3"], treatment="t", how="holm")
    assert made["m0"].p_value <= holm["m0"].p_value < 1e-5


def test_results_of_any_method_are_adjusted():
    data = drawn()
    made = {
        "mean": difference(data, outcome="m0", treatment="t", clusters="cluster"),
        "median": quantile_effect(data, outcome="m1", treatment="t"),
    }
    out = adjust_several(made, "bonferroni")
    assert out["mean"].p_value == pytest.approx(2 * made["mean"].p_value)
    twice = difference(data, outcome="m0", treatment="t", clusters="cluster", level=0.975)
    assert (out["mean"].low, out["mean"].high) == pytest.approx((twice.low, twice.high), rel=1e-9)
    assert (out["median"].low, out["median"].high) == (made["median"].low, made["median"].high)
    assert "of this effect alone" in out["median"].warnings[-1]


def test_intervals_of_those_that_are_selected():
    """Benjamini and Yekutieli (2005): with R of m selected, each interval is at 1 - R q / m."""
    many = {f"e{k}": normal_estimate("e", z, 1.0) for k, z in enumerate([5.0, 4.0, 0.1, 0.2])}
    out = adjust_several(many, "benjamini-hochberg")
    half = normal_estimate("e", 5.0, 1.0, level=1 - 0.05 * 2 / 4)
    assert (out["e0"].low, out["e0"].high) == pytest.approx((half.low, half.high))
    wider = adjust_several(many, "benjamini-yekutieli")["e0"]
    assert wider.high - wider.low > half.high - half.low


def test_a_null_is_found_in_one_of_twenty_at_most():
    found = 0
    for seed in range(60):
        chance = stream(seed, "null")
        data = {"t": np.arange(60) % 2} | {f"m{k}": chance.standard_normal(60) for k in range(8)}
        made = several(data, outcomes=[f"m{k}" for k in range(8)], treatment="t", draws=2000)
        found += any(one.p_value < 0.05 for one in made.rows.values())
    assert found <= 8  # 5 % of 60, and three of its standard deviations


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"outcomes": []}, "0 outcomes"),
        ({"outcomes": ["m0", "m0"]}, "2 outcomes, 1 of them different"),
        ({"outcomes": ["z"]}, "there is no outcome 'z'"),
        ({"how": "sidak"}, "no how 'sidak'"),
        ({"adjust": "best"}, "no adjust"),
        ({"draws": 10}, "10 draws"),
        ({"covariates": ["flat"]}, "collinear"),
    ],
)
def test_bad_input(given, words):
    data = {**drawn(), "flat": np.ones(240)}
    with pytest.raises(BadInput, match=words):
        several(data, **{"outcomes": ["m0"], "treatment": "t", **given})


def test_bad_estimates():
    with pytest.raises(BadInput, match="no estimates"):
        adjust_several({})
    with pytest.raises(BadInput, match="1 estimates have no p-value"):
        adjust_several({"a": quantile_effect(drawn(), outcome="m0", treatment="t"),
                        "b": replace(normal_estimate("b", 1, 1), p_value=None)})  # fmt: skip
    with pytest.raises(BadInput, match="no numbers between 0 and 1"):
        adjusted_p_values([0.5, 1.5], "holm")
