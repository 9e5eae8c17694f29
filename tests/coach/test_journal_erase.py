"""Is nothing left of what a person made once it is deleted?"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.coach.conftest import NOW, make_attempt, make_debrief
from tests.coach.test_journal_written import FORECAST, MARK, OUTCOME, REVIEW, WRITING

from liveloop.coach.journal import Document, Draft, JournalShut, PersonMark, Reply, open_journal
from liveloop.coach.journal.tables import metadata

SECRET = "the-word-nobody-may-find"
LEASE = timedelta(seconds=10)


def fill(journal, owner, word=SECRET):
    for number in (1, 2, 3):
        journal.write_attempt(make_attempt(number, text=word * 500))
        journal.claim(f"att_{number}", owner, now=NOW, lease=LEASE)
    journal.write_debrief(replace(make_debrief(), pushback=word), owner)
    journal.write_failure("att_2", owner, word)
    journal.write_reply(Reply("att_1", NOW, "why", word))
    journal.write_marks([PersonMark("att_1", word, 0.5, NOW)])
    journal.write_draft(Draft("drl_1", word, None, NOW))
    journal.write_document(Document(word, f'"{word}"', NOW))
    journal.write_writing(replace(WRITING, body=f'{{"Goal": "{word * 300}"}}'))
    journal.write_writing_marks([replace(MARK, quote=word)])
    journal.write_review(replace(REVIEW, card_id=word))
    journal.write_forecasts([replace(FORECAST, loop_id=word)])
    journal.write_outcome(replace(OUTCOME, by=word))


def left(path):
    """List the files beside the journal that hold the secret."""
    files = [file for file in path.parent.iterdir() if file.is_file()]
    assert path in files
    return [file.name for file in files if SECRET.encode() in file.read_bytes()]


def rows(path):
    with sqlite3.connect(path) as stranger:
        tables = [name for (name,) in stranger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: stranger.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
    stranger.close()
    return counts


def schema(path):
    with sqlite3.connect(path) as stranger:
        found = set(stranger.execute("SELECT type, name, sql FROM sqlite_master"))
    stranger.close()
    return found


def test_nothing_is_left_in_the_file_or_beside_it(journal, owner, path):
    fill(journal, owner)
    with open_journal(path) as app:  # another program that has it open, and reads now and then
        app.entries()
        assert left(path)
        before = schema(path)
        assert all(rows(path).values())
        journal.erase()
        assert left(path) == []
        assert {name for name, count in rows(path).items() if count} == {"alembic_version"}
        assert schema(path) == before
        assert app.entries() == [] and app.documents() == [] and app.writings() == []
        app.write_attempt(make_attempt())
    assert [entry.id for entry in journal.entries()] == ["att_1"]
    with pytest.raises(IntegrityError, match="append-only"), journal.changing() as connection:
        connection.exec_driver_sql("DELETE FROM attempts")


def test_what_was_freed_long_ago_is_not_left_either(journal, path):
    journal.write_draft(Draft("drl_1", "short", None, NOW))
    stranger = sqlite3.connect(path)
    stranger.execute("PRAGMA secure_delete=OFF")
    for text in (SECRET * 900, "short"):  # the draft was longer once
        with stranger:
            stranger.execute("UPDATE drafts SET text = ?", (text,))
    stranger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stranger.close()
    assert left(path) == ["journal.db"]
    journal.erase()
    assert left(path) == []


def test_every_table_is_emptied(journal, path):
    assert set(rows(path)) == {table.name for table in metadata.tables.values()} | {
        "alembic_version",
        "sqlite_sequence",
    }


def test_a_deletion_that_stops_halfway_deletes_nothing(journal, owner, path, monkeypatch):
    fill(journal, owner)
    counts, before = rows(path), schema(path)
    monkeypatch.setattr("liveloop.coach.journal.erase.metadata", None)  # breaks once the triggers are away
    with pytest.raises(AttributeError):
        journal.erase()
    assert rows(path) == counts and schema(path) == before
    journal.write_attempt(make_attempt(9))


def test_a_reader_in_the_way_is_told(owner, path, monkeypatch):
    monkeypatch.setattr("liveloop.coach.journal.door.PATIENCE_MS", 100)
    with open_journal(path) as journal:
        fill(journal, owner)
        reader = sqlite3.connect(path)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM attempts").fetchone()
        with pytest.raises(JournalShut, match=r"everything was deleted, but another program is reading"):
            journal.erase()
        assert journal.entries() == [] and left(path)
        reader.close()
        journal.erase()
        assert left(path) == []


def test_an_examiner_that_comes_too_late_writes_nothing(journal, owner):
    fill(journal, owner)
    journal.erase()
    assert not journal.write_debrief(make_debrief("att_3"), owner)
    journal.write_failure("att_3", owner, "so")
    assert journal.entries() == []


def test_a_journal_that_was_taken_away_is_not_erased(journal, owner, path):
    fill(journal, owner)
    path.rename(path.with_name("aside.db"))
    with pytest.raises(JournalShut, match="deleted or moved away"):
        journal.erase()


def test_a_journal_of_the_first_version_becomes_one_of_this(path, owner):
    with open_journal(path) as journal:
        journal.write_attempt(make_attempt())
        journal.claim("att_1", owner, now=NOW, lease=LEASE)
        journal.write_debrief(make_debrief(), owner)
        journal.write_marks([PersonMark("att_1", "talk", 0.5, NOW)])
    newest = schema(path)
    with sqlite3.connect(path) as connection:
        for name in ("documents", "writing_marks", "writings", "reviews", "forecasts", "outcomes"):
            connection.execute(f"DROP TABLE {name}")
        for trigger in ("replies_refuse_second_number", "marks_refuse_second_number", "debriefs_refuse_second_rowid"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert schema(path) != newest
    with open_journal(path, read_only=True) as journal:  # it is migrated, as it must be
        assert journal.attempt("att_1") == make_attempt() and journal.debrief("att_1") == make_debrief()
        assert journal.marks("att_1") == {"talk": 0.5}
        assert journal.writings() == []
    assert schema(path) == newest
