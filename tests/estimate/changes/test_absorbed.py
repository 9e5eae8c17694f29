"""Are means of units and periods taken out as they should be, and is what counts as a parameter what is said?"""

import warnings

import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.changes import within
from liveloop.estimate.changes.absorbed import fit_absorbed
from liveloop.estimate.changes.bacon import bacon_decomposition
from liveloop.estimate.changes.twoway import two_way_fixed_effects
from liveloop.estimate.changes.within import taken_out
from liveloop.estimate.frame import read_frame
from liveloop.estimate.linear import fit_rows


@pytest.fixture(scope="module")
def unbalanced():
    """Rows of 30 units in 6 periods, some several times and some never; regions of 3 units."""
    chance = stream(7, "unbalanced")
    rows = 300
    unit, period = chance.integers(0, 30, rows), chance.integers(0, 6, rows)
    x, d = chance.standard_normal(rows) + 0.05 * unit, chance.standard_normal(rows) + period
    y = 0.3 * unit + 0.2 * period + x + 0.5 * d + chance.standard_normal(rows)
    return pd.DataFrame({"y": y, "x": x, "d": d, "unit": unit, "period": period, "w": chance.uniform(0.5, 2, rows),
                         "region": unit // 3, "other": chance.integers(0, 4, rows)})  # fmt: skip


def _dummies(data, names):
    parts = [np.ones((len(data), 1))]
    parts += [np.asarray(data[name].to_numpy()[:, None] == np.unique(data[name])[1:], float) for name in names]
    return np.hstack(parts)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("clusters", ["unit", "region", "period"])
def test_the_same_as_with_a_column_for_each_unit_and_period(unbalanced, weights, clusters):
    frame = read_frame(unbalanced)
    given = None if weights is None else frame.numbers(weights)
    made = fit_absorbed(
        frame.numbers("y"), frame.matrix(["d", "x"]), ["d", "x"], [frame.groups("unit"), frame.groups("period")],
        clusters=frame.groups(clusters), weights=given,
    )  # fmt: skip
    columns = np.hstack([frame.matrix(["d", "x"]), _dummies(unbalanced, ["unit", "period"])])
    full = fit_rows(frame.numbers("y"), columns, [str(one) for one in range(columns.shape[1])],
                    clusters=frame.groups(clusters).codes, weights=given)  # fmt: skip
    ours, theirs = made.fit.contrast("d"), full.contrast("0")
    assert ours @ made.fit.beta == pytest.approx(full.beta[0], rel=1e-9)
    for name in ("iid", "HC1", "CR0", "CR2", "CR3"):
        assert made.error(ours, name) == pytest.approx(full.error(theirs, name), rel=1e-8)
    assert made.error(ours, "CR1", "all") == pytest.approx(full.error(theirs, "CR1"), rel=1e-8)
    assert made.freedom(ours, "CR2") == pytest.approx(full.freedom(theirs, "CR2"), rel=1e-6)


@pytest.mark.parametrize(("clusters", "weights"), [("unit", None), ("region", "w"), ("period", None)])
def test_cr1_counts_parameters_as_fixest_does(unbalanced, clusters, weights):
    pyfixest = pytest.importorskip("pyfixest")
    made = two_way_fixed_effects(
        unbalanced, outcome="y", treatment="d", unit="unit", period="period", clusters=clusters, covariates=["x"],
        weights=weights, correction="CR1",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        their = pyfixest.feols("y ~ d + x | unit + period", unbalanced, vcov={"CRV1": clusters}, weights=weights)
        iid = pyfixest.feols("y ~ d + x | unit + period", unbalanced, vcov="iid", weights=weights)
    assert made.value == pytest.approx(their.coef()["d"], rel=1e-7)
    assert made.standard_error == pytest.approx(their.se()["d"], rel=1e-6)
    own = {one.name: one.standard_error for one in made.conventions}
    assert own["iid"] == pytest.approx(iid.se()["d"], rel=1e-6)


def test_in_turns_gives_what_is_solved(unbalanced, monkeypatch):
    frame = read_frame(unbalanced)
    factors = [frame.groups(one) for one in ("unit", "period", "other")]
    columns, weights = frame.matrix(["y", "x"]), frame.numbers("w")
    solved, rank = taken_out(columns, factors, weights)
    assert rank == np.linalg.matrix_rank(_dummies(unbalanced, ["unit", "period", "other"]))
    monkeypatch.setattr(within, "MOST_SOLVED", 0)
    assert taken_out(columns, factors, weights)[0] == pytest.approx(solved, abs=1e-8)


def test_panels_in_two_pieces_have_one_parameter_less():
    # Units 0 and 1 are never seen in the periods of units 2 and 3.
    unit, period = np.repeat([0, 1, 2, 3], 4), np.concatenate([np.tile([0, 1, 0, 1], 2), np.tile([2, 3, 2, 3], 2)])
    frame = read_frame({"unit": unit, "period": period, "x": stream(1, "x").standard_normal(16)})
    left, rank = taken_out(frame.matrix(["x"]), [frame.groups("unit"), frame.groups("period")])
    assert rank == 6
    columns = _dummies(pd.DataFrame({"unit": unit, "period": period}), ["unit", "period"])
    x = frame.numbers("x")
    assert left[:, 0] == pytest.approx(x - columns @ np.linalg.lstsq(columns, x, rcond=None)[0], abs=1e-10)


def test_further_effects(unbalanced):
    made = two_way_fixed_effects(
        unbalanced, outcome="y", treatment="d", unit="unit", period="period", effects=["other"], correction="CR3"
    )  # fmt: skip
    columns = np.hstack([unbalanced[["d"]].to_numpy(), _dummies(unbalanced, ["unit", "period", "other"])])
    full = fit_rows(unbalanced["y"].to_numpy(), columns, [str(one) for one in range(columns.shape[1])],
                    clusters=unbalanced["unit"].to_numpy())  # fmt: skip
    assert made.value == pytest.approx(full.beta[0], rel=1e-9)
    assert made.standard_error == pytest.approx(full.error(full.contrast("0"), "CR3"), rel=1e-8)


def test_what_is_too_large_for_columns_says_which_corrections_are_left(unbalanced, monkeypatch):
    from liveloop.estimate.changes import absorbed

    monkeypatch.setattr(absorbed, "_LARGEST", 10)
    given = {"outcome": "y", "treatment": "d", "unit": "unit", "period": "period"}
    made = two_way_fixed_effects(unbalanced, **given)
    assert made.correction.startswith("CR1") and made.df == 29
    monkeypatch.undo()
    same = two_way_fixed_effects(unbalanced, **given, correction="CR1")
    assert made.standard_error == pytest.approx(same.standard_error, rel=1e-9)
    monkeypatch.setattr(absorbed, "_LARGEST", 10)
    with pytest.raises(BadInput, match="no correction 'CR2' here"):
        two_way_fixed_effects(unbalanced, **given, correction="CR2")


def test_effects_that_grow_are_said(drawn):
    given = {"treatment": "d", "unit": "unit", "period": "period"}
    early = drawn[drawn["since"] > 0]
    made = two_way_fixed_effects(early, **given, outcome="y")
    weighing, already = made.diagnostics
    assert already.value == pytest.approx(bacon_decomposition(early, **given, outcome="y").forbidden)
    assert already.holds is False and "treated already" in made.warnings[1]
    assert weighing.holds is False and weighing.value > 0 and "negative weights" in made.warnings[0]
    # The weights are those of the treated rows' own effects: 1 in one row moves the slope by that row's weight.
    frame = read_frame(early)
    left, _ = taken_out(frame.matrix(["d"]), [frame.groups("unit"), frame.groups("period")])
    share = left[early["d"].to_numpy() == 1, 0]
    share /= share.sum()
    assert weighing.value == pytest.approx(-share[share < 0].sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("change", "given", "says"),
    [
        ({"d": np.ones(300)}, {}, "is 1 in all 300 rows"),
        ({"d": "unit"}, {}, "does not vary within the groups"),
        ({"d": "period"}, {}, "'d' can be made of the other columns"),
        ({}, {"degrees": "some"}, "no way 'some'"),
        ({}, {"correction": "HC2"}, "no correction 'HC2'"),
        ({"region": np.zeros(300)}, {"clusters": "region"}, "one cluster only"),
        ({"w": np.r_[-1.0, np.ones(299)]}, {"weights": "w"}, "not above 0 in 1 of 300"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(unbalanced, change, given, says):
    data = unbalanced.assign(
        **{name: unbalanced[one] * 1.0 if isinstance(one, str) else one for name, one in change.items()}
    )
    with pytest.raises(BadInput, match=says):
        two_way_fixed_effects(data, outcome="y", treatment="d", unit="unit", period="period", **given)


def test_what_is_not_nested_and_too_large_gives_no_cr2(unbalanced, monkeypatch):
    from liveloop.estimate.changes import absorbed

    monkeypatch.setattr(absorbed, "_LARGEST", 10)
    made = two_way_fixed_effects(unbalanced, outcome="y", treatment="d", unit="unit", clusters="period")
    assert made.correction.startswith("CR1")
