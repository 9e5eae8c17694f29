"""Does every plan of forty people keep the contract, and does a move change no more than it must?"""

import pytest
from mending import change_of
from people import draw_person, live
from verifier import verify

PEOPLE, STEPS, EACH = 40, 3, 8


@pytest.mark.parametrize("first", range(0, PEOPLE, EACH))
def test_every_plan_on_the_way_keeps_the_contract(first):
    for seed in range(1000 + first, 1000 + first + EACH):
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
    twice = [[step.plan for step in live(draw_person(1003), STEPS)] for _ in range(2)]
    assert twice[0] == twice[1]
