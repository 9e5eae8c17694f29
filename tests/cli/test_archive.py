"""Does everything leave, come back and go by the command line, and never by accident?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from liveloop.attempt import Attempt
from liveloop.cli.main import app, run
from liveloop.coach.journal import Document, Review, open_journal, own

AT = datetime(2026, 1, 7, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))
    with open_journal(tmp_path / "home" / "journal.db") as journal:
        journal.write_attempt(Attempt("att_1", "drl_1", "sql", "select 'a secret word'", AT))
        journal.write_review(Review("crd_1", 3, AT, None))
    return tmp_path / "home"


def said(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["liveloop", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 2
    out, err = capsys.readouterr()
    return " ".join(out.split()), " ".join(err.split())


def test_it_leaves_goes_and_comes_back(tmp_path, home):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    assert f"bytes written to {first}" in said("export", first)
    assert first.stat().st_mode & 0o777 == 0o600
    assert said("delete", "--yes") == "2 rows deleted\n"
    assert not any(b"a secret word" in file.read_bytes() for file in home.iterdir() if file.is_file())
    assert said("import", first) == "2 rows added\n"
    assert said("import", first) == "0 rows added\n"
    said("export", second)
    assert first.read_bytes() == second.read_bytes()


def test_what_was_replaced_is_said(tmp_path, home):
    with open_journal(home / "journal.db") as journal:
        journal.write_document(Document("narrative/nar_1", "{}", AT))
        said("export", tmp_path / "later.zip")
        journal.write_document(Document("narrative/nar_1", '{"a":1}', AT - timedelta(days=1)))
    assert said("import", tmp_path / "later.zip") == "0 rows added, 1 replaced: narrative/nar_1\n"


def test_nothing_goes_without_being_meant(home, monkeypatch, capsys):
    before = (home / "journal.db").read_bytes()
    out, err = refused(monkeypatch, capsys, "delete")
    assert "attempt 1" in out and "review 1" in out and "draft" not in out
    assert "nothing was deleted; 2 rows would be" in err and "--yes" in err
    assert (home / "journal.db").read_bytes() == before


def test_nothing_goes_while_an_attempt_is_examined(home, monkeypatch, capsys):
    owner = own(home / "examiners")
    with open_journal(home / "journal.db") as journal:
        journal.claim("att_1", owner, now=datetime.now(UTC), lease=timedelta(hours=1))
        _, err = refused(monkeypatch, capsys, "delete", "--yes")
        assert "1 of your attempts is being examined" in err
        assert len(journal.entries()) == 1
    owner.leave()


def test_an_export_never_takes_the_place_of_a_file(tmp_path, monkeypatch, capsys):
    there = tmp_path / "there.zip"
    there.write_text("mine")
    assert "there already" in refused(monkeypatch, capsys, "export", there)[1]
    assert there.read_text() == "mine"
    assert "cannot be written" in refused(monkeypatch, capsys, "export", tmp_path / "none" / "a.zip")[1]
    for place in ("", ".", "/"):
        assert "no name of a file" in refused(monkeypatch, capsys, "export", place)[1]
        assert "no name of a file" in refused(monkeypatch, capsys, "journal", "export", place)[1]
        assert "no name of a file" in refused(monkeypatch, capsys, "review", "--anki", place)[1]
    monkeypatch.setattr("liveloop.coach.archive.pack", lambda journal: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        said("export", tmp_path / "half.zip")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home", "there.zip"]


def test_what_is_no_archive_is_refused(tmp_path, monkeypatch, capsys):
    lines = tmp_path / "out.jsonl"
    said("journal", "export", lines)
    assert "liveloop journal import" in refused(monkeypatch, capsys, "import", lines)[1]
    assert "cannot be read" in refused(monkeypatch, capsys, "import", tmp_path / "none.zip")[1]
    lines.write_text("hello")
    assert "no archive" in refused(monkeypatch, capsys, "import", lines)[1]
    monkeypatch.setattr("liveloop.cli.archive.LONGEST_ARCHIVE_BYTES", 4)
    assert "too long" in refused(monkeypatch, capsys, "import", lines)[1]
