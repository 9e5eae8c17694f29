"""Do the methods hold in their worlds, and do the worlds in which they lie show it?"""

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.looks import LIES, REGIMES

SMALL = (
    "futility overruled",
    "more looks than planned",
    "sequential, interval for one look",
)  # lies of a few per cent, seen in 4,000 draws
TOLD = [one for one in LIES if not any(name in one.name for name in SMALL)]


@pytest.mark.parametrize("regime", REGIMES, ids=lambda one: one.name)
def test_a_method_is_at_home(regime):
    """Of 25 intervals at 95 %, fewer than 20 hold with probability 1e-3."""
    assert coverage(regime, range(25)).share >= 20 / 25


@pytest.mark.parametrize("lie", TOLD, ids=lambda one: one.name)
def test_a_lie_shows(lie):
    assert coverage(lie, range(1_000, 1_030)).share < 0.93


def test_every_method_has_a_world_in_which_it_lies():
    names = " ".join(one.name for one in LIES)
    methods = "asymptotic sequence,ratio,open clusters,complete clusters,mixture ratio test,betting arm by arm"
    for method in (*methods.split(","), "betting unit by unit", "empirical Bernstein", "Hoeffding", "group sequential"):
        assert method in names
