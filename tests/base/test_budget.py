"""Does a budget count work, not what the machine does beside it, and end all the same?"""

import pytest

from liveloop.base import budget as kept
from liveloop.base.budget import PATIENCE, Budget


@pytest.fixture
def clocks(monkeypatch):
    """Stand in for both clocks: `wait` moves them by seconds of the clock and of work."""
    at = {"clock": 100.0, "worked": 7.0}
    monkeypatch.setattr(kept, "perf_counter", lambda: at["clock"])
    monkeypatch.setattr(kept, "process_time", lambda: at["worked"])

    def wait(clock, worked):
        at["clock"] += clock
        at["worked"] += worked

    return wait


@pytest.mark.parametrize("busy", [1, 3], ids=["idle: the clock", "busy: the work"])
def test_a_second_is_one_of_work(clocks, busy):
    budget = Budget(2.0)
    clocks(1.5 * busy, 1.5)
    assert budget.left == pytest.approx(0.5)
    assert not budget.over
    clocks(0.5 * busy, 0.5)
    assert budget.over


def test_who_waits_for_long_is_answered(clocks):
    budget = Budget(2.0)
    clocks(2.0 * PATIENCE - 0.01, 0.0)
    assert not budget.over
    clocks(0.01, 0.0)
    assert budget.over


def test_the_work_of_other_threads_takes_nothing(clocks):
    budget = Budget(2.0)
    clocks(1.0, 8.0)
    assert budget.left == pytest.approx(1.0)
    assert not budget.over
