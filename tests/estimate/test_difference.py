"""Is a difference of means what the literature says it is, and what it was asked for?"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from causaldata import nsw_mixtape

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate import difference
from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.randomised import REGIMES, clustered


def test_dehejia_and_wahba_1999():
    """The experimental benchmark, 1794 (633): Dehejia and Wahba (1999), Table 3; one variance for both arms."""
    data = nsw_mixtape.load_pandas().data
    made = difference(data, outcome="re78", treatment="treat", correction="iid")
    assert (round(made.value), round(made.standard_error)) == (1794, 633)
    assert round(difference(data, outcome="re78", treatment="treat").standard_error) == 671  # Welch's


@pytest.mark.parametrize(("adjust", "formula"), [("cuped", "y ~ t + x"), ("lin", "y ~ t * centred"), ("none", "y ~ t")])
@pytest.mark.parametrize("correction", ["HC1", "CR1"])
def test_as_statsmodels(adjust, formula, correction):
    data, _ = clustered(5, [4, 9, 2, 30, 8, 8, 3, 17, 6, 12], 0.3)
    data = {**data, "centred": data["x"] - data["x"].mean()}
    made = difference(data, outcome="y", treatment="t", clusters="cluster", covariates=["x"], adjust=adjust,
                      correction=correction)  # fmt: skip
    how = (
        {"cov_type": "cluster", "cov_kwds": {"groups": data["cluster"]}} if correction == "CR1" else {"cov_type": "HC1"}
    )
    oracle = smf.ols(formula, pd.DataFrame(data)).fit(**how)
    assert (made.value, made.standard_error) == pytest.approx((oracle.params["t"], oracle.bse["t"]), rel=1e-8)
    assert {one.name for one in made.conventions} | {made.correction} == {
        "iid", "HC1", "HC2", "HC3", "CR1", "CR2", "CR3"
    }  # fmt: skip


def test_weights_are_those_of_means():
    chance = stream(1, "weights")
    data = {"y": chance.standard_normal(60), "t": np.repeat([0, 1], 30), "w": 0.5 + chance.random(60)}
    made = difference(data, outcome="y", treatment="t", weights="w")
    means = [np.average(data["y"][data["t"] == arm], weights=data["w"][data["t"] == arm]) for arm in (0, 1)]
    assert made.value == pytest.approx(means[1] - means[0], rel=1e-12)


def test_level_control_and_counts():
    data, _ = clustered(5, [10] * 12, 0.3)
    data = {**data, "arm": np.where(data["t"] > 0, "new", "old")}
    made = difference(data, outcome="y", treatment="arm", clusters="cluster", control="old", level=0.9)
    wide = difference(data, outcome="y", treatment="t", clusters="cluster", level=0.99)
    assert made.value == wide.value
    assert made.high - made.low < wide.high - wide.low
    assert made.counts == {
        "rows": 120,
        "rows, 'old'": 60,
        "rows, 'new'": 60,
        "cluster": 12,
        "cluster, 'old'": 6,
        "cluster, 'new'": 6,
    }
    assert any("only 12 clusters" in one for one in made.warnings)
    rows = difference(data, outcome="y", treatment="t", clusters="cluster", correction="HC2")
    assert any("takes rows for independent" in one for one in rows.warnings)


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.name)
def test_it_covers_where_it_is_at_home(regime):
    """A share of 300 below 0.91 or above 0.99 has a chance below 1 in 1,000 where it is 0.95."""
    done = coverage(regime, range(300))
    assert 0.91 <= done.share <= 0.99
    assert abs(done.bias) < 4 * done.spread / 300**0.5


def test_rows_taken_for_independent_do_not_cover():
    liar = REGIMES[3]
    rows = coverage(
        type(liar)(liar.name, "", liar.draw, lambda data: difference(data, outcome="y", treatment="t")), range(200)
    )
    assert rows.high < 0.85


@pytest.mark.parametrize(
    ("changes", "how", "words"),
    [
        ({"y": [1.0, None, 2.0, 3.0]}, {}, "outcome 'y' is missing in 1 of 4 rows"),
        ({"t": [1, 1, 1, 1]}, {}, "one arm only"),
        ({}, {"covariates": ["t"], "adjust": "cuped"}, "perfect collinearity"),
        ({}, {"weights": "w"}, "weight 'w' is not above 0 in 1 of 4 rows"),
        ({}, {"clusters": "c"}, r"has 1 cluster \(c\), of 2 in all"),
        ({}, {"adjust": "magic"}, "no adjustment 'magic'"),
        ({}, {"correction": "CR2"}, "CR2 needs clusters"),
        ({}, {"correction": "HC9"}, "no correction 'HC9'"),
        ({}, {"outcome": "q"}, "there is no outcome 'q'"),
    ],
)
def test_bad_input_is_refused_in_words(changes, how, words):
    data = {
        "y": [1.0, 2.0, 4.0, 5.0], "t": [0, 0, 1, 1], "x": [1.0, 2.0, 1.0, 4.0], "w": [1.0, 0.0, 1.0, 1.0],
        "c": [0, 0, 1, 1], **changes,
    }  # fmt: skip
    given = {"outcome": "y", "treatment": "t", **how}
    frame = {name: np.array(column, dtype=float) if None in column else column for name, column in data.items()}
    with pytest.raises(BadInput, match=words):
        difference(frame, **given)
