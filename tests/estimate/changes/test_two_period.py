"""Is the change of the treated minus that of the others what it should be, with its error, and what is refused?"""

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import normals, stream
from liveloop.estimate.changes.two_period import difference_in_differences
from liveloop.estimate.linear import fit_rows

GIVEN = {"outcome": "y", "treatment": "t", "after": "post"}


@pytest.fixture
def people():
    chance = stream(3, "people")
    rows = 200
    unit = np.repeat(np.arange(40), 5)
    return {
        "y": chance.standard_normal(rows), "t": (unit < 18) * 1, "post": np.tile([0, 0, 1, 1, 1], 40), "unit": unit,
        "area": unit // 4, "x": chance.standard_normal(rows), "w": chance.uniform(0.5, 2, rows),
        "period": np.tile([1, 2, 3, 4, 5], 40), "gone": chance.standard_normal(rows),
    }  # fmt: skip


@pytest.mark.parametrize("correction", ["iid", "HC1", "HC2", "HC3"])
@pytest.mark.parametrize("weights", [None, "w"])
def test_rows_are_a_regression_with_an_interaction(people, correction, weights):
    made = difference_in_differences(people, **GIVEN, covariates=["x"], weights=weights, correction=correction)
    t, post = people["t"] * 1.0, people["post"] * 1.0
    x = np.column_stack([np.ones(200), t, post, people["x"], t * post])
    fit = fit_rows(people["y"], x, list("abcde"), weights=None if weights is None else people["w"])
    contrast = fit.contrast("e")
    assert made.value == pytest.approx(fit.beta[4], rel=1e-9)
    assert made.standard_error == pytest.approx(fit.error(contrast, correction), rel=1e-9)
    assert made.df == pytest.approx(fit.freedom(contrast, correction), rel=1e-9)


def test_units_are_one_change_each(people):
    made = difference_in_differences(people, **GIVEN, unit="unit")
    y = people["y"].reshape(40, 5)
    change = y[:, 2:].mean(axis=1) - y[:, :2].mean(axis=1)
    ours, others = change[:18], change[18:]
    assert made.value == pytest.approx(ours.mean() - others.mean(), rel=1e-12)
    error = (ours.var(ddof=1) / 18 + others.var(ddof=1) / 22) ** 0.5  # HC2 of two means is Welch's
    assert made.standard_error == pytest.approx(error, rel=1e-9) and made.correction == "HC2"
    assert made.counts["unit"] == 40 and made.counts["unit, treated"] == 18


def test_clusters_and_covariates_of_changes(people):
    data = people | {"t": (people["area"] < 4) * 1}
    made = difference_in_differences(data, **GIVEN, unit="unit", clusters="area", covariates="x")
    y, x = (data[name].reshape(40, 5) for name in ("y", "x"))
    change, before = y[:, 2:].mean(axis=1) - y[:, :2].mean(axis=1), x[:, :2].mean(axis=1)
    t = data["t"].reshape(40, 5)[:, 0] * 1.0
    fit = fit_rows(change, np.column_stack([np.ones(40), t, before]), list("abc"), clusters=np.arange(40) // 4)
    assert (
        made.standard_error == pytest.approx(fit.error(fit.contrast("b"), "CR3"), rel=1e-9) and made.correction == "CR3"
    )
    assert made.df == pytest.approx(fit.freedom(fit.contrast("b"), "CR2"), rel=1e-9)
    assert any("only 10 clusters, 4 in the smaller" in one for one in made.warnings)


def test_period_and_since_are_the_same_as_after(people):
    by_after = difference_in_differences(people, **GIVEN, unit="unit")
    by_period = difference_in_differences(people, outcome="y", treatment="t", period="period", since=3, unit="unit")
    assert by_period.value == by_after.value and by_period.low == by_after.low
    assert "effect in 2, before it began" in by_period.diagnostics[0].name


def test_a_trend_before_shows_and_a_null_does_not(people):
    trend = people["y"] + 1.5 * people["t"] * people["period"]
    given = {"outcome": "y", "treatment": "t", "period": "period", "since": 4, "unit": "unit"}
    parted = difference_in_differences(people | {"y": trend}, **given)
    assert parted.diagnostics[0].holds is False
    nothing = difference_in_differences(people, **given, placebo="gone")
    assert not nothing.excludes_zero and [one.holds for one in nothing.diagnostics] == [True, True]


def test_a_placebo_is_the_same_estimate_of_another_outcome(people):
    made = difference_in_differences(people, **GIVEN, unit="unit", placebo="gone")
    other = difference_in_differences(people, **(GIVEN | {"outcome": "gone"}), unit="unit")
    assert made.diagnostics[0].value == pytest.approx(other.value, rel=1e-12)


def test_level_and_conventions(people):
    wide, narrow = (difference_in_differences(people, **GIVEN, level=level) for level in (0.99, 0.5))
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert [one.name for one in wide.conventions] == ["iid", "HC1", "HC3"]


def test_one_treated_cluster_is_said(people):
    data = people | {"t": (people["area"] == 0) * 1}
    made = difference_in_differences(data, **GIVEN, clusters="area")
    assert any("one group is a single value of area" in one for one in made.warnings)


@pytest.mark.parametrize(
    ("change", "given", "says"),
    [
        ({"t": np.ones(200)}, {}, "one arm only"),
        ({"post": np.tile([0, 0, 0, 0, 1], 40), "t": np.tile([1, 1, 0, 0, 0], 40)}, {}, "no row is treated and after"),
        ({"y": np.where(np.arange(200) < 3, np.nan, 1.0)}, {}, "'y' is missing in 3 of 200 rows"),
        ({"w": np.zeros(200)}, {"weights": "w"}, "not above 0 in 200 of 200"),
        ({}, {"covariates": ["x", "x"]}, "perfect collinearity"),
        ({"t": np.tile([1, 0, 0, 1, 0], 40)}, {"unit": "unit"}, "more than one value in 40 of 40 units"),
        ({"post": np.where(np.arange(200) < 5, 1, np.tile([0, 0, 1, 1, 1], 40))}, {"unit": "unit"},
         "1 of 40 units have no row before"),
        ({}, {"correction": "CR2"}, "no correction 'CR2' here"),
        ({}, {"after": None}, "say either"),
        ({}, {"after": None, "period": "period", "since": 1}, "since is 1"),
        ({}, {"after": None, "period": "period", "since": "may"}, "since is 'may'"),
        ({}, {"outcome": "q"}, "no outcome 'q'"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(people, change, given, says):
    with pytest.raises(BadInput, match=says):
        difference_in_differences(people | change, **(GIVEN | given))


def test_no_rows_are_refused():
    with pytest.raises(BadInput, match="0 rows"):
        difference_in_differences({"y": np.empty(0), "t": np.empty(0), "post": np.empty(0)}, **GIVEN)


def test_serial_correlation_is_no_matter_of_changes():
    # Errors that last: rows promise too much, changes do not.
    unit, period = np.repeat(np.arange(60), 20), np.tile(np.arange(20), 60)
    walk = np.cumsum(normals(1, "walk", range(1200)).reshape(60, 20), axis=1).ravel()
    data = {"y": walk, "t": unit % 2, "post": (period >= 10) * 1, "unit": unit}
    rows = difference_in_differences(data, **GIVEN)
    changes = difference_in_differences(data, **GIVEN, unit="unit")
    assert rows.value == pytest.approx(changes.value, rel=1e-9)
    assert changes.standard_error > 1.5 * rows.standard_error
