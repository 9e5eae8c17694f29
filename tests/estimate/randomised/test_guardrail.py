"""Is a guardrail called safe or harmful only where a one-sided interval says so?"""

import numpy as np
import pytest
from scipy.stats import t as student
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.randomised.guardrail import guardrail

AT = {"outcome": "y", "treatment": "t"}


def drawn(rows=400, effect=0.0, seed=1):
    chance = stream(seed, "rows")
    t, cluster = np.arange(rows) // 5 % 2, np.arange(rows) // 5
    y = 4 + effect * t + chance.standard_normal(rows) + 0.3 * chance.standard_normal(rows // 5)[cluster]
    return {"y": y, "t": t, "cluster": cluster, "x": y + chance.standard_normal(rows), "w": 0.5 + chance.random(rows)}


@pytest.mark.parametrize(("better", "side"), [("lower", "smaller"), ("higher", "larger")])
def test_as_statsmodels(better, side):
    data = drawn(effect=0.1)
    margin = 0.3
    arms = [DescrStatsW(data["y"][data["t"] == arm]) for arm in (1, 0)]
    _, p_value, df = CompareMeans(*arms).ttest_ind(side, "pooled", margin if better == "lower" else -margin)
    made = guardrail(data, **AT, margin=margin, better=better, correction="iid")
    assert (made.p_value, made.df) == pytest.approx((p_value, df), rel=1e-9)
    sign = 1 if better == "lower" else -1
    low, high = CompareMeans(*arms).tconfint_diff(0.1, usevar="pooled")
    bounds = (low, high) if sign > 0 else (-high, -low)
    assert (made.harm_at_least, made.harm_at_most) == pytest.approx(bounds, rel=1e-9)
    assert made.harm == pytest.approx(sign * made.value)
    assert (made.low, made.high) == pytest.approx(CompareMeans(*arms).tconfint_diff(0.05, usevar="pooled"), rel=1e-9)


@pytest.mark.parametrize(
    ("effect", "better", "rows", "verdict"),
    [
        (0.0, "lower", 4000, "safe"),
        (0.0, "lower", 60, "undecided"),
        (1.0, "lower", 4000, "harmful"),
        (-1.0, "lower", 4000, "safe"),
        (-1.0, "higher", 4000, "harmful"),
        (1.0, "higher", 4000, "safe"),
    ],
)
def test_verdicts(effect, better, rows, verdict):
    made = guardrail(drawn(rows, effect), **AT, margin=0.25, better=better)
    assert made.verdict == verdict
    assert str(made).startswith(verdict)
    assert (made.p_value < 0.05) is (verdict == "safe")
    assert made.to_dict()["verdict"] == verdict


def test_worse_by_less_than_the_margin_is_said():
    made = guardrail(drawn(4000, 0.2), **AT, margin=0.5, better="lower")
    assert made.verdict == "safe"
    assert "worse than no change" in made.warnings[0]
    open_still = guardrail(drawn(4000, 0.2), **AT, margin=made.harm, better="lower")
    assert open_still.verdict == "undecided"
    assert "whether by more than the margin is open" in open_still.warnings[0]
    needed = {one.name: one.value for one in made.diagnostics}["margin that would be safe"]
    assert guardrail(drawn(4000, 0.2), **AT, margin=needed * 1.0001, better="lower").verdict == "safe"
    assert guardrail(drawn(4000, 0.2), **AT, margin=needed * 0.9999, better="lower").verdict == "undecided"


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_a_relative_margin_counts_the_error_of_the_control(better):
    data = drawn(effect=0.1)
    made = guardrail(data, **AT, margin=0.05, better=better, relative=True, clusters="cluster")
    sign = 1 if better == "lower" else -1
    scaled = {**data, "y": np.where(data["t"] == 0, (1 + sign * 0.05) * data["y"], data["y"])}
    excess = difference(scaled, **AT, clusters="cluster")
    control = data["y"][data["t"] == 0].mean()
    plain = difference(data, **AT, clusters="cluster")
    assert made.harm == pytest.approx(sign * plain.value / control, rel=1e-9)
    assert (made.harm_at_most < 0.05) is (made.verdict == "safe")
    z = (made.harm_at_most - made.harm) * control / excess.standard_error
    assert z == pytest.approx(student.ppf(0.95, excess.df), rel=1e-9)
    assert made.value == plain.value


def test_clusters_covariates_weights_and_level():
    data = drawn(effect=0.1)
    given = {"clusters": "cluster", "covariates": ["x"], "weights": "w", "correction": "CR1", "level": 0.9}
    made = guardrail(data, **AT, margin=0.2, better="lower", **given)
    same = difference(data, **AT, **given)
    assert (made.value, made.low, made.high, made.standard_error) == (
        same.value,
        same.low,
        same.high,
        same.standard_error,
    )
    assert (
        made.harm_at_most < guardrail(data, **AT, margin=0.2, better="lower", **{**given, "level": 0.99}).harm_at_most
    )
    assert [one.name for one in made.conventions] == [one.name for one in same.conventions]


def test_harm_at_the_margin_is_called_safe_in_one_of_twenty():
    safe = sum(guardrail(drawn(100, 0.5, seed), **AT, margin=0.5, better="lower", clusters="cluster").verdict == "safe"
               for seed in range(60))  # fmt: skip
    assert safe <= 8  # 5 % of 60, and three of its standard deviations


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"margin": 0.0}, "margin is 0.0"),
        ({"margin": np.nan}, "margin is nan"),
        ({"better": "up"}, "no better 'up'"),
        ({"level": 0.4}, "level is 0.4"),
        ({"outcome": "minus", "relative": True}, "the control's mean of 'minus' is -"),
        ({"treatment": "one"}, "one arm only"),
    ],
)
def test_bad_input(given, words):
    data = drawn()
    data |= {"minus": -data["y"], "one": np.ones(400)}
    with pytest.raises(BadInput, match=words):
        guardrail(data, **{**AT, "margin": 0.1, "better": "lower", **given})
