"""Is every answer of the baseline kept at once, and does each baseline stay when another one is taken?"""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from tests.coach.conftest import NOW

from liveloop.base.errors import BadInput
from liveloop.coach import asking
from liveloop.coach.agenda import Agenda
from liveloop.coach.baseline import Answered
from liveloop.coach.catalogue import read_catalogue
from liveloop.coach.journal import Document

CATALOGUE = read_catalogue()


class Hand:
    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


@pytest.fixture
def agenda(journal):
    return Agenda(journal, CATALOGUE, dict, clock=Hand(), zone=UTC)


def answer_some(agenda, count, *, right=True):
    asked = []
    for _ in range(count):
        item = asking.pick(agenda, asking.under_way(agenda.journal))
        asked.append(item)
        asking.answer(agenda, Answered(item.id, item.right if right else None))
    return asked


def test_a_first_one_is_under_way_until_it_ends(agenda):
    assert asking.under_way(agenda.journal) == ()
    answer_some(agenda, 2)
    assert len(asking.under_way(agenda.journal)) == 2
    asking.finish(agenda)
    assert asking.under_way(agenda.journal) is None
    with pytest.raises(BadInput, match="the baseline is over") as refusal:
        asking.answer(agenda, Answered(next(iter(CATALOGUE.items)), 0))
    assert "--again" in refusal.value.allowed
    with pytest.raises(BadInput, match="nothing was answered yet"):
        asking.finish(agenda)


def test_each_one_speaks_for_its_own_time_and_asks_other_items(agenda):
    first = answer_some(agenda, 3, right=False)
    asking.finish(agenda)
    weak = agenda.person()
    agenda.clock.at += timedelta(days=20)
    asking.begin_again(agenda)
    second = answer_some(agenda, 3)
    assert {item.id for item in first}.isdisjoint(item.id for item in second)
    asking.finish(agenda)
    assert [one.at for one in asking.ended(agenda.journal)] == [NOW, NOW + timedelta(days=20)]
    person = agenda.person()
    assert person.events == weak.events + 3
    skill = second[0].skill
    assert person.held(agenda.clock.at)[skill][0] > weak.held(agenda.clock.at)[skill][0]


def test_the_items_come_again_when_all_were_told(agenda, journal, monkeypatch):
    answer_some(agenda, 1)
    asking.finish(agenda)
    asking.begin_again(agenda)
    told = asking.ended(journal)[0].answered[0].item_id
    only = {told: CATALOGUE.items[told]}
    assert asking.fresh(agenda, only) == only
    assert told not in asking.fresh(agenda, CATALOGUE.items)


def test_it_ends_by_itself_after_45_minutes(agenda):
    left = ()
    while left is not None:
        item = asking.pick(agenda, left)
        left = asking.answer(agenda, Answered(item.id, 0))
    (one,) = asking.ended(agenda.journal)
    minutes = sum(CATALOGUE.items[given.item_id].minutes for given in one.answered)
    assert 43 <= minutes <= 45


def test_a_page_that_is_none_is_nothing(agenda, journal):
    journal.write_document(Document(asking.DRAFT, "[3]", NOW))
    assert asking.under_way(journal) == ()
