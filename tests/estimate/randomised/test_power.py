"""Is the power what other formulas give where there are any, and what simulated trials show where there are none?"""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import power_proportions_2indep

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.past import icc_of, layers_of, power_from, sums_of_clusters, trial_from
from liveloop.estimate.randomised.power import (
    Trial,
    minimum_detectable_effect,
    power,
    ratio_deviation,
    size_needed,
    units_needed,
)
from liveloop.estimate.regimes.few import LIES, earlier, to_plan
from liveloop.estimate.replicates.batch import batch_of
from liveloop.estimate.replicates.many import many_differences

SIMULATED = 10_000
AWAY = 4 * (0.25 / SIMULATED) ** 0.5  # four standard errors of a simulated power


def test_as_statsmodels_for_means():
    t, normal = TTestIndPower(), NormalIndPower()
    for effect in (0.05, 0.35, 0.9):
        assert power(Trial(units=200, deviation=2), 2 * effect).power == pytest.approx(t.power(effect, 100, 0.05))
        assert power(Trial(units=200, sides=1), effect).power == pytest.approx(
            t.power(effect, 100, 0.05, alternative="larger")
        )
        assert power(Trial(units=200, treated=0.3, law="pooled", level=0.99), effect).power == pytest.approx(
            t.power(effect, 140, 0.01, ratio=60 / 140)
        )
        assert power(Trial(units=200, treated=0.3, law="normal"), -effect).power == pytest.approx(
            normal.power(effect, 140, 0.05, ratio=60 / 140)
        )
    assert minimum_detectable_effect(Trial(units=60)).effect == pytest.approx(
        t.solve_power(None, 30, 0.05, 0.8), rel=1e-5
    )
    for effect in (0.1, 0.35):
        assert units_needed(Trial(), effect).units == math.ceil(2 * t.solve_power(effect, None, 0.05, 0.8))


def test_as_statsmodels_for_shares():
    """Cohen (1988): d = .5 needs 64 in each arm for power .8. Fleiss: 10 % against 15 %, 686 in each arm."""
    assert units_needed(Trial(), 0.5).units == 128
    assert units_needed(Trial(share=0.10, pooled=True), 0.05).units == 2 * 686
    for effect in (-0.03, 0.02, 0.05):
        ours = power(Trial(units=3_000, share=0.1, pooled=True), effect).power
        theirs = power_proportions_2indep(effect, 0.1, 1_500, return_results=False)
        assert ours == pytest.approx(theirs, abs=2e-4)  # theirs leaves out the other side
    risen, fallen = (minimum_detectable_effect(Trial(units=800, share=0.3), direction=one).effect for one in (1, -1))
    assert risen > -fallen > 0  # the variance is smaller farther from a half


def drawn(trial, effect, *, sizes=None, seed=1):
    """Simulate trials of whole units by the sums of their rows, test each by Welch's t over units, count rejections."""
    chance, units = stream(seed, "trial"), trial.units
    treated = round(units * trial.treated)
    n = np.full((SIMULATED, units), trial.size) if sizes is None else sizes(chance)
    level = np.sqrt(trial.icc) * chance.standard_normal(n.shape)
    level += np.sqrt((1 - trial.icc) / n) * chance.standard_normal(n.shape)
    level *= trial.deviation
    level[:, :treated] += effect
    parts, values = [], []
    for arm in (slice(0, treated), slice(treated, units)):
        some, sizes_here = level[:, arm], n[:, arm]
        value = (some * sizes_here).sum(axis=1) / sizes_here.sum(axis=1)
        number = some.shape[1]
        squares = ((sizes_here * (some - value[:, None])) ** 2).sum(axis=1)
        parts.append(number / (number - 1) * squares / sizes_here.sum(axis=1) ** 2)
        values.append(value)
    total = parts[0] + parts[1]
    alike = 1 + (n.std(axis=1) / n.mean(axis=1)) ** 2
    df = total**2 / (parts[0] ** 2 / (treated / alike - 1) + parts[1] ** 2 / ((units - treated) / alike - 1))
    statistic = (values[0] - values[1] + trial.margin) / np.sqrt(total)
    limit = student.isf(trial.error, df)
    return float(((statistic if trial.sides == 1 else abs(statistic)) > limit).mean())


@pytest.mark.parametrize(
    ("trial", "effect"),
    [
        (Trial(units=40, size=25, icc=0.1), 0.3),
        (Trial(units=24, size=10, icc=0.2, treated=0.375, deviation=3), 2.0),
        (Trial(units=30, size=8, icc=0.3, sides=1, margin=0.5, level=0.975), 0.0),
        (Trial(units=60, treated=0.25), 0.8),
    ],
)
def test_as_simulated(trial, effect):
    told = power(trial, effect).power
    assert drawn(trial, effect) == pytest.approx(told, abs=AWAY)
    assert 0.3 < told < 0.95


@pytest.mark.parametrize(
    "trial", [Trial(units=40, size=10, icc=0.2, correlation=0.7), Trial(units=120, correlation=0.6)]
)
def test_what_was_known_before_as_simulated(trial):
    """By `many_differences` with a covariate that has the same ICC; 2,000 trials each."""
    units, size, rows = trial.units, int(trial.size), int(trial.units * trial.size)
    chance = stream(8, "cuped")

    def column():
        shared = chance.standard_normal((2_000, units)).repeat(size, axis=1)
        return np.sqrt(trial.icc) * shared + np.sqrt(1 - trial.icc) * chance.standard_normal((2_000, rows))

    before, arm = column(), (np.arange(units) % 2.0).repeat(size)
    effect = minimum_detectable_effect(trial).effect
    y = trial.correlation * before + np.sqrt(1 - trial.correlation**2) * column() + effect * arm
    made = many_differences(batch_of({"y": y, "t": arm, "x": before}, range(0, rows, size)), covariates=["x"])
    assert (made.low > 0).mean() == pytest.approx(0.8, abs=4 * (0.16 / 2_000) ** 0.5)


def test_sizes_that_vary_as_simulated():
    """Within 0.02: the formula takes sizes as drawn on average, and the df is near only."""

    def sizes(chance):
        return chance.integers(3, 43, (SIMULATED, 40))

    variation = (1_599 / 12) ** 0.5 / 22.5
    trial = Trial(units=40, size=22.5, size_variation=variation, icc=0.3)
    assert drawn(trial, 0.55, sizes=sizes) == pytest.approx(power(trial, 0.55).power, abs=0.02)
    level = Trial(units=40, size=22.5, icc=0.3)
    assert power(level, 0.55).power > power(trial, 0.55).power + 0.05


def test_an_alarm_is_as_likely_as_was_said():
    assert power(Trial(units=50, size=4, icc=0.2), 0.0).power == pytest.approx(0.05)
    assert power(Trial(units=50, sides=1, level=0.9), 0.0).power == pytest.approx(0.1)
    assert power(Trial(units=50, comparisons=4), 0.0).power == pytest.approx(0.0125)
    at_the_margin = Trial(units=50, sides=1, margin=0.4, level=0.975)
    assert power(at_the_margin, -0.4).power == pytest.approx(0.025)
    assert power(Trial(units=50, sides=1, margin=0.4, level=0.975, better="lower"), 0.4).power == pytest.approx(0.025)


def test_what_is_found_has_the_power_that_was_asked():
    for trial in (
        Trial(units=40, size=25, icc=0.1, size_variation=0.5), Trial(units=900, share=0.2, treated=0.2),
        Trial(units=50, explained=0.4), Trial(units=90, treated_deviation=2.0),
        Trial(units=30, size=9, icc=0.1, law="normal"),
    ):  # fmt: skip
        for wanted in (0.5, 0.9):
            for direction in (1, -1):
                found = minimum_detectable_effect(trial, wanted, direction=direction)
                assert found.power == pytest.approx(wanted, abs=1e-6) and found.effect * direction > 0
        needed = units_needed(trial, 0.1).units
        fewer, enough = (power(Trial(**{**vars(trial), "units": n}), 0.1).power for n in (needed - 1, needed))
        assert fewer < 0.8 <= enough


def test_no_harm_where_there_is_none_needs_as_much_as_an_effect_of_the_margin():
    plain = minimum_detectable_effect(Trial(units=400, sides=1)).effect
    assert power(Trial(units=400, sides=1, margin=plain), 0.0).power == pytest.approx(0.8)
    assert minimum_detectable_effect(Trial(units=400, sides=1, margin=0.1)).effect == pytest.approx(plain - 0.1)
    assert minimum_detectable_effect(Trial(units=400, sides=1, margin=0.1, better="lower")).effect == pytest.approx(
        0.1 - plain
    )


def test_rows_that_share_a_unit_do_not_replace_units():
    """Eldridge et al. (2006): 1 + ((cv^2 + 1) m - 1) icc; for m 20, cv .65, icc .05: 2.3725."""
    assert Trial(units=10, size=20, size_variation=0.65, icc=0.05).inflation == pytest.approx(2.3725)
    enough = size_needed(Trial(units=60, icc=0.05), 0.2).trial.size
    assert power(Trial(units=60, icc=0.05, size=enough - 1), 0.2).power < 0.8
    with pytest.raises(BadInput, match=r"12 units find an effect of 0\.2 with power 0\.1"):
        size_needed(Trial(units=12, icc=0.2), 0.2)


def test_a_ratio_by_the_delta_method_as_drawn():
    chance = stream(4, "ratio")
    views = chance.gamma(4, 2.5, (3_000, 200))
    clicks = 0.2 * views + 0.3 * np.sqrt(views) * chance.standard_normal(views.shape)
    said = ratio_deviation(
        float(clicks.mean()), float(views.mean()), float(clicks.std()), float(views.std()),
        float(np.corrcoef(clicks.ravel(), views.ravel())[0, 1]),
    )  # fmt: skip
    ratios = clicks.sum(axis=1) / views.sum(axis=1)
    assert ratios.std() * 200**0.5 == pytest.approx(said, rel=0.06)


def test_layers_by_hand():
    """Snedecor and Cochran's way: one-way analysis of variance, components from the mean squares."""
    y = np.array([3.0, 5, 4, 8, 9, 7, 6, 2, 1, 5, 6, 9])
    codes = np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4])
    made = layers_of(sums_of_clusters(y, codes))
    n = np.bincount(codes)
    means = np.bincount(codes, y) / n
    between = float((n * (means - y.mean()) ** 2).sum()) / 4
    within = float(((y - means[codes]) ** 2).sum()) / 7
    usual = (12 - float((n**2).sum()) / 12) / 4
    assert made.within[0] == pytest.approx(within) and made.between[0] == pytest.approx((between - within) / usual)
    assert made.variation[0] == pytest.approx(n.std() / n.mean())
    left = layers_of(sums_of_clusters(y, codes), sums_of_clusters(y, codes))
    for one in range(5):
        kept = codes != one
        alone = layers_of(sums_of_clusters(y[kept], np.unique(codes[kept], return_inverse=True)[1]))
        for name in ("between", "within", "variation", "usual"):
            assert getattr(left, name)[one] == pytest.approx(getattr(alone, name)[0])


def test_past_data_give_the_trial():
    data = earlier(3, clusters=2_000)
    plain = trial_from(data, outcome="y", clusters="cluster", units=100)
    adjusted = trial_from(data, outcome="y", clusters="cluster", covariates=["x"], units=100)
    assert plain.trial.icc == pytest.approx(0.1, abs=0.02)
    assert plain.trial.deviation == pytest.approx(1, abs=0.03)
    assert adjusted.trial.deviation == pytest.approx(0.5**0.5, abs=0.02) and adjusted.saved == pytest.approx(
        0.5, abs=0.03
    )
    assert (plain.trial.units, plain.number, plain.saved) == (100, 2_000, 0)
    truth = to_plan(0)[1]
    asked = power_from(data, outcome="y", clusters="cluster", covariates=["x"], units=100)
    assert asked.low < truth < asked.high and asked.high - asked.low < 0.08 * truth
    few = power_from(earlier(3, clusters=30), outcome="y", clusters="cluster", covariates=["x"], units=100)
    assert few.high - few.low > 3 * (asked.high - asked.low) and few.warnings == ("only 30 units in the past data",)
    chance = power_from(data, outcome="y", clusters="cluster", units=100, effect=truth)
    assert chance.low < chance.value < chance.high < 0.7  # without the covariate


def test_past_rows_alone_and_a_ratio_and_strata():
    chance = stream(5, "past")
    views = chance.gamma(4, 2.5, 4_000)
    group = np.where(views > 9, "many", "few")
    clicks = 0.2 * views + chance.standard_normal(4_000)
    data = pd.DataFrame({"clicks": clicks, "views": views, "group": group})
    one = trial_from(data, outcome="clicks", denominator="views")
    assert one.icc is None and one.trial.size == 1 and one.trial.units == 4_000
    said = ratio_deviation(clicks.mean(), views.mean(), clicks.std(), views.std(), np.corrcoef(clicks, views)[0, 1])
    assert one.trial.deviation == pytest.approx(said, rel=1e-3)
    layered = trial_from(data, outcome="clicks", strata="group")
    within = pd.Series(clicks).groupby(group).transform(lambda some: some - some.mean())
    assert layered.trial.deviation == pytest.approx(within.std(), rel=1e-3) and layered.saved > 0.1
    # The log of a normal sample's standard deviation has the error 1 / sqrt(2 n).
    normal = trial_from({"y": chance.standard_normal(2_000)}, outcome="y")
    assert normal.error_of_log == pytest.approx(1 / 4_000**0.5, rel=0.15)


def test_no_icc_where_there_is_none():
    low = [
        icc_of(sums_of_clusters(stream(seed, "null").standard_normal(300), np.repeat(np.arange(30), 10)))
        for seed in range(60)
    ]
    assert sum(one.low > 0 for one in low) <= 5 and sum(one.p_value < 0.05 for one in low) <= 8
    assert all(0 <= one.low <= one.value <= one.high < 0.4 for one in low)


def test_where_it_lies():
    """Planned as if rows were users: 0.8 was said, a fifth of it is had."""
    said = minimum_detectable_effect(Trial(units=600)).effect
    nested = Trial(units=12, size=50, icc=0.2)
    assert power(nested, said).power < 0.2
    assert drawn(nested, said) < 0.2
    lie = next(one for one in LIES if one.name == "ICC, heavy tails")
    held = sum(lie.estimate(data).high >= truth for data, truth in (lie.draw(seed) for seed in range(40)))
    assert held <= 32


BAD = {
    "units is 3": lambda: Trial(units=3), "icc is 1.2": lambda: Trial(icc=1.2), "size is 0.5": lambda: Trial(size=0.5),
    "treated is 1.0": lambda: Trial(treated=1.0), "share is 0": lambda: Trial(share=0),
    "margin is 0.1": lambda: Trial(margin=0.1), "sides is 3": lambda: Trial(sides=3),
    "pooled is True": lambda: Trial(pooled=True), "correlation is 1": lambda: Trial(correlation=1),
    "law is 'exact'": lambda: Trial(law="exact"), "level is 95": lambda: Trial(level=95),
    "units are not said": lambda: power(Trial(), 1.0), "power is 0.01": lambda: units_needed(Trial(), 0.1, 0.01),
    "a share of 0.1 moved by 0.95": lambda: power(Trial(units=100, share=0.1), 0.95),
    "an effect of 0 is not found": lambda: units_needed(Trial(), 0.0),
    "direction is 2": lambda: minimum_detectable_effect(Trial(units=100), direction=2),
    "no effect up to": lambda: minimum_detectable_effect(Trial(units=5, share=0.9)),
    "4 units": lambda: trial_from({"y": [1.0, 2, 3, 4]}, outcome="y"),
    "does not vary": lambda: trial_from({"y": np.ones(20)}, outcome="y"),
    "is 0 on average": lambda: trial_from({"y": np.arange(9.0), "n": np.arange(-4.0, 5)}, outcome="y", denominator="n"),
    "a trial has no 'unit'": lambda: trial_from({"y": np.arange(9.0)}, outcome="y", unit=3),
    "a correlation beyond 1": lambda: ratio_deviation(1, 1, 1, 1, 1.5),
}  # fmt: skip


@pytest.mark.parametrize("words", BAD)
def test_bad_input(words):
    with pytest.raises(BadInput, match=words):
        BAD[words]()


def test_a_plan_can_be_kept():
    made = power(Trial(units=100, size=3, icc=0.1, correlation=0.3), 0.2)
    kept = made.to_dict()
    assert kept["trial"]["icc"] == 0.1 and kept["rows"] == 300 and len(kept["assumes"]) == 3
    assert "power 0.375" in str(made)
