"""Are effects of cohorts at times, their aggregates and their errors right, against others and by brute force?"""

import warnings

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.changes.adjusted import Sections, panel_change, sections_change
from liveloop.estimate.changes.bands import multiplied
from liveloop.estimate.changes.cells import Plan
from liveloop.estimate.changes.grouptime import group_time_effects
from liveloop.estimate.changes.many import many_group_time_effects

GIVEN = {"outcome": "y", "unit": "unit", "period": "period", "cohort": "since"}
ADJUSTED = {"dr": "dr", "regression": "reg", "ipw": "ipw"}


def theirs(data, *, aggregate=None, comparison="never", **given):
    from diff_diff import CallawaySantAnna

    group = {"never": "never_treated", "not-yet": "not_yet_treated"}[comparison]
    covariates = given.pop("covariates", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CallawaySantAnna(control_group=group, **given).fit(
            data, outcome="y", unit="unit", time="period", first_treat="since", covariates=covariates,
            aggregate=aggregate,
        )  # fmt: skip


@pytest.mark.parametrize("adjust", ADJUSTED)
@pytest.mark.parametrize(("comparison", "base"), [("never", "varying"), ("not-yet", "varying"), ("never", "universal")])
def test_cells_with_covariates_are_those_of_diff_diff(drawn, adjust, comparison, base):
    made = group_time_effects(drawn, **GIVEN, covariates="x", adjust=adjust, comparison=comparison, base=base)
    other = theirs(drawn, comparison=comparison, estimation_method=ADJUSTED[adjust], base_period=base, covariates=["x"])
    for name, one in made.rows.items():
        their = other.group_time_effects[tuple(map(int, name.split()))]
        # Its logit stops a little earlier than ours; the golden test holds "dr" to its published digits.
        near = 1e-5 if adjust == "dr" else 1e-6
        assert one.value == pytest.approx(their["effect"], rel=near, abs=1e-6)
        assert one.standard_error == pytest.approx(their["se"], rel=near)


def test_aggregates_are_those_of_diff_diff(drawn):
    other = theirs(drawn, aggregate="all", estimation_method="reg")
    simple = group_time_effects(drawn, **GIVEN, aggregate="simple")["overall"]
    assert simple.value == pytest.approx(other.overall_att, rel=1e-9)
    assert simple.standard_error == pytest.approx(other.overall_se, rel=1e-9)
    for by, found in (("dynamic", other.event_study_effects), ("group", other.group_effects)):
        for name, one in list(group_time_effects(drawn, **GIVEN, aggregate=by).rows.items())[1:]:
            assert one.value == pytest.approx(found[int(name)]["effect"], rel=1e-9)
            assert one.standard_error == pytest.approx(found[int(name)]["se"], rel=1e-9)


def test_other_people_in_each_period_are_those_of_diff_diff(drawn):
    people = drawn.assign(unit=np.arange(len(drawn)))
    other = theirs(people, estimation_method="dr", panel=False, covariates=["x"])
    made = group_time_effects(people, outcome="y", period="period", cohort="since", covariates="x", aggregate="simple")
    assert made["overall"].value == pytest.approx(other.overall_att, rel=1e-7)
    assert made["overall"].standard_error == pytest.approx(other.overall_se, rel=1e-7)


def test_an_unbalanced_panel_is_that_of_diff_diff(drawn):
    holes = drawn.iloc[np.flatnonzero(stream(2, "holes").random(len(drawn)) < 0.9)]
    other = theirs(holes, estimation_method="reg", allow_unbalanced_panel=True)
    made = group_time_effects(holes, **GIVEN, aggregate="simple", unbalanced="sections", correction="CR1")["overall"]
    assert made.value == pytest.approx(other.overall_att, rel=1e-9)
    assert made.standard_error == pytest.approx(other.overall_se, rel=1e-9)
    dropped = group_time_effects(holes, **GIVEN, unbalanced="drop")
    rows = holes.groupby("unit")["y"].transform("size") == 7
    assert dropped["3 4"].value == group_time_effects(holes[rows], **GIVEN)["3 4"].value
    assert "are left out" in dropped.warnings[0]


@pytest.mark.parametrize("adjust", ADJUSTED)
@pytest.mark.parametrize("covariates", [0, 2])
def test_influences_are_derivatives_by_the_weights(adjust, covariates):
    chance = stream(4, "influence")
    rows = 120
    x = np.column_stack([np.ones(rows), chance.standard_normal((rows, covariates))])
    treated, after = chance.random(rows) < 0.4, chance.random(rows) < 0.5
    y, weights = chance.standard_normal(rows) + x.sum(axis=1), chance.uniform(0.5, 2, rows)
    for made in (
        lambda w: panel_change(y, treated, x, w, adjust=adjust),
        lambda w: sections_change(Sections(y, treated, after, x, w), adjust=adjust),
    ):
        influence = made(weights).influence
        for at in range(0, rows, 12):
            step = np.zeros(rows)
            step[at] = 1e-5 * weights[at]
            slope = (made(weights + step).value - made(weights - step).value) / 2e-5
            assert influence[at] == pytest.approx(slope, abs=1e-8)


def test_the_influence_of_the_shares_of_cohorts_is_a_derivative_too(drawn):
    # What a unit adds is what its weight times the slope in its weight is, the cohort's share moved by it included.
    data = {name: drawn[name].to_numpy() for name in ("y", "unit", "period", "since", "w")}
    for by in ("group", "dynamic"):
        base = group_time_effects(data, **GIVEN, weights="w", aggregate=by)["overall"]
        slopes = []
        for unit in range(60):
            ends = []
            for sign in (1, -1):
                weights = np.where(data["unit"] == unit, data["w"] * (1 + sign * 1e-5), data["w"])
                made = group_time_effects(data | {"w": weights}, **GIVEN, weights="w", aggregate=by)
                ends.append(made["overall"].value)
            slopes.append((ends[0] - ends[1]) / 2e-5)
        assert base.standard_error == pytest.approx(np.sum(np.square(slopes)) ** 0.5, rel=1e-5)


def test_clusters_sum_influences(drawn):
    alone = group_time_effects(drawn, **GIVEN, aggregate="simple")["overall"]
    units = group_time_effects(drawn, **GIVEN, aggregate="simple", clusters="unit")["overall"]
    regions = group_time_effects(drawn, **GIVEN, aggregate="simple", clusters="region")["overall"]
    assert units.standard_error == pytest.approx(alone.standard_error, rel=1e-12)
    assert regions.value == alone.value and regions.standard_error != alone.standard_error
    again = group_time_effects(drawn, **GIVEN, aggregate="simple", clusters="region", correction="CR1")["overall"]
    assert again.standard_error == pytest.approx(regions.standard_error * (15 / 14) ** 0.5, rel=1e-12)
    assert again.df == 14 and regions.conventions[0].standard_error == pytest.approx(again.standard_error)


def test_treatment_by_row_is_the_same_as_cohorts(drawn):
    given = {name: one for name, one in GIVEN.items() if name != "cohort"}
    by_row = group_time_effects(drawn, **given, treatment="d")
    by_cohort = group_time_effects(drawn, **GIVEN)
    missing = group_time_effects(drawn.assign(since=drawn["since"].where(drawn["since"] > 0)), **GIVEN)
    coded = group_time_effects(drawn.replace({"since": {0: 99}}), **GIVEN)
    marked = group_time_effects(drawn.replace({"since": {0: -1}}), **GIVEN, never=-1)
    for other in (by_row, missing, coded, marked):
        assert [one.value for one in other.rows.values()] == [one.value for one in by_cohort.rows.values()]


def test_dates_are_periods_too(drawn):
    days = {at: f"2024-0{at}-01" for at in range(1, 8)}
    dated = drawn.assign(period=drawn["period"].map(days), since=drawn["since"].map(days))
    made = group_time_effects(dated, **GIVEN)
    assert made["2024-03-01 2024-05-01"].value == group_time_effects(drawn, **GIVEN)["3 5"].value


def test_anticipation_moves_the_base(drawn):
    made = group_time_effects(drawn, **GIVEN, anticipation=1, base="universal")
    wide = drawn.pivot(index="unit", columns="period", values="y")
    since = drawn.groupby("unit")["since"].first()
    change = wide[3] - wide[1]
    assert made["3 3"].value == pytest.approx(change[since == 3].mean() - change[since == 0].mean(), rel=1e-9)


def test_without_anybody_never_treated_the_last_cohort_only_compares(drawn):
    treated = drawn[drawn["since"] > 0]
    with pytest.raises(BadInput, match="no unit is never treated"):
        group_time_effects(treated, **GIVEN)
    made = group_time_effects(treated, **GIVEN, comparison="not-yet")
    assert list(made) == ["3 2", "3 3", "3 4"] and any("only serves as comparison" in one for one in made.warnings)


def test_bands_hold_all_effects_together(drawn):
    points = group_time_effects(drawn, **GIVEN, aggregate="dynamic")
    bands = group_time_effects(drawn, **GIVEN, aggregate="dynamic", draws=1999, seed=3)
    again = group_time_effects(drawn, **GIVEN, aggregate="dynamic", draws=1999, seed=3)
    for name, one in points.rows.items():
        assert bands[name].standard_error == pytest.approx(one.standard_error, rel=0.12)  # 1,999 draws, middle half
        assert bands[name].low == again[name].low
    wide = (bands["0"].high - bands["0"].value) / bands["0"].standard_error
    assert 2.3 < wide < 3.2  # 7 effects: 1.96 alone, 2.69 if independent
    overall = bands["overall"]
    assert (overall.high - overall.value) / overall.standard_error == pytest.approx(1.96, abs=1e-3)


@pytest.mark.parametrize("multipliers", ["mammen", "rademacher", "webb"])
def test_multipliers_have_mean_0_and_variance_1(multipliers):
    adds = np.eye(3) * [1.0, 2.0, 3.0]
    made = multiplied(np.repeat(adds, 200, axis=1) / 200**0.5, draws=4000, level=0.95, seed=1, multipliers=multipliers)
    assert made.error == pytest.approx([1.0, 2.0, 3.0], rel=0.1)  # of 4,000 draws by their middle half


@pytest.mark.parametrize("aggregate", ["simple", "dynamic", "group"])
@pytest.mark.parametrize("comparison", ["never", "not-yet"])
def test_many_at_once_are_one_by_one(drawn, aggregate, comparison):
    y = stream(6, "many").standard_normal((3, 60, 7))
    since = drawn.groupby("unit")["since"].first().to_numpy()
    made = many_group_time_effects(y, np.where(since == 0, np.inf, since - 1.0), plan=Plan(comparison),
                                   aggregate=aggregate, correction="CR1")  # fmt: skip
    for at in range(3):
        one = group_time_effects(drawn.assign(y=y[at].ravel()), **GIVEN, aggregate=aggregate, comparison=comparison,
                                 correction="CR1")["overall"]  # fmt: skip
        assert made.value[at] == pytest.approx(one.value, rel=1e-9)
        assert made.standard_error[at] == pytest.approx(one.standard_error, rel=1e-9)


def test_a_null_finds_nothing(drawn):
    y = stream(8, "null").standard_normal(len(drawn))
    made = group_time_effects(drawn.assign(y=y), **GIVEN, aggregate="dynamic")
    assert not made["overall"].excludes_zero and made.joint_p_value > 0.05 and made.diagnostics[0].holds


@pytest.mark.parametrize(
    ("change", "given", "says"),
    [
        ({"since": 0}, {}, "no row is of a unit that is treated"),
        ({"period": 1}, {}, "one value only"),
        ({}, {"treatment": "d"}, "say either"),
        ({}, {"cohort": None}, "say either"),
        ({"d": lambda data: (data["period"] == 3) * 1}, {"cohort": None, "treatment": "d"}, "ends again in 60 of 60"),
        ({"since": lambda data: data["period"]}, {}, "more than one value in 60 of 60 units"),
        ({"region": lambda data: data["period"]}, {"clusters": "region"}, "cluster 'region' has more than one value"),
        ({"region": 1}, {"clusters": "region"}, "one cluster only"),
        ({"unit": 1}, {"cohort": "since"}, "more than one value in 1 of 1 units"),
        ({"since": 1}, {"comparison": "not-yet"}, "no cohort can be compared"),
        ({}, {"never": "none"}, "never is 'none'"),
        ({}, {"comparison": "all"}, "no comparison 'all'"),
        ({}, {"adjust": "some"}, "no adjust 'some'"),
        ({}, {"anticipation": -1}, "anticipation is -1"),
        ({}, {"aggregate": "year"}, "no aggregate 'year'"),
        ({}, {"aggregate": "dynamic", "last": -2}, "no time since treatment is left"),
        ({}, {"correction": "CR2"}, "no correction 'CR2'"),
        ({}, {"draws": 5}, "5 draws"),
        ({"x": lambda data: data["since"] * 1.0}, {"covariates": "x"}, "cohort 3 at"),
        ({"y": np.nan}, {}, "missing in 420 of 420"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(drawn, change, given, says):
    with pytest.raises(BadInput, match=says):
        group_time_effects(drawn.assign(**change), **(GIVEN | given))


def test_holes_and_doubles_are_refused(drawn):
    with pytest.raises(BadInput, match="1 of 60 units have no row in some period"):
        group_time_effects(drawn.iloc[1:], **GIVEN)
    with pytest.raises(BadInput, match="1 pairs of 'unit' and 'period' have more than one row"):
        group_time_effects(drawn.iloc[[0, *range(420)]], **GIVEN)
