"""Do capped and trimmed means say what they leave out, with the intervals of the literature?"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import ttest_ind

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.randomised.tails import trimmed, winsorised

AT = {"outcome": "y", "treatment": "t"}


def drawn(rows=200, seed=1, effect=0.2):
    chance = stream(seed, "rows")
    t, cluster = np.arange(rows) // 4 % 2, np.arange(rows) // 4
    y = chance.exponential(1.0, rows) ** 2 * (1 + effect * t)
    return {"y": y, "t": t, "cluster": cluster, "x": y + chance.standard_normal(rows), "w": 0.5 + chance.random(rows)}


def test_yuen_as_scipy():
    few = {"y": [56, 128.6, 12, 123.8, 64.34, 78, 763.3, 1.1, 2.9, 4.2], "t": [1] * 7 + [0] * 3}
    oracle = ttest_ind(few["y"][:7], few["y"][7:], trim=0.2, equal_var=False)
    assert trimmed(few, **AT).p_value == pytest.approx(oracle.pvalue, rel=1e-9)
    for share in (0.0, 0.1, 0.25):
        rows = drawn()
        arms = [rows["y"][rows["t"] == arm] for arm in (1, 0)]
        oracle = ttest_ind(*arms, trim=share, equal_var=False)
        made = trimmed(rows, **AT, share=share)
        assert (made.p_value, made.df) == pytest.approx((oracle.pvalue, oracle.df), rel=1e-9)
        assert made.correction == "yuen"


def test_trimmed_upper_end_by_hand_and_by_clusters():
    data = drawn()
    made = trimmed(data, **AT, share=0.05, sides="upper", clusters="cluster", correction="CR0")
    values, changes = [], np.empty(200)
    for arm in (0, 1):
        rows = np.flatnonzero(data["t"] == arm)
        ordered = np.sort(data["y"][rows])
        kept = ordered[: len(ordered) - 5]
        values.append(kept.mean())
        flat = np.minimum(data["y"][rows], kept[-1])
        changes[rows] = (flat - flat.mean()) / 0.95 / len(rows) * (1 if arm else -1)
    assert made.value == pytest.approx(values[1] - values[0], rel=1e-12)
    summed = np.bincount(data["cluster"], changes)
    assert made.standard_error == pytest.approx(np.sqrt((summed**2).sum()), rel=1e-9)
    assert made.counts["rows trimmed"] == 10


def test_trimmed_with_weights():
    data = drawn()
    alike = trimmed({**data, "w": np.full(200, 2.0)}, **AT, weights="w", correction="HC2")
    plain = trimmed(data, **AT, correction="HC2")
    assert (alike.value, alike.standard_error) == pytest.approx((plain.value, plain.standard_error))
    assert trimmed(data, **AT, weights="w").correction == "HC2"
    assert trimmed(data, **AT, weights="w").value != plain.value


def test_winsorised_is_a_regression_of_the_capped_outcome():
    data = pd.DataFrame(drawn())
    cap = data["y"].quantile(0.9)
    capped = data.assign(y=data["y"].clip(upper=cap), c=data["x"] - data["x"].mean())
    oracle = smf.ols("y ~ t * c", capped).fit(cov_type="cluster", cov_kwds={"groups": data["cluster"]})
    given = {"clusters": "cluster", "covariates": ["x"], "correction": "CR1"}
    made = winsorised(data, **AT, quantile=0.9, **given)
    assert (made.value, made.standard_error) == pytest.approx((oracle.params["t"], oracle.bse["t"]), rel=1e-8)
    assert made.counts["rows capped"] == 20
    assert winsorised(data, **AT, cap=cap, **given).value == pytest.approx(made.value, rel=1e-12)


def test_what_is_left_out_makes_up_the_plain_difference():
    data = drawn(400)
    made = winsorised(data, **AT, quantile=0.9, sides="both", weights="w")
    said = {one.name: one.value for one in made.diagnostics}
    plain = difference(data, **AT, weights="w")
    assert made.value + said["difference left out"] == pytest.approx(plain.value, rel=1e-10)
    assert said["difference of the plain means"] == pytest.approx(plain.value, rel=1e-12)
    assert 0 < said["share of the total left out"] < 1


def test_an_effect_above_the_cap_is_said():
    data = drawn(2000, effect=0.0)
    large = np.arange(2000) % 50 == 4
    moved = {**data, "y": data["y"] + large * data["t"] * 50}
    made = winsorised(moved, **AT, cap=5.0)
    assert "the treatment changes what lies above the cap" in made.warnings[-1]
    assert [one.holds for one in made.diagnostics if one.name == "difference left out"] == [False]
    unsure = winsorised(data, **AT, quantile=0.98)
    assert any("cannot say what the whole difference is" in one for one in unsure.warnings)
    quiet = winsorised(data, **AT, cap=1000.0)
    assert quiet.warnings == ()
    assert quiet.value == pytest.approx(difference(data, **AT).value)


def test_a_floor_and_weighted_quantiles():
    data = drawn()
    made = winsorised(data, **AT, cap=2.0, floor=0.5, level=0.5)
    arms = [np.clip(data["y"][data["t"] == arm], 0.5, 2.0).mean() for arm in (0, 1)]
    assert made.value == pytest.approx(arms[1] - arms[0], rel=1e-12)
    assert "between 0.5 and 2" in made.what
    assert made.high - made.low < 2 * made.standard_error
    twice = winsorised({**data, "w": np.full(200, 3.0)}, **AT, weights="w", quantile=0.9)
    assert twice.value == pytest.approx(winsorised(data, **AT, quantile=0.9).value, abs=0.01)


def test_nothing_is_found_where_nothing_is():
    found = {"winsorised": 0, "trimmed": 0}
    for seed in range(60):
        data = drawn(200, seed, 0.0)
        found["winsorised"] += winsorised(data, **AT).excludes_zero
        found["trimmed"] += trimmed(data, **AT).excludes_zero
    assert max(found.values()) <= 8  # 5 % of 60, and three of its standard deviations


@pytest.mark.parametrize(
    ("method", "given", "words"),
    [
        (winsorised, {"quantile": 0.3}, "quantile is 0.3"),
        (winsorised, {"sides": "lower"}, "no sides 'lower'"),
        (winsorised, {"cap": -1.0}, "all 200 rows are -1 once capped"),
        (winsorised, {"cap": 1.0, "floor": 2.0}, "the cap 1 is not above the floor 2"),
        (trimmed, {"share": 0.5}, "share is 0.5"),
        (trimmed, {"share": 0.99, "sides": "upper"}, "1 rows of 100 are left in an arm"),
        (trimmed, {"correction": "yuen", "clusters": "cluster"}, "'yuen' is for rows that stand alone"),
        (trimmed, {"treatment": "one"}, "has one arm only"),
    ],
)
def test_bad_input(method, given, words):
    data = {**drawn(), "one": np.ones(200)}
    with pytest.raises(BadInput, match=words):
        method(data, **{**AT, **given})
