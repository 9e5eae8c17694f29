"""Does Today say which rounds are on the day itself?"""

from __future__ import annotations

from datetime import timedelta

ROUNDS = {"recruiter": 10, "statistics-sql": 20, "ml": 30, "product": 42, "design": 42, "behaviour": 42}


def test_a_day_with_a_round_says_so(app):
    first = app.clock.at.date()
    dates = {key: (first + timedelta(days=days)).isoformat() for key, days in ROUNDS.items()}
    made = app.put("/api/plan", {"last": dates["design"], "hours_a_week": 6, "dates": dates})
    assert made.status_code == 200, made.text
    assert app.client.get("/api/today").json()["agenda"]["rounds"] == []
    app.clock.at += timedelta(days=10)
    agenda = app.client.get("/api/today").json()["agenda"]
    assert (agenda["state"], agenda["rounds"]) == ("running", ["Recruiter screen"])
    app.clock.at += timedelta(days=32)
    agenda = app.client.get("/api/today").json()["agenda"]
    assert agenda["state"] == "over" and len(agenda["rounds"]) == 3
    app.clock.at += timedelta(days=1)
    assert app.client.get("/api/today").json()["agenda"]["rounds"] == []


def test_hours_that_are_no_hours_are_refused_with_what_is_allowed(app):
    for hours in (-1, 999):
        refused = app.put("/api/plan", {"last": "2026-02-18", "hours_a_week": hours})
        assert refused.status_code == 422
        assert (refused.json()["where"], "0.5 to 42" in refused.json()["allowed"]) == ("hours_a_week", True)
