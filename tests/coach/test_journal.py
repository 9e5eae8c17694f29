"""Is nothing that was handed in ever lost, changed or examined twice?"""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.coach.conftest import NOW, make_attempt, make_debrief

from liveloop.coach.journal import Draft, NotThere, PersonMark, Reply, open_journal, own

LEASE = timedelta(seconds=10)
TEXTS = ("select 1", "é\n\t\r\n  ", "\0binary\0", "'; DROP TABLE attempts; --", "𝔘nicode 🙂", "x" * 200_000, " ")


@pytest.mark.parametrize("text", TEXTS)
def test_an_attempt_comes_back_as_it_was(journal, path, text):
    attempt = make_attempt(text=text)
    journal.write_attempt(attempt)
    assert journal.attempt("att_1") == attempt
    with open_journal(path) as again:
        assert again.attempt("att_1") == attempt


def test_a_time_keeps_its_moment_and_needs_a_zone(journal):
    eastern = datetime.fromisoformat("2026-01-07T07:00:00-05:00")
    journal.write_attempt(make_attempt(handed_in_at=eastern, started_at=None, confidence=None))
    kept = journal.attempt("att_1")
    assert kept.handed_in_at == NOW and kept.handed_in_at.tzinfo is not None and kept.started_at is None
    with pytest.raises(Exception, match="without a zone"):
        journal.write_attempt(make_attempt(2, handed_in_at=datetime(2026, 1, 7)))
    assert len(journal.entries()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attempts SET text = 'other'",
        "DELETE FROM attempts",
        "INSERT OR REPLACE INTO attempts (id, drill_id, kind, text, handed_in_at) "
        "VALUES ('att_1', 'd', 'sql', 'o', 'n')",
        "INSERT OR REPLACE INTO attempts (number, id, drill_id, kind, text, handed_in_at) "
        "VALUES (1, 'att_9', 'd', 'sql', 'o', 'n')",
        "UPDATE debriefs SET signal = 'strong yes'",
        "DELETE FROM debriefs",
        "INSERT OR REPLACE INTO debriefs VALUES ('att_1', 'n', 'yes', '[]', '[]', '{}')",
        "UPDATE replies SET text = 'other'",
        "DELETE FROM replies",
        "UPDATE marks SET mark = 1",
        "DELETE FROM marks",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(journal, owner, path, statement):
    journal.write_attempt(make_attempt())
    journal.claim("att_1", owner, now=NOW, lease=LEASE)
    journal.write_debrief(make_debrief(), owner)
    journal.write_reply(Reply("att_1", NOW, "why", "so"))
    journal.write_marks([PersonMark("att_1", "talk", 0.5, NOW)])
    with sqlite3.connect(path) as stranger, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(statement)
    stranger.close()
    assert journal.attempt("att_1") == make_attempt()
    assert journal.debrief("att_1") == make_debrief()


def test_a_debrief_comes_back_as_it_was(journal, owner):
    journal.write_attempt(make_attempt())
    assert journal.debrief("att_1") is None
    assert journal.claim("att_1", owner, now=NOW, lease=LEASE)
    assert journal.write_debrief(make_debrief(), owner)
    again = journal.debrief("att_1")
    assert again == make_debrief()
    assert type(again.findings[0].evidence.database["warnings"].rows[2][0]) is bool
    assert type(again.findings[0].evidence.database["warnings"].rows[2][1]) is float


def test_entries_say_how_far_each_attempt_is(journal, owner):
    for number in (1, 2, 3):
        journal.write_attempt(make_attempt(number, drill_id=f"drl_{number % 2}"))
    journal.claim("att_1", owner, now=NOW, lease=LEASE)
    journal.claim("att_2", owner, now=NOW, lease=LEASE)
    journal.write_debrief(make_debrief(), owner)
    entries = journal.entries()
    assert [(e.id, e.state) for e in entries] == [("att_3", "waiting"), ("att_2", "examining"), ("att_1", "debriefed")]
    assert entries[2].signal == "lean yes" and entries[2].found == ("boundary",) * 5
    assert entries[2].asked == ("disagrees", "boundary")
    assert [e.id for e in journal.entries(drill_id="drl_1")] == ["att_3", "att_1"]
    assert [e.id for e in journal.entries(limit=1)] == ["att_3"]
    assert journal.entry("att_2").state == "examining"
    assert journal.signals() == [("drl_1", "lean yes")]


def test_what_is_not_there(journal, owner):
    for ask in (journal.attempt, journal.entry):
        with pytest.raises(NotThere, match="att_9"):
            ask("att_9")
    with pytest.raises(NotThere):
        journal.write_reply(Reply("att_9", NOW, "why", "so"))
    with pytest.raises(NotThere):
        journal.write_marks([PersonMark("att_9", "talk", 0.5, NOW)])
    with pytest.raises(IntegrityError):
        journal.claim("att_9", owner, now=NOW, lease=LEASE)
    assert journal.debrief("att_9") is None and journal.draft("drl_9") is None


def test_an_id_cannot_be_used_twice(journal):
    journal.write_attempt(make_attempt())
    with pytest.raises(IntegrityError):
        journal.write_attempt(make_attempt(text="other"))
    assert journal.attempt("att_1").text == "select 1"


def test_drafts(journal):
    journal.write_draft(Draft("drl_1", "sel", 0.5, NOW))
    journal.write_draft(Draft("drl_1", "select 1", None, NOW + LEASE))
    journal.write_draft(Draft("drl_2", "x", None, NOW))
    assert journal.draft("drl_1") == Draft("drl_1", "select 1", None, NOW + LEASE)
    assert list(journal.drafts()) == ["drl_1", "drl_2"]
    journal.write_attempt(make_attempt(text="select 1 "))
    assert journal.draft("drl_1") is not None
    journal.write_attempt(make_attempt(2, text="select 1"))
    assert list(journal.drafts()) == ["drl_2"]


def test_replies_and_marks(journal):
    journal.write_attempt(make_attempt())
    replies = [Reply("att_1", NOW, "why", "so"), Reply("att_1", NOW, "why", "or so")]
    for reply in replies:
        journal.write_reply(reply)
    journal.write_marks([])
    journal.write_marks([PersonMark("att_1", "a", 0.0, NOW), PersonMark("att_1", "b", 1.0, NOW)])
    journal.write_marks([PersonMark("att_1", "a", 0.75, NOW)])
    assert journal.replies("att_1") == replies
    assert journal.marks("att_1") == {"a": 0.75, "b": 1.0}


# Claims


def test_one_owner_at_a_time(journal, owner, path):
    journal.write_attempt(make_attempt())
    other = own(path.parent / "examiners")
    assert journal.claim("att_1", owner, now=NOW, lease=LEASE)
    assert not journal.claim("att_1", other, now=NOW, lease=LEASE)
    assert not journal.claim("att_1", owner, now=NOW, lease=LEASE)
    assert not journal.write_debrief(make_debrief(), other)
    assert journal.debrief("att_1") is None
    assert journal.write_debrief(make_debrief(), owner)
    assert not journal.write_debrief(make_debrief(signal="no"), owner)
    assert not journal.claim("att_1", other, now=NOW + 9 * LEASE, lease=LEASE)
    assert journal.debrief("att_1").signal == "lean yes"
    other.leave()


def test_a_claim_without_sign_of_life_lapses(journal, owner, path):
    journal.write_attempt(make_attempt())
    other = own(path.parent / "examiners")
    journal.claim("att_1", owner, now=NOW, lease=LEASE)
    journal.renew(owner, now=NOW + LEASE, lease=LEASE)
    assert not journal.claim("att_1", other, now=NOW + 1.5 * LEASE, lease=LEASE)
    assert journal.claim("att_1", other, now=NOW + 2 * LEASE, lease=LEASE)
    assert not journal.write_debrief(make_debrief(), owner)  # it came back too late
    assert journal.write_debrief(make_debrief(), other)
    other.leave()


def test_a_dead_owner_loses_its_claim_at_once(journal, owner, path):
    journal.write_attempt(make_attempt())
    other = own(path.parent / "examiners")
    journal.claim("att_1", other, now=NOW, lease=LEASE)
    assert owner.alive(other.name) and owner.alive(owner.name)
    import os

    os.close(other.handle)  # what the kernel does when a process is killed
    assert not owner.alive(other.name)
    assert not owner.alive("never was")
    assert journal.claim("att_1", owner, now=NOW, lease=LEASE)


def test_files_of_dead_owners_are_swept(path):
    import os

    folder = path.parent / "examiners"
    dead = own(folder)
    os.close(dead.handle)
    living = own(folder)
    third = own(folder)
    assert sorted(p.stem for p in folder.iterdir()) == sorted([living.name, third.name])
    living.leave()
    third.leave()
    assert list(folder.iterdir()) == []


def test_failures_are_told_and_tried_again(journal, owner):
    for number in (1, 2):
        journal.write_attempt(make_attempt(number))
    journal.claim("att_1", owner, now=NOW, lease=LEASE)
    assert journal.unexamined(most_tries=5, claimed=True) == ["att_1"]
    journal.write_failure("att_1", owner, "it broke")
    assert journal.entry("att_1").failed == "it broke" and journal.entry("att_1").state == "waiting"
    assert journal.unexamined(most_tries=5) == ["att_2", "att_1"]  # the least tried first
    assert journal.unexamined(most_tries=1) == ["att_2"]
    assert journal.unexamined(most_tries=5, claimed=True) == []
    assert journal.claim("att_1", owner, now=NOW, lease=LEASE)
    assert journal.entry("att_1").failed is None
    journal.write_debrief(make_debrief(), owner)
    assert journal.unexamined(most_tries=5) == ["att_2"]


def test_many_threads_claim_each_attempt_once(journal, path):
    owners = [own(path.parent / "examiners") for _ in range(4)]
    for number in range(20):
        journal.write_attempt(make_attempt(number))
    start = threading.Barrier(4)

    def take_all(owner):
        start.wait()
        with open_journal(path) as mine:  # as another process would
            won = [f"att_{n}" for n in range(20) if mine.claim(f"att_{n}", owner, now=NOW, lease=LEASE)]
            return [mine.write_debrief(make_debrief(name), owner) for name in won]

    with ThreadPoolExecutor(4) as pool:
        written = [done for dones in pool.map(take_all, owners) for done in dones]
    assert written == [True] * 20
    assert all(entry.state == "debriefed" for entry in journal.entries())
    for owner in owners:
        owner.leave()


def test_many_threads_write_at_once(journal):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: journal.write_attempt(make_attempt(number)), range(100)))
    assert len(journal.entries()) == 100
