"""Is bad input refused with the column and the count?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.estimate.compliance.anderson_rubin import anderson_rubin
from liveloop.estimate.compliance.balke_pearl import balke_pearl_bounds
from liveloop.estimate.compliance.compliers import complier_characteristics
from liveloop.estimate.compliance.instruments import endogeneity, first_stage, overidentification
from liveloop.estimate.compliance.late import intention_to_treat, late
from liveloop.estimate.compliance.lee import lee_bounds
from liveloop.estimate.compliance.limited_information import gmm, liml
from liveloop.estimate.compliance.manski import manski_bounds, missing_outcome_bounds
from liveloop.estimate.compliance.replicate_sets import many_anderson_rubin
from liveloop.estimate.compliance.two_stage import two_stage_least_squares
from liveloop.estimate.compliance.valid_t import tf_interval, valid_critical

DRAW = np.random.default_rng(0)
DATA = {
    "y": DRAW.normal(size=40), "d": DRAW.normal(size=40), "z": DRAW.normal(size=40), "v": DRAW.normal(size=40),
    "arm": np.arange(40) % 2, "took": np.arange(40) % 4 // 3, "cluster": np.arange(40) // 4, "w": np.ones(40),
    "one": np.ones(40), "event": np.arange(40) % 3 // 2, "three": np.arange(40) % 3,
}  # fmt: skip
IV = {"outcome": "y", "treatment": "d", "instrument": "z"}
TRIAL = {"outcome": "y", "treatment": "arm", "uptake": "took"}


def changed(**columns):
    return {**DATA, **columns}


def holed(name, count=3):
    return {**DATA, name: np.where(np.arange(40) < count, np.nan, DATA[name].astype(float))}


BAD = [
    (two_stage_least_squares, holed("y"), IV, "outcome 'y' is missing in 3 of 40 rows"),
    (two_stage_least_squares, holed("z", 2), IV, "instrument 'z' is missing in 2 of 40 rows"),
    (two_stage_least_squares, DATA, {**IV, "treatment": "nothing"}, "there is no treatment 'nothing'"),
    (two_stage_least_squares, changed(y=np.array(["a"] * 40)), IV, "outcome 'y' holds string"),
    (two_stage_least_squares, {name: one[:0] for name, one in DATA.items()}, IV, "the data have 0 rows"),
    (two_stage_least_squares, DATA, {**IV, "treatment": ["d", "v"]}, "1 instruments for 2 treatments"),
    (two_stage_least_squares, DATA, {**IV, "covariates": ["d"]}, "'d' is named for two parts"),
    (two_stage_least_squares, DATA, {**IV, "treatment": []}, "no treatment was named"),
    (two_stage_least_squares, DATA, {**IV, "instrument": "one"}, "'one' is 1 in all 40 rows"),
    (two_stage_least_squares, DATA, {**IV, "treatment": "one"}, "'one' is 1 in all 40 rows"),
    (two_stage_least_squares, changed(v=2 * DATA["z"] + 1), {**IV, "instrument": ["z", "v"]}, "'v' can be made of"),
    (two_stage_least_squares, changed(z=DATA["v"] + 3), {**IV, "covariates": ["v"]}, "'z' can be made of"),
    (two_stage_least_squares, changed(d=DATA["v"] * 2), {**IV, "covariates": ["v"]}, "do not move"),
    (two_stage_least_squares, DATA, {**IV, "clusters": "one"}, "cluster 'one' has 1 value in all 40 rows"),
    (two_stage_least_squares, DATA, {**IV, "correction": "CR2"}, "CR2 needs clusters"),
    (two_stage_least_squares, DATA, {**IV, "correction": "HC9"}, "no correction 'HC9'"),
    (two_stage_least_squares, changed(w=np.arange(40.0)), {**IV, "weights": "w"}, "not above 0 in 1 of 40 rows"),
    (two_stage_least_squares, {name: one[:2] for name, one in DATA.items()}, IV, "2 rows for 2 parameters"),
    (anderson_rubin, DATA, {**IV, "correction": "jackknife"}, "not for tests"),
    (tf_interval, DATA, {**IV, "instrument": "nothing"}, "there is no instrument 'nothing'"),
    (first_stage, DATA, {"treatment": "one", "instrument": "z"}, "'one' is 1 in all 40 rows"),
    (overidentification, DATA, IV, "1 instruments for 1 treatments"),
    (overidentification, DATA, {**IV, "instrument": ["z", "v"], "kind": "x"}, "no kind 'x'"),
    (endogeneity, DATA, {**IV, "kind": "Durbin", "correction": "HC1"}, "errors of one variance"),
    (liml, DATA, {**IV, "correction": "HC2"}, "no correction 'HC2' here"),
    (liml, DATA, {**IV, "fuller": -1.0}, "fuller is -1"),
    (gmm, DATA, {**IV, "steps": "three"}, "no steps 'three'"),
    (gmm, DATA, {**IV, "correction": "CR1"}, "CR1 needs clusters"),
    (late, changed(arm=np.zeros(40)), TRIAL, "has one arm only: 0.0 in all 40 rows"),
    (late, changed(took=np.zeros(40)), TRIAL, "uptake 'took' has 1 values: 0.0, in 40 rows"),
    (late, DATA, {**TRIAL, "uptake": "three"}, "uptake 'three' has 3 values: 0, 1, 2, in 40 rows"),
    (late, DATA, {**TRIAL, "uptake": "arm"}, "both what was assigned and what was taken"),
    (late, DATA, {**TRIAL, "adjust": "both"}, "no adjustment 'both'"),
    (late, changed(took=np.arange(40) % 4 // 2), TRIAL, "the instruments do not move treatment 'took' at all"),
    (late, holed("y"), TRIAL, "outcome 'y' is missing in 3 of 40 rows"),
    (intention_to_treat, holed("y"), TRIAL, "outcome 'y' is missing in 3 of 40 rows"),
    (complier_characteristics, DATA, {"treatment": "arm", "uptake": "took", "given": ["arm"]}, "cannot be fitted"),
    (complier_characteristics, holed("v"), {"treatment": "arm", "uptake": "took", "covariates": ["v"]},
     "covariate 'v' is missing in 3 of 40 rows"),
    (manski_bounds, DATA, {"outcome": "y", "treatment": "took", "least": 0.0}, "outside 0 to"),
    (manski_bounds, DATA, {"outcome": "y", "treatment": "took", "response": "up"}, "no response 'up'"),
    (balke_pearl_bounds, DATA, TRIAL, "outcome 'y' has 40 values"),
    (balke_pearl_bounds, DATA, {**TRIAL, "outcome": "event", "of": "all"}, "no target 'all'"),
    (lee_bounds, changed(y=np.where(DATA["arm"] == 1, np.nan, DATA["y"])), {"outcome": "y", "treatment": "arm"},
     "no outcome is there in arm 1"),
    (lee_bounds, changed(y=np.full(40, np.nan)), {"outcome": "y", "treatment": "arm"}, "missing in all 40 rows"),
    (lee_bounds, changed(y=np.r_[np.inf, DATA["y"][1:]]), {"outcome": "y", "treatment": "arm"}, "infinite in 1 of 40"),
    (lee_bounds, DATA, {"outcome": "y", "treatment": "arm", "observed": "three"}, "neither 0 nor 1 in 13 of 40 rows"),
    (lee_bounds, holed("y"), {"outcome": "y", "treatment": "arm", "observed": "one"}, "is missing in 3 rows in which"),
    (lee_bounds, {name: one[:0] for name, one in DATA.items()}, {"outcome": "y", "treatment": "arm"}, "0 rows"),
    (missing_outcome_bounds, DATA, {"outcome": "nothing", "treatment": "arm"}, "there is no outcome 'nothing'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("estimate", "data", "parts", "words"), BAD, ids=[f"{one[0].__name__}, {one[3]}" for one in BAD]
)
def test_bad_input_is_named(estimate, data, parts, words):
    with pytest.raises(BadInput, match=words.replace("(", r"\(")):
        estimate(data, **parts)


def test_levels_and_replicates_are_checked():
    with pytest.raises(BadInput, match="level is 1"):
        valid_critical(10.0, 1.0)
    lost = {"outcome": "y", "treatment": "arm"}
    by_iv, by_trial = (two_stage_least_squares, anderson_rubin, tf_interval, liml), (late, intention_to_treat)
    for estimate, parts in [*((one, IV) for one in by_iv), *((one, TRIAL) for one in by_trial), (lee_bounds, lost)]:
        with pytest.raises(BadInput, match="level is 95"):
            estimate(DATA, **parts, level=95)
    with pytest.raises(BadInput, match="no correction '3'"):
        many_anderson_rubin(np.zeros((1, 9)), np.zeros((1, 9)), np.zeros(9), correction="3")


def test_linearmodels_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "linearmodels.iv", None)
    with pytest.raises(BadInput, match=r"liveloop\[iv\]"):
        liml(DATA, **IV)
