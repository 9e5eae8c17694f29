"""Can an examination be followed, joined late, and does the app stay awake meanwhile?"""

from __future__ import annotations

import asyncio
import threading

from liveloop.web.desk import Desk
from liveloop.web.events import follow


def test_who_comes_late_gets_the_end_at_once(app):
    attempt_id = app.debriefed("a <= b")["attempt"]["id"]
    assert app.events(attempt_id) == ["event: debrief"]


def test_progress_then_debrief(app):
    attempt_id = app.hand_in("wait a <= b")
    assert app.engine.reached.wait(10)
    assert app.client.get("/health").json() == {"status": "ok"}  # while the examination stands still
    assert app.client.get(f"/api/attempts/{attempt_id}").json()["state"] == "examining"
    threading.Timer(0.05, app.engine.gate.set).start()
    assert app.events(attempt_id) == ["event: progress", "event: debrief"]


def test_failed_is_told_kept_and_tried_again(app):
    attempt_id = app.hand_in("raise")
    assert app.events(attempt_id)[-1] == "event: failed"
    page = app.client.get(f"/api/attempts/{attempt_id}").json()
    assert page["state"] == "waiting" and "the exam broke" in page["failed"]
    assert app.post(f"/api/attempts/{attempt_id}/examine", {}).status_code == 202
    assert app.events(attempt_id)[-1] == "event: failed"
    assert app.engine.examined == [attempt_id, attempt_id]


def test_beats_until_the_app_leaves(app):
    attempt_id = app.hand_in("wait")
    assert app.engine.reached.wait(10)
    desk = app.client.app.state.desk
    assert isinstance(desk, Desk)

    async def listen() -> list[str]:
        heard = []
        async for text in follow(desk, attempt_id, beat_seconds=0.01):
            heard.append(text)
            if text.startswith(":"):
                desk.leaving.set()
        return heard

    heard = asyncio.run(listen())
    assert heard[0] == "retry: 1000\n\n" and heard[-1] == ": still here\n\n"


def test_unknown_attempt(app):
    for path in ("/api/attempts/none", "/api/attempts/none/events"):
        assert app.client.get(path).status_code == 404
