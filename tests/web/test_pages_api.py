"""Do the pages say what is so, and nothing that is sealed?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from liveloop.web.shelf import Shelf


def test_session_gives_one_token_to_every_tab(app):
    first, second = app.client.get("/api/session"), app.client.get("/api/session")
    assert first.json()["csrf_token"] == second.json()["csrf_token"]
    assert first.json()["sandbox_level"] == "process"
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


def test_health(app):
    assert app.client.get("/health").json() == {"status": "ok"}


def test_today_before_anything(app):
    today = app.client.get("/api/today").json()
    assert today["date"] == "2026-01-07"
    assert today["streak_days"] == 0 and today["recent"] == [] and today["unfinished"] == []
    assert today["next"]["card"]["state"] == "new"
    assert "3 drills" in today["headline"]


def test_the_loop(app):
    page = app.debriefed("select 1 where a <= b")
    assert page["state"] == "debriefed"
    debrief = page["debrief"]
    assert debrief["signal"] == "lean yes" and "boundary" in debrief["signal_rule"]
    assert debrief["findings"][0]["evidence"]["kind"] == "database"
    assert debrief["findings"][0]["evidence"]["got"]["rows"] == [[0.5], ["NaN"]]
    assert debrief["next_thing"]["drill_slug"] in ("funnel-steps", "gap-islands")
    assert page["card"]["state"] == "tried" and page["card"]["best_signal"] == "lean yes"
    assert page["after"] == "AFTER-TEXT"
    today = app.client.get("/api/today").json()
    assert today["streak_days"] == 1 and today["attempts_this_week"] == 1
    assert today["recent"][0]["findings"] == ["boundary"] and today["recent"][0]["signal"] == "lean yes"
    assert today["next"]["card"]["slug"] == debrief["next_thing"]["drill_slug"]
    assert app.debriefed("select 1")["card"]["state"] == "clean"


def test_progress(app):
    app.debriefed("a <= b")
    app.debriefed("select 1", "funnel-steps")
    progress = app.client.get("/api/progress").json()
    assert progress["heat"] == [{"date": "2026-01-07", "attempts": 2, "minutes": 0.0}]
    assert [point["signal"] for point in progress["signals"]] == ["lean yes", "strong yes"]
    assert progress["calibration"]["n"] == 2
    assert progress["calibration"]["brier"] == pytest.approx((0.7**2 + 0.3**2) / 2)
    assert progress["calibration"]["bins"][0]["n"] == 2
    skills = {row["skill"]: row for row in progress["skills"]}
    assert skills["sql.time-joins"]["attempts"] == 2 and skills["sql.time-joins"]["clean"] == 1
    assert 0 < skills["sql.time-joins"]["mastery"] < 0.5


def test_minutes_count_from_the_beginning(app):
    app.hand_in("select 1", started_at="2026-01-07T11:40:00+00:00")
    assert app.client.get("/api/progress").json()["heat"][0]["minutes"] == 20.0


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", {"warned-retention", "funnel-steps", "gap-islands"}),
        ("skill=sql.null", {"funnel-steps"}),
        ("week=1", {"warned-retention"}),
        ("state=clean", {"gap-islands"}),
        ("state=new", {"warned-retention", "funnel-steps"}),
        ("kind=python", set()),
        ("q=GAP isl", {"gap-islands"}),
    ],
)
def test_drills_are_filtered(app, query, slugs):
    app.debriefed("select 1", "gap-islands")
    page = app.client.get(f"/api/drills?{query}").json()
    assert {card["slug"] for card in page["drills"]} == slugs
    assert page["weeks"] == [1, 2, 3] and page["skills"] == ["sql.null", "sql.time-joins"]


def test_workspace_and_draft(app):
    page = app.client.get("/api/drills/funnel-steps").json()
    assert page["draft"] is None and page["after"] is None and page["attempts"] == []
    assert app.engine.prepared == ["funnel-steps"]
    assert page["starter"].endswith("SELECT\n") and page["given"] == {"hint.md": "one row"}
    saved = app.put("/api/drills/funnel-steps/draft", {"text": "sel", "confidence": 0.4})
    assert saved.status_code == 200
    app.put("/api/drills/funnel-steps/draft", {"text": "select 2", "confidence": None})
    page = app.client.get("/api/drills/funnel-steps").json()
    assert page["draft"]["text"] == "select 2" and page["card"]["state"] == "drafted"
    assert app.client.get("/api/today").json()["unfinished"][0]["slug"] == "funnel-steps"
    app.debriefed("select 2", "funnel-steps")
    page = app.client.get("/api/drills/funnel-steps").json()
    assert page["draft"] is None and page["after"] == "AFTER-TEXT" and len(page["attempts"]) == 1


def test_a_draft_typed_after_handing_in_stays(app):
    app.put("/api/drills/funnel-steps/draft", {"text": "select 3 -- more"})
    app.debriefed("select 3", "funnel-steps")
    assert app.client.get("/api/drills/funnel-steps").json()["draft"]["text"] == "select 3 -- more"


def test_run_is_not_kept(app):
    shown = app.post("/api/drills/funnel-steps/run", {"text": "select 1"}).json()
    assert shown["sheet"]["rows"] == [[1]]
    assert app.client.get("/api/drills/funnel-steps").json()["attempts"] == []


def test_pushback_reply_and_marks(app):
    page = app.debriefed("a <= b")
    attempt = page["attempt"]["id"]
    assert page["pushback"] == {"when": "boundary", "says": "And at hour 24?", "good": None}
    wrong = app.post(f"/api/attempts/{attempt}/replies", {"pushback": "What?", "text": "so"})
    assert wrong.status_code == 422 and "nobody asked" in wrong.json()["message"]
    reply = app.post(f"/api/attempts/{attempt}/replies", {"pushback": "And at hour 24?", "text": "It counts."})
    assert reply.status_code == 201
    page = app.client.get(f"/api/attempts/{attempt}").json()
    assert page["pushback"]["good"] == "GOOD-REPLY" and page["replies"][0]["text"] == "It counts."
    assert app.put(f"/api/attempts/{attempt}/marks", {"talk": 0.5}).status_code == 200
    assert app.put(f"/api/attempts/{attempt}/marks", {"talk": 1}).json()[0]["mark"] == 1.0
    assert app.put(f"/api/attempts/{attempt}/marks", {"walk": 1}).status_code == 422
    assert app.put(f"/api/attempts/{attempt}/marks", {"talk": 2}).status_code == 422


def test_nothing_sealed_leaves_before_the_attempt(app):
    app.put("/api/drills/warned-retention/draft", {"text": "x"})
    app.debriefed("select 1", "funnel-steps")
    paths = [
        "/api/session",
        "/api/today",
        "/api/drills",
        "/api/drills/warned-retention",
        "/api/progress",
        "/api/openapi.json",
        "/api/drills?q=REFERENCE-TEXT",
    ]
    for path in paths:
        text = app.client.get(path).text
        assert not [word for word in SEALED if word in text], path
    run = app.post("/api/drills/warned-retention/run", {"text": "select 1"}).text
    assert not [word for word in SEALED if word in run]


def test_reference_and_samples_never_leave(app):
    page = json.dumps(app.debriefed("a <= b"))
    assert "REFERENCE-TEXT" not in page and "SAMPLE-TEXT" not in page and "GOOD-REPLY" not in page
    assert "AFTER-TEXT" in page and "CRITERION-GOOD" in page  # so this test can tell


SEALED = ("REFERENCE-TEXT", "SAMPLE-TEXT", "GOOD-REPLY", "AFTER-TEXT", "CRITERION-GOOD")


def test_progress_stays_when_a_drill_breaks_its_own_probes_meanwhile(app, tmp_path):
    app.debriefed("select 1")
    desk = app.client.app.state.desk
    drill = replace(desk.drill("warned-retention"), folder=tmp_path)
    desk._shelf = Shelf({**desk.drills(), drill.slug: drill}, ())
    (tmp_path / "probes.py").write_text("raise SystemExit")
    response = app.client.get("/api/progress")
    assert response.status_code == 200
    assert {row["skill"] for row in response.json()["skills"]} == set(drill.skills)
