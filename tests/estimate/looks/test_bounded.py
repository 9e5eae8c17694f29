"""Do bets and bounds come out as they do by hand, and hold for events that are rare?"""

import datetime as dt
import math

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.betting import METHODS, evidence_against, mean_sequence
from liveloop.estimate.looks.bounded import Units, bounded_sequence, by_assignment

SAID = {"outcome": "y", "treatment": "t", "arrived": "when"}


def events(seed, count=300, chance=(0.1, 0.1)):
    draw = np.random.default_rng(seed)
    arm = draw.integers(0, 2, count)
    return {"y": (draw.uniform(size=count) < np.take(chance, arm)) * 1.0, "t": arm, "when": np.arange(count)}


def capital(outcome, mean, error):
    """Bet by hand that the mean is larger."""
    grown, guess, total, squares = 0.0, 0.5, 0.5, 0.25
    variance = 0.25
    for place, one in enumerate(outcome, start=1):
        bet = math.sqrt(2 * math.log(1 / error) / (variance * place * math.log(1 + place)))
        grown += math.log(1 + min(bet, 0.5 / mean) * (one - mean))
        total += one
        guess = total / (place + 1)
        squares += (one - guess) ** 2
        variance = squares / (place + 1)
    return grown


@pytest.mark.parametrize("seed", range(3))
def test_betting_by_hand(seed):
    outcome = np.random.default_rng(seed).beta(1, 3, 120)
    looks = np.array([30, 75, 120])
    low, high = mean_sequence(outcome, looks)
    aim = math.log(1 / 0.025)
    for place, count in enumerate(looks):
        assert capital(outcome[:count], low[place], 0.025) >= aim  # ruled out
        assert capital(outcome[:count], low[place] + 1e-4, 0.025) < aim  # and hardly more is: the grid
        assert capital(1 - outcome[:count], 1 - high[place], 0.025) >= aim
        assert capital(1 - outcome[:count], 1 - high[place] + 1e-4, 0.025) < aim
    p_value = evidence_against(0.5, outcome, looks)[-1]
    best = max(max(capital(outcome[:one], 0.5, 0.025), capital(1 - outcome[:one], 0.5, 0.025)) for one in range(1, 121))
    assert p_value == pytest.approx(math.exp(-(best - math.log(2))), rel=1e-9)


def test_empirical_bernstein_and_hoeffding_by_hand():
    outcome = np.random.default_rng(5).uniform(size=80)
    for method in ("empirical-bernstein", "hoeffding"):
        bets, paid, cost, total, squares, guess, variance = 0.0, 0.0, 0.0, 0.5, 0.25, 0.5, 0.25
        for place, one in enumerate(outcome, start=1):
            if method == "hoeffding":
                bet = min(1.0, math.sqrt(8 * math.log(40) / (place * math.log(1 + place))))
                cost += bet**2 / 8
            else:
                bet = min(0.5, math.sqrt(2 * math.log(40) / (variance * place * math.log(1 + place))))
                cost += (one - guess) ** 2 * (-math.log(1 - bet) - bet)
            bets, paid, total = bets + bet, paid + bet * one, total + one
            guess = total / (place + 1)
            squares += (one - guess) ** 2
            variance = squares / (place + 1)
        low, _ = mean_sequence(outcome, np.array([80]), method=method)
        assert low[0] == pytest.approx((paid - cost - math.log(40)) / bets, rel=1e-9)


def test_numbers_of_the_paper_s_software():
    """confseq 0.0.11 on every third of 300 a success, at 100 and 300: predmix_hoeffding_cs, betting_cs (theta 1/2)."""
    outcome, looks = (np.arange(300) % 3 == 0) * 1.0, np.array([100, 300])
    low, high = mean_sequence(outcome, looks, method="hoeffding")
    assert low == pytest.approx([0.19001122, 0.23889809], abs=1e-8)
    assert high == pytest.approx([0.49355433, 0.43455257], abs=1e-8)
    low, high = mean_sequence(outcome, looks)
    assert low == pytest.approx([0.2042, 0.2437], abs=1.5e-4)  # theirs are on a grid of 0.0001
    assert high == pytest.approx([0.4938, 0.4330], abs=1.5e-4)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("share", [None, 0.5])
def test_a_null_is_seldom_excluded(method, share):
    alarms = sum(
        bounded_sequence(events(seed, 200), method=method, share=share, looks=20, **SAID).first_excluding_zero
        is not None
        for seed in range(25)
    )
    assert alarms <= 5


def test_an_effect_is_found_and_unit_by_unit_is_narrower():
    data = events(1, 1_000, (0.1, 0.4))
    arms, units = (bounded_sequence(data, share=share, looks=20, **SAID) for share in (None, 0.5))
    assert arms.first_excluding_zero is not None
    assert units.estimate.high - units.estimate.low < arms.estimate.high - arms.estimate.low
    assert arms.estimate.value == pytest.approx(data["y"][data["t"] == 1].mean() - data["y"][data["t"] == 0].mean())
    assert units.p_values[-1] < 0.05
    assert ((units.p_values <= 0.05) == np.logical_or.accumulate((units.low > 0) | (units.high < 0))).all()
    greater = bounded_sequence(data, side="greater", looks=20, **SAID).estimate
    assert greater.low > arms.estimate.low
    assert greater.high == 1.0


def test_the_scores_of_units_have_the_effect_as_their_mean():
    """Whatever was seen before, chance times score if treated plus the rest is the effect on the unit: 0.7 - 0.2."""
    before, arm = np.array([0.1, 0.9, 0.4]), np.array([1, 0, 0])
    found = []
    for treated in (0, 1):
        units = Units(np.r_[before, 0.7 if treated else 0.2], np.r_[arm, treated], np.array([3, 4]))
        value = by_assignment(units, 0.3, 0.05, "hoeffding", "two-sided", None)[0]
        found.append(4 * value[1] - 3 * value[0])
    assert 0.7 * found[0] + 0.3 * found[1] == pytest.approx(0.5)


def test_another_range_is_a_change_of_units():
    data = events(2, 200, (0.1, 0.3))
    other = {**data, "y": 10 * data["y"] - 5}
    one, two = bounded_sequence(data, **SAID), bounded_sequence(other, between=(-5.0, 5.0), **SAID)
    assert two.low == pytest.approx(10 * one.low)
    assert two.value == pytest.approx(10 * one.value)


def test_units_of_one_time_come_in_an_order_of_chance():
    """Sorted by outcome within a day, a bettor would know what comes next."""
    data = events(3, 200)
    days = {**data, "when": np.arange(200) // 50}
    order = np.lexsort((days["y"], days["when"]))
    sorted_days = {name: column[order] for name, column in days.items()}
    made = bounded_sequence(sorted_days, **SAID)
    assert len(made) == 4
    assert made.low == pytest.approx(bounded_sequence(sorted_days, seed=0, **SAID).low)
    assert not np.allclose(made.low, bounded_sequence(sorted_days, seed=1, **SAID).low)


def test_clusters_give_their_mean_once():
    draw = np.random.default_rng(4)
    g = np.repeat(np.arange(60), 5)
    arm = draw.permutation(np.arange(60) % 2)[g]
    data = {"y": (draw.uniform(size=300) < 0.5) * 1.0, "t": arm, "g": g, "when": np.repeat(np.arange(60.0), 5)}
    made = bounded_sequence(data, clusters="g", complete_after=0, **SAID)
    means = np.bincount(g, data["y"]) / 5
    alone = {"y": means, "t": arm[::5], "when": np.arange(60)}
    assert made.low == pytest.approx(bounded_sequence(alone, **SAID).low)
    assert "means over gs" in made.what
    with pytest.raises(BadInput, match="clusters, but not when they are complete"):
        bounded_sequence(data, clusters="g", **SAID)
    with pytest.raises(BadInput, match="complete_after is a timedelta"):
        bounded_sequence(data, clusters="g", complete_after=dt.timedelta(1), **SAID)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"between": (0.2, 1.0)}, "outcome 'y' is outside 0.2 to 1 in"),
        ({"between": (1.0, 0.0)}, "outcomes between 1 and 0"),
        ({"method": "bayes"}, "no method 'bayes'"),
        ({"share": 1.0}, "share is 1.0"),
        ({"side": "up"}, "no side 'up'"),
        ({"level": 0.0}, "level is 0"),
    ],
)
def test_bad_input_is_named(asked, said):
    with pytest.raises(BadInput, match=said):
        bounded_sequence(events(0), **{**SAID, **asked})


def test_bad_outcomes_are_refused():
    with pytest.raises(BadInput, match="1 of 2 outcomes are outside"):
        mean_sequence(np.array([0.5, 1.5]), np.array([2]))


def test_a_share_that_was_not_kept_is_told():
    data = {**events(0, 400), "t": np.arange(400) % 4 > 0}
    checks = {one.name: one.holds for one in bounded_sequence(data, share=0.5, **SAID).estimate.diagnostics}
    assert checks["treated share against the one given"] is False
