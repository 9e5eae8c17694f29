"""Does the permutation test count the assignments of the design, and is its interval what it does not reject?"""

import math
from itertools import combinations, product

import numpy as np
import pytest
from scipy import stats

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.permutation import permutation_test
from liveloop.estimate.regimes.few import LIES, few, layered, pairs, uneven


def test_darwins_maize():
    """Fisher (1935), The Design of Experiments, section 21: of 32,768 ways 863 are as far out on one side."""
    differences = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    data = {"height": np.column_stack([differences, 0 * differences]).ravel(), "crossed": np.tile([1, 0], 15),
            "pot": np.repeat(range(15), 2)}  # fmt: skip
    made = permutation_test(data, outcome="height", treatment="crossed", strata="pot", draws=2**15)
    assert made.p_value == 2 * 863 / 2**15
    assert (made.correction, round(made.value, 2)) == ("difference, all 32,768 assignments", 20.93)
    assert made.standard_error is None and made.conventions == ()
    assert (made.low, made.high) == pytest.approx((-0.167, 41.0), abs=0.01)  # each end by counting signs at it


def test_village_heads():
    """Gerber and Green (2012), Field Experiments, section 3.4: 6.5, and 8 of 21 assignments as far out, p .38."""
    data = {"budget": [15, 15, 20, 20, 10, 15, 30], "woman": [1, 0, 0, 0, 0, 0, 1]}
    made = permutation_test(data, outcome="budget", treatment="woman", statistic="difference")
    assert (made.value, made.p_value) == (6.5, pytest.approx(8 / 21))


@pytest.mark.parametrize("statistic", ["difference", "studentised"])
def test_as_scipy(statistic):
    y, t = normals(1, "y", range(11)) ** 3, np.array([1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1])
    made = permutation_test({"y": y, "t": t}, outcome="y", treatment="t", statistic=statistic, null=0.3)
    measure = {
        "difference": lambda a, b: abs(np.mean(a) - np.mean(b)),
        "studentised": lambda a, b: abs(stats.ttest_ind(a, b, equal_var=False).statistic),
    }[statistic]
    oracle = stats.permutation_test((y[t == 1] - 0.3, y[t == 0]), measure, alternative="greater", n_resamples=np.inf)
    assert made.p_value == pytest.approx(oracle.pvalue, abs=1e-12)
    welch = stats.ttest_ind(y[t == 1], y[t == 0], equal_var=False)
    assert made.standard_error == pytest.approx(welch._standard_error)


def by_hand(data, null, *, studentised):
    """Count over every assignment of whole clusters within strata: differences weighted by rows, Neyman's variance."""
    cluster, stratum, y, t = (np.asarray(data[name]) for name in ("cluster", "stratum", "y", "t"))
    shifted, made = y - null * t, []
    choices = []
    for one in np.unique(stratum):
        treated = len(np.unique(cluster[(stratum == one) & (t == 1)]))
        choices.append([(one, chosen) for chosen in combinations(np.unique(cluster[stratum == one]), treated)])
    for some in product(*choices):
        total = variance = 0.0
        for one, chosen in some:
            here, share = stratum == one, (stratum == one).mean()
            for sign, arm in ((1, here & np.isin(cluster, chosen)), (-1, here & ~np.isin(cluster, chosen))):
                total += sign * share * shifted[arm].mean()
                sums = [(shifted[arm & (cluster == g)] - shifted[arm].mean()).sum() for g in np.unique(cluster[arm])]
                variance += share**2 * len(sums) / (len(sums) - 1) * np.square(sums).sum() / arm.sum() ** 2
        same = all(set(chosen) == set(cluster[(stratum == one) & (t == 1)]) for one, chosen in some)
        made.append((abs(total) / (variance**0.5 if studentised else 1), same))
    ours = next(value for value, same in made if same)
    return np.mean([value >= ours * (1 - 1e-9) for value, _ in made])


@pytest.mark.parametrize("statistic", ["difference", "studentised"])
def test_clusters_whole_within_strata_by_hand(statistic):
    data, _ = layered(3, strata=2, clusters=5, treated=2)
    ask = {"outcome": "y", "treatment": "t", "clusters": "cluster", "strata": "stratum", "statistic": statistic}
    for null in (0.0, 1.3):
        made = permutation_test(data, **ask, null=null)
        assert "all 100 assignments" in made.correction
        assert made.p_value == pytest.approx(by_hand(data, null, studentised=statistic == "studentised"), abs=1e-12)
    assert made.counts["cluster"] == 10 and made.counts["strata"] == 2
    assert round(1 / made.diagnostics[0].value, 4) == 0.01


@pytest.mark.parametrize("more", [{}, {"covariates": ["x"]}, {"weights": "w", "covariates": ["x"]}])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_holds_what_is_not_rejected(level, more):
    data = few(4, 10, 4)[0]
    data = {**data, "w": 1.0 + integers(1, "w", range(len(data["y"])), 3)}
    ask = {"outcome": "y", "treatment": "t", "clusters": "cluster", "level": level, **more}
    made = permutation_test(data, **ask)
    width = made.high - made.low
    for end, sign in ((made.low, 1), (made.high, -1)):
        inside, outside = (
            permutation_test(data, **ask, null=end + sign * step * width).p_value for step in (1e-5, -1e-5)
        )
        assert inside > 1 - level >= outside - 1e-12
    if more:
        weights = data["w"] if "weights" in more else None
        names = ["one", "t", "x"]
        design = np.column_stack([np.ones(len(data["y"])), data["t"], data["x"]])
        assert made.value == pytest.approx(fit_rows(data["y"], design, names, weights=weights).beta[1], rel=1e-9)


def test_an_effect_that_is_added_moves_all_by_as_much():
    data = few(4, 10, 5)[0]
    ask = {"outcome": "y", "treatment": "t", "clusters": "cluster"}
    before, after = (permutation_test({**data, "y": 1e6 + data["y"] + b * data["t"]}, **ask) for b in (0, 3))
    assert (after.value, after.low, after.high) == pytest.approx(
        (before.value + 3, before.low + 3, before.high + 3), abs=1e-5
    )


def test_draws_come_near_to_all():
    data = few(2, 16, 8)[0]
    ask = {"outcome": "y", "treatment": "t", "clusters": "cluster", "null": 0.6}
    whole = permutation_test(data, **ask, draws=12_870)
    some = permutation_test(data, **ask, draws=4_000)
    assert "all 12,870" in whole.correction and "4,000 assignments" in some.correction
    assert some.p_value == pytest.approx(whole.p_value, abs=4 * (0.25 / 4_000) ** 0.5)
    assert permutation_test(data, **ask, draws=4_000, seed=1).p_value != some.p_value
    assert some.p_value * 4_001 == pytest.approx(round(some.p_value * 4_001))


def test_outcomes_that_are_made_of_the_arm_leave_one_value():
    t = np.repeat([0.0, 1.0], 5)
    made = permutation_test({"y": 1 + 2 * t, "t": t}, outcome="y", treatment="t")
    assert (made.value, made.low, made.high, made.standard_error) == pytest.approx((2, 2, 2, 0), abs=1e-6)
    assert made.p_value == pytest.approx(2 / 252)


def test_too_few_to_reject():
    made = permutation_test({"y": [1.0, 2, 3, 9, 8], "t": [0, 0, 0, 1, 1]}, outcome="y", treatment="t")
    assert (made.low, made.high, made.p_value) == (-math.inf, math.inf, 0.1)
    assert "10 assignments of row are too few" in made.warnings[0]


def test_the_other_statistic_is_told():
    made = permutation_test(uneven(3)[0], outcome="y", treatment="t", draws=999)
    assert [one.name for one in made.conventions] == ["difference", "Neyman, normal"]
    ratio = next(one.value for one in made.diagnostics if one.name.startswith("ratio"))
    assert 2 < ratio < 4.5
    plain = permutation_test(uneven(3)[0], outcome="y", treatment="t", draws=999, statistic="difference")
    assert (plain.low, plain.p_value) == pytest.approx((made.conventions[0].low, made.conventions[0].p_value), rel=1e-6)
    assert permutation_test(pairs(1)[0], outcome="y", treatment="t", strata="pair").correction.startswith("difference")


def test_nothing_is_found_where_nothing_is():
    """An exact test: 5 of 100 at most, and 3 standard deviations above."""
    arm = np.array([0, 1] * 4)
    p_values = [
        permutation_test({"y": normals(seed, "y", range(8)), "t": arm}, outcome="y", treatment="t").p_value
        for seed in range(120)
    ]
    assert 1 <= sum(one <= 0.05 for one in p_values) <= 13
    assert abs(np.mean(p_values) - 0.5) < 0.08


def test_where_it_lies():
    for name, most in (("permutation of rows", 6), ("permutation of the plain difference", 9)):
        lie = next(one for one in LIES if one.name == name)
        held = 0
        for seed in range(10):
            data, truth = lie.draw(seed)
            made = lie.estimate(data)
            held += made.low <= truth <= made.high
        assert held <= most, name


BAD = {
    "2 of 10 clusters have rows in more than one arm": {"clusters": "mixed"},
    "1 of 10 clusters have rows in more than one stratum": {"clusters": "cluster", "strata": "across"},
    "1 of 2 strata have one arm only": {"clusters": "cluster", "strata": "alone"},
    "no statistic 'median'": {"statistic": "median"},
    "an arm has one unit only in some stratum": {"statistic": "studentised", "strata": "pair"},
    "50 draws": {"draws": 50},
    "the outcome does not vary": {"outcome": "ones"},
    "the covariates tell the arm": {"covariates": ["t2"]},
    "has one arm only": {"treatment": "ones"},
    "is missing in 1 of 40 rows": {"outcome": "holes"},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input(words):
    cluster = np.repeat(np.arange(10), 4)
    t = (cluster >= 5) * 1.0
    data = {
        "y": normals(1, "y", range(40)), "t": t, "cluster": cluster, "ones": np.ones(40), "t2": 1 + 2 * t,
        "mixed": np.roll(cluster, 2), "across": (np.arange(40) >= 14) * 1, "alone": (cluster == 0) * 1,
        "pair": np.concatenate([np.arange(20), np.arange(20)]), "holes": np.where(np.arange(40) == 3, np.nan, 1.0),
    }  # fmt: skip
    with pytest.raises(BadInput, match=words):
        permutation_test(data, **{"outcome": "y", "treatment": "t"} | BAD[words])
