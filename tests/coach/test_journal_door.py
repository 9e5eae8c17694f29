"""Does a journal that cannot be used say so, and stay as it is?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event
from tests.coach.conftest import NOW, make_attempt

from liveloop.base.errors import BadInput
from liveloop.coach.journal import Draft, JournalShut, door, open_journal
from liveloop.coach.journal.tables import metadata
from liveloop.coach.journal.upgrade import newest

NOBODY = 65534


def fingerprint(path):
    return sha256(path.read_bytes()).hexdigest()


def test_the_migrations_make_the_declared_tables(journal):
    assert newest() == door.NEWEST == door.known_versions()[-1]
    with journal.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_file_is_kept_safely(journal, path):
    with journal.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_newer_journal_is_not_touched(path):
    open_journal(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0007'")
    connection.close()
    before = fingerprint(path)
    with pytest.raises(JournalShut, match=r"newer liveloop.*0007.*left as it is"):
        open_journal(path)
    assert fingerprint(path) == before


def test_a_newer_journal_still_in_its_log_is_seen(path):
    holder = open_journal(path)
    writer = sqlite3.connect(path)
    writer.execute("UPDATE alembic_version SET version_num = '0007'")
    writer.commit()  # in the write-ahead log, not in the file
    with pytest.raises(JournalShut, match="0007"):
        open_journal(path)
    writer.close()
    holder.close()


@pytest.mark.parametrize("content", [b"hello, I am a text" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_journal_is_not_touched(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(JournalShut, match=r"no journal|damaged"):
        open_journal(path)
    assert path.read_bytes() == content


def test_another_database_is_not_touched(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    before = fingerprint(path)
    with pytest.raises(JournalShut, match="no journal"):
        open_journal(path)
    assert fingerprint(path) == before


def test_a_damaged_page_is_told(journal, path):
    for number in range(300):
        journal.write_attempt(make_attempt(number, text="x" * 500))
    journal.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with path.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096 * 60)
    with pytest.raises(JournalShut, match="damaged"), open_journal(path) as again:
        again.entries()


def test_an_empty_file_becomes_a_journal(path):
    path.parent.mkdir()
    path.touch()
    with open_journal(path) as journal:
        assert journal.entries() == []


@pytest.mark.parametrize("home", ["/proc/liveloop", "/dev/null/home"])
def test_a_home_that_cannot_be_made(home):
    with pytest.raises(JournalShut, match=r"LIVELOOP_HOME") as refusal:
        open_journal(Path(home) / "journal.db")
    assert isinstance(refusal.value, BadInput)


@pytest.fixture
def nobody():
    """Be somebody who may not write everywhere: root gives up its rights for the length of a test."""
    if os.geteuid() != 0:
        yield os.geteuid()
        return
    os.seteuid(NOBODY)
    try:
        yield NOBODY
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("begun", [True, False])
def test_a_read_only_home(begun, nobody):
    with tempfile.TemporaryDirectory() as folder:  # of one's own: the runner's folders are the runner's
        home = Path(folder) / "home"
        home.mkdir()
        if begun:
            open_journal(home / "journal.db").close()
        home.chmod(0o500)
        try:
            with pytest.raises(JournalShut, match="LIVELOOP_HOME"):
                open_journal(home / "journal.db")
        finally:
            home.chmod(0o700)


@pytest.fixture
def home(nobody):
    """Give a home of one's own, of which a test may take the right to write."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        yield home
        home.chmod(0o700)


def test_a_read_only_home_can_be_read(home):
    path = home / "journal.db"
    with open_journal(path) as journal:
        journal.write_attempt(make_attempt(1))
    assert not path.with_name("journal.db-wal").exists()
    home.chmod(0o500)
    with open_journal(path, read_only=True) as journal:
        assert [entry.id for entry in journal.entries()] == ["att_1"]
        with pytest.raises(JournalShut, match="cannot be written"):
            journal.write_attempt(make_attempt(2))


def test_a_read_only_home_shows_what_is_still_in_the_log(home):
    path = home / "journal.db"
    with open_journal(path) as writer:
        writer.write_attempt(make_attempt(1))
        home.chmod(0o500)
        with open_journal(path, read_only=True) as journal:
            assert [entry.id for entry in journal.entries()] == ["att_1"]


def test_a_log_that_cannot_be_read_is_not_passed_over(home):
    path, copy = home / "journal.db", home / "copy.db"
    with open_journal(path) as writer:
        writer.write_attempt(make_attempt(1))
        shutil.copy(path, copy)
        shutil.copy(path.with_name("journal.db-wal"), copy.with_name("copy.db-wal"))
    home.chmod(0o500)
    with pytest.raises(JournalShut, match="LIVELOOP_HOME"):
        open_journal(copy, read_only=True)


def test_reading_only_makes_and_migrates_what_is_not_there(path):
    with open_journal(path, read_only=True) as journal:
        assert journal.entries() == []
    with open_journal(path) as journal:
        journal.write_attempt(make_attempt())


def test_a_read_only_file(path, monkeypatch):
    open_journal(path).close()
    prepare = door.prepare

    def prepare_read_only(connection, entry):
        prepare(connection, entry)
        connection.execute("PRAGMA query_only=ON")  # root may write any file: what a read-only one does

    monkeypatch.setattr(door, "prepare", prepare_read_only)
    with pytest.raises(JournalShut, match="cannot be written"), open_journal(path) as journal:
        journal.write_attempt(make_attempt())


def test_a_full_disk_loses_nothing(journal):
    journal.write_attempt(make_attempt(1))
    journal._engine.dispose()

    def fill(connection, entry):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(journal._engine, "connect", fill)
    with pytest.raises(JournalShut, match=r"disk is full, nothing was written"):
        journal.write_attempt(make_attempt(2, text="x" * 100_000))
    with pytest.raises(JournalShut, match="disk is full"):
        journal.write_draft(Draft("drl_1", "y" * 100_000, None, NOW))
    assert [entry.id for entry in journal.entries()] == ["att_1"]
    event.remove(journal._engine, "connect", fill)
    journal._engine.dispose()
    journal.write_attempt(make_attempt(2, text="x" * 100_000))
    assert len(journal.entries()) == 2


def test_a_journal_that_was_taken_away_takes_no_more(journal, path):
    journal.write_attempt(make_attempt(1))
    aside = path.with_name("aside.db")
    path.rename(aside)
    with pytest.raises(JournalShut, match=r"deleted or moved away while it was open.*put back.*restart"):
        journal.write_attempt(make_attempt(2))
    journal._engine.dispose()  # a new connection must not make an empty journal in its place
    with pytest.raises(JournalShut):
        journal.entries()
    assert not path.exists()
    aside.rename(path)
    journal.write_attempt(make_attempt(2))
    assert [entry.id for entry in journal.entries()] == ["att_2", "att_1"]


def test_a_journal_that_was_replaced_is_not_written_to(journal, path, tmp_path):
    journal.write_attempt(make_attempt(1))
    other = tmp_path / "other.db"
    open_journal(other).close()
    other.replace(path)
    with pytest.raises(JournalShut, match="replaced by another file"):
        journal.write_attempt(make_attempt(2))


def test_an_attempt_is_not_acknowledged_when_the_journal_goes_meanwhile(journal, path):
    with pytest.raises(JournalShut, match="deleted"), journal.changing():
        path.unlink()


def test_a_journal_held_by_another_program(path, monkeypatch):
    monkeypatch.setattr(door, "PATIENCE_MS", 10)
    with open_journal(path) as journal:
        stranger = sqlite3.connect(path, isolation_level=None)
        stranger.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalShut, match="another process"):
            journal.write_attempt(make_attempt())
        assert journal.entries() == []  # reading goes on
        stranger.close()
        journal.write_attempt(make_attempt())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("disk I/O error", "the disk refuses"),
        ("unable to open database file", "cannot be opened"),
        ("something new", "the database refuses: something new"),
    ],
)
def test_words_for_what_the_machine_says(path, said, words):
    assert words in str(door.word(sqlite3.OperationalError(said), path))


OPEN_AND_WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from liveloop.attempt import Attempt
from liveloop.coach.journal import open_journal
with open_journal(Path(sys.argv[1])) as journal:
    journal.write_attempt(Attempt(sys.argv[2], "drl_1", "sql", "select 1", datetime.now(UTC)))
"""


def test_many_processes_open_a_new_journal_at_once(path):
    commands = [[sys.executable, "-c", OPEN_AND_WRITE, str(path), f"att_{number}"] for number in range(4)]
    processes = [subprocess.Popen(command) for command in commands]
    assert [process.wait() for process in processes] == [0] * 4
    with open_journal(path) as journal:
        assert len(journal.entries()) == 4
