"""Do the pages of the weeks (plan, baseline, reviews, mocks, forecast) say what is so, and refuse in words?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from liveloop.coach.loop import load_skills

LAST = "2026-02-18"  # six weeks after the clock of the tests
TODAY = "2026-01-07"


def make(app, **changes):
    response = app.put("/api/plan", {"last": LAST, "hours_a_week": 8} | changes)
    assert response.status_code == 200, response.text
    return response.json()


def block(page, activity):
    return next(one for one in page["plan"]["blocks"] if one["activity"] == activity)


def test_without_a_plan_the_loop_is_shown(app):
    page = app.client.get("/api/plan").json()
    assert page["plan"] is None and page["today"] == TODAY
    assert page["loop"]["rounds"][0]["id"] == "recruiter"
    assert abs(sum(one["weight"] for one in page["loop"]["rounds"]) - 1) < 0.001
    assert app.client.get("/api/plan/calendar.ics").status_code == 404
    assert app.client.get("/api/today").json()["agenda"]["state"] == "none"


def test_a_plan_is_made_shown_and_forgotten(app):
    page = make(app)
    assert {one["id"] for one in page["plan"]["promises"]} >= {"full-mocks", "mock-share", "sql-drills"}
    assert len(page["weeks"]) == 7 and page["weeks"][0]["theme"].startswith("Statistics")
    assert sum(week["minutes"] for week in page["weeks"]) == sum(one["minutes"] for one in page["plan"]["blocks"])
    again = app.client.get("/api/plan").json()
    assert again == page
    today = app.client.get("/api/today").json()["agenda"]
    assert today["state"] == "running" and today["days_left"] == 42
    assert today["blocks"] == [one for one in page["plan"]["blocks"] if one["day"] == TODAY]
    assert app.post("/api/plan/forget", {}).json()["plan"] is None


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"last": "2025-12-31"}, "dates", "a day after 2026-01-07"),
        ({"hours_a_week": 0}, "hours_a_week", "0.5 to 42 hours"),
        ({"hours_a_week": 60}, "hours_a_week", "six a day at most"),
        ({"weekdays_off": [0, 1, 2, 3, 4, 5, 6]}, "weekdays_off", "at most six"),
        ({"weekdays_off": [9]}, "weekdays_off", "Monday"),
        ({"dates": {"recruiter": "2026-02-01", "product": "2026-01-30"}}, "dates", "or a later day"),
        ({"dates": {"lunch": "2026-02-01"}}, "", "recruiter"),
        ({"loop": "elsewhere"}, "loop", "ai-safety"),
        ({"last": "2029-01-01"}, "dates", "at most 366 days"),
        ({"evening": "25:00"}, "evening", "19:00"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_what_is_allowed(app, changes, where, words):
    response = app.put("/api/plan", {"last": LAST, "hours_a_week": 8} | changes)
    assert response.status_code == 422, response.text
    told = response.json()
    assert where in told["where"] and words in f"{told['message']} {told['allowed']}"
    assert app.client.get("/api/plan").json()["plan"] is None


def test_a_block_is_moved_pinned_done_and_left_out(app):
    page = make(app)
    one = block(page, "sql")
    day = next(day for day in page["capacity"] if day > one["day"])
    moved = app.post(f"/api/plan/blocks/{one['id']}/move", {"day": day}).json()
    after = {other["id"]: other for other in moved["plan"]["blocks"]}
    assert after[one["id"]]["day"] == day and after[one["id"]]["pinned"]
    freed = app.post(f"/api/plan/blocks/{one['id']}/pin", {"pinned": False}).json()
    assert not {other["id"]: other for other in freed["plan"]["blocks"]}[one["id"]]["pinned"]
    reading = block(page, "reading")
    done = app.post(f"/api/plan/blocks/{reading['id']}/done", {}).json()
    assert block(done, "reading")["state"] == "done"
    assert (
        app.post(f"/api/plan/blocks/{reading['id']}/move", {"day": day}).json()["allowed"] == "a block that is planned"
    )
    left = app.post(f"/api/plan/blocks/{one['id']}/drop", {}).json()
    assert {other["id"]: other for other in left["plan"]["blocks"]}[one["id"]]["state"] == "dropped"
    assert app.post("/api/plan/blocks/b999/done", {}).status_code == 422
    past = app.post(f"/api/plan/blocks/{block(left, 'mock')['id']}/move", {"day": "2026-01-01"})
    assert past.status_code == 422 and "2026-01-07 to the day before" in past.json()["allowed"]


def test_what_is_recorded_is_not_believed_and_what_was_said_is_taken_back(app):
    page = make(app)
    mock = block(page, "mock")
    path = f"/api/plan/blocks/{mock['id']}"
    refused = app.post(f"{path}/done", {})
    assert refused.status_code == 422 and f"the page /mocks/{mock['refers']}" in refused.json()["allowed"]
    assert app.client.get("/api/plan").json() == page
    done = app.post(f"{path}/done", {"elsewhere": True}).json()
    assert [one["done_by"] for one in done["plan"]["blocks"] if one["id"] == mock["id"]] == ["elsewhere"]
    assert block(app.post(f"{path}/undo", {}).json(), "mock") == mock
    again = app.post(f"{path}/undo", {})
    assert again.status_code == 422 and "called done or left out" in again.json()["allowed"]
    assert app.post("/api/plan/blocks/b999/undo", {}).status_code == 422


def test_what_a_new_goal_lets_go_is_said_in_its_answer_alone(app):
    page = make(app)
    assert page["let_go"] == []
    mock = [one for one in page["plan"]["blocks"] if one["activity"] == "mock"][-1]
    app.post(f"/api/plan/blocks/{mock['id']}/move", {"day": "2026-02-10"})
    line = f"let go from 2026-02-10, which does not suit this plan: {mock['id']} {mock['title']}"
    assert make(app, last="2026-02-09")["let_go"] == [line]
    assert app.client.get("/api/plan").json()["let_go"] == []


def test_the_dates_of_the_rounds_are_suggested(app):
    dates = app.client.get("/api/plan/dates", params={"last": LAST}).json()
    assert dates["recruiter"] < dates["ml"] < dates["design"] == LAST
    assert make(app, dates=dates)["loop"]["rounds"][0]["date"] == dates["recruiter"]
    assert app.client.get("/api/plan/dates", params={"last": LAST, "loop": "x"}).status_code == 404


def test_the_plan_leaves_as_calendar_and_text(app):
    page = make(app)
    feed = app.client.get("/api/plan/calendar.ics")
    assert feed.headers["content-type"].startswith("text/calendar")
    assert feed.text.count("BEGIN:VEVENT") == len(page["plan"]["blocks"]) + 6
    text = app.client.get("/api/plan/plan.md").text
    assert text.startswith("# Data scientist") and text.count("## Week") == 6


def test_the_baseline_goes_on_where_it_was_left_and_tells_at_the_end(app):
    make(app)
    page = app.client.get("/api/baseline").json()
    assert page["state"] == "new" and page["item"] and "right" not in page["item"]
    for _ in range(3):
        answer = {"item_id": page["item"]["id"], "choice": 1, "confidence": 0.6, "seconds": 30}
        page = app.post("/api/baseline/answers", answer).json()
    assert page["state"] == "running" and page["answered"] == 3
    assert app.client.get("/api/baseline").json()["item"] == page["item"]
    again = app.post("/api/baseline/answers", answer)
    assert again.status_code == 422 and "not open" in again.json()["message"]
    done = app.post("/api/baseline/finish", {}).json()
    assert done["state"] == "done" and len(done["told"]) == 3
    assert len(done["held"]) == len(load_skills())
    held = [one["held"] for one in done["held"]]
    assert held == sorted(held) and all(one["low"] < one["held"] < one["high"] for one in done["held"])
    assert block(app.client.get("/api/plan").json(), "baseline")["state"] == "done"


def answer_three(app, page):
    for _ in range(3):
        page = app.post("/api/baseline/answers", {"item_id": page["item"]["id"], "choice": 1}).json()
    return page


def test_the_baseline_may_be_taken_again_and_the_earlier_one_stays(app):
    make(app)
    asked = app.client.get("/api/baseline").json()["item"]["id"]
    answer_three(app, app.client.get("/api/baseline").json())
    first = app.post("/api/baseline/finish", {}).json()
    assert first["earlier"] == []
    stale = app.post("/api/baseline/answers", {"item_id": asked, "choice": 1})
    assert stale.status_code == 422 and "liveloop baseline --again" in stale.json()["allowed"]
    events = app.client.get("/api/forecast").json()["events"]
    app.clock.at += timedelta(days=3)
    begun = app.post("/api/baseline/again", {}).json()
    assert begun["state"] == "new" and begun["item"]
    assert app.client.get("/api/baseline").json() == begun
    assert app.post("/api/baseline/skip", {}).json()["told"] == first["told"]  # begun, and left: nothing is lost
    second = answer_three(app, app.post("/api/baseline/again", {}).json())
    assert app.post("/api/baseline/again", {}).json() == second  # one that is under way goes on
    done = app.post("/api/baseline/finish", {}).json()
    assert {one["asks"] for one in done["told"]}.isdisjoint(one["asks"] for one in first["told"])
    right = sum(one["well"] for one in first["told"])
    assert done["earlier"] == [{"at": first["finished_at"], "right": right, "answered": 3}]
    assert app.client.get("/api/forecast").json()["events"] == events + 3
    blocks = [one for one in app.client.get("/api/plan").json()["plan"]["blocks"] if one["activity"] == "baseline"]
    assert [one["state"] for one in blocks] == ["done", "done"]


def test_the_baseline_may_be_skipped(app):
    make(app)
    assert app.post("/api/baseline/finish", {}).json()["allowed"] == "one answer at least, or skip it"
    app.post("/api/baseline/skip", {})
    blocks = app.client.get("/api/plan").json()["plan"]["blocks"]
    assert all(one["activity"] != "baseline" for one in blocks)


def test_the_baseline_may_be_skipped_when_no_day_is_left(app):
    make(app, last="2026-01-10", dates_off=["2026-01-09"])
    app.clock.at += timedelta(days=2)
    assert app.post("/api/baseline/skip", {}).status_code == 200


def test_the_same_goal_again_goes_on_and_no_day_to_practise_on_is_refused(app):
    begins = make(app)["plan"]["goal"]["begins"]
    app.clock.at += timedelta(days=8)
    assert make(app)["plan"]["goal"]["begins"] == begins
    refused = app.put("/api/plan", {"last": "2026-01-16", "hours_a_week": 8, "dates_off": ["2026-01-15"]})
    assert refused.status_code == 422 and "no day is left" in refused.json()["message"]


def test_what_was_forgotten_comes_back(app):
    make(app)
    app.debriefed("select a <= b")
    app.clock.at += timedelta(days=9)
    page = app.client.get("/api/review").json()
    assert page["due_count"] >= 1 and page["interview"] == LAST
    first = page["due"][0]
    assert first["sort"] == "item" and first["recall"] < 1
    told = app.post(f"/api/review/{first['card_id']}", {"choice": 0, "sure": True}).json()
    assert told["rating"] == (3 if told["right"] == 0 else 1) and told["why"]
    assert app.client.get("/api/review").json()["reviewed_today"] == 1
    card = app.client.get("/api/library").json()["references"][0]["slug"]
    card_id = app.client.get(f"/api/library/{card}").json()["cards"][0]["id"]
    assert app.post(f"/api/review/{card_id}", {}).json()["allowed"] == "1 again, 2 hard, 3 good, 4 easy"
    assert app.post(f"/api/review/{card_id}", {"rating": 4}).json()["due_at"] > "2026-01-17"
    assert app.post("/api/review/crd_none", {"rating": 3}).status_code == 404
    assert app.client.get("/api/review/anki.apkg").content[:2] == b"PK"


def test_a_mock_is_marked_by_oneself_and_a_peer(app):
    make(app)
    page = app.client.get("/api/mocks/product").json()
    assert sum(phase["minutes"] for phase in page["mock"]["phases"]) == page["minutes"] == 45
    marks = [{"line": line["id"], "mark": 0.75} for line in page["mock"]["sheet"]]
    clocks = [{"title": "Opening", "minutes": 4, "seconds": 251.5}]
    app.post("/api/mocks/product", {"by": "self", "marks": marks, "clocks": clocks, "notes": "late"})
    both = app.post("/api/mocks/product", {"by": "peer", "who": "Ann", "marks": marks[:1]}).json()
    assert [one["by"] for one in both["earlier"]] == ["peer: Ann", "self"]
    assert both["earlier"][1]["mark"] == 0.75 and both["earlier"][1]["notes"] == "late"
    assert app.post("/api/mocks/product", {"by": "self", "marks": []}).status_code == 422
    strange = app.post("/api/mocks/product", {"by": "self", "marks": [{"line": "x", "mark": 1}]})
    assert "look-1" in strange.json()["allowed"]
    assert app.client.get("/api/mocks/lunch").status_code == 404


def test_the_forecast_shows_rounds_memory_and_overconfidence(app):
    make(app)
    empty = app.client.get("/api/forecast").json()
    assert empty["events"] == 0 and empty["history"] == []
    app.debriefed("select a <= b")
    page = app.client.get("/api/forecast").json()
    assert [one["round_id"] for one in page["rounds"]] == list(page["titles"])
    assert all(0 <= one["low"] <= one["chance"] <= one["high"] <= 1 for one in page["rounds"])
    assert len(page["history"]) == 6 and page["scored"]["brier"] is None
    assert {row["skill"] for row in page["memory"]} >= {"sql.time-joins"}
    assert all(row["recall_then"] <= row["recall"] for row in page["memory"])
    assert page["over"][0]["n"] == 1
    app.client.get("/api/forecast")
    assert len(app.client.get("/api/forecast").json()["history"]) == 6


def test_a_design_is_executed(app):
    page = app.client.get("/api/designs/levers").json()
    assert {one["id"] for one in page["levers"]} >= {"model.threshold"}
    foretold = [{"measure": "harm", "low": 0, "high": 60}, {"measure": "sessions", "low": -30, "high": -1}]
    seen = app.post("/api/designs/execute", {"policy": {"model.threshold": 0.6}, "foretold": foretold}).json()
    assert (seen["foretold"], seen["inside"]) == (2, 1)
    refused = app.post("/api/designs/execute", {"policy": {"model.threshold": 6}})
    assert refused.status_code == 422


def test_after_the_last_round_the_plan_is_over(app):
    make(app)
    app.clock.at += timedelta(days=60)
    assert app.client.get("/api/plan").json()["over"] is True
    assert app.client.get("/api/today").json()["agenda"]["state"] == "over"
    assert date.fromisoformat(LAST) < app.clock.at.date()
