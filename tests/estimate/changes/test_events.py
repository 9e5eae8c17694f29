"""Are effects by time since treatment right: event study, interaction-weighted, stacked and imputed?"""

import warnings

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.changes.events import event_study, joint_test
from liveloop.estimate.changes.grouptime import group_time_effects
from liveloop.estimate.changes.imputed import imputed_effects
from liveloop.estimate.changes.interaction import interaction_weighted_effects
from liveloop.estimate.changes.stacked import stacked_effects
from liveloop.estimate.linear import fit_rows

GIVEN = {"outcome": "y", "unit": "unit", "period": "period", "cohort": "since"}


def fitted(data, name, aggregate=None, **given):
    import diff_diff

    covariates = given.pop("covariates", None)
    more = {} if aggregate is None else {"aggregate": aggregate}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(diff_diff, name)(**given).fit(
            data, outcome="y", unit="unit", time="period", first_treat="since", covariates=covariates, **more
        )


def test_an_event_study_is_a_regression_with_a_column_for_all(drawn):
    made = event_study(drawn, **GIVEN, clusters="region", covariates="z", weights="w", first=-3, last=2)
    since = np.where(drawn["since"] > 0, drawn["period"] - drawn["since"], np.nan)
    since = np.where(since <= -3, -3, np.where(since >= 2, 2, since))
    times = [-3, -2, 0, 1, 2]
    dummies = [
        np.asarray(drawn[one].to_numpy()[:, None] == np.unique(drawn[one])[1:], float) for one in ("unit", "period")
    ]
    x = np.hstack([since[:, None] == times, drawn[["z"]], np.ones((len(drawn), 1)), *dummies]).astype(float)
    fit = fit_rows(drawn["y"].to_numpy(), x, [str(one) for one in range(x.shape[1])],
                   clusters=drawn["region"].to_numpy(), weights=drawn["w"].to_numpy())  # fmt: skip
    assert list(made) == [str(one) for one in times]
    assert np.asarray(made.covariance) == pytest.approx(fit.covariance("CR2")[:5, :5], rel=1e-7, abs=1e-12)
    for at, one in enumerate(made.rows.values()):
        assert one.value == pytest.approx(fit.beta[at], rel=1e-8)
        assert one.standard_error == pytest.approx(fit.error(fit.contrast(str(at)), "CR2"), rel=1e-8)
        assert one.df == pytest.approx(fit.freedom(fit.contrast(str(at)), "CR2"), rel=1e-6)
    assert "and earlier" in made["-3"].what and "and later" in made["2"].what and "later" not in made["1"].what


def test_treatment_and_since_are_the_same_as_a_cohort(drawn):
    one = drawn[drawn["since"] != 5].assign(ever=lambda data: (data["since"] == 3) * 1)
    given = {"outcome": "y", "unit": "unit", "period": "period"}
    by_since = event_study(one, **given, treatment="ever", since=3)
    by_cohort = event_study(one, **given, cohort="since")
    assert by_since["2"] == by_cohort["2"]
    assert not by_since.warnings or "different times" not in by_since.warnings[0]


def test_the_joint_test_is_wald():
    values, covariance = np.asarray([1.0, -0.5]), np.asarray([[0.5, 0.1], [0.1, 0.4]])
    wald = values @ np.linalg.inv(covariance) @ values
    assert joint_test(values, covariance, None) == pytest.approx(np.exp(-wald / 2), rel=1e-9)  # chi-square of 2 df
    assert joint_test(values, np.ones((2, 2)), None) is None


def test_a_null_passes_and_a_trend_does_not(drawn):
    null = stream(9, "null").standard_normal(len(drawn))
    one = drawn[drawn["since"] != 5]
    assert event_study(one.assign(y=null[: len(one)]), **GIVEN).diagnostics[0].holds
    trend = null[: len(one)] + 2.0 * (one["since"] > 0) * one["period"]
    assert event_study(one.assign(y=trend), **GIVEN).diagnostics[0].holds is False


def test_all_treated_needs_two_references(drawn):
    treated = drawn[drawn["since"] > 0]
    with pytest.raises(BadInput, match="cannot be told apart"):
        event_study(treated, **GIVEN)
    made = event_study(treated, **GIVEN, first=-2, last=2)
    assert list(made) == ["-2", "0", "1", "2"]
    with pytest.raises(BadInput, match="can be made of the other columns"):  # two cohorts tell no nine times apart
        event_study(treated, **GIVEN, reference=(-4, -1))
    with pytest.raises(BadInput, match="9 periods after"):
        event_study(drawn, **GIVEN, reference=9)


def test_sun_and_abraham_as_diff_diff(drawn):
    made = interaction_weighted_effects(drawn, **GIVEN, covariates="z", correction="CR1", shares="fixed")
    other = fitted(drawn, "SunAbraham", covariates=["z"])
    for name, one in made.rows.items():
        their = other.event_study_effects[int(name)] if name != "overall" else None
        value, error = (their["effect"], their["se"]) if their else (other.overall_att, other.overall_se)
        assert one.value == pytest.approx(value, rel=1e-7) and one.standard_error == pytest.approx(error, rel=1e-7)


def test_sun_and_abraham_as_callaway_and_santanna(drawn):
    # In a balanced panel without covariates both compare with the last period before, and with those never treated.
    ours = interaction_weighted_effects(drawn, **GIVEN, correction="CR0", shares="estimated")
    other = group_time_effects(drawn, **GIVEN, base="universal", aggregate="dynamic")
    for name in ours:
        if name != "overall":
            assert ours[name].value == pytest.approx(other[name].value, rel=1e-9, abs=1e-12)
            assert ours[name].standard_error == pytest.approx(other[name].standard_error, rel=1e-9)


def test_sun_and_abraham_without_anybody_never_treated(drawn):
    treated = drawn[drawn["since"] > 0]
    made = interaction_weighted_effects(treated, **GIVEN)
    assert list(made) == ["overall", "-2", "0", "1"] and "serves as comparison" in made.warnings[0]
    early = drawn.assign(since=drawn["since"].replace({3: 1}))
    assert "treated from the first period" in interaction_weighted_effects(early, **GIVEN).warnings[0]


@pytest.mark.parametrize(("before", "after", "comparison"), [(2, 1, "not-yet"), (2, 2, "never"), (1, 0, "not-yet")])
def test_stacks_as_diff_diff(drawn, before, after, comparison):
    group = {"never": "never_treated", "not-yet": "not_yet_treated"}[comparison]
    given = {"before": before, "after": after, "comparison": comparison, "correction": "CR1"}
    made = stacked_effects(drawn, **GIVEN, **given)
    other = fitted(drawn, "StackedDiD", kappa_pre=before, kappa_post=after, control_group=group)
    assert made["overall"].value == pytest.approx(other.overall_att, rel=1e-7)
    assert made["overall"].standard_error == pytest.approx(other.overall_se, rel=1e-7)
    for name in made:
        if name != "overall":
            assert made[name].value == pytest.approx(other.event_study_effects[int(name)]["effect"], rel=1e-7)
            assert made[name].standard_error == pytest.approx(other.event_study_effects[int(name)]["se"], rel=1e-7)


def test_a_stack_is_the_mean_of_its_experiments(drawn):
    made = stacked_effects(drawn, **GIVEN, before=2, after=1, weights="w")
    parts, sizes = [], []
    for cohort in (3, 5):
        some = drawn[(drawn["since"] == cohort) | (drawn["since"] == 0) | (drawn["since"] > cohort + 1)]
        change = some.pivot(index="unit", columns="period", values="y")
        change = change[cohort + 1] - change[cohort - 1]
        weights, own = some.groupby("unit")["w"].first(), some.groupby("unit")["since"].first() == cohort
        parts.append(np.average(change[own], weights=weights[own]) - np.average(change[~own], weights=weights[~own]))
        sizes.append(weights[own].sum())
    assert made["1"].value == pytest.approx(np.average(parts, weights=sizes), rel=1e-9)


def test_windows_that_nobody_fills_are_refused(drawn):
    assert "5" in stacked_effects(drawn, **GIVEN, before=1, after=3).warnings[0]
    for before, after, says in ((3, 5, "no cohort is seen"), (0, 1, "before is 0")):
        with pytest.raises(BadInput, match=says):
            stacked_effects(drawn, **GIVEN, before=before, after=after)


@pytest.mark.parametrize("holes", [False, True])
def test_imputation_as_diff_diff(drawn, holes):
    data = drawn.iloc[np.flatnonzero(stream(2, "holes").random(420) < 0.9)] if holes else drawn
    made = imputed_effects(data, **GIVEN, covariates="z")
    other = fitted(data, "ImputationDiD", aggregate="event_study", covariates=["z"])
    for name, one in made.rows.items():
        their = other.event_study_effects[int(name)] if name != "overall" else None
        value, error = (their["effect"], their["se"]) if their else (other.overall_att, other.overall_se)
        assert one.value == pytest.approx(value, rel=1e-6) and one.standard_error == pytest.approx(error, rel=1e-6)


def test_imputation_by_hand(drawn):
    # Fit means on untreated rows, take them from treated ones.
    free = drawn["d"].to_numpy() == 0
    dummies = [
        np.asarray(drawn[one].to_numpy()[:, None] == np.unique(drawn[one])[1:], float) for one in ("unit", "period")
    ]
    x, w = np.hstack([np.ones((420, 1)), *dummies]), drawn["w"].to_numpy()
    root = np.sqrt(w)[:, None]
    y = drawn["y"].to_numpy()
    beta = np.linalg.lstsq((x * root)[free], y[free] * root[free, 0], rcond=None)[0]
    left = (y - x @ beta)[~free]
    made = imputed_effects(drawn, **GIVEN, weights="w")
    assert made["overall"].value == pytest.approx(np.average(left, weights=w[~free]), rel=1e-8)


def test_imputation_tests_what_was_before(drawn):
    assert imputed_effects(drawn, **GIVEN, leads=2).diagnostics[0].holds
    dip = drawn["y"] - 3.0 * (drawn["period"] == drawn["since"] - 1)
    assert imputed_effects(drawn.assign(y=dip), **GIVEN, leads=2).diagnostics[0].holds is False


def test_what_cannot_be_imputed_is_left_out_and_said(drawn):
    early = drawn.assign(since=drawn["since"].replace({3: 1}))
    made = imputed_effects(early, **GIVEN)
    assert "140 rows are of units or periods without any untreated row" in made.warnings[0]
    with pytest.raises(BadInput, match="no treated row has an untreated one"):
        imputed_effects(drawn.assign(since=1), **GIVEN)


@pytest.mark.parametrize("method", [event_study, interaction_weighted_effects, imputed_effects])
def test_bad_input_is_refused_in_words(drawn, method):
    for change, given, says in (
        ({"y": np.nan}, {}, "missing in 420"),
        ({"region": 0}, {"clusters": "region"}, "one cluster only"),
        ({}, {"cohort": "q"}, "no cohort 'q'"),
        ({}, {"correction": "HC9"}, "no correction"),
        ({"since": 0}, {}, "no row is of a unit that is treated"),
    ):
        with pytest.raises(BadInput, match=says):
            method(drawn.assign(**change), **(GIVEN | given))
