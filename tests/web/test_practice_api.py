"""Do the baseline, a mock and the forecast tell their pages what these draw?"""

import pytest


def answer(app, page, choice):
    return app.post("/api/baseline/answers", {"item_id": page["item"]["id"], "choice": choice, "seconds": 20}).json()


def test_a_finished_baseline_tells_every_theme_with_its_interval(app):
    page = app.client.get("/api/baseline").json()
    assert (page["state"], page["themes"]) == ("new", [])
    for _ in range(3):
        page = answer(app, page, None)
    assert (page["state"], page["answered"], page["themes"]) == ("running", 3, [])
    page = app.post("/api/baseline/finish", {}).json()
    assert [one["theme"] for one in page["themes"]] == ["statistics", "sql", "ml", "design", "product", "interview"]
    assert all(one["low"] < one["held"] < one["high"] < 0.9 and one["skills"] for one in page["themes"])
    assert all(one["chosen"] is None and not one["well"] for one in page["told"])


def sheet(by="self", run="run_1", **more):
    clocks = [{"title": "Opening", "minutes": 4, "seconds": 250.0}]
    return {"by": by, "run": run, "marks": [{"line": "time", "mark": 0.5}], "clocks": clocks, **more}


def test_the_sheets_of_one_mock_carry_its_run_and_clocks(app):
    app.post("/api/mocks/product", sheet())
    earlier = app.post("/api/mocks/product", sheet("peer", who="Ann")).json()["earlier"]
    assert [(one["by"], one["run"]) for one in earlier] == [("peer: Ann", "run_1"), ("self", "run_1")]
    assert earlier[1]["clocks"] == [{"title": "Opening", "minutes": 4, "seconds": 250.0}]


def test_a_sheet_that_is_sent_again_counts_once(app):
    for run in ("run_1", "run_1", "run_2", "", ""):
        page = app.post("/api/mocks/product", sheet(run=run)).json()
    assert [one["run"] for one in page["earlier"]] == [
        "",
        "",
        "run_2",
        "run_1",
    ]  # without a run nothing tells them apart


@pytest.mark.parametrize("marks", [[], [{"line": "nothing", "mark": 1}]])
def test_a_sheet_without_a_line_of_its_own_is_refused(app, marks):
    refused = app.post("/api/mocks/product", sheet() | {"marks": marks})
    assert refused.status_code == 422
    assert "time" in refused.json()["allowed"]


def test_the_forecast_dates_each_round_once_there_is_a_plan(app):
    assert app.client.get("/api/forecast").json()["dates"] == {}
    assert app.put("/api/plan", {"last": "2026-03-02", "hours_a_week": 6}).status_code == 200
    page = app.client.get("/api/forecast").json()
    assert set(page["dates"]) == set(page["titles"]) == {one["round_id"] for one in page["rounds"]}
    assert page["interview"] == max(page["dates"].values()) == "2026-03-02"


def test_the_place_of_a_change_is_given_where_something_broke(app):
    broken = app.debriefed("SELECT 1 WHERE a <= 2")["attempt"]["id"]
    found = app.client.get(f"/api/attempts/{broken}/place").json()
    assert (found["start"], found["end"], found["line"]) == (17, 19, 1)
    clean = app.debriefed("SELECT 1 WHERE a < 2")["attempt"]["id"]
    assert app.client.get(f"/api/attempts/{clean}/place").json() is None
    assert app.client.get("/api/attempts/att_none/place").status_code == 404
