"""Is the baseline taken, left, gone on with and taken again at a terminal?"""

from __future__ import annotations

import json

import pytest
from terminal import say

from liveloop.base.errors import BadInput
from liveloop.coach.journal import open_journal


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LIVELOOP_ZONE", "UTC")
    return tmp_path / "home"


def test_it_is_left_gone_on_with_ended_and_taken_again(home):
    told = say("baseline", typed="9\n1\n0\nq\n")
    assert "Item 3" in told and "Allowed: 0, 1, 2, 3, 4, e, q" in told
    assert "It goes on where it was left" in told and "right, on" not in told
    assert len(json.loads(say("baseline", "--json"))["under_way"]) == 2
    told = say("baseline", typed="2\ne\n")
    assert "Item 3" in told and "of 3 right, on" in told and "\nwrong  " in told
    again = say("baseline")
    assert "Item" not in again and "of 3 right, on" in again and "liveloop baseline --again" in again
    told = say("baseline", "--again", typed="1\ne\n")
    assert "Item 1" in told and "of 1 right, on" in told
    state = json.loads(say("baseline", "--json"))
    assert [len(one["answered"]) for one in state["ended"]] == [3, 1] and state["under_way"] is None
    with open_journal(home / "journal.db") as journal:
        assert len(journal.outcomes("baseline")) == 2


def test_one_without_an_answer_cannot_be_ended():
    with pytest.raises(BadInput, match="nothing was answered yet"):
        say("baseline", typed="e\n")
