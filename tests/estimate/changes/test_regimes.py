"""Do the methods cover where they are at home, in some draws, and lie where they are said to?"""

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.changes import LIES, REGIMES

# 4,000 draws of each take two minutes and are for the bench; 40 tell a share of 0.95 from one of 0.75 and below.
SLOW = ("event study", "Sun and Abraham", "stacked", "honest")


@pytest.mark.parametrize("regime", [one for one in REGIMES if not one.name.startswith(SLOW)], ids=lambda one: one.name)
def test_methods_cover_at_home(regime):
    made = coverage(regime, range(40))
    assert made.high >= 0.95 and made.low < 0.97
    assert abs(made.bias) < 4 * made.spread / 40**0.5


@pytest.mark.parametrize("regime", [one for one in REGIMES if one.name.startswith(SLOW)], ids=lambda one: one.name)
def test_slower_methods_cover_at_home(regime):
    assert coverage(regime, range(8)).high >= 0.95


@pytest.mark.parametrize("regime", LIES, ids=lambda one: one.name)
def test_methods_lie_where_they_are_said_to(regime):
    draws = 12 if regime.name.startswith(SLOW) else 40
    made = coverage(regime, range(draws))
    assert made.high < 0.95


def test_names_are_told_apart():
    names = [one.name for one in (*REGIMES, *LIES)]
    assert len(set(names)) == len(names)
