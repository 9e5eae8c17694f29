"""Does the whole analysis agree with other programs, say what it is, and refuse what it cannot do?"""

import warnings

import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.comparison.checks import leave_one_out, placebo_in_time
from liveloop.estimate.comparison.difference import synthetic_difference
from liveloop.estimate.comparison.predictors import Predictor
from liveloop.estimate.comparison.synthetic import augmented_synthetic_control, synthetic_control

NAMES = {"outcome": "y", "treatment": "t", "unit": "unit", "time": "time"}


def drawn(seed=1, units=9, periods=24, start=20, treated=(0,), effect=3.0):
    """Units with two factors, the treated ones like the mean of three; labels are texts, the rows in no order."""
    chance = stream(seed, "panel")
    loadings = chance.standard_normal((units, 2))
    loadings[list(treated)] = loadings[-3:].mean(axis=0)
    y = loadings @ chance.standard_normal((2, periods)).cumsum(axis=1)
    y += 0.3 * chance.standard_normal((units, periods)) + 10
    t = np.zeros((units, periods), dtype=int)
    t[list(treated), start:] = 1
    size = chance.standard_normal((units, periods)) + chance.standard_normal((units, 1))
    table = pd.DataFrame({
        "unit": np.repeat([f"u{at}" for at in range(units)], periods),
        "time": np.tile(np.arange(periods) + 2000, units),
        "y": (y + effect * t).ravel(), "t": t.ravel(), "size": size.ravel(),
    })  # fmt: skip
    return table.sample(frac=1, random_state=seed), y + effect * t


SPECIAL = [("size", list(range(2000, 2010)), "mean"), ("y", [2010], "mean"), ("y", [2019], "mean")]
PREDICTORS = [Predictor("size", 2000, 2009), Predictor("y", 2010), Predictor("y", 2019)]


def test_weights_and_gaps_agree_with_diff_diff_at_given_importances():
    diff_diff = pytest.importorskip("diff_diff")
    data, _ = drawn()
    data["ever"] = (data.unit == "u0").astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = diff_diff.SyntheticControl(v_method="custom", custom_v=[0.2, 0.5, 0.3]).fit(
            data, outcome="y", treatment="t", unit="unit", time="time",
            special_predictors=SPECIAL,
        )  # fmt: skip
    made = synthetic_control(
        data, **NAMES, covariates=PREDICTORS, inference="none",
        importance={"size, 2000 to 2009": 0.2, "y, 2010": 0.5, "y, 2019": 0.3})  # fmt: skip
    theirs = {name: weight for name, weight in other.donor_weights.items() if weight > 1e-9}
    assert {name: weight for name, weight in made.weights.items() if weight > 1e-9} == pytest.approx(theirs, rel=1e-6)
    assert made["average"].value == pytest.approx(other.att, rel=1e-6)
    assert made["2021"].value == pytest.approx(other.gap_path[2021], rel=1e-6)


def test_the_search_does_not_end_above_that_of_diff_diff():
    """Where no weights match the predictors exactly: else many do, and which ones is a matter of the solver."""
    diff_diff = pytest.importorskip("diff_diff")
    data, _ = drawn(13)
    data["ever"] = (data.unit == "u0").astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = diff_diff.SyntheticControl(seed=1, n_starts=2).fit(
            data, outcome="y", treatment="t", unit="unit", time="time",
            special_predictors=SPECIAL,
        )  # fmt: skip
    made = synthetic_control(data, **NAMES, covariates=PREDICTORS, inference="none", starts=6)
    found = {one.name: one.value for one in made.diagnostics}
    assert found["fit before"] <= other.pre_rmspe * (1 + 1e-6)
    assert sum(made.importance.values()) == pytest.approx(1)


def test_synthetic_difference_agrees_with_diff_diff():
    """Its weights come from an iteration that stops at 1e-5 of the noise; ours are exact. So a hundredth of the
    standard error, not 1e-6."""
    diff_diff = pytest.importorskip("diff_diff")
    data, _ = drawn(4, units=16, treated=(0, 5, 9))
    data["ever"] = data.unit.isin(["u0", "u5", "u9"]).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = diff_diff.SyntheticDiD(variance_method="jackknife").fit(
            data, outcome="y", treatment="ever", unit="unit", time="time",
            post_periods=list(range(2020, 2024)))  # fmt: skip
    made = synthetic_difference(data, **NAMES, correction="jackknife")["average"]
    assert made.value == pytest.approx(other.att, abs=0.02 * other.se)
    assert made.standard_error == pytest.approx(other.se, rel=0.02)


def test_covariates_of_a_synthetic_difference_are_taken_off_by_a_regression():
    data, _ = drawn(5, units=14, treated=(0, 3))
    plain = synthetic_difference(data, **NAMES)["average"]
    moved = data.assign(y=data.y + 4 * data["size"])
    made = synthetic_difference(moved, **NAMES, covariates=["size"])["average"]
    untreated = data[data.t == 0]
    dummies = pd.get_dummies(untreated[["unit", "time"]].astype(str), dtype=float).to_numpy()
    slope = np.linalg.lstsq(np.column_stack([untreated["size"], dummies]), untreated.y, rcond=None)[0][0]
    again = synthetic_difference(data.assign(y=data.y - slope * data["size"]), **NAMES)["average"]
    assert made.value == pytest.approx(again.value, abs=1e-8)
    assert made.value != pytest.approx(plain.value, abs=1e-6)


def test_cohorts_are_averaged_by_their_treated_cells():
    data, _ = drawn(6, units=14, treated=(0, 1))
    data.loc[(data.unit == "u1") & (data.time < 2022), "t"] = 0
    made = synthetic_difference(data, **NAMES)["average"]
    one = synthetic_difference(data[data.unit != "u1"], **NAMES)["average"].value
    other = synthetic_difference(data[data.unit != "u0"], **NAMES)["average"].value
    assert made.value == pytest.approx((4 * one + 2 * other) / 6)
    assert synthetic_difference(data, **NAMES, correction="bootstrap", draws=20)["average"].standard_error > 0


def test_units_are_matched_and_the_effect_is_found():
    data, y = drawn()
    made = synthetic_control(data, **NAMES)
    assert list(made) == ["average", "2020", "2021", "2022", "2023"]
    gaps = y[0] - np.array([made.weights[f"u{at}"] for at in range(1, 9)]) @ y[1:]
    assert [made[str(year)].value for year in range(2020, 2024)] == pytest.approx(gaps[20:])
    assert made["average"].value == pytest.approx(gaps[20:].mean())
    assert made["average"].low < 3 < made["average"].high
    assert made.path["2005"] == pytest.approx((y[0, 5], y[0, 5] - gaps[5]))
    assert made["average"].counts == {"units": 9, "treated units": 1, "donors": 8, "periods": 24,
                                      "periods before": 20, "periods after": 4}  # fmt: skip
    assert made["average"].conventions[0].df == 2
    assert made.to_dict()["weights"]["u1"] == made.weights["u1"]


def test_no_effect_is_not_found_and_the_level_is_kept():
    data, _ = drawn(7, effect=0.0)
    made = synthetic_control(data, **NAMES)
    assert made.joint_p_value > 0.05
    assert not made["average"].excludes_zero
    narrow = synthetic_control(data, **NAMES, level=0.8)["average"]
    assert made["average"].low <= narrow.low < narrow.high <= made["average"].high
    assert synthetic_control(data, **NAMES, inference="placebo", level=0.8).joint_p_value > 1 / 9


def test_placebos_say_the_rank_of_the_treated_unit():
    data, _ = drawn(8, effect=30.0)
    made = synthetic_control(data, **NAMES, inference="placebo")
    assert made.joint_p_value == 1 / 9
    assert max(made.ratios, key=made.ratios.get) == "u0"
    assert len(made.ratios) == 9
    assert (made["average"].low, made["average"].high) == (-np.inf, np.inf)
    assert any("8 placebos are too few" in one for one in made.warnings)
    half = synthetic_control(data, **NAMES, inference="placebo", level=0.5)["average"]
    assert half.low < 30 < half.high
    assert half.low > 0


def test_an_intercept_and_a_penalty_reach_what_no_average_reaches():
    data, _ = drawn(9)
    data.loc[data.unit == "u0", "y"] += 50
    plain = synthetic_control(data, **NAMES)
    assert [one.holds for one in plain.diagnostics if one.name in ("fit before, relative", "periods outside")] == [
        False, False
    ]  # fmt: skip
    assert any("does not follow" in one for one in plain.warnings)
    shifted = synthetic_control(data, **NAMES, demean=True)
    assert abs(shifted["average"].value - 3) < 1 < abs(plain["average"].value - 3)
    augmented = augmented_synthetic_control(data, **NAMES, penalty=1e-3)
    found = {one.name: one.value for one in augmented.diagnostics}
    assert found["penalty"] == 1e-3
    assert found["fit before"] < {one.name: one.value for one in plain.diagnostics}["fit before"]
    assert "ridge" in augmented["average"].method


def test_treated_units_that_begin_at_different_times_are_put_side_by_side():
    data, y = drawn(10, units=12, treated=(0, 1))
    data.loc[(data.unit == "u1") & (data.time < 2022), "t"] = 0
    made = synthetic_control(data, **NAMES)
    assert list(made) == ["average", "0", "1", "unit u0", "unit u1"]
    alone = [synthetic_control(data[data.unit != other], **NAMES, each_period=False) for other in ("u1", "u0")]
    rows = [f"u{at}" for at in range(2, 12)]
    early = y[0] - np.array([alone[0].weights[name] for name in rows]) @ y[2:]
    assert made["unit u0"].value == pytest.approx(early[20:22].mean())
    assert made["average"].value == pytest.approx((made["unit u0"].value + made["unit u1"].value) / 2)
    assert made["unit u0"].low == -np.inf


def test_importances_from_earlier_predictors():
    data, _ = drawn(11)
    early = [Predictor("size", 2000, 2004), Predictor("y", periods=(2003, 2005))]
    late = [Predictor("size", 2005, 2009), Predictor("y", periods=(2008, 2010))]
    made = synthetic_control(data, **NAMES, covariates=late, training=early, window=(2011, 2019), inference="none",
                             starts=4)  # fmt: skip
    given = synthetic_control(data, **NAMES, covariates=late, importance=made.importance, inference="none")
    assert made.weights == pytest.approx(given.weights, abs=1e-9)
    assert list(made.balance) == ["size, 2005 to 2009", "y, 2008 and 2010"]


def test_other_times_and_other_donors():
    data, _ = drawn(12, effect=10.0)
    earlier = placebo_in_time(data, start=2015, **NAMES)
    assert list(earlier) == ["average", *map(str, range(2015, 2020))]
    assert abs(earlier["average"].value) < 3
    left = leave_one_out(data, **NAMES)
    whole = synthetic_control(data, **NAMES, inference="none")
    used = [name for name, weight in whole.weights.items() if weight > 1e-3]
    assert set(left) == {"all", *used}
    again = synthetic_control(data[data.unit != used[0]], **NAMES, inference="none")
    assert left[used[0]].value == pytest.approx(again["average"].value)
    with pytest.raises(BadInput, match="2021 has 21 periods before it"):
        placebo_in_time(data, start=2021, **NAMES)


BAD = [
    (lambda d: d.iloc[1:], {}, "1 pairs of unit and period have no row"),
    (lambda d: pd.concat([d, d.iloc[:2]]), {}, "2 pairs of unit and period have more than one row"),
    (lambda d: d.assign(t=0), {}, "treatment 't' is 0 in all 216 rows"),
    (lambda d: d.assign(t=2 * d.t), {}, "neither 0 nor 1 in 4 of 216 rows"),
    (lambda d: d.assign(t=d.t * (d.time != 2022)), {}, "the treatment ends again for 1 units: 'u0'"),
    (lambda d: d.assign(t=((d.unit == "u0") & (d.time > 2000)).astype(int)), {}, "'u0' has 1 periods before"),
    (lambda d: d[d.unit.isin(["u0", "u1"])], {}, "1 of 2 units are never treated"),
    (lambda d: d.assign(y=d.y.where(d.time != 2003)), {}, "outcome 'y' is missing in 9 of 216 rows"),
    (lambda d: d, {"covariates": [Predictor("size", 2015, 2021)]}, "is not before the treatment"),
    (lambda d: d, {"covariates": [Predictor("size", 1950)]}, "there is no period 1950"),
    (lambda d: d, {"covariates": ["weight"]}, "there is no covariate 'weight'"),
    (lambda d: d.assign(size=d["size"].where(d.unit != "u4")), {"covariates": ["size"]}, "no value for 1 units: 'u4'"),
    (lambda d: d, {"covariates": ["size"], "inference": "conformal"}, "conformal needs weights made of the outcomes"),
    (lambda d: d, {"covariates": ["size"], "importance": {}}, "no importance of 'size'"),
    (lambda d: d, {"importance": "guess"}, "no importance 'guess'"),
    (lambda d: d, {"covariates": ["size"], "training": ["size", "y"]}, "2 training predictors for 1"),
    (lambda d: d, {"window": (2010, 2022)}, "from 2010 to 2022"),
    (lambda d: d, {"penalty": -1.0}, "a penalty of -1.0"),
    (lambda d: d, {"inference": "bayes"}, "no inference 'bayes'"),
    (lambda d: d, {"inference": "t-test", "folds": 1}, "20 periods before the treatment for 1 folds"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "arguments", "words"), BAD, ids=[words[:30] for _, _, words in BAD])
def test_bad_input_is_refused(change, arguments, words):
    data, _ = drawn()
    with pytest.raises(BadInput, match=words):
        synthetic_control(change(data), **NAMES, **arguments)


BAD_DIFFERENCE = [
    ({"correction": "HC2"}, "no correction 'HC2'"),
    ({"correction": "jackknife"}, "1 treated units that begin at 1 times"),
    ({"correction": "bootstrap"}, "1 treated unit"),
    ({"covariates": ["unit_mean"]}, "made of means of units and periods"),
    ({"covariates": ["holed"]}, "covariate 'holed' is missing in 9 of 216 rows"),
]


@pytest.mark.parametrize(("arguments", "words"), BAD_DIFFERENCE)
def test_bad_input_of_a_synthetic_difference_is_refused(arguments, words):
    data, _ = drawn()
    data["unit_mean"] = data.groupby("unit")["size"].transform("mean")
    data["holed"] = data["size"].where(data.time != 2003)
    with pytest.raises(BadInput, match=words):
        synthetic_difference(data, **NAMES, **arguments)
