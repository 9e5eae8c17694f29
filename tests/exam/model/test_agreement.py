"""Does kappa have its known values, and does its interval hold what it should?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import choices, flips
from liveloop.exam.model import Agreement, Pair, TooFew, agreement, pair_marks

SCALE = np.array([0, 0.25, 0.5, 0.75, 1])


def pairs_of(x, y, each=1):
    return [Pair(float(a), float(b), f"w{place // each}") for place, (a, b) in enumerate(zip(x, y, strict=True))]


def drawn(seed, n, repeat=0.6):
    """Draw two markers; the second repeats the first with this chance and marks by habit otherwise."""
    habit = [1, 2, 3, 2, 1]
    x = SCALE[choices(seed, "x", np.arange(n), habit)]
    y = np.where(flips(seed, "same", np.arange(n), repeat), x, SCALE[choices(seed, "y", np.arange(n), habit)])
    return x, y


def tabulated(x, y):
    """Compute kappa the long way: the table, the weights, the table by chance."""
    table = np.zeros((5, 5))
    for a, b in zip(x, y, strict=True):
        table[int(a * 4), int(b * 4)] += 1 / len(x)
    weights = (SCALE[:, None] - SCALE[None, :]) ** 2
    by_chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    return 1 - (weights * table).sum() / (weights * by_chance).sum()


def test_known_values():
    # By hand: four of ten differ by 0.25, so 0.025 apart; the variances are 0.15 and 0.075, so 0.225 by chance.
    x, y = [0, 0, 1, 1, 0.5, 0.5, 0, 1, 0.5, 0.5], [0, 0.25, 1, 0.75, 0.5, 0.5, 0.25, 0.75, 0.5, 0.5]
    found = agreement(pairs_of(x, y))
    assert (found.n, found.writings, found.bias) == (10, 10, 0.0)
    assert found.mean_difference == pytest.approx(0.1)
    assert found.kappa == pytest.approx(1 - 0.025 / 0.225)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_tabulated_kappa(seed):
    x, y = drawn(seed, 80)
    assert agreement(pairs_of(x, y)).kappa == pytest.approx(tabulated(x, y))


def test_a_model_that_marks_higher_has_that_bias():
    x, _ = drawn(1, 50)
    found = agreement(pairs_of(np.minimum(x, 0.75), np.minimum(x, 0.75) + 0.25))
    assert found.bias == pytest.approx(0.25) == pytest.approx(found.mean_difference)
    assert "0.25 above the people" in found.says and found.kappa < 1


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """The truth is known: a marker who repeats the other with chance 0.6 has kappa 0.6; without, 0."""
    held = {0.6: 0, 0.0: 0}
    for truth in held:
        for seed in range(300):
            found = agreement(pairs_of(*drawn(seed, 60, truth)), seed=seed, draws=300)
            held[truth] += found.interval[0] <= truth <= found.interval[1]
    # Three standard errors around 95% of 300 are 91.2% to 98.8%; the percentile bootstrap falls a little short.
    assert all(0.90 <= count / 300 <= 0.99 for count in held.values()), held


def test_marks_of_one_writing_count_as_one():
    x, y = drawn(3, 12)
    once, often = agreement(pairs_of(x, y)), agreement(pairs_of(np.repeat(x, 6), np.repeat(y, 6), each=6))
    assert often.n == 72 and often.writings == 12 and often.kappa == pytest.approx(once.kappa)
    assert often.interval == pytest.approx(once.interval)


def test_the_same_marks_give_the_same_interval():
    pairs = pairs_of(*drawn(2, 40))
    assert agreement(pairs) == agreement(pairs) != agreement(pairs, seed=1)


def test_too_few_is_said_and_is_no_number():
    x, y = drawn(4, 9)
    assert agreement([]) == TooFew(0) and agreement(pairs_of(x, y)) == TooFew(9)
    assert "Too few to tell: 9 of at least 10" in agreement(pairs_of(x, y)).says


def test_what_cannot_be_told_is_none():
    flat = agreement(pairs_of([0.5] * 12, [0.5] * 12))
    assert (flat.kappa, flat.interval, flat.mean_difference) == (None, None, 0.0)
    assert "unknown (every mark is the same)" in flat.says
    few = agreement(pairs_of(*drawn(5, 20), each=5))
    assert few.writings == 4 and few.interval is None and isinstance(few.kappa, float)
    rare = agreement(pairs_of([0] * 11 + [1], [0] * 11 + [1]))
    assert rare.kappa == 1 and rare.interval is None  # a third of the draws miss the only 1


@pytest.mark.parametrize("mark", [-0.25, 1.01, float("nan")])
def test_a_mark_off_the_scale_is_refused(mark):
    with pytest.raises(BadInput, match="0 to 1"):
        agreement([Pair(0.5, mark, "w")])


@dataclass
class Kept:
    writing_id: str
    criterion_id: str
    by: str
    mark: float


def test_the_newest_marks_are_paired():
    marks = [
        Kept("w1", "a", "model", 0.0),
        Kept("w1", "a", "peer", 0.25),
        Kept("w1", "a", "model", 1.0),
        Kept("w1", "b", "model", 0.5),
        Kept("w2", "a", "peer", 0.5),
        Kept("w1", "b", "self", 0.75),
    ]
    assert pair_marks(marks, "peer") == [Pair(0.25, 1.0, "w1")]
    assert pair_marks(marks, "self") == [Pair(0.75, 0.5, "w1")]


def test_what_is_said_reads_well():
    says = Agreement(12, 6, 0.5, 0.125, -0.03, (0.1, 0.8)).says
    assert says == (
        "Over 12 marks in 6 writings: weighted kappa 0.50, 95% interval 0.10 to 0.80 (of few writings, so too narrow); "
        "mean difference 0.12, the model 0.03 below the people."
    )
