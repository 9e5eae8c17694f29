"""Can the library be listed and shown from a terminal, with what is one's own?"""

import json

import pytest
from typer.testing import CliRunner

from liveloop.base.errors import BadInput
from liveloop.cli.main import app

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))


def said(*arguments):
    done = runner.invoke(app, ["library", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_list_narrows():
    whole = json.loads(said("list", "--json"))
    assert len(whole) >= 20
    found = [one["slug"] for one in json.loads(said("list", "--skill", "stats.cuped", "--json"))]
    assert "cuped" in found and len(found) < len(whole)
    assert [one["slug"] for one in json.loads(said("list", "--find", "lykouris deferral", "--json"))] == [
        "learning-to-defer-in-content-moderation"
    ]
    assert "xstest" in said("list")


def test_show_marks_what_was_seen():
    shown = said("show", "constitutional-classifiers")
    assert "not verified" in shown and "seen" in shown and "0.38 %" in shown
    assert "over-refusal-by-policy" in shown and "arXiv:2501.18837" in shown


@pytest.mark.parametrize(
    ("arguments", "allowed"), [(("show", "cupid"), "cuped"), (("list", "--skill", "stats.cupid"), "stats.cuped")]
)
def test_what_is_not_there_is_refused(arguments, allowed):
    with pytest.raises(BadInput) as refusal:
        said(*arguments)
    assert allowed in refusal.value.allowed


def test_a_file_that_is_no_reference_is_told(tmp_path, monkeypatch):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "torn.toml").write_text("id = 1")
    monkeypatch.setenv("LIVELOOP_CONTENT", str(tmp_path))
    done = runner.invoke(app, ["library", "list", "--json"], catch_exceptions=False)
    assert done.exit_code == 0 and len(json.loads(done.stdout)) >= 20
    assert "torn.toml" in done.stderr
