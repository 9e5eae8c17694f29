"""Is the effect by period what regressions with clustered errors say, jointly?"""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import f as f_distribution

from liveloop.base.errors import BadInput
from liveloop.base.seeds import flips, integers, normals
from liveloop.estimate.longterm.exposure import effect_path
from liveloop.estimate.longterm.novelty import novelty


def drawn(seed=1, units=80, periods=5, effect=0.5, kept=0.9):
    ids, unit, period = np.arange(units), np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    arm, before = flips(seed, "arm", ids, 0.5) * 1, normals(seed, "before", ids)
    level = normals(seed, "unit", ids) + before
    y = effect * arm[unit] + level[unit] + normals(seed, "row", range(len(unit)))
    account, weight = integers(seed, "account", ids, 15), 1.0 + integers(seed, "w", range(len(unit)), 3)
    data = {"y": y, "t": arm[unit], "unit": unit, "period": period, "before": before[unit], "w": weight,
            "account": account[unit]}  # fmt: skip
    seen = flips(seed, "seen", range(len(unit)), kept)
    return {name: column[seen] for name, column in data.items()}


OPTIONS = {"outcome": "y", "treatment": "t", "unit": "unit", "period": "period"}


@pytest.mark.parametrize("covariates", [[], ["before"]])
@pytest.mark.parametrize("clusters", ["", "account"])
@pytest.mark.parametrize("weights", ["", "w"])
def test_it_is_one_stacked_regression_with_errors_by_clusters(covariates, clusters, weights):
    data = drawn()
    made = effect_path(data, covariates=covariates, clusters=clusters, weights=weights, **OPTIONS)
    w = data["w"] if weights else np.ones(len(data["y"]))
    columns = []
    for period in range(5):
        now = (data["period"] == period) * 1.0
        columns += [now, now * data["t"]]
        columns += [now * (data["before"] - 0.3)] if covariates else []
    groups = np.unique(data[clusters or "unit"], return_inverse=True)[1]
    oracle = sm.WLS(data["y"], np.column_stack(columns), weights=w).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    at = [period * (3 if covariates else 2) + 1 for period in range(5)]
    count = groups.max() + 1
    spread = oracle.cov_params()[np.ix_(at, at)] * count / (count - 1)
    assert [made[name].value for name in made] == pytest.approx(oracle.params[at], rel=1e-9)
    assert np.array(made.covariance) == pytest.approx(spread, rel=1e-8)
    effects = oracle.params[at]
    squared = effects @ np.linalg.solve(spread, effects)
    wanted = f_distribution.sf(squared * (count - 5) / (5 * (count - 1)), 5, count - 5)
    assert made.joint_p_value == pytest.approx(wanted, rel=1e-6)
    assert made["2"].df == count - 1


def test_time_since_first_exposure_takes_the_calendar_out():
    data = drawn(kept=1.0)
    first = np.array([0, 0, 1, 2])[data["unit"] % 4]
    data |= {"first": first, "y": data["y"] + 10 * data["period"]}
    seen = data["period"] >= first
    data = {name: column[seen] for name, column in data.items()}
    made = effect_path(data, first="first", **OPTIONS)
    age = data["period"] - data["first"]
    for name in made:
        now = age == int(name)
        gap = data["y"][now & (data["t"] == 1)].mean() - data["y"][now & (data["t"] == 0)].mean()
        assert made[name].value == pytest.approx(gap)
    assert "early cohorts alone" in made.warnings[0]
    whole = effect_path(data, first="first", oldest=2, **OPTIONS)
    assert list(whole) == ["0", "1", "2"]
    assert whole["2"].counts["rows"] == 3 * 80  # all cohorts are seen for three periods
    assert whole.warnings == ()
    assert effect_path(data, first="first", oldest=3, **OPTIONS)["0"].counts["rows"] == 4 * 60
    for oldest in (4, 0):  # the cohort that is seen for long enough is left out; one age alone is no path
        late = {name: column[(data["first"] > 0) | (age > 3)] for name, column in data.items()}
        with pytest.raises(BadInput, match="no cohort is seen at all of"):
            effect_path(late, first="first", oldest=oldest, **OPTIONS)


def test_no_effect_is_found_where_there_is_none():
    """The joint test at 5 %: of 60 draws more than 9 with chance 2 in 1,000."""
    found = sum(effect_path(drawn(seed, effect=0.0), **OPTIONS).joint_p_value < 0.05 for seed in range(60))
    assert found <= 9


def test_leavers_are_seen():
    data = drawn(kept=1.0, units=200)
    gone = (data["period"] > 2) & (data["t"] == 1) & (data["unit"] % 3 == 0)
    made = effect_path({name: column[~gone] for name, column in data.items()}, **OPTIONS)
    staying = made.diagnostics[-1]
    assert staying.holds is False
    assert staying.value < -0.2
    assert effect_path(data, **OPTIONS).diagnostics[-1].holds


@pytest.mark.parametrize(
    ("changed", "options", "words"),
    [
        (lambda d: d | {"period": np.zeros(len(d["y"])), "unit": np.arange(len(d["y"]))}, {}, "1 different periods"),
        (lambda d: d | {"t": (np.arange(len(d["y"])) % 2)}, {}, "have rows in both arms of 't'"),
        (lambda d: d | {"period": d["period"] // 2}, {}, "are a second row of their 'unit' in a period"),
        (lambda d: d | {"first": np.full(len(d["y"]), 3)}, {"first": "first"}, "rows lie before their first exposure"),
        (lambda d: d | {"t": np.ones(len(d["y"]))}, {}, "one arm only"),
        (lambda d: d | {"t": np.where(d["unit"] == 3, 1, 0)}, {}, "period 0 has 1 rows in an arm"),
        (lambda d: d | {"y": np.where(np.arange(len(d["y"])) < 4, np.nan, d["y"])}, {}, "'y' is missing in 4 of"),
        (lambda d: d | {"a": np.zeros(len(d["y"]))}, {"clusters": "a"}, "1 clusters"),
        (lambda d: d | {"y": np.ones(len(d["y"]))}, {}, "outcome 'y' is 1 in all 400 rows"),
        (lambda d: d, {"oldest": 3}, "oldest without first"),
        (lambda d: d, {"weights": "z"}, "there is no weight 'z'"),
        (lambda d: {k: v[:0] for k, v in d.items()}, {}, "0 rows"),
    ],
)
def test_bad_input_is_named(changed, options, words):
    with pytest.raises(BadInput, match=words):
        effect_path(changed(drawn(kept=1.0)), **OPTIONS | options)


def test_the_steady_state_is_what_was_put_in():
    """Nearly without noise the rest, the half-life and the change are exact."""
    data = drawn(units=300, periods=8, kept=1.0)
    effect = 0.2 + 0.8 * 0.5 ** (data["period"] / 1.5)
    data["y"] = effect * data["t"] + 1e-4 * data["y"]
    made = novelty(data, longest=4.0, **OPTIONS)
    assert made["steady state"].value == pytest.approx(0.2, abs=1e-3)
    assert made.diagnostics[1].value == pytest.approx(1.5, rel=0.05)  # the grid of half-lives has steps of 2 %
    assert made["change"].value == pytest.approx(0.8 * (0.5 ** (7 / 1.5) - 1), abs=1e-3)
    assert made["mean"].value == pytest.approx(effect[:8].mean(), abs=1e-3)
    assert "a novelty" in made.warnings[0]
    data["y"] = (1.0 - effect) * data["t"] + 1e-4 * data["y"]
    grows = novelty(data, longest=4.0, **OPTIONS)
    assert grows["steady state"].value == pytest.approx(0.8, abs=1e-3)
    assert "grows" in grows.warnings[0]


def test_a_longer_half_life_that_is_believed_makes_the_interval_longer():
    data = drawn(units=200, periods=8)
    short, long = (novelty(data, longest=size, **OPTIONS)["steady state"] for size in (1.0, 20.0))
    assert long.high - long.low > short.high - short.low
    assert long.low <= short.low
    assert short.high <= long.high
    assert short.standard_error is None


def test_a_steady_effect_is_not_called_a_novelty():
    made = novelty(drawn(units=200, periods=8), **OPTIONS)
    assert made.warnings == ()
    assert made.diagnostics[0].holds
    assert made["trend"].low < 0 < made["trend"].high
    with pytest.raises(BadInput, match="3 periods"):
        novelty(drawn(periods=3), **OPTIONS)
    with pytest.raises(BadInput, match="9 clusters for 8 periods"):
        novelty(drawn(units=9, periods=8, kept=1.0), **OPTIONS)


def test_few_clusters_give_a_path_without_a_joint_test():
    made = effect_path(drawn(units=80, periods=5, kept=1.0) | {"few": np.repeat(np.arange(80) % 4, 5)}, clusters="few",
                       **OPTIONS)  # fmt: skip
    assert made.joint_p_value is None
    assert made["0"].df == 3
    assert "only 4 clusters" in made["0"].warnings[0]
    assert all("same effect" not in one.name for one in made.diagnostics)
