"""Is bad input refused with words, before anything is kept?"""

from __future__ import annotations

import pytest

from liveloop.attempt import LONGEST_TEXT_BYTES

HAND_IN = "/api/drills/warned-retention/attempts"


def send(app, body: bytes | object, *, headers: dict[str, str] | None = None):
    given = app.token() | {"content-type": "application/json"} | (headers or {})
    return app.client.post(HAND_IN, content=body, headers=given)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"text": ""}', 422, "empty"),
        (b'{"text": " \\n "}', 422, "empty"),
        (b'{"text": "a\\u0000b"}', 422, "NUL"),
        (b'{"text": "\\ud800"}', 422, ""),
        (b'{"text": "\xff\xfe"}', 400, "UTF-8"),
        ('{"text": "é"}'.encode("latin-1"), 400, "UTF-8"),
        ('{"text": "select"}'.encode("utf-16"), 400, "UTF-8"),
        (b"\x00\x01\x02", 400, "JSON"),
        (b"{", 400, "JSON"),
        (b"", 422, ""),
        (b"[]", 422, ""),
        (b'{"text": 7}', 422, ""),
        (b'{"text": "x", "confidence": 1.5}', 422, ""),
        (b'{"text": "x", "confidence": NaN}', 422, ""),
        (b'{"text": "x", "confidence": true}', 422, "number"),
        (b'{"text": "x", "confidence": "0.5"}', 422, "number"),
        (b'{"text": "x", "sure": 0.5}', 422, "no such field"),
        (b'{"text": "x", "started_at": "2026-01-05T10:00:00"}', 422, "zone"),
        (b'{"text": "x", "started_at": "0001-01-01T00:00:00+14:00"}', 422, "calendar"),
        (b'{"text": "x", "started_at": "9999-12-31T23:59:59-14:00"}', 422, "calendar"),
        (b'{"text": "x", "started_at": "yesterday"}', 422, ""),
        (b'{"text": "' + b"x" * (LONGEST_TEXT_BYTES + 1) + b'"}', 413, "bytes"),
        (b'{"text": "' + "é".encode() * (LONGEST_TEXT_BYTES // 2 + 1) + b'"}', 413, "bytes"),
        (b'{"text": "' + b"x" * 10_000_000 + b'"}', 413, "too long"),
    ],
)
def test_attempts_are_refused_with_words(app, body, status, words):
    response = send(app, body)
    assert response.status_code == status, response.text
    assert words in response.json()["message"] and response.json()["message"]
    assert app.client.app.state.desk.journal.entries() == []


def test_the_longest_text_is_taken(app):
    assert send(app, b'{"text": "' + b"x" * LONGEST_TEXT_BYTES + b'"}').status_code == 202


def test_a_long_body_of_no_stated_length_is_refused(app):
    def chunks():
        for _ in range(40):
            yield b"x" * 100_000

    assert send(app, chunks()).status_code == 413


@pytest.mark.parametrize("length", ["ten", "-1", "99999999999"])
def test_a_stated_length_that_cannot_be_is_refused(app, length):
    assert send(app, b"{}", headers={"content-length": length}).status_code == 413


def test_no_such_drill_or_page(app):
    assert app.post("/api/drills/none/attempts", {"text": "x"}).status_code == 404
    assert app.client.get("/api/none").status_code == 404
    assert app.client.get("/api/drills?state=old").status_code == 422
    assert app.client.get("/api/none").json() == {
        "message": "there is nothing at /api/none",
        "where": "",
        "allowed": "",
    }


def test_drafts_are_refused_like_attempts_but_may_be_empty(app):
    path = "/api/drills/warned-retention/draft"
    assert app.put(path, {"text": ""}).status_code == 200
    assert app.put(path, {"text": "\0"}).status_code == 422
    assert app.put(path, {"text": "x" * (LONGEST_TEXT_BYTES + 1)}).status_code == 413


def test_what_breaks_inside_is_owned_up_to(app, monkeypatch):
    def break_down(*_, **__):
        raise RuntimeError("inside")

    monkeypatch.setattr(app.client.app.state.desk.journal, "entries", break_down)
    app.client._transport.raise_server_exceptions = False
    response = app.client.get("/api/drills")
    assert response.status_code == 500 and "inside" not in response.text and "broke" in response.json()["message"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"


def test_what_is_sent_has_no_strange_fields_and_no_strange_numbers(app):
    attempt_id = app.hand_in("select 1", confidence=1)  # a whole number is a number
    path = "/api/drills/warned-retention"
    assert app.put(f"{path}/draft", {"text": "x", "saved": 1}).json()["where"] == "body.saved"
    assert app.put(f"{path}/draft", {"text": "x", "confidence": False}).status_code == 422
    assert app.post(f"{path}/run", {"text": "x", "seed": 1}).status_code == 422
    assert app.post(f"/api/attempts/{attempt_id}/replies", {"pushback": "", "text": "x", "at": 1}).status_code == 422
    for mark in (True, "0.5"):
        assert app.put(f"/api/attempts/{attempt_id}/marks", {"talk": mark}).status_code == 422
    assert app.put(f"/api/attempts/{attempt_id}/marks", {"talk": 1}).status_code == 200


def test_a_full_disk_is_told_and_the_draft_stays(app, monkeypatch):
    from liveloop.coach.journal import JournalShut

    app.put("/api/drills/warned-retention/draft", {"text": "select 7"})

    def refuse(*_):
        raise JournalShut("the disk is full, nothing was written", where="journal.db")

    monkeypatch.setattr(app.client.app.state.desk.journal, "write_attempt", refuse)
    response = app.post(HAND_IN, {"text": "select 7"})
    assert response.status_code == 503 and "disk is full" in response.json()["message"]
    assert app.client.get("/api/drills/warned-retention").json()["draft"]["text"] == "select 7"
