"""Does a hand-in survive the app being killed? A small run of `bench/crash.py`, and a liar that it must catch."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


def test_five_kills_lose_nothing():
    done = subprocess.run(
        [sys.executable, "crash.py", "--kills", "5", "--clients", "3"], cwd=BENCH, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = dict(line.strip().split(": ") for line in done.stdout.splitlines() if ": " in line)
    assert int(figures["acknowledged"]) >= 5
    assert figures["lost or changed"] == figures["without exactly one debrief"] == figures["faults"] == "0"


@pytest.fixture
def crash(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import crash

    yield crash
    for name in ("crash", "server"):
        sys.modules.pop(name)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("UPDATE attempts SET text = 'other'", "not in the journal as it was"),
        ("DELETE FROM attempts", "not in the journal as it was"),
        ("DELETE FROM debriefs", "0 debriefs"),
        ("INSERT INTO debriefs VALUES ('att_1', 'again')", "2 debriefs"),
    ],
)
def test_a_journal_that_loses_is_caught(crash, tmp_path, spoil, words):
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.execute("CREATE TABLE attempts (id, text)")
        connection.execute("CREATE TABLE debriefs (attempt_id, body)")
        connection.execute("CREATE TABLE examinations (attempt_id)")
        connection.execute("INSERT INTO attempts VALUES ('att_1', 'select 1')")
        connection.execute("INSERT INTO debriefs VALUES ('att_1', 'body')")
        account = crash.Account({"att_1": "select 1"})
        connection.commit()
        crash.count(tmp_path, account)
        assert account.faults == []
        connection.execute(spoil)
        connection.commit()
    connection.close()
    crash.count(tmp_path, account)
    assert words in account.faults[0]


def test_a_debrief_that_changes_is_caught(crash, tmp_path):
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.execute("CREATE TABLE attempts (id)")
        connection.execute("CREATE TABLE debriefs (attempt_id, body)")
        connection.execute("CREATE TABLE examinations (attempt_id)")
        connection.execute("INSERT INTO debriefs VALUES ('att_1', 'body')")
        account = crash.Account()
        connection.commit()
        crash.look(tmp_path, account)
        connection.execute("UPDATE debriefs SET body = 'other'")
    connection.close()
    crash.look(tmp_path, account)
    assert account.faults == ["att_1: another debrief than before"]
