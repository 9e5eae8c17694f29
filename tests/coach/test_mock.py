"""Does a mock take the round's minutes, from what the round looks for, other things each time?"""

from __future__ import annotations

import pytest
from tests.coach.test_agenda import CATALOGUE, DRILLS

from liveloop.coach.loop import load_loops
from liveloop.coach.mock import lay_out
from liveloop.coach.planner.wish import Need

LOOP = load_loops()["ai-safety"]
ITEMS = CATALOGUE.shelf(LOOP, DRILLS).items
NEED = Need({}, LOOP.weights())


@pytest.mark.parametrize("one", LOOP.rounds, ids=lambda one: one.id)
def test_a_mock_takes_the_rounds_minutes(one):
    mock = lay_out(one, ITEMS, NEED)
    assert sum(phase.minutes for phase in mock.phases) == one.minutes
    assert len(mock.phases) >= 3
    inside = [phase for phase in mock.phases if phase.activity in one.mock]
    assert inside and inside[0].activity == one.mock[0]
    assert len({(phase.activity, phase.refers) for phase in mock.phases}) == len(mock.phases)
    assert [line.asks for line in mock.sheet][: len(one.looks_for)] == list(one.looks_for)


def test_the_next_mock_takes_other_things():
    one = LOOP.round("product")
    opened = {lay_out(one, ITEMS, NEED, fresh=fresh).phases[1].refers for fresh in range(4)}
    assert len(opened) == 4


def test_what_is_missing_most_comes_first():
    one = LOOP.round("statistics-sql")
    gaps = dict.fromkeys(LOOP.weights(), 0.0) | {"sql.funnel": 1.0}
    first = next(phase for phase in lay_out(one, ITEMS, Need(gaps, LOOP.weights())).phases if phase.activity == "sql")
    assert "sql.funnel" in DRILLS[first.refers].skills


def test_a_round_without_anything_to_open_is_still_a_mock():
    mock = lay_out(LOOP.round("design"), (), NEED)
    assert [phase.activity for phase in mock.phases] == ["opening", "closing"]
