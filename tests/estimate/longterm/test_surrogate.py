"""Does the surrogate index count all of its error, and does it know when it is wrong?"""

import numpy as np
import pytest
import statsmodels.api as sm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import flips, integers, normals
from liveloop.estimate.longterm.surrogate import surrogate_index
from liveloop.estimate.observed.influence import standard_error


def drawn(seed=1, now=60, then=50, past=0.0):
    made = []
    for name, rows in (("now", now), ("then", then)):
        ids = np.arange(rows)
        t, x = flips(seed, f"{name}t", ids, 0.5) * 1, normals(seed, f"{name}x", ids)
        one = 0.5 * t * (name == "now") + x + normals(seed, f"{name}1", ids)
        two = normals(seed, f"{name}2", ids)
        y = one - two + 0.5 * x + past * t * (name == "now") + normals(seed, f"{name}y", ids)
        made.append({"t": t, "x": x, "one": one, "two": two, "y": y, "late": (y > 0) * 1.0, "w": np.ones(rows),
                     "g": integers(seed, f"{name}g", ids, 12)})  # fmt: skip
    del made[1]["t"]
    return made[0], made[1]


OPTIONS = {"outcome": "y", "treatment": "t", "surrogates": ["one", "two"], "covariates": ["x"]}


def test_it_is_two_regressions():
    now, then = drawn()
    made = surrogate_index(now, then, **OPTIONS)
    columns = [np.column_stack([np.ones(len(one["x"])), one["one"], one["two"], one["x"]]) for one in (then, now)]
    beta = sm.OLS(then["y"], columns[0]).fit().params
    index = columns[1] @ beta
    assert made.value == pytest.approx(index[now["t"] == 1].mean() - index[now["t"] == 0].mean())
    gap = columns[1][now["t"] == 1].mean(axis=0) - columns[1][now["t"] == 0].mean(axis=0)
    second = sm.OLS(index, sm.add_constant(now["t"])).fit(cov_type="HC0").bse[1] ** 2
    first = gap @ sm.OLS(then["y"], columns[0]).fit(cov_type="HC0").cov_params() @ gap
    assert made.standard_error == pytest.approx(np.sqrt((first + second) * 110 / 109), rel=1e-9)


@pytest.mark.parametrize("model", ["linear", "logistic"])
def test_the_error_is_that_of_the_infinitesimal_jackknife(model):
    now, then = drawn()
    options = OPTIONS | {"outcome": "late" if model == "logistic" else "y", "model": model}
    slopes = []
    for sample in (0, 1):
        for row in range(60 - 10 * sample):
            ends = []
            for sign in (1, -1):
                pair = [dict(now), dict(then)]
                pair[sample]["w"] = np.ones(60 - 10 * sample)
                pair[sample]["w"][row] += sign * 1e-4
                ends.append(surrogate_index(*pair, weights="w", **options).value)
            slopes.append((ends[0] - ends[1]) / 2e-4)
    slopes = np.array(slopes)
    assert surrogate_index(now, then, **options).standard_error == pytest.approx(standard_error(slopes), rel=2e-6)
    both = np.unique(np.r_[now["g"], then["g"]], return_inverse=True)[1]  # one cluster of one name in both samples
    made = surrogate_index(now, then, clusters="g", **options)
    assert made.standard_error == pytest.approx(standard_error(slopes, both), rel=2e-6)
    assert made.df == both.max()


def test_index_and_outcome_are_compared_where_the_experiment_has_both():
    fine = surrogate_index(*drawn(now=800, then=800), **OPTIONS)
    told = {one.name: one for one in fine.diagnostics}["effect on the outcome minus effect on the index"]
    assert told.holds
    wrong = surrogate_index(*drawn(now=800, then=800, past=1.0), **OPTIONS)
    told = {one.name: one for one in wrong.diagnostics}["effect on the outcome minus effect on the index"]
    assert told.holds is False
    assert told.value == pytest.approx(1.0, abs=0.35)
    now, then = drawn()
    gaps = now | {"y": np.where(np.arange(60) < 5, np.nan, now["y"])}
    for other in ({name: column for name, column in now.items() if name != "y"}, gaps):
        made = surrogate_index(other, then, **OPTIONS)
        assert made.value == pytest.approx(surrogate_index(now, then, **OPTIONS).value)
        assert all("minus effect on the index" not in one.name for one in made.diagnostics)


def test_what_goes_past_the_surrogates_is_allowed_for_by_its_share():
    """A direct effect that explains just `direct` of what surrogates leave open moves the end of the interval by it."""
    now, then = drawn(now=4000, then=4000)
    plain = surrogate_index(now, then, **OPTIONS)
    wide = surrogate_index(now, then, direct=0.04, **OPTIONS)
    base = np.column_stack([np.ones(4000), now["one"], now["two"], now["x"]])
    left = now["t"] - base @ np.linalg.lstsq(base, now["t"], rcond=None)[0]
    direct = np.sqrt(0.04) * 1.0 / left.std()  # noise of the outcome is 1
    assert wide.low == pytest.approx(plain.low - direct, abs=0.01)
    assert wide.high == pytest.approx(plain.high + direct, abs=0.01)
    assert wide.p_value is None
    least = {one.name: one for one in plain.diagnostics}["least direct share that brings the interval to 0"].value
    at_least = surrogate_index(now, then, direct=least, **OPTIONS)
    assert min(abs(at_least.low), abs(at_least.high)) == pytest.approx(0, abs=1e-9)


def test_nothing_is_found_where_nothing_is():
    found = 0
    for seed in range(60):
        now, then = drawn(seed)
        now = now | {"one": now["one"] - 0.5 * now["t"]}
        found += surrogate_index(now, then, **OPTIONS).excludes_zero
    assert found <= 9  # at 5 %: more with chance 2 in 1,000


@pytest.mark.parametrize(
    ("changed", "options", "words"),
    [
        (lambda n, t: (n | {"one": n["one"] + 50}, t), {}, "100% of the experiment's rows have surrogates where"),
        (lambda n, t: (n, t | {"two": 2 * t["one"]}), {}, "'two' can be made of the other columns"),
        (lambda n, t: (n | {"t": np.zeros(60)}, t), {}, "one arm only"),
        (lambda n, t: (n, {k: v for k, v in t.items() if k != "one"}), {}, "there is no surrogate 'one'"),
        (
            lambda n, t: (n, t | {"y": np.where(np.arange(50) < 2, np.nan, t["y"])}),
            {},
            "'y' is missing in 2 of 50 rows",
        ),
        (lambda n, t: (n, t | {"y": np.ones(50)}), {}, "'y' is 1 in all 50 rows of the history"),
        (lambda n, t: (n, t), {"surrogates": "one"}, "no list of surrogates"),
        (lambda n, t: (n, t), {"model": "forest"}, "no model 'forest'"),
        (lambda n, t: (n, t), {"direct": 1.0}, "direct is 1"),
        (lambda n, t: (n, t), {"model": "logistic"}, "neither 0 nor 1 in 50 of 50 rows"),
        (
            lambda n, t: (n | {"one": n["t"] * 2.0, "two": 1e-9 * n["two"], "x": 1e-9 * n["x"]}, t),
            {},
            "tell the arms apart",
        ),
    ],
)
def test_bad_input_is_named(changed, options, words):
    with pytest.raises(BadInput, match=words):
        surrogate_index(*changed(*drawn()), **OPTIONS | options)
