"""Is an effect in another population the average of stratum effects by its shares, however those are given?"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.population import to_population
from liveloop.estimate.randomised.strata import stratified

AT = {"outcome": "y", "treatment": "t", "strata": "s"}
SHARES = {"a": 0.1, "b": 0.3, "c": 0.6}


def drawn(rows=180, seed=1):
    chance = stream(seed, "rows")
    s = np.array(["a", "b", "c"])[np.minimum(np.arange(rows) % 6, 2)]
    t = chance.integers(0, 2, rows)
    y = t * np.select([s == "a", s == "b"], [0.0, 1.0], 3.0) + chance.standard_normal(rows)
    return {"y": y, "t": t, "s": s, "r": np.arange(rows) // (rows // 2), "cluster": np.arange(rows) // 5}


def test_is_a_regression_weighted_cell_by_cell():
    """Weights of share over rows in each cell of stratum and arm give the value; HC0 of cells gives the error."""
    data = pd.DataFrame(drawn())
    made = to_population(data, **AT, population=SHARES, correction="HC0")
    size = data.groupby(["s", "t"])["y"].transform("size")
    weight = data["s"].map(SHARES) / size
    fit = sm.WLS(data["y"], sm.add_constant(data["t"]), weights=weight).fit()
    assert made.value == pytest.approx(fit.params["t"], rel=1e-10)
    left = data["y"] - data.groupby(["s", "t"])["y"].transform("mean")
    assert made.standard_error == pytest.approx(np.sqrt(((left * weight) ** 2).sum()), rel=1e-10)


def test_own_shares_give_the_stratified_estimate():
    data = drawn()
    own = dict(zip(*np.unique(data["s"], return_counts=True), strict=True))
    made, same = to_population(data, **AT, population=own), stratified(data, **AT, target="sample")
    assert (made.value, made.standard_error) == pytest.approx((same.value, same.standard_error), rel=1e-10)
    assert {one.name: one.value for one in made.diagnostics}["design effect of the weights"] == pytest.approx(1.0)


def test_shares_counts_tables_and_rows_say_the_same():
    data = drawn()
    mapping = to_population(data, **AT, population=SHARES)
    table = pd.DataFrame({"s": ["a", "b", "b", "c"], "n": [100, 100, 200, 600]})
    rows = pd.DataFrame({"s": np.repeat(["a", "b", "c"], [10, 30, 60])})
    for made in (
        to_population(data, **AT, population={"a": 10, "b": 30, "c": 60}),
        to_population(data, **AT, population=table, shares="n"),
        to_population(data, **AT, population=rows, sampled=False),
    ):
        assert (made.value, made.standard_error) == pytest.approx((mapping.value, mapping.standard_error), rel=1e-12)
    sampled = to_population(data, **AT, population=rows)
    effects = [one.value for one in (to_population(data, **AT, population={k: 1.0}) for k in SHARES)]
    p = np.array(list(SHARES.values()))
    spread = p @ (np.array(effects) - p @ effects) ** 2 / 100
    added = sampled.standard_error**2 - mapping.standard_error**2
    assert 0.5 * spread < added < spread  # noise in the effects is taken off
    assert sampled.counts["rows of the population's sample"] == 100


def test_several_columns_and_clusters():
    data = drawn()
    keys = {(s, r): (1 + r) * share for s, share in SHARES.items() for r in (0, 1)}
    made = to_population(data, outcome="y", treatment="t", strata=["s", "r"], population=keys, clusters="cluster")
    frame = pd.DataFrame(data)
    means = frame.groupby(["s", "r", "t"])["y"].mean().unstack("t")
    effect = means[1] - means[0]
    assert made.value == pytest.approx(sum(effect[key] * share for key, share in keys.items()) / 3, rel=1e-10)
    assert made.correction == "CR2"


def test_a_stratum_that_is_not_there_is_refused_or_said():
    data = drawn()
    with pytest.raises(BadInput, match=r"1 strata of the population cannot be estimated: 'd' \(40.0%: no rows\)"):
        to_population(data, **AT, population={"a": 0.3, "b": 0.3, "d": 0.4})
    made = to_population(data, **AT, population={"a": 0.3, "b": 0.3, "d": 0.4}, empty="drop")
    assert made.value == pytest.approx(to_population(data, **AT, population={"a": 1, "b": 1}).value)
    assert "40.0% of the population" in made.warnings[0]
    assert made.counts["rows outside the population's strata"] == (data["s"] == "c").sum()
    lost = {**data, "t": np.where(data["s"] == "b", 1, data["t"])}
    with pytest.raises(BadInput, match="0 of 0 and 30 of 1"):
        to_population(lost, **AT, population=SHARES)
    with pytest.raises(BadInput, match="no stratum of the population"):
        to_population(data, **AT, population={"x": 1.0}, empty="drop")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"population": {"a": -1.0, "b": 2.0}}, "below 0 in 1 rows"),
        ({"population": {"a": 0.0}}, "add up to 0"),
        ({"population": SHARES, "empty": "keep"}, "no empty 'keep'"),
        ({"population": pd.DataFrame({"z": [1]})}, "there is no stratum 's'"),
        ({"population": SHARES, "outcome": "nothing"}, "there is no outcome 'nothing'"),
    ],
)
def test_bad_input(given, words):
    with pytest.raises(BadInput, match=words):
        to_population(drawn(), **{**AT, **given})
