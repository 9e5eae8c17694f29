"""Does a terminal say what is on today, make and change the plan, and review what is due?"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from terminal import say
from typer.main import get_command

from liveloop.base import clock
from liveloop.base.errors import BadInput
from liveloop.cli.main import app, run
from liveloop.coach.journal import Review, open_journal
from liveloop.coach.planner.doing import RECORDED

NOW = datetime(
    2026, 11, 26, 9, tzinfo=UTC
)  # a Thursday: which days are practised on depends on the weekday of the first


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LIVELOOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LIVELOOP_ZONE", "UTC")
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setattr(clock, "system_clock", clock.fixed_clock(NOW))
    return tmp_path / "home"


def in_days(days: int) -> str:
    return (NOW.date() + timedelta(days=days)).isoformat()


def without(*days: int) -> list[str]:
    return [f"--without={in_days(day)}" for day in days]


def recruiter(*days: int) -> list[str]:
    return [f"--round=recruiter={in_days(day)}" for day in days]


def test_a_plan_from_nothing():
    assert "There is no plan yet" in say("today")
    told = say("plan", "set", "--date", in_days(30), "--hours", "8", "--off", "fri")
    assert "kept  At least three full mocks" in told and "NOT KEPT" not in told
    shown = say("plan", "show")
    assert "Mock: Product case" in shown
    today = json.loads(say("today", "--json"))
    assert today["date"] == in_days(0) and today["due"] == 0
    assert "days to go" in say("today")


def test_a_block_is_moved_and_what_gave_way_is_said():
    say("plan", "set", "--date", in_days(30), "--hours", "8")
    plan = json.loads(say("plan", "show", "--json"))
    block = next(one for one in plan["blocks"] if one["activity"] == "mock")
    there = {one["day"] for one in plan["blocks"]}
    day = max(there - {block["day"]})
    assert f"{block['id']} {block['title']}: {block['day']} -> {day}" in say("plan", "move", block["id"], day)
    assert "0 moved" in say("plan", "pin", block["id"], "--release")
    reading = next(one for one in plan["blocks"] if one["activity"] == "reading")
    say("plan", "done", reading["id"])
    assert f"{block['id']} {block['title']}: left out, on" in say("plan", "drop", block["id"])
    states = {one["id"]: one["state"] for one in json.loads(say("plan", "show", "--json"))["blocks"]}
    assert states[reading["id"]] == "done" and states[block["id"]] == "dropped"


def test_what_is_done_by_doing_it_is_not_believed_and_can_be_taken_back(monkeypatch, capsys):
    say("plan", "set", "--date", in_days(30), "--hours", "8")
    blocks = json.loads(say("plan", "show", "--json"))["blocks"]
    mock = next(one for one in blocks if one["activity"] == "mock")
    monkeypatch.setattr(sys, "argv", ["liveloop", "plan", "done", mock["id"]])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"the page /mocks/{mock['refers']}" in said and f"`liveloop plan done {mock['id']} --elsewhere`" in said
    assert f"{mock['id']} {mock['title']}: done elsewhere" in say("plan", "done", mock["id"], "--elsewhere")
    assert "done elsewhere" in say("plan", "show")
    assert f"{mock['id']} {mock['title']}: to come again, on {mock['day']}" in say("plan", "undo", mock["id"])
    assert next(one for one in json.loads(say("plan", "show", "--json"))["blocks"] if one["id"] == mock["id"]) == mock


def test_reviews_that_are_left_out_are_said(home):
    with open_journal(home / "journal.db") as journal:
        journal.write_review(Review("sql.null", 1, NOW - timedelta(days=9), None))
    say("plan", "set", "--date", in_days(30), "--hours", "8")
    blocks = json.loads(say("plan", "show", "--json"))["blocks"]
    review = next(one for one in blocks if one["activity"] == "review")
    told = " ".join(say("plan", "drop", review["id"]).split())
    assert f"{review['id']} Reviews: left out, on {review['day']}" in told and "1 left out" in told
    assert "not kept any more: Reviews on every day" in told and "You left them out on" in told
    again = json.loads(say("plan", "show", "--json"))["blocks"]
    assert [one["state"] for one in again if one["activity"] == "review" and one["day"] == review["day"]] == ["dropped"]


def test_what_does_a_block_is_there():
    """Hold the commands and pages that a refusal points at to those that there are."""
    routes = (Path(__file__).parents[2] / "frontend" / "src" / "routing" / "routes.ts").read_text(encoding="utf-8")
    patterns = re.findall(r'\["\w+", "(/[^"]*)"\]', routes)
    for activity, (command, page) in RECORDED.items():
        assert any(re.fullmatch(re.sub(":\\w+", "[^/]+", one), page) for one in patterns), activity
        there = get_command(app)
        for word in [word for word in command.split()[1:] if word.islower() and word.isalpha()]:
            there = there.commands[word]


def test_a_plan_leaves_as_a_file_once(tmp_path):
    with pytest.raises(BadInput, match="no plan yet"):
        say("plan", "export", str(tmp_path / "plan.ics"))
    say("plan", "set", "--date", in_days(20), "--hours", "6", "--round", f"recruiter={in_days(5)}")
    say("plan", "export", str(tmp_path / "plan.ics"))
    say("plan", "export", str(tmp_path / "plan.md"))
    assert (tmp_path / "plan.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert (tmp_path / "plan.md").read_text().startswith("# Data scientist")
    with pytest.raises(BadInput, match="there already"):
        say("plan", "export", str(tmp_path / "plan.md"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--date", "soon", "--hours", "8"), "no date"),
        (("--date", "2020-01-01", "--hours", "8"), "which is past"),
        (("--date", "2999-01-01", "--hours", "8"), "too far away"),
        (("--date", in_days(20), "--hours", "0"), "0 hours a week"),
        (("--date", in_days(20), "--hours", "8", "--off", "someday"), "no weekday"),
        (("--date", in_days(20), "--hours", "8", "--off", "frizbee"), "no weekday"),
        (("--date", in_days(2), "--hours", "8", *without(0, 1)), "no day is left to practise on"),
        (("--date", in_days(20), "--hours", "8", *recruiter(3, 4)), "recruiter is given twice"),
        (("--date", in_days(20), "--hours", "8", "--round", "recruiter"), "names no date"),
        (("--date", in_days(20), "--hours", "8", "--round", f"lunch={in_days(3)}"), "no round 'lunch'"),
        (("--date", in_days(20), "--hours", "8", "--loop", "other"), "no loop 'other'"),
    ],
)
def test_what_cannot_be_planned_is_refused(words, said):
    with pytest.raises(BadInput, match=said):
        say("plan", "set", *words)
    assert "There is no plan yet" in say("today")


def test_reviews_at_a_terminal(home, tmp_path):
    assert "Nothing is due" in say("review")
    with open_journal(home / "journal.db") as journal:
        journal.write_review(Review("sql.null", 1, NOW - timedelta(days=9), None))
        journal.write_review(Review("stats.power", 1, NOW - timedelta(days=9), None))
    assert len(json.loads(say("review", "--json"))) == 2
    told = say("review", typed="9\n1\nq\n")
    assert "1 of 2" in told and "Allowed: 0, 1, 2, 3, 4, q" in told
    with open_journal(home / "journal.db") as journal:
        assert len(journal.reviews()) == 3
    say("review", "--anki", str(tmp_path / "deck.apkg"))
    assert (tmp_path / "deck.apkg").read_bytes()[:2] == b"PK"


def test_a_weekday_may_be_named_in_full():
    say("plan", "set", "--date", in_days(30), "--hours", "8", "--off", "Friday, sun")
    assert json.loads(say("plan", "show", "--json"))["goal"]["weekdays_off"] == [4, 6]


def test_what_falls_away_stands_on_a_day_off_or_is_let_go_is_said():
    say("plan", "set", "--date", in_days(30), "--hours", "8", "--without", in_days(4))
    before = json.loads(say("plan", "show", "--json"))["blocks"]
    mock = next(one for one in reversed(before) if one["activity"] == "mock")
    told = say("plan", "move", mock["id"], in_days(4))
    assert "is a day that was taken out: the block stands there because you put it there" in told
    fell = 0
    for one in [one for one in before if one["activity"] in ("sql", "reading")][:6]:
        there = {block["id"] for block in json.loads(say("plan", "show", "--json"))["blocks"]}
        told = say("plan", "done", one["id"], "--elsewhere")
        gone = there - {block["id"] for block in json.loads(say("plan", "show", "--json"))["blocks"]}
        assert all(f"{block_id} " in told for block_id in gone)
        assert f"{len(gone)} left out" in told
        fell += len(gone)
        assert told.count("left out, was on") == len(gone)
    assert fell
    say("plan", "move", mock["id"], in_days(20))
    told = say("plan", "set", "--date", in_days(20), "--hours", "8")
    assert f"let go from {in_days(20)}, which does not suit this plan: {mock['id']} {mock['title']}" in told
