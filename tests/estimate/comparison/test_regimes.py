"""Is each method at home in its worlds, and does it lie where its assumption fails?"""

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.comparison import LIES, REGIMES


@pytest.mark.parametrize("regime", REGIMES, ids=lambda one: one.name)
def test_a_world_is_one_in_which_the_method_covers(regime):
    """Twelve draws: a method that covers misses four of them or more in 2 of 1,000 runs."""
    assert coverage(regime, range(9_000, 9_012)).share >= 9 / 12


@pytest.mark.parametrize("regime", LIES, ids=lambda one: one.name)
def test_a_lie_is_drawn(regime):
    """The weaker ones take more draws to be seen; here the value is off or the interval misses at least once."""
    made = coverage(regime, range(9_000, 9_012))
    assert made.share < 1 or abs(made.bias) > 2 * made.spread / 12**0.5
