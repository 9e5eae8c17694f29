"""Does what is due come in the right order, in another dress each time, with a few new cards a day?"""

from __future__ import annotations

import sqlite3
import zipfile
from datetime import UTC, timedelta
from io import BytesIO

from tests.coach.conftest import NOW
from tests.coach.test_agenda import CATALOGUE

from liveloop.coach.history import Happened, Known, events_of
from liveloop.coach.journal import Review
from liveloop.coach.loop import load_loops
from liveloop.coach.person import know
from liveloop.coach.review import NEW_A_DAY, Moment, due_cards, pack_anki

CARDS = CATALOGUE.cards
READ = {reference.slug for reference in CATALOGUE.references[:6]}
KNOWN = Known({}, {}, CATALOGUE.items, CARDS, {}, load_loops()["ai-safety"])


def due(reviews, days=0.0, read=READ):
    happened = Happened((), tuple(reviews), (), (), {}, ())
    moment = Moment(NOW + timedelta(days=days), UTC, NOW + timedelta(days=30))
    return due_cards(know(list(CATALOGUE.skills), events_of(happened, KNOWN)), CATALOGUE, reviews, read, moment)


def test_a_few_cards_of_what_was_read_are_new_each_day():
    fresh = due([])
    assert len(fresh) == NEW_A_DAY and all(one.recall is None and one.sort == "card" for one in fresh)
    assert due([], read=()) == []
    begun = [Review(one.card_id, 3, NOW, None) for one in fresh[:4]]
    assert len(due(begun)) == NEW_A_DAY - 4
    assert len([one for one in due(begun, days=1) if one.recall is None]) == NEW_A_DAY


def test_a_skill_that_falls_due_comes_as_another_item_each_time():
    seen = [Review("sql.null", 1, NOW, None)]
    one = due(seen, days=3, read=())[0]
    assert one.sort == "item" and one.skill == "sql.null" and len(one.choices) == 4
    again = [*seen, Review(one.card_id, 1, NOW + timedelta(days=3), None)]
    other = due(again, days=6, read=())[0]
    assert other.skill == "sql.null" and other.card_id != one.card_id
    assert one.back.startswith(CATALOGUE.items[one.card_id].choices[CATALOGUE.items[one.card_id].right])


def test_what_is_recalled_least_on_the_day_comes_first():
    reviews = [Review(skill, rating, NOW, None) for skill, rating in (("sql.null", 3), ("stats.power", 1))]
    assert [one.skill for one in due(reviews, days=10, read=())] == ["stats.power", "sql.null"]


def test_the_anki_deck_holds_every_card_under_its_own_identity(tmp_path):
    packed = pack_anki(CATALOGUE)
    with zipfile.ZipFile(BytesIO(packed)) as package:
        package.extract("collection.anki2", tmp_path)
    with sqlite3.connect(tmp_path / "collection.anki2") as base:
        notes = base.execute("SELECT guid, flds FROM notes").fetchall()
    base.close()
    assert len(notes) == len({guid for guid, _ in notes}) == len(CARDS)
    assert any("CUPED" in fields for _, fields in notes)
