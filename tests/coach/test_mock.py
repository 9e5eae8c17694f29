"""Does a mock last as long as its round, and does each one take other things?"""

from dataclasses import replace

import pytest

from liveloop.coach.loop import load_loops, load_skills
from liveloop.coach.mock import CLOSING_MINUTES, LEAST_PHASE, OPENING_MINUTES, SPEECH, lay_out
from liveloop.coach.planner.choose import Item
from liveloop.coach.planner.wish import Need

LOOP, SKILLS = load_loops()["ai-safety"], load_skills()
ITEMS = tuple(
    Item(activity, f"{activity}-{skill}", f"{activity}: {skill}", (skill,), minutes=minutes)
    for activity, minutes in (
        ("sql", 12),
        ("python", 17),
        ("reading", 20),
        ("case", 40),
        ("design", 70),
        ("prompt", 10),
    )
    for skill in SKILLS
)
NEED = Need({}, LOOP.weights())


@pytest.mark.parametrize("one", LOOP.rounds, ids=lambda one: one.id)
@pytest.mark.parametrize("minutes", [10, 17, 30, 45, 60, 90, 180])
@pytest.mark.parametrize("fresh", [0, 3])
def test_the_minutes_add_up_to_the_round(one, minutes, fresh):
    mock = lay_out(replace(one, minutes=minutes), ITEMS, NEED, fresh=fresh)
    assert sum(phase.minutes for phase in mock.phases) == minutes
    opening, *inside, closing = mock.phases
    assert (opening.minutes, opening.activity) == (OPENING_MINUTES, "opening")
    assert closing.minutes >= CLOSING_MINUTES or minutes < OPENING_MINUTES + CLOSING_MINUTES
    assert all(phase.minutes >= LEAST_PHASE for phase in inside)
    assert len({(phase.activity, phase.refers) for phase in inside}) == len(inside)


@pytest.mark.parametrize("one", LOOP.rounds, ids=lambda one: one.id)
def test_what_is_opened_practises_the_round(one):
    skills = {item.refers: item.skills for item in ITEMS}
    opened = lay_out(one, ITEMS, NEED).phases[1:-1]
    assert opened
    assert {phase.activity for phase in opened} <= set(one.mock)
    assert opened[0].activity == one.mock[0]
    assert all(set(skills[phase.refers]) & set(one.skills) for phase in opened if phase.refers)


def test_the_next_mock_takes_other_items_and_a_weak_skill_comes_first():
    one = LOOP.round("statistics-sql")
    first, second = ({phase.refers for phase in lay_out(one, ITEMS, NEED, fresh=k).phases[1:-1]} for k in (0, 1))
    assert len(first & second) < len(first)
    weak = Need(dict.fromkeys(one.skills, 0.1) | {"sql.cost": 0.9}, LOOP.weights())
    assert lay_out(one, ITEMS, weak).phases[1].refers == "sql-sql.cost"


def test_without_items_all_time_is_for_questions_and_the_sheet_is_there():
    one = LOOP.round("ml")
    mock = lay_out(one, (), NEED)
    assert [phase.minutes for phase in mock.phases] == [OPENING_MINUTES, one.minutes - OPENING_MINUTES]
    assert [line.asks for line in mock.sheet][: len(one.looks_for)] == list(one.looks_for)
    assert {line.id for line in mock.sheet} >= {line[0] for line in SPEECH}
