"""Do the methods cover where they are at home, in some draws, and lie where they are said to?"""

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.interference import LIES, REGIMES

# 4,000 draws of each take ten minutes and are for the bench; these few tell a share of 0.95 from one of 0.6 and below.
FAINT = ("streets", "contacts")  # lies of which few draws are not sure


@pytest.mark.parametrize("regime", REGIMES, ids=lambda one: one.name)
def test_methods_cover_at_home(regime):
    made = coverage(regime, range(8))
    assert made.high >= 0.95 and abs(made.bias) < 4.5 * made.spread / 8**0.5


@pytest.mark.parametrize("regime", LIES, ids=lambda one: one.name)
def test_methods_lie_where_they_are_said_to(regime):
    draws = 60 if regime.name.startswith(FAINT) else 18
    assert coverage(regime, range(draws)).high < 0.95


def test_worlds_have_names_of_their_own():
    names = [one.name for one in (*REGIMES, *LIES)]
    assert len(set(names)) == len(names)
