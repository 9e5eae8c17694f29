"""Can cases be listed, shown and a text looked through, and narratives written, from a terminal?"""

import json

import pytest
from typer.testing import CliRunner

from liveloop.base.errors import BadInput
from liveloop.cli.main import app

runner = CliRunner()
SLUG = "warnings-nobody-reads"
TEXT = "I would break it down by country. I would not use a t-test. I recommend that we keep it."


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))


def said(*arguments, text=None):
    done = runner.invoke(app, arguments, catch_exceptions=False, input=text)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_list_narrows_by_sort():
    whole = json.loads(said("case", "list", "--json"))
    assert {one["sort"] for one in whole} == {"product", "platform", "design", "prompt"}
    designs = json.loads(said("case", "list", "--sort", "design", "--json"))
    assert 0 < len(designs) < len(whole) and SLUG not in {one["slug"] for one in designs}
    assert SLUG in said("case", "list")
    with pytest.raises(BadInput, match="there is no sort"):
        said("case", "list", "--sort", "riddle")


def test_show_gives_what_the_interviewer_says_and_nothing_sealed():
    shown = said("case", "show", SLUG) + said("case", "show", SLUG, "--json")
    assert "dismissed" in shown and "random audit" not in shown and "weight" not in shown
    assert "mistake" in said("case", "show", "a-mistake-in-production")
    with pytest.raises(BadInput) as refusal:
        said("case", "show", "warning-nobody-reads")
    assert SLUG in refusal.value.allowed


def test_examine_says_found_or_missing_and_keeps_nothing(tmp_path):
    (tmp_path / "mine.md").write_text(TEXT)
    lines = {
        one["criterion"]: one for one in json.loads(said("case", "examine", SLUG, str(tmp_path / "mine.md"), "--json"))
    }
    assert lines["recommends"]["found"] and not lines["randomise"]["found"]
    assert all(quote in TEXT for one in lines.values() for quote in one["quotes"])
    shown = said("case", "examine", SLUG, "-", text=TEXT)
    assert "found" in shown and "missing" in shown and "not that it is any good" in shown
    assert not (tmp_path / "home" / "journal.db").exists()


def test_a_narrative_is_begun_kept_shown_and_exported(tmp_path):
    assert "None yet" in said("narrative", "list")
    made = said("narrative", "new", "The queue that grew").strip()
    with pytest.raises(BadInput, match="nothing is written yet"):
        said("narrative", "keep", made)
    file = tmp_path / "queue.md"
    file.write_text("# The queue that shrank\n\n## Context\n\nSupport had to decide whether to hire.\n")
    version = said("narrative", "keep", made, str(file)).strip()
    assert (
        said("narrative", "export", made) == said("narrative", "export", made, "--version", version) == file.read_text()
    )
    [row] = json.loads(said("narrative", "list", "--json"))
    assert (row["id"], row["title"], row["sections"], row["versions"]) == (made, "The queue that shrank", 1, 1)
    assert version in said("narrative", "show", made) and made in said("narrative", "list")
    shown = json.loads(said("narrative", "show", made, "--json"))
    assert shown["sections"] == {"Context": "Support had to decide whether to hire."} and len(shown["looked"]) > 5
    with pytest.raises(BadInput, match="nothing has changed"):
        said("narrative", "keep", made)
    with pytest.raises(BadInput, match="no version"):
        said("narrative", "export", made, "--version", "wri_1")
    with pytest.raises(BadInput, match="no narrative"):
        said("narrative", "show", "nar_0000000000")
