"""Is bad input refused with the column and the count?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import normals, uniforms
from liveloop.estimate.observed.augmented import aipw
from liveloop.estimate.observed.balanced import entropy_balance
from liveloop.estimate.observed.matching import match
from liveloop.estimate.observed.overlap import overlap
from liveloop.estimate.observed.partial import partially_linear
from liveloop.estimate.observed.standardised import standardise
from liveloop.estimate.observed.weighting import ipw

METHODS = (ipw, standardise, aipw, entropy_balance, match, partially_linear)
OPTIONS = {"outcome": "y", "treatment": "t", "covariates": ["x", "z"]}


def drawn(rows=60):
    ids = np.arange(rows)
    x = normals(1, "x", ids)
    return {"y": x + normals(1, "y", ids), "t": (uniforms(1, "t", ids) < 0.5) * 1, "x": x, "z": normals(1, "z", ids),
            "g": ids // 6, "w": np.ones(rows)}  # fmt: skip


def with_gap(data, name, value=np.nan):
    return data | {name: np.where(np.arange(len(data["y"])) < 3, value, data[name])}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("changed", "options", "words"),
    [
        (lambda d: with_gap(d, "y"), {}, r"y: outcome 'y' is missing in 3 of 60 rows"),
        (lambda d: with_gap(d, "z"), {}, r"z: covariate 'z' is missing in 3 of 60 rows"),
        (lambda d: d | {"t": np.ones(60)}, {}, r"t: treatment 't' (has one arm only: 1\.0 in all|is 1 in all) 60 rows"),
        (lambda d: d | {"z": 2 * d["x"] + 1}, {}, r"'z' can be made of the other columns"),
        (lambda d: d | {"z": np.full(60, 5.0)}, {}, r"'z' can be made of the other columns"),
        (lambda d: {k: v[:0] for k, v in d.items()}, {}, r"the data have 0 rows"),
        (lambda d: d | {"z": np.array(["a", "b"] * 30)}, {}, r"covariate 'z' holds string"),
        (lambda d: d | {"g": np.zeros(60)}, {"clusters": "g"}, r"g: cluster 'g' has one value only in all 60 rows"),
        (lambda d: with_gap(d, "w", -1.0), {"weights": "w"}, r"w: weight 'w' is not above 0 in 3 of 60 rows"),
        (lambda d: d, {"covariates": "x"}, r"covariates is the text 'x'"),
        (lambda d: d, {"covariates": []}, r"no covariates"),
        (lambda d: d, {"covariates": ["age"]}, r"there is no covariate 'age'"),
        (lambda d: d, {"level": 95}, r"level is 95"),
    ],
)
def test_columns_and_counts_are_named(method, changed, options, words):
    with pytest.raises(BadInput, match=words):
        method(changed(drawn()), **OPTIONS | options)


@pytest.mark.parametrize("method", METHODS[:-1])
def test_an_arm_of_one_row_is_refused(method):
    with pytest.raises(BadInput, match=r"t: treatment 't' is 1 in 1 of 60 rows"):
        method(drawn() | {"t": (np.arange(60) == 5) * 1}, **OPTIONS)
    with pytest.raises(BadInput, match=r"treatment 't' has 3 arms"):
        method(drawn() | {"t": np.arange(60) % 3}, **OPTIONS)


@pytest.mark.parametrize("method", METHODS)
def test_an_outcome_that_does_not_vary_has_no_interval(method):
    with pytest.raises(BadInput, match=r"outcome 'y' is 3 in all 60 rows"):
        method(drawn() | {"y": np.full(60, 3.0)}, **OPTIONS)


@pytest.mark.parametrize("method", [ipw, standardise, match])
def test_an_outcome_that_the_treatment_settles_has_none_either(method):
    with pytest.raises(BadInput, match="vary"):
        method(drawn() | {"y": drawn()["t"] * 2.0}, **OPTIONS)


@pytest.mark.parametrize("method", [ipw, aipw])
def test_separated_arms_are_refused(method):
    with pytest.raises(BadInput, match=r"treatment 't' is separated by 'x': 60 of 60 rows"):
        method(drawn() | {"t": (drawn()["x"] > 0) * 1}, **OPTIONS | ({"folds": 1} if method is aipw else {}))


def test_a_treatment_that_covariates_settle_is_refused():
    with pytest.raises(BadInput, match="'t' perfectly"):
        partially_linear(drawn() | {"t": drawn()["x"] ** 2, "z": drawn()["x"] ** 2}, **OPTIONS)


def test_more_covariates_than_rows_are_refused():
    wide = {f"c{at}": normals(1, f"c{at}", range(20)) for at in range(25)}
    data = {key: column[:20] for key, column in drawn().items()} | wide
    with pytest.raises(BadInput, match="20 rows for 26 parameters"):
        overlap(data, treatment="t", covariates=list(wide))
    with pytest.raises(BadInput, match="in an arm or fold"):
        standardise(data, outcome="y", treatment="t", covariates=list(wide)[:15])
