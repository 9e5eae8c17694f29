"""Does every world of observed data draw, and do lies lie?"""

import math

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.observed import LIES, REGIMES


def test_names_are_unique():
    names = [one.name for one in (*REGIMES, *LIES)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("world", REGIMES, ids=lambda one: one.name)
def test_a_method_at_home_gives_an_interval(world):
    data, truth = world.draw(7)
    made = world.estimate(data)
    assert made.low < made.value < made.high
    assert abs(made.value - truth) < 2 * (made.high - made.low)
    assert math.isfinite(made.low + made.high)


@pytest.mark.parametrize("world", LIES, ids=lambda one: one.name)
def test_a_lie_lies(world):
    """At 95 % one of 8 intervals misses at most, but for 6 draws in 100; a lie misses more often than that."""
    assert coverage(world, range(8)).share <= 6 / 8
