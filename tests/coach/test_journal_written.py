"""Are documents, writings, reviews, forecasts and outcomes kept as they were given?"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.coach.conftest import NOW, make_attempt, make_debrief

from liveloop.base.errors import BadInput
from liveloop.coach.journal import (
    Document,
    Forecast,
    NotThere,
    Outcome,
    PersonMark,
    Reply,
    Review,
    Writing,
    WritingMark,
    open_journal,
)

LATER = NOW + timedelta(hours=1)
WRITING = Writing("wri_1", "case", "cas_1", "Retention", '{"Goal": "é 🙂\\r\\n", "Plan": ""}', 61.5, 2, NOW)
MARK = WritingMark("wri_1", "metric", "self", "", 0.5, "“keep”", NOW)
REVIEW = Review("crd_1", 3, NOW, 4.5)
FORECAST = Forecast("loop", "rnd_1", 0.5, 0.25, 0.75, NOW)
OUTCOME = Outcome("out_1", "mock", "rnd_1", 0.75, "Ada", NOW, '{"clock": 1}')


def test_documents(journal):
    journal.write_document(Document("plan", "{}", NOW))
    journal.write_document(Document("plan", '{"week": 1}', LATER))
    for name in ("narrative/b", "narrative/a", "Narrative/c", "narrative%", "narrative_d"):
        journal.write_document(Document(name, "null", NOW))
    assert journal.document("plan") == Document("plan", '{"week": 1}', LATER)
    assert journal.document("goal") is None
    assert [d.name for d in journal.documents("narrative/")] == ["narrative/a", "narrative/b"]
    assert [d.name for d in journal.documents("narrative_")] == ["narrative_d"]
    assert len(journal.documents()) == 6
    journal.remove_document("plan")
    journal.remove_document("plan")
    assert journal.document("plan") is None


def test_writings(journal, path):
    journal.write_writing(WRITING)
    again = replace(WRITING, id="wri_2", at=LATER, seconds=None)
    journal.write_writing(again)
    journal.write_writing(replace(WRITING, id="wri_3", sort="narrative", subject_id="nar_1"))
    with open_journal(path) as fresh:
        assert fresh.writing("wri_1") == WRITING
    assert list(WRITING.sections().items()) == [("Goal", "é 🙂\r\n"), ("Plan", "")]
    assert [w.id for w in journal.writings()] == ["wri_2", "wri_3", "wri_1"]  # by their time, not as they came
    assert journal.writings("case", "cas_1") == [again, WRITING]
    assert [w.id for w in journal.writings(subject_id="nar_1")] == ["wri_3"]
    assert journal.writings("prompt") == []
    with pytest.raises(NotThere, match="wri_9"):
        journal.writing("wri_9")
    with pytest.raises(IntegrityError):
        journal.write_writing(replace(WRITING, title="other"))


def test_writing_marks(journal):
    journal.write_writing(WRITING)
    journal.write_writing(replace(WRITING, id="wri_2"))
    journal.write_writing_marks([])
    other = replace(MARK, writing_id="wri_2", by="peer", who="Ada")
    journal.write_writing_marks([MARK, other])
    assert journal.writing_marks() == [MARK, other]
    assert journal.writing_marks("wri_2") == [other]
    with pytest.raises(NotThere, match="wri_9"):
        journal.write_writing_marks([MARK, replace(MARK, writing_id="wri_9")])
    assert len(journal.writing_marks()) == 2


def test_reviews_forecasts_and_outcomes(journal):
    reviews = [REVIEW, replace(REVIEW, at=NOW - timedelta(days=1), seconds=None)]
    for review in reviews:
        journal.write_review(review)
    assert journal.reviews() == reviews[::-1]  # by their time, not as they came
    journal.write_forecasts([])
    journal.write_forecasts([FORECAST, replace(FORECAST, round_id="rnd_2")])
    assert [f.round_id for f in journal.forecasts()] == ["rnd_1", "rnd_2"]
    journal.write_outcome(OUTCOME)
    journal.write_outcome(replace(OUTCOME, id="out_2", sort="baseline", mark=None))
    assert journal.outcomes("mock") == [OUTCOME]
    assert [o.id for o in journal.outcomes()] == ["out_1", "out_2"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Document("plan", "{", NOW), "no JSON"),
        (lambda: Document("", "{}", NOW), "empty"),
        (lambda: replace(WRITING, body="[]"), "object of texts"),
        (lambda: replace(WRITING, body='{"Goal": 1}'), "object of texts"),
        (lambda: replace(WRITING, seconds=-1.0), "0 or more"),
        (lambda: replace(WRITING, seconds=float("inf")), "0 or more"),
        (lambda: replace(MARK, mark=1.01), "0 to 1"),
        (lambda: replace(MARK, mark=float("nan")), "0 to 1"),
        (lambda: replace(REVIEW, rating=0), "1 to 4"),
        (lambda: replace(FORECAST, high=2.0), "0 to 1"),
        (lambda: replace(OUTCOME, mark=-0.1), "0 to 1"),
        (lambda: replace(OUTCOME, body=""), "no JSON"),
    ],
)
def test_what_cannot_be_so_is_refused(make, words):
    with pytest.raises(BadInput, match=words):
        make()


TABLES = ("attempts", "debriefs", "replies", "marks", "writings", "writing_marks", "reviews", "forecasts", "outcomes")


@pytest.fixture
def full(journal, owner):
    journal.write_attempt(make_attempt())
    journal.claim("att_1", owner, now=NOW, lease=timedelta(seconds=10))
    journal.write_debrief(make_debrief(), owner)
    journal.write_reply(Reply("att_1", NOW, "why", "so"))
    journal.write_marks([PersonMark("att_1", "talk", 0.5, NOW)])
    journal.write_writing(WRITING)
    journal.write_writing_marks([MARK])
    journal.write_review(REVIEW)
    journal.write_forecasts([FORECAST])
    journal.write_outcome(OUTCOME)
    return journal


@pytest.mark.parametrize("table", TABLES)
def test_no_program_can_change_what_was_written(full, path, table):
    stranger = sqlite3.connect(path)
    names = [name for _, name, *_ in stranger.execute(f"PRAGMA table_info({table})")]
    before = stranger.execute(f"SELECT rowid, * FROM {table}").fetchall()
    assert len(before) == 1
    copied = ", ".join(f'"{name}"' for name in names if name != "number")
    fresh = ", ".join("'x'" if name == "id" else f'"{name}"' for name in names if name != "number")
    statements = [
        f"UPDATE {table} SET rowid = 7",
        f"UPDATE OR REPLACE {table} SET rowid = 7",
        f"DELETE FROM {table}",
        f"REPLACE INTO {table} (rowid, {copied}) SELECT 1, {fresh} FROM {table}",
    ]
    if "id" in names:
        statements.append(f"REPLACE INTO {table} ({copied}) SELECT {copied} FROM {table}")
    for statement in statements:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            stranger.execute(statement)
    assert stranger.execute(f"SELECT rowid, * FROM {table}").fetchall() == before
    stranger.close()
