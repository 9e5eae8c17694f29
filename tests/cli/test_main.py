"""Does the command line do what it says, as JSON too, and refuse in words with exit code 2?"""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from liveloop.attempt import Attempt
from liveloop.cli.main import app, run
from liveloop.coach.journal import open_journal
from liveloop.exam.load import load_all

SLUG = "warned-unsupported-retention"
runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def refused(monkeypatch, capsys, *arguments):
    """Run as the console script does; give what was printed on standard error."""
    monkeypatch.setattr(sys, "argv", ["liveloop", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    return " ".join(err.split())


def said(*arguments):
    result = runner.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_version_and_help():
    assert said("--version").strip().count(".") == 2
    for command in ("drill", "world", "journal", "open", "doctor"):
        assert command in said("--help")


def test_drills_are_listed_and_filtered():
    listed = json.loads(said("drill", "list", "--json"))
    assert SLUG in {drill["slug"] for drill in listed}
    assert {drill["week"] for drill in json.loads(said("drill", "list", "--week", 2, "--json"))} == {2}
    assert {drill["kind"] for drill in json.loads(said("drill", "list", "--kind", "python", "--json"))} <= {"python"}
    assert SLUG in said("drill", "list", "--skill", "sql.retention")
    shelf = json.loads(said("drill", "list", "--shelf", "features", "--json"))
    assert len(shelf) >= 6 and {drill["shelf"] for drill in shelf} == {"features"}


def test_a_drill_is_shown_without_what_is_sealed():
    shown = said("drill", "show", SLUG)
    assert shown.startswith("Retention after a warning, without support: sql")
    shown += said("drill", "show", SLUG, "--json")
    assert "safety warning" in shown
    assert "support_messages" in shown
    assert "first_warnings" not in shown  # a name in the reference


def test_an_unknown_drill_is_refused(monkeypatch, capsys):
    words = refused(monkeypatch, capsys, "drill", "show", "no-such-drill")
    assert "no drill 'no-such-drill'" in words
    assert SLUG in words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the text is empty"),
        (b" \n\t", "the text is empty"),
        (b"SELECT \xff", "not UTF-8 at byte 7"),
        (b"\x7fELF\x00\x00", "a NUL character"),
        (b"-" * 10_000_000, "bytes long"),
    ],
    ids=["empty", "blank", "encoding", "binary", "long"],
)
def test_what_cannot_be_an_attempt_is_refused(tmp_path, monkeypatch, capsys, home, data, words):
    file = tmp_path / "a.sql"
    file.write_bytes(data)
    told = refused(monkeypatch, capsys, "drill", "attempt", SLUG, file)
    assert words in told
    assert "Allowed" in told
    assert not home.exists()  # nothing half-written


def test_a_missing_file_is_refused(monkeypatch, capsys, tmp_path):
    assert "No such file" in refused(monkeypatch, capsys, "drill", "attempt", SLUG, tmp_path / "none.sql")


def test_rehearse_wants_to_know_which(monkeypatch, capsys):
    assert "no drill is named" in refused(monkeypatch, capsys, "drill", "rehearse")
    assert "no drill is named" in refused(monkeypatch, capsys, "drill", "rehearse", "--all", SLUG)


def test_a_folder_with_an_unknown_field_is_refused(monkeypatch, capsys, tmp_path):
    said("drill", "new", tmp_path / "sql" / "mine")
    settings = tmp_path / "sql" / "mine" / "drill.toml"
    settings.write_text("colour = 'red'\n" + settings.read_text())
    words = refused(monkeypatch, capsys, "drill", "show", tmp_path / "sql" / "mine")
    assert "unknown field 'colour'" in words
    assert "drill.toml" in words


def test_a_new_drill_has_an_id_of_its_own(monkeypatch, capsys, tmp_path):
    place = tmp_path / "sql" / "mine"
    said("drill", "new", place)
    first = json.loads(said("drill", "show", place, "--json"))["id"]
    assert first != json.loads(said("drill", "show", SLUG, "--json"))["id"]
    assert "it is there already" in refused(monkeypatch, capsys, "drill", "new", place)
    assert "no kind 'r'" in refused(monkeypatch, capsys, "drill", "new", tmp_path / "x", "--kind", "r")


def test_an_attempt_gets_its_debrief_and_stands_in_the_journal(tmp_path):
    file = tmp_path / "a.sql"
    file.write_text("SELECT 1 AS eligible_users, 2 AS retained_users, 3.0 AS retention_rate")
    debrief = json.loads(said("drill", "attempt", SLUG, file, "--confidence", 90, "--json"))
    assert "disagrees" in {finding["probe"] for finding in debrief["findings"]}
    entries = json.loads(said("journal", "list", "--json"))
    assert [entry["id"] for entry in entries] == [debrief["attempt_id"]]
    assert entries[0]["confidence"] == 0.9
    shown = json.loads(said("journal", "show", debrief["attempt_id"], "--json"))
    assert shown["attempt"]["text"] == file.read_text()
    assert shown["debrief"]["signal"] == debrief["signal"]
    assert "disagrees" in said("journal", "show", debrief["attempt_id"])
    assert debrief["attempt_id"] in said("journal", "list")


def test_the_place_of_a_change_is_named_where_it_is_asked_for(tmp_path):
    samples = {sample.name: sample for sample in load_all()[SLUG].samples}
    sample = samples["boundary--known-before-the-moment"]
    file = tmp_path / "a.sql"
    file.write_text(sample.text)
    both = json.loads(said("drill", "attempt", SLUG, file, "--place", "--json"))
    part = sample.text[both["place"]["start"] : both["place"]["end"]]
    assert both["debrief"]["findings"] and part
    shown = said("drill", "attempt", SLUG, file, "--place")
    assert "one change here" in shown
    assert "^" * min(3, len(part)) in shown
    assert "matter of which side of an edge" in " ".join(shown.split())


ON_A_FULL_DISK = """
import resource
import sys
from liveloop.cli.main import run
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # every write to a file fails, as on a full disk
run()
"""


def test_the_journal_can_be_read_on_a_full_disk(home):
    with open_journal(home / "journal.db") as journal:
        journal.write_attempt(Attempt("att_1", "drl_1", "sql", "select 7", datetime.now(UTC)))
    before = (home / "journal.db").read_bytes()
    for arguments in (["list", "--json"], ["show", "att_1"], ["export"]):
        command = [sys.executable, "-c", ON_A_FULL_DISK, "journal", *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "att_1" in done.stdout or "select 7" in done.stdout
    assert (home / "journal.db").read_bytes() == before


def test_the_journal_leaves_and_comes_back(tmp_path, monkeypatch, capsys):
    file = tmp_path / "a.sql"
    file.write_text("SELECT 1 AS eligible_users, 2 AS retained_users, 3.0 AS retention_rate")
    said("drill", "attempt", SLUG, file)
    out = tmp_path / "out.jsonl"
    said("journal", "export", out)
    assert "is there already" in refused(monkeypatch, capsys, "journal", "export", out)
    before = said("journal", "export")
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "other"))
    said("journal", "import", out)
    assert said("journal", "export") == before
    assert "cannot be read" in refused(monkeypatch, capsys, "journal", "import", tmp_path / "none")


def test_a_home_that_cannot_be_written_is_refused(tmp_path, monkeypatch, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("LIVELOOP_HOME", str(blocked / "home"))
    assert str(blocked) in refused(monkeypatch, capsys, "journal", "list")


def test_an_unknown_attempt_is_refused(monkeypatch, capsys):
    assert "att_none" in refused(monkeypatch, capsys, "journal", "show", "att_none")


def test_the_doctor_names_every_level():
    levels = {level["level"]: level for level in json.loads(said("doctor", "--json"))["levels"]}
    assert {"bwrap", "landlock", "process"} <= set(levels)
    assert all(level["why"] for level in levels.values())
    assert "bwrap" in said("doctor")


def test_a_world_is_drawn_described_and_twinned(tmp_path, monkeypatch, capsys):
    counts = json.loads(said("world", "draw", tmp_path / "w", "--set", "accounts=5", "--set", "days=14", "--json"))
    assert counts["rows"]["messages"] > 0
    assert (tmp_path / "w" / "messages" / "part-00000.parquet").exists()
    assert "messages" in said("world", "describe", "--set", "accounts=5", "--set", "days=14")
    twin = json.loads(
        said("world", "twin", "--set", "accounts=5", "--set", "days=14", "--policy", "threshold=0.2", "--json")
    )
    assert twin["effects"]["warnings"] > 0
    assert "accounts" in refused(monkeypatch, capsys, "world", "describe", "--set", "acounts=5")
    assert "name=value" in refused(monkeypatch, capsys, "world", "describe", "--set", "accounts")


def test_a_broken_folder_of_ones_own_is_told_and_the_others_are_there(tmp_path, monkeypatch, capsys):
    said("drill", "new", tmp_path / "mine" / "sql" / "good-one")
    said("drill", "new", tmp_path / "mine" / "sql" / "torn-one")
    (tmp_path / "mine" / "sql" / "torn-one" / "prompt.md").unlink()
    monkeypatch.setenv("LIVELOOP_DRILLS", str(tmp_path / "mine"))
    result = runner.invoke(app, ["drill", "list", "--json"])
    slugs = {drill["slug"] for drill in json.loads(result.stdout)}
    assert {SLUG, "good-one"} <= slugs and "torn-one" not in slugs
    assert "prompt.md" in result.stderr
    assert said("drill", "show", "good-one")
    assert "prompt.md" in refused(monkeypatch, capsys, "drill", "rehearse", "--all")


def test_filters_and_files_that_fit_no_drill_are_refused(tmp_path, monkeypatch, capsys):
    assert "sql, python" in refused(monkeypatch, capsys, "drill", "list", "--kind", "r")
    assert "sql.null" in refused(monkeypatch, capsys, "drill", "list", "--skill", "sql.nul")
    assert "features, " in refused(monkeypatch, capsys, "drill", "list", "--shelf", "feature")
    file = tmp_path / "a.py"
    file.write_text("x = 1")
    assert "is a sql drill" in refused(monkeypatch, capsys, "drill", "attempt", SLUG, file)
