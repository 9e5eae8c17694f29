"""Does every plan of some people keep the contract, and does a move change no more than it must?

A few of the people of `bench/plan.py`, which lets two thousand of them live.
"""

import pytest
from contract import practice
from mending import change_of
from people import draw_person, live
from verifier import verify

from liveloop.coach.planner.days import refuse_goal

STEPS, EACH = 2, 6
DAYS = {seed: len(practice(draw_person(seed).goal)) for seed in range(1000, 1120)}
SHORT = [seed for seed, days in DAYS.items() if days <= 16]
LONG = [seed for seed, days in DAYS.items() if 30 < days < 50]
CHOSEN = [*SHORT[:29], LONG[0]]


@pytest.mark.parametrize("first", range(0, len(CHOSEN), EACH))
def test_every_plan_on_the_way_keeps_the_contract(first):
    for seed in CHOSEN[first : first + EACH]:
        person = draw_person(seed)
        for step in live(person, STEPS):
            verdict = verify(step.plan, step.moment(person.shelf.loop))
            assert verdict.faults == (), (seed, step.name)
            assert set(verdict.proven) == set(verdict.broken)
            if step.moved:
                change = change_of(step, person.shelf.loop)
                assert (change.gone, change.new) == change.least, (seed, step.name)
                assert change.opened == 0


def test_the_same_person_gets_the_same_plans():
    twice = [[step.plan for step in live(draw_person(SHORT[5]), STEPS)] for _ in range(2)]
    assert twice[0] == twice[1]


def test_people_are_as_different_as_they_should_be():
    people = [draw_person(seed) for seed in range(400)]
    for person in people:
        refuse_goal(person.goal, person.shelf.loop, person.known.today)
    ahead = [(person.goal.last - person.known.today).days for person in people]
    hours = [person.goal.hours_a_week for person in people]
    rounds = [person.shelf.loop.rounds for person in people]
    assert (min(ahead), max(ahead)) == (3, 120)
    assert (min(hours), max(hours)) == (2, 30)
    assert {len(one) for one in rounds} == {4, 5, 6, 7}
    assert {sum(round_.full for round_ in one) for one in rounds} >= {0, 1, 2, 3, 4}
    assert {len(person.goal.weekdays_off) for person in people} == {0, 1, 2, 3, 4}
    assert {len(set(person.goal.dates.values())) for person in people} >= {1, 2, 3, 4}
    assert any(person.goal.begins < person.known.today for person in people)
    assert any(person.goal.begins > person.known.today for person in people)
