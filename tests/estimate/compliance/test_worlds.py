"""Are the worlds what they say, and do methods lie where their assumption fails?"""

import pytest

from liveloop.estimate.regime import coverage
from liveloop.estimate.regimes.compliance import LIES, REGIMES


def test_each_world_has_a_name_of_its_own():
    names = [one.name for one in (*REGIMES, *LIES)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("regime", REGIMES, ids=lambda one: one.name)
def test_every_method_runs_in_its_world(regime):
    data, _ = regime.draw(1)
    made = regime.estimate(data)
    assert made.low <= made.high
    again, _ = regime.draw(1)
    assert all((data[name] == again[name]).all() or name == "y" for name in data)


@pytest.mark.parametrize("regime", [one for one in LIES if one.name.startswith(("compliers", "Lee", "tF"))],
                         ids=lambda one: one.name)  # fmt: skip
def test_a_lie_is_a_lie(regime):
    assert coverage(regime, range(25)).share < 0.85
