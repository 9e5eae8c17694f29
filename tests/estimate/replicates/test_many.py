"""Do thousands of replicates at once give what each gives alone?"""

import numpy as np
import pytest
from linearmodels.iv import IV2SLS
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate import difference
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.replicates.batch import batch_of
from liveloop.estimate.replicates.many import many_changes, many_differences, many_effects_on_takers

STARTS = {"even": np.arange(0, 120, 6), "uneven": np.array([0, 3, 10, 11, 30, 37, 50, 66, 80, 99])}


def drawn(kind, replicates=4, seed=1):
    chance = stream(seed, kind)
    starts = STARTS[kind]
    cluster = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, 120)))
    arm = np.argsort(chance.random((replicates, len(starts))), axis=1) < len(starts) // 2
    t = arm[:, cluster].astype(float)
    x = chance.standard_normal((replicates, 120))
    d = (chance.standard_normal((replicates, 120)) + 2 * t > 0.5).astype(float)
    y = (
        0.3 * d
        + x
        + chance.standard_normal((replicates, len(starts)))[:, cluster]
        + chance.standard_normal((replicates, 120))
    )
    post = np.tile([0.0, 1.0], 60)
    return {"y": y, "t": t, "x": x, "d": d, "z": t, "post": post}, starts, cluster


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("correction", ["CR0", "CR1", "CR3"])
@pytest.mark.parametrize("covariates", [(), ("x",)])
def test_differences(kind, correction, covariates):
    data, starts, cluster = drawn(kind)
    made = many_differences(batch_of(data, starts), covariates=covariates, correction=correction)
    for at in range(4):
        one = {name: column if column.ndim == 1 else column[at] for name, column in data.items()}
        alone = difference({**one, "c": cluster}, outcome="y", treatment="t", clusters="c", covariates=covariates,
                           adjust="cuped", correction=correction)  # fmt: skip
        half = student.ppf(0.975, len(starts) - 1) * alone.standard_error  # clusters less 1, whatever the correction
        got = made.value[at], made.standard_error[at], made.low[at], made.high[at]
        aim = alone.value, alone.standard_error, alone.value - half, alone.value + half
        assert got == pytest.approx(aim, rel=1e-9)


def test_effects_on_takers_are_those_of_two_stage_least_squares():
    data, starts, cluster = drawn("uneven")
    made = many_effects_on_takers(batch_of(data, starts), covariates=["x"], correction="CR0")
    for at in range(4):
        exogenous = np.column_stack([np.ones(120), data["x"][at]])
        oracle = IV2SLS(data["y"][at], exogenous, data["d"][at], data["z"][at]).fit(
            cov_type="clustered", clusters=cluster
        )
        assert made.value[at] == pytest.approx(oracle.params.iloc[-1], rel=1e-8)
        assert made.standard_error[at] == pytest.approx(oracle.std_errors.iloc[-1], rel=1e-8)


@pytest.mark.parametrize("correction", ["CR0", "CR1", "CR3"])
def test_changes_are_the_coefficient_of_the_product(correction):
    data, starts, cluster = drawn("even")
    made = many_changes(batch_of(data, starts), correction=correction)
    for at in range(4):
        t, post = data["t"][at], data["post"]
        fit = fit_rows(data["y"][at], np.column_stack([np.ones(120), t, post, t * post]), "abcd", clusters=cluster)
        assert made.value[at] == pytest.approx(fit.beta[3], rel=1e-8)
        assert made.standard_error[at] == pytest.approx(fit.error(fit.contrast("d"), correction), rel=1e-8)


def test_chunks_do_not_show(monkeypatch):
    data, starts, _ = drawn("even", replicates=11)
    whole = many_differences(batch_of(data, starts))
    monkeypatch.setattr("liveloop.estimate.replicates.many.CHUNK", 4)
    assert many_differences(batch_of(data, starts)).value.tolist() == whole.value.tolist()


def test_rows_that_stand_alone():
    chance = stream(3, "alone")
    data = {"y": chance.standard_normal((3, 50)), "t": np.repeat([0.0, 1.0], 25)}
    made = many_differences(batch_of(data))
    one = {"y": data["y"][2], "t": data["t"]}
    assert made.standard_error[2] == pytest.approx(
        difference(one, outcome="y", treatment="t", correction="HC1").standard_error
    )


@pytest.mark.parametrize(
    ("columns", "starts", "words"),
    [
        ({"y": np.ones((2, 5)), "t": np.ones(4)}, None, "columns of the shapes"),
        ({"y": np.ones((2, 5))}, [1, 2], "no first rows"),
        ({"y": np.ones((2, 5))}, [0, 7], "no first rows"),
    ],
)
def test_what_is_no_batch_is_refused(columns, starts, words):
    with pytest.raises(BadInput, match=words):
        batch_of(columns, starts)


def test_what_cannot_be_estimated_is_refused():
    batch = batch_of({"y": np.ones((2, 5)), "t": np.ones((2, 5))})
    with pytest.raises(BadInput, match="an arm is empty"):
        many_differences(batch)
    with pytest.raises(BadInput, match="no correction 'CR2'"):
        many_differences(batch, correction="CR2")
    with pytest.raises(BadInput, match="there is no column 'x'"):
        many_differences(batch, covariates=["x"])
    with pytest.raises(BadInput, match="'post' holds more than 0 and 1"):
        many_changes(batch_of({"y": np.ones((2, 5)), "t": np.ones(5), "post": np.full(5, 0.5)}))
