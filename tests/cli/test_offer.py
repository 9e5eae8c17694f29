"""Does `liveloop offer` do what its guide shows, and does the guide name every field?"""

import dataclasses
import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from liveloop.base.clock import system_clock
from liveloop.cli.main import app, run
from liveloop.coach.journal import open_journal
from liveloop.coach.offer import (
    Bonus,
    Equity,
    Grant,
    Offer,
    OfferBook,
    OfferWeights,
    PrivateEquity,
    PublicEquity,
    Refresh,
    Vesting,
    keep,
)

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "offers.md").read_text(encoding="utf-8")
PARTS = (Offer, Bonus, Equity, Grant, Vesting, Refresh, PrivateEquity, PublicEquity, OfferWeights)
runner = CliRunner(env={"COLUMNS": "120"})


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for name, text in re.findall(r"^`(\w+\.toml)`:\n\n```toml\n(.*?)```", GUIDE, re.MULTILINE | re.DOTALL):
        Path(name).write_text(text)
    return tmp_path / "home"


def said(*arguments):
    result = runner.invoke(app, ["offer", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["liveloop", "offer", *arguments])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 2
    return " ".join(capsys.readouterr().err.split())


def test_every_command_of_the_guide_runs_on_its_files():
    commands = re.findall(r"^\$ liveloop offer (.+)$", GUIDE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        assert "Taxes are left out of every figure." in said(*shlex.split(command))


def test_the_guide_names_every_field_and_no_other():
    fields = {field.name for part in PARTS for field in dataclasses.fields(part)}
    told = set(re.findall(r"`(\w+)`", GUIDE.split("| field |")[1].split("## What is computed")[0]))
    inside = {"bonus", "equity", "grants", "private", "public", "refresh", "vesting"}
    assert fields - told - inside == set()
    assert told - fields == set()


def test_files_are_compared_year_by_year():
    told = json.loads(said("compare", "kestrel.toml", "heron.toml", "--years", "5", "--rate", "0", "--json"))
    kestrel, heron = told["worths"]
    paper = heron["scenarios"][0]
    assert [year["base"] for year in paper["years"]] == [260_000] * 5
    # 33 % of 320,000, then refreshers of 80,000 a year over four years beside what is left of the first grant
    assert [round(year["equity"]) for year in paper["years"]] == [105_600, 125_600, 110_400, 98_400, 80_000]
    assert paper["total"] == pytest.approx(paper["present"])
    assert [round(year["equity"]) for year in kestrel["scenarios"][0]["years"]] == [75_000] * 4 + [0]
    shown = said("compare", "kestrel.toml", "heron.toml", "--years", "5")
    for words in ("year 5", "Side by side", "Leaving early", "Monte Carlo error", "USD"):
        assert words in shown


def test_the_person_s_own_offers_win_over_those_that_ship(home):
    assert "Reference L4" in said("compare")
    book = OfferBook((Offer("Mine", base=123_456.0),), OfferWeights(currency="EUR", level_step=10_000.0))
    with open_journal(home / "journal.db") as journal:
        keep(journal, book, system_clock())
    assert "123,456" in said("compare") and "EUR" in said("compare", "heron.toml")
    assert said("sheet").startswith("# Negotiation sheet: Mine")


def test_the_reference_points_carry_their_mark():
    shown = " ".join(said("reference").split())
    assert "468,000 a year" in shown and "10% to 15% of base" in shown and "not verified by us" in shown
    assert json.loads(said("reference", "--json"))["point"][0]["low"] == 468_000


def test_what_cannot_be_weighed_is_refused(monkeypatch, capsys):
    Path("bad.toml").write_text('name = "A"\nbase = -1\n')
    assert "bad.toml: base is -1. Allowed: 0 to 100,000,000." in refused(monkeypatch, capsys, "compare", "bad.toml")
    assert "two offers are called" in refused(monkeypatch, capsys, "compare", "heron.toml", "heron.toml")
    assert "years is 99" in refused(monkeypatch, capsys, "compare", "--years", "99")
    words = refused(monkeypatch, capsys, "sheet", "heron.toml", "--offer", "Egret")
    assert "no offer is called 'Egret'. Allowed: Heron, senior" in words
    for field in ("name", "company", "level"):
        given = {"name": '"A"', "base": "1", field: '"A\\u001b[2J"'}
        Path("bad.toml").write_text("".join(f"{key} = {value}\n" for key, value in given.items()))
        words = refused(monkeypatch, capsys, "compare", "bad.toml")
        assert f"{field} holds a control character" in words and "\x1b" not in words
    assert "No such file" in refused(monkeypatch, capsys, "compare", "none.toml")


def test_own_files_take_no_figure_from_those_that_ship():
    mark = "published reference point, not verified by us"
    assert "One level more" not in said("compare", "kestrel.toml", "heron.toml")
    sheet = said("sheet", "kestrel.toml", "heron.toml")
    assert "160,000" not in sheet and "**Level**" not in sheet and mark not in sheet
    shipped = said("sheet")
    assert "you put" not in shipped and "what you typed" not in shipped
    assert f"160,000 a year by a {mark}" in shipped and "ship with liveloop" in shipped
    shown = " ".join(said("compare").split())
    assert f"One level more at 160,000 a year: {mark}" in shown and "ship with liveloop" in shown


def test_own_weights_count_for_own_files(home):
    book = OfferBook((Offer("Mine", base=1.0),), OfferWeights(level_step=10_000.0))
    with open_journal(home / "journal.db") as journal:
        keep(journal, book, system_clock())
    assert "which you put at 10,000 a year" in said("sheet", "heron.toml")


def test_compare_and_sheet_agree():
    options = ("kestrel.toml", "heron.toml", "--years", "2", "--rate", "0.2", "--together", "0.9")
    told = json.loads(said("compare", *options, "--json"))
    sheet = said("sheet", *options, "--walk-away", "1")
    for worth in told["worths"]:
        assert f"| {worth['present']['p50']['value']:,.0f} |" in sheet
    assert f"difference is {told['pairs'][0]['difference']['p50']['value']:+,.0f}, discounted" in sheet
    assert "The years that count: 2" in sheet and "Discounted at 20 %" in sheet
