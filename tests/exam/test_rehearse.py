"""Can a rehearsal be left before its end?"""

import threading

import pytest

from liveloop.base.clock import system_clock
from liveloop.exam import rehearse as rehearsing
from liveloop.exam.load import find, load


def test_a_rehearsal_is_left_at_once(monkeypatch):
    drill, gate, begun = load(find()[0]), threading.Event(), []

    def examine(*_, **__):
        begun.append(None)
        if len(begun) == 1:
            raise KeyboardInterrupt  # as Ctrl-C does in the waiting thread
        gate.wait(2)

    monkeypatch.setattr(rehearsing, "examine", examine)
    try:
        with pytest.raises(KeyboardInterrupt):
            rehearsing.rehearse(drill, sandbox=None, seeds=range(1, 4), clock=system_clock)
        assert not gate.is_set() and len(begun) <= 3  # of 3 seeds times reference, idle and every sample
    finally:
        gate.set()
