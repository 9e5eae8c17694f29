"""Are the intervals that allow for trends right, by brute force, and what does a test of the periods before find?"""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog, minimize
from scipy.stats import truncnorm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.changes.honest import honest_interval, honest_trends
from liveloop.estimate.changes.magnitudes import MOST_AFTER, interval_of, magnitudes
from liveloop.estimate.changes.power import pre_trend_power
from liveloop.estimate.changes.smooth import folded_quantile, smooth_interval
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.result import Estimates, normal_estimate


def study_of(values, covariance, before):
    times = [*range(-before - 1, -1), *range(len(values) - before)]
    rows = {
        str(at): normal_estimate("", float(value), float(covariance[place, place]) ** 0.5)
        for place, (at, value) in enumerate(zip(times, values, strict=True))
    }
    return Estimates("a study", rows, tuple(map(tuple, np.asarray(covariance).tolist())))


@pytest.fixture(scope="module")
def drawn():
    """Four gaps before, three effects, and a covariance."""
    chance = stream(2, "study")
    root = chance.standard_normal((7, 20)) * 0.03
    return np.asarray([0.05, -0.1, 0.02, -0.03, 0.5, 0.6, 0.8]), root @ root.T / 2


def worst(weights, before, bound):
    """Find the largest bias over all paths whose slope changes by at most the bound, by linear programming."""
    count = len(weights) + 1
    bends = np.zeros((count - 2, count))
    for at in range(count - 2):
        bends[at, at : at + 3] = (1, -2, 1)
    free = np.delete(bends, before, axis=1)  # the reference is 0
    made = linprog(-weights, A_ub=np.vstack([free, -free]), b_ub=np.full(2 * len(free), bound), bounds=(None, None))
    return -made.fun if made.status == 0 else np.inf


@pytest.mark.parametrize(
    ("bound", "effect"), [(0.0, (1.0, 0.0, 0.0)), (0.02, (1 / 3, 1 / 3, 1 / 3)), (0.1, (1.0, 0.0, 0.0))]
)
def test_no_sum_of_estimates_gives_a_shorter_interval(drawn, bound, effect):
    values, covariance = drawn
    effect = np.asarray(effect)
    made = smooth_interval(values, covariance, 4, effect, bound=bound, level=0.95)
    early, late = np.arange(-4, 0), np.arange(1, 4)
    particular = -(effect @ late) * early / (early @ early)
    basis = np.linalg.svd(early[None, :].astype(float))[2][1:]  # weights before that a straight line does not move

    def half(free):
        weights = np.r_[particular + free @ basis, effect]
        deviation = float(np.sqrt(weights @ covariance @ weights))
        return folded_quantile(0.95, max(0.0, worst(weights, 4, bound)) / deviation) * deviation

    best = min((minimize(half, start, method="Nelder-Mead", options={"maxfev": 60}) for start in
                (np.zeros(3), np.full(3, 0.2))), key=lambda one: one.fun).fun  # fmt: skip
    assert (made.high - made.low) / 2 <= best * (1 + 1e-9)
    assert (made.high - made.low) / 2 == pytest.approx(best, rel=2e-2)  # the search stops early


def accepted(values, covariance, before, effect, multiple, theta, limits):
    """Test one value of the effect by linear programming and bisection, one polyhedron after the other."""
    after = len(effect)
    steps = np.zeros((before + after, before + after + 1))
    for at in range(before + after):
        steps[at, at : at + 2] = (-1, 1)
    steps = np.delete(steps, before, axis=1)
    others = np.linalg.svd(np.asarray(effect)[None, :])[2][1:].T  # effects that leave the wanted one as it is
    level = np.asarray(effect) / (np.asarray(effect) @ effect) * theta
    for (step, sign), limit in limits.items():
        rows = np.vstack(
            [steps[before:] - sign * multiple * steps[step], -steps[before:] - sign * multiple * steps[step]]
        )
        shape = rows @ covariance @ rows.T
        y = rows @ values - rows[:, before:] @ level
        x, deviations = rows[:, before:] @ others, np.sqrt(np.diag(shape))
        equal = np.vstack([deviations, x.T])

        def best(moments, equal=equal):
            return linprog(-moments, A_eq=equal, b_eq=np.eye(len(equal))[0], bounds=(0, None))

        top = best(y)
        gamma, eta = top.x, -top.fun
        if eta > limit:
            continue
        variance = gamma @ shape @ gamma
        slope = shape @ gamma / variance
        rest = y - slope * eta
        ends = []
        for far in (-100.0, 100.0):
            good, bad = eta, eta + far
            for _ in range(28):
                middle = (good + bad) / 2
                optimal = abs(-best(rest + slope * middle).fun - middle) < 1e-8 * max(1, abs(middle))
                good, bad = (middle, bad) if optimal else (good, middle)
            ends.append(good)
        low, high = np.asarray([ends[0], min(ends[1], limit)]) / variance**0.5
        share = 1 - (0.05 - 0.005) / (1 - 0.005)
        if eta / variance**0.5 <= max(0.0, truncnorm.ppf(share, low, high)):
            return True
    return False


def test_the_test_of_a_value_is_that_of_linear_programs(drawn):
    values, covariance = drawn[0][2:], drawn[1][2:, 2:]  # two gaps before, three effects
    effect = np.asarray([0.5, 0.5, 0.0])
    made = magnitudes(values, covariance, 2, effect, multiple=1.0, level=0.95)
    limits = {key: side.limit for key, side in zip(((0, 1), (0, -1), (1, 1), (1, -1)), made.sides, strict=True)}
    low, high = interval_of(made, 0.55, 0.1)
    thetas = np.asarray([low - 0.02, low + 0.02, high - 0.02, high + 0.02])  # close to the ends, where it matters
    by_hand = [accepted(values, covariance, 2, effect, 1.0, theta, limits) for theta in thetas]
    assert by_hand == made.holds(thetas).tolist() == [False, True, True, False]


def test_larger_bounds_give_wider_intervals_and_breakdown_is_where_0_comes_in(drawn):
    study = study_of(*drawn, 4)
    for restriction, bounds in (("magnitudes", (0, 0.5, 1, 2)), ("smooth", (0, 0.05, 0.1, 0.3))):
        made = honest_trends(study, restriction=restriction, bounds=bounds)
        rows = [made[f"{bound:g}"] for bound in bounds]
        for one, other in pairwise(rows):
            assert other.low <= one.low + 1e-9 and other.high >= one.high - 1e-9
        value = made.diagnostics[0].value
        near = 2e-3 if restriction == "magnitudes" else 1e-4
        assert honest_interval(study, restriction=restriction, bound=value - near).excludes_zero
        assert not honest_interval(study, restriction=restriction, bound=value + near).excludes_zero


def test_a_straight_line_with_few_degrees_of_freedom_is_a_regression():
    # The effect of each unit, less its line, regressed on how its gaps before differ from a line: the intercept.
    units = 12
    mean = np.asarray([0.0, 0.1, -0.1, 0.8])  # gaps at -4, -3, -2, the effect at 0
    seen = stream(3, "units").standard_normal((units, 4)) + mean
    early = np.asarray([-3.0, -2.0, -1.0])
    apart = seen[:, :3] @ np.linalg.svd(early[None, :])[2][1:].T
    outcome = seen[:, 3] - seen[:, :3] @ early / (early @ early)
    fit = fit_rows(outcome, np.column_stack([np.ones(units), apart]), ["effect", "one", "other"])
    error = fit.error(fit.contrast("effect"), "iid")
    made = smooth_interval(
        seen.mean(axis=0), np.cov(seen.T) / units, 3, np.ones(1), bound=0.0, level=0.95, df=units - 1
    )
    assert made.value == pytest.approx(fit.beta[0], rel=1e-9)
    assert (made.high - made.low) / 2 == pytest.approx(2.262157 * error, rel=1e-6)  # t with 12 - 3 df


def test_few_degrees_of_freedom_widen(drawn):
    rows = {str(at): normal_estimate("", 1.0, 0.1, df=9.0) for at in (-3, -2, 0)}
    study = Estimates("few", rows, tuple(map(tuple, np.diag([0.01] * 3).tolist())))
    for given in ({"bound": 1.0}, {"bound": 0.1, "restriction": "smooth"}):
        few, known = (honest_interval(study, df=df, **given) for df in (None, math.inf))
        assert few.high - few.low > 1.01 * (known.high - known.low)
    same = study_of(*drawn, 4)
    assert honest_interval(same, bound=1.0) == honest_interval(same, bound=1.0, df=math.inf)
    with pytest.raises(BadInput, match="degrees of freedom for 3 weights"):
        honest_interval(same, bound=0.0, restriction="smooth", effect=1, df=2.0)


def test_no_effect_breaks_down_at_once(drawn):
    values, covariance = drawn
    made = honest_trends(study_of(np.r_[values[:4], 0, 0, 0], covariance, 4))
    assert made.diagnostics[0].value == 0 and "holds 0 without" in made.warnings[0]


def test_with_one_gap_and_one_effect_a_multiple_of_0_is_nearly_the_plain_interval():
    study = study_of(np.asarray([0.1, 1.0]), np.diag([0.04, 0.04]), 1)
    made = honest_interval(study, bound=0.0)
    plain = honest_trends(study)["parallel"]
    assert made.low == pytest.approx(plain.low, abs=0.02) and made.high == pytest.approx(plain.high, abs=0.02)


def test_many_periods_after_are_left_out_where_they_are_not_wanted():
    before, after = 2, MOST_AFTER + 3
    study = study_of(np.r_[0.1, -0.1, np.ones(after)], np.eye(before + after) * 0.001, before)
    assert honest_interval(study, bound=1.0, effect=2).excludes_zero
    with pytest.raises(BadInput, match="11 periods after"):
        honest_interval(study, bound=1.0, effect="mean")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"restriction": "some"}, "no restriction 'some'"),
        ({"bounds": (-1,)}, "bounds are"),
        ({"effect": 9}, "no effect at 9"),
        ({"df": 0}, "df is 0"),
        ({"effect": "all"}, "no effect 'all'"),
        ({"reference": -3}, "the reference -3 has a value of its own"),
        ({"reference": -6}, "there is no period before"),
        ({"reference": -7}, "times are -5, -4, -3, -2, 0, 1, 2"),
    ],
)
def test_bad_input_is_refused_in_words(drawn, given, says):
    study = study_of(*drawn, 4)
    if given.get("reference") == -6:
        study = study_of(drawn[0][4:], drawn[1][4:, 4:], 0)
        given = {}
    with pytest.raises(BadInput, match=says):
        honest_trends(study, **given)
    with pytest.raises(BadInput, match="no covariance"):
        honest_trends(Estimates("bare", study.rows))


HE_AND_WANG = [0.066703148, -0.007701792, -0.030769054, 0.084030658, 0.242441818, 0.219878986, 0.191092536]
THEIR_COVARIANCE = [
    [0.0089065712, 0.0044883136, 0.0014587025, 0.0012157689, 0.0020327645, 0.0013225015, 0.0019617728],
    [0.0044883136, 0.0059369169, 0.0027500791, 0.0013505858, 0.0014315459, 0.0012067792, 0.0013847158],
    [0.0014587025, 0.0027500791, 0.0030386248, 0.0009056166, 0.0006791299, 0.0010167636, 0.0007090144],
    [0.0012157689, 0.0013505858, 0.0009056166, 0.0039247409, 0.002596118, 0.0017326149, 0.0022345525],
    [0.0020327645, 0.0014315459, 0.0006791299, 0.002596118, 0.008065897, 0.0058753751, 0.0037414359],
    [0.0013225015, 0.0012067792, 0.0010167636, 0.0017326149, 0.0058753751, 0.007881579, 0.0036507095],
    [0.0019617728, 0.0013847158, 0.0007090144, 0.0022345525, 0.0037414359, 0.0036507095, 0.0097884266],
]  # fmt: skip


def test_power_of_a_test_of_the_periods_before():
    # He and Wang (2017), Figure 2C, with the figures of the README of the package pretrends (Roth 2022): a slope of
    # 0.05205871 is found half of the time; Bayes factor 0.56901, likelihood ratio 0.1057627, and these means after
    # passing. Their integrals and means are by simulation, and so are ours.
    made = pre_trend_power(study_of(HE_AND_WANG, np.asarray(THEIR_COVARIANCE), 3))
    assert made.slope == pytest.approx(0.05205871, rel=5e-4) and made.power == pytest.approx(0.5, abs=2e-3)
    assert made.bayes_factor == pytest.approx(0.56901, abs=2e-3)
    assert made.likelihood_ratio == pytest.approx(0.1057627, abs=2e-4)
    passed = [-0.0923, -0.0556, -0.0279, 0.0649, 0.1208, 0.1695, 0.2245]
    assert list(made.after_passing.values()) == pytest.approx(passed, abs=1e-3)
    assert made.trend["3"] == pytest.approx(4 * made.slope)


def test_power_of_the_joint_test_is_what_simulation_gives():
    covariance = np.asarray(THEIR_COVARIANCE)
    made = pre_trend_power(study_of(HE_AND_WANG, covariance, 3), test="joint", power=0.8)
    early = covariance[:3, :3]
    gaps = made.slope * np.asarray([-3, -2, -1])
    drawn = gaps + stream(1, "wald").standard_normal((20_000, 3)) @ np.linalg.cholesky(early).T
    wald = np.einsum("ni,ij,nj->n", drawn, np.linalg.inv(early), drawn)
    assert (wald > 7.814728).mean() == pytest.approx(0.8, abs=0.01)  # 20,000 draws
    with pytest.raises(BadInput, match="no test 'some'"):
        pre_trend_power(study_of(HE_AND_WANG, covariance, 3), test="some")
    with pytest.raises(BadInput, match=r"power is 0\.01"):
        pre_trend_power(study_of(HE_AND_WANG, covariance, 3), power=0.01)
