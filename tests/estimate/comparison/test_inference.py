"""Are p-values and intervals those that brute force gives?"""

from dataclasses import replace

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.comparison.conformal import conformal_interval, conformal_p_value
from liveloop.estimate.comparison.crossfit import cross_fitted
from liveloop.estimate.comparison.doubled import Cohort, doubled, jackknife_effects, placebo_effects
from liveloop.estimate.comparison.fit import Case, Recipe, fit_case, refit
from liveloop.estimate.comparison.placebo import Gaps, joined_placebos, space_placebos
from liveloop.estimate.comparison.simplex import simplex_weights


def case(seed=1, periods=30, start=26, donors=6, effect=2.0):
    chance = stream(seed, "case")
    table = chance.standard_normal((periods, donors)).cumsum(axis=0) / 2
    target = table @ np.full(donors, 1 / donors) + 0.3 * chance.standard_normal(periods)
    target[start:] += effect
    return Case(target, table, start)


@pytest.mark.parametrize("recipe", [Recipe(), Recipe(demean=True), Recipe(penalty=0.5)])
@pytest.mark.parametrize("power", [1.0, 2.0])
def test_a_conformal_p_value_counts_shifts_in_time(recipe, power):
    one = case()
    for effect in (0.0, 1.0, 2.0):
        nulled = one.target.copy()
        nulled[26:] -= effect
        residuals = np.abs(refit(Case(nulled, one.donors, 26), recipe)) ** power
        blocks = [np.roll(residuals, shift)[26:].sum() for shift in range(30)]
        by_hand = np.mean([block >= blocks[0] - 1e-12 for block in blocks])
        made = conformal_p_value([one], [recipe], np.full(4, effect), power=power)
        assert made == pytest.approx(by_hand)


def test_a_conformal_interval_ends_where_effects_begin_to_be_refused():
    one, recipe = case(), Recipe()
    middle = float((one.target - fit_case(one, recipe).path)[26:].mean())
    low, high, p_value = conformal_interval([one], [recipe], middle, 0.3, 0.9)
    assert p_value == conformal_p_value([one], [recipe], np.zeros(4))
    for end, inward in ((low, 1), (high, -1)):
        assert conformal_p_value([one], [recipe], np.full(4, end - inward * 1e-4)) <= 0.1
        assert conformal_p_value([one], [recipe], np.full(4, end + inward * 1e-4)) > 0.1
    assert low < 2.0 < high
    assert conformal_interval([one], [recipe], middle, 0.3, 0.99)[:2] == (-np.inf, np.inf)


def test_several_treated_units_are_compared_by_their_mean_residual():
    both = [case(1), replace(case(1), target=case(1).target + 0.1)]
    alone = conformal_p_value(both[:1], [Recipe()], np.zeros(4))
    assert conformal_p_value([both[0], both[0]], [Recipe(), Recipe()], np.zeros(4)) == alone
    residuals = np.abs(refit(both[0], Recipe()) + refit(both[1], Recipe()))
    blocks = [np.roll(residuals, shift)[26:].sum() for shift in range(30)]
    assert conformal_p_value(both, [Recipe()] * 2, np.zeros(4)) == pytest.approx(np.mean(np.array(blocks) >= blocks[0]))


def test_placebos_treat_each_donor_with_the_others():
    one, recipe = case(donors=7), Recipe()
    gaps = space_placebos(one, fit_case(one, recipe), recipe)
    for donor in range(7):
        rest = np.delete(one.donors, donor, axis=1)
        weights = simplex_weights(one.donors[:26, donor], rest[:26])
        assert gaps.placebos[donor] == pytest.approx(one.donors[:, donor] - rest @ weights)
    own, others = gaps.ratios()
    assert own == pytest.approx(np.sqrt((gaps.treated[26:] ** 2).mean() / (gaps.treated[:26] ** 2).mean()))
    assert gaps.rank_p_value() == (1 + (others >= own).sum()) / 8
    assert (
        len(gaps.near(1.0).placebos) == ((gaps.placebos[:, :26] ** 2).mean(1) <= (gaps.treated[:26] ** 2).mean()).sum()
    )


def test_a_placebo_interval_holds_the_constant_effects_that_do_not_stand_out():
    chance = stream(3, "gaps")
    gaps = Gaps(chance.standard_normal(12), chance.standard_normal((39, 12)), 8)
    low, high, p_value = gaps.interval(slice(8, 12), 0.95)
    rooted = np.sqrt((gaps.placebos[:, :8] ** 2).mean(axis=1))
    sizes = np.abs(gaps.placebos[:, 8:].mean(axis=1)) / rooted
    own = np.sqrt((gaps.treated[:8] ** 2).mean())

    def p_of(effect):
        return (1 + (sizes >= abs(gaps.treated[8:].mean() - effect) / own).sum()) / 40

    assert p_value == p_of(0.0)
    assert p_of(low + 1e-6) > 0.05 >= p_of(low - 1e-6)
    assert p_of(high - 1e-6) > 0.05 >= p_of(high + 1e-6)
    assert Gaps(gaps.treated, gaps.placebos[:18], 8).interval(9, 0.95)[:2] == (-np.inf, np.inf)


def test_placebos_of_several_are_means_of_as_many_donors():
    chance = stream(4, "several")
    some = [Gaps(chance.standard_normal(6), chance.standard_normal((5, 6)), 4) for _ in range(2)]
    joined = joined_placebos(some, seed=1, draws=400)
    pairs = [(some[0].placebos[a] + some[1].placebos[b]) / 2 for a in range(5) for b in range(5) if a != b]
    assert np.unique(joined.placebos.round(9), axis=0) == pytest.approx(np.unique(np.round(pairs, 9), axis=0))
    with pytest.raises(BadInput, match="2 treated units and 1 donors"):
        joined_placebos([replace(one, placebos=one.placebos[:1]) for one in some], seed=1)


def test_cross_fitting_takes_the_bias_of_blocks_off():
    one = case(periods=33, start=27)
    effects = []
    for fold in range(3):
        out = np.arange(27 - (3 - fold) * 6, 27 - (2 - fold) * 6)
        kept = np.setdiff1d(np.arange(27), out)
        gaps = one.target - one.donors @ simplex_weights(one.target[kept], one.donors[kept])
        effects.append(gaps[27:].mean() - gaps[out].mean())
    value, error = cross_fitted([one], [Recipe()], 3)
    assert value == pytest.approx(np.mean(effects))
    assert error == pytest.approx(np.std(effects, ddof=1) * np.sqrt(1 + 3 * 6 / 6) / np.sqrt(3))
    shifted = Case(one.target + 5, one.donors, 27)
    assert cross_fitted([shifted], [Recipe(demean=True)], 3)[0] == pytest.approx(
        cross_fitted([one], [Recipe(demean=True)], 3)[0]
    )
    with pytest.raises(BadInput, match="27 periods before the treatment for 40 folds"):
        cross_fitted([one], [Recipe()], 40)


def cohort(treated=3, donors=12, periods=16, start=12, seed=2):
    chance = stream(seed, "cohort")
    table = chance.standard_normal((treated + donors, 2)) @ chance.standard_normal((2, periods)).cumsum(axis=1)
    table += 0.4 * chance.standard_normal(table.shape)
    return Cohort(table[:treated], table[treated:], start)


def test_doubly_weighted_differences_meet_the_conditions_of_their_minima():
    """Arkhangelsky et al., equations 4 to 6; an intercept is free, so that all is centred."""
    one = cohort()
    made = doubled(one)
    before, after = one.donors[:, :12], one.donors[:, 12:]
    noise = np.diff(before, axis=1).std(ddof=1)
    assert made.noise == pytest.approx(noise)
    target = one.treated[:, :12].mean(axis=0)
    for weights, rows, aim, ridge in (
        (made.units, before.T, target, np.sqrt(3 * 4) * noise**2 * 12),
        (made.periods, before, after.mean(axis=1), 1e-12 * noise**2 * 12),
    ):
        centred, left = rows - rows.mean(axis=0), aim - aim.mean()
        gradient = centred.T @ (centred @ weights - left) + ridge * weights
        assert np.ptp(gradient[weights > 0]) < 1e-7
        assert gradient.min() > gradient[weights > 0].mean() - 1e-7
    gap = one.treated.mean(axis=0) - made.units @ one.donors
    assert made.value == pytest.approx(gap[12:].mean() - made.periods @ gap[:12])


def test_placebo_and_jackknife_errors_by_hand():
    one = cohort(treated=1)
    made = doubled(one)
    placebos = placebo_effects([one], [made], seed=1, draws=7)
    assert placebos.shape == (12, 5)
    for donor in range(12):
        rest = np.delete(one.donors, donor, axis=0)
        again = doubled(Cohort(one.donors[donor : donor + 1], rest, 12), noise=made.noise)
        assert placebos[donor] == pytest.approx([*again.effects, again.value])
    several = cohort()
    made = doubled(several)
    left = jackknife_effects(several, made)
    assert len(left) == 3 + (made.units < 1).sum()
    across = np.r_[-made.periods, np.full(4, 0.25)]
    by_hand = [(np.delete(several.treated, at, axis=0).mean(axis=0) - made.units @ several.donors) @ across
               for at in range(3)]  # fmt: skip
    for at in range(12):
        weights = np.delete(made.units, at) / (1 - made.units[at])
        rest = np.delete(several.donors, at, axis=0)
        by_hand.append((several.treated.mean(axis=0) - weights @ rest) @ across)
    assert left == pytest.approx(by_hand)
