"""Does every world of the long run draw, and do lies lie?"""

import math

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.longterm import LIES, REGIMES


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
    """At 95 % fewer than 5 of 30 intervals miss, but for 2 draws in 100; a lie misses more often than that."""
    assert coverage(world, range(30)).share < 0.85
