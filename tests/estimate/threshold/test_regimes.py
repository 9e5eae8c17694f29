"""Is each method at home in its worlds, and does it lie where its assumption fails?"""

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.threshold import LIES, REGIMES


@pytest.mark.parametrize("regime", REGIMES, ids=lambda one: one.name)
def test_a_world_is_one_in_which_the_method_covers(regime):
    """Thirty draws of fixed seeds: of a method that covers, 6 in 10,000 such sets have seven misses or more."""
    assert coverage(regime, range(9_000, 9_030)).share >= 24 / 30


@pytest.mark.parametrize("regime", LIES, ids=lambda one: one.name)
def test_a_lie_is_seen(regime):
    """Of thirty intervals five or more miss: of a method that covers, 2 in 100 such sets do."""
    assert coverage(regime, range(9_000, 9_030)).share <= 25 / 30
