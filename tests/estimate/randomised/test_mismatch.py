"""Are shares of arms compared with the design, and by units, not by rows?"""

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare, multinomial

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.mismatch import against_shares, mismatch, mismatch_by, mismatch_of_counts


def test_kohavi_tang_and_xu():
    """821,588 and 815,482 where a half was designed: p = 1.8e-6 (2020, chapter 3)."""
    made = mismatch_of_counts({"control": 821_588, "treatment": 815_482})
    assert f"{made.joint_p_value:.1e}" == "1.8e-06"
    assert "do not read effects" in made.warnings[0]
    assert made.diagnostics[0].holds is False


def test_mendels_peas():
    """315, 108, 101 and 32 peas against 9:3:3:1: chi-square 0.470 with 3 df, p = 0.925 (Fisher 1936; Mendel 1866)."""
    made = mismatch_of_counts({"ry": 315, "rg": 108, "wy": 101, "wg": 32}, {"ry": 9, "rg": 3, "wy": 3, "wg": 1})
    assert (round(made.diagnostics[1].value, 3), round(made.joint_p_value, 3)) == (0.470, 0.925)
    assert made.warnings == ()


@pytest.mark.parametrize("counts", [(52, 48), (300, 240), (90, 210)])
def test_two_arms_as_scipy(counts):
    shares = {"a": 0.3, "b": 0.7}
    made = mismatch_of_counts(dict(zip("ab", counts, strict=True)), shares)
    assert made.joint_p_value == pytest.approx(chisquare(counts, np.array([0.3, 0.7]) * sum(counts)).pvalue)
    exact = mismatch_of_counts(dict(zip("ab", counts, strict=True)), shares, test="exact")
    oracle = binomtest(counts[0], sum(counts), 0.3)
    assert exact.joint_p_value == pytest.approx(oracle.pvalue)
    between = oracle.proportion_ci(0.95, "exact")
    assert (exact["a"].low, exact["a"].high) == pytest.approx((between.low - 0.3, between.high - 0.3))


def test_small_counts_of_three_arms_are_enumerated():
    counts, shares = np.array([6, 1, 1]), np.array([0.3, 0.3, 0.4])
    law = multinomial(8, shares)
    every = [(i, j, 8 - i - j) for i in range(9) for j in range(9 - i)]
    chances = np.array([law.pmf(one) for one in every])
    p_value, kind, _ = against_shares(counts, shares)
    assert kind == "exact"
    assert p_value == pytest.approx(chances[chances <= law.pmf(counts) * (1 + 1e-7)].sum(), rel=1e-9)
    drawn, kind, _ = against_shares(
        np.array([400, 395, 5, 6, 2, 3]), np.array([0.49, 0.49, 0.005, 0.005, 0.005, 0.005])
    )
    assert kind == "exact, by draws"
    assert 0.2 < drawn < 0.9


def test_an_arm_that_should_have_nobody():
    made = mismatch_of_counts({"a": 500, "b": 500, "c": 1}, {"a": 0.5, "b": 0.5, "c": 0.0})
    assert made.joint_p_value == 0.0
    assert "arm 'c' has 1 units, though the design gives it none" in made.warnings[0]
    unnamed = mismatch_of_counts({"a": 500, "b": 500, "c": 1}, {"a": 0.5, "b": 0.5})
    assert "not named in shares" in unnamed.warnings[0]
    empty = mismatch_of_counts({"a": 500, "b": 500}, {"a": 0.5, "b": 0.5, "c": 0.0})
    assert empty.joint_p_value == 1.0
    missing = mismatch_of_counts({"a": 500}, {"a": 0.5, "b": 0.5})
    assert missing.joint_p_value < 1e-100
    assert missing["b"].value == -0.5


def test_units_are_counted_once_and_those_in_both_arms_are_said():
    user = np.repeat(np.arange(40), np.r_[np.full(20, 1), np.full(20, 9)])
    data = {"t": (user >= 20).astype(int), "user": user}
    assert mismatch(data, treatment="t").joint_p_value < 1e-6
    made = mismatch(data, treatment="t", clusters="user")
    assert made.joint_p_value == 1.0
    assert made["0"].counts == {"units": 40, "units, 0": 20}
    data["t"][0] = 1
    data["t"][-1] = 0
    crossed = mismatch(data, treatment="t", clusters="user")
    assert "1 values of user have rows in more than one arm" in crossed.warnings[0]
    assert crossed.diagnostics[-1].holds is False


def test_the_segment_is_found():
    chance = stream(1, "segments")
    browser, day = np.array(["x", "y", "z"])[chance.integers(0, 3, 6000)], chance.integers(0, 7, 6000)
    arm = np.arange(6000) % 2
    kept = ~((browser == "y") & (arm == 1) & (chance.random(6000) < 0.2))
    data = {"t": arm[kept], "browser": browser[kept], "day": day[kept], "user": np.arange(6000)[kept]}
    made = mismatch_by(data, treatment="t", segments=["browser", "day"], clusters="user")
    assert next(iter(made)) == "browser = 'y'"
    assert "in 1 of 10 segments: \"browser = 'y'\"" in made.warnings[0]
    first = made["browser = 'y'"]
    assert first.p_value == pytest.approx(10 * first.conventions[0].p_value)
    assert made.joint_p_value == first.p_value
    fine = mismatch_by({"t": arm, "day": day}, treatment="t", segments=["day"], shares={0: 1, 1: 1})
    assert fine.warnings == ()


def test_the_level_of_the_test_is_held():
    p_values = [
        mismatch_of_counts({"a": int(count), "b": 1000 - int(count)}).joint_p_value
        for count in stream(2, "null").binomial(1000, 0.5, 400)
    ]
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.08


@pytest.mark.parametrize(
    ("counts", "shares", "words"),
    [
        ({"a": 3}, None, "one arm only: 'a'"),
        ({"a": 0, "b": 0}, None, "counts are 0, 0"),
        ({"a": -1, "b": 3}, None, "counts are -1, 3"),
        ({"a": 1.5, "b": 3}, None, "counts are 1.5, 3"),
        ({"a": 1, "b": 3}, {"a": -1, "b": 2}, "shares are -1.0, 2.0"),
        ({"a": 1, "b": 3}, {"A": 1, "B": 1}, "no arm of the shares, 'A', 'B', has units"),
    ],
)
def test_bad_counts(counts, shares, words):
    with pytest.raises(BadInput, match=words):
        mismatch_of_counts(counts, shares)


def test_bad_input():
    with pytest.raises(BadInput, match="no test 'g'"):
        mismatch_of_counts({"a": 1, "b": 1}, test="g")
    with pytest.raises(BadInput, match="no segments"):
        mismatch_by({"t": [0, 1]}, treatment="t", segments=[])
    with pytest.raises(BadInput, match="there is no treatment 'z'"):
        mismatch({"t": [0, 1]}, treatment="z")
    with pytest.raises(BadInput, match="treatment 't' is missing in 1 of 2 rows"):
        mismatch({"t": [0.0, np.nan]}, treatment="t")
