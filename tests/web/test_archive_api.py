"""Does everything leave by the browser, come back the same, and go only when it is meant?"""

from __future__ import annotations

import base64
import io
import time
import zipfile
from datetime import timedelta

import pytest

from liveloop.coach.journal import Draft, Review
from liveloop.web.archive import LONGER_BODIES

WORDS = "delete everything"


@pytest.fixture
def used(app):
    app.debriefed("a <= b, a secret word")
    journal = app.client.app.state.desk.journal
    journal.write_draft(Draft("drl_1", "typed", None, app.clock()))
    journal.write_review(Review("crd_1", 3, app.clock(), None))
    settle(app)
    return app


def settle(app):
    """Wait until the examiner has let go of what it has examined."""
    for _ in range(500):
        if app.client.app.state.desk.examiner.under_way() == 0:
            return
        time.sleep(0.01)
    raise AssertionError("it is still being examined")


def download(app):
    response = app.client.get("/api/archive")
    assert response.status_code == 200
    return response


def take(app, data):
    return app.post("/api/archive", {"data": base64.b64encode(data).decode()})


def test_what_is_kept_and_where(used):
    page = used.client.get("/api/data").json()
    assert page["journal"] == str(used.settings.journal)
    assert page["size_bytes"] > 4096
    kept = {row["sort"]: row["rows"] for row in page["kept"]}
    assert kept["attempt"] == kept["debrief"] == kept["draft"] == kept["review"] == 1
    assert kept["writing"] == 0 and len(kept) == 12


def test_it_leaves_goes_and_comes_back(used):
    response = download(used)
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["content-disposition"] == 'attachment; filename="liveloop-2026-01-07.zip"'
    assert response.headers["cache-control"] == "no-store"
    assert "journal.jsonl" in zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert used.post("/api/archive/delete", {"confirm": WORDS}).json() == {"rows": 4, "state": "empty"}
    home = used.settings.home
    assert not any(b"a secret word" in file.read_bytes() for file in home.iterdir() if file.is_file())
    assert used.client.get("/api/today").json()["recent"] == []
    assert take(used, response.content).json() == {"added": 4, "replaced": []}
    assert take(used, response.content).json() == {"added": 0, "replaced": []}
    assert download(used).content == response.content
    assert used.client.get("/api/today").json()["recent"][0]["findings"] == ["boundary"]


def test_what_an_archive_replaces_is_told_apart_from_what_it_adds(used):
    packed = download(used).content
    journal = used.client.app.state.desk.journal
    journal.write_draft(Draft("drl_1", "older", None, used.clock() - timedelta(days=1)))
    assert take(used, packed).json() == {"added": 0, "replaced": ["draft drl_1"]}


def test_what_is_to_come_is_refused_with_its_line(used):
    used.client.app.state.desk.journal.write_review(Review("crd_2", 3, used.clock() + timedelta(days=3), None))
    packed = download(used).content
    assert used.post("/api/archive/delete", {"confirm": WORDS}).status_code == 200
    response = take(used, packed)
    assert response.status_code == 422
    assert "still to come" in response.json()["message"] and response.json()["where"].endswith(", at")
    assert used.client.get("/api/data").json()["kept"][0]["rows"] == 0


def test_what_comes_back_without_a_debrief_is_examined(app):
    app.debriefed("raise")
    settle(app)
    packed = download(app).content
    assert app.post("/api/archive/delete", {"confirm": WORDS}).json()["rows"] == 2  # the attempt, and why it stopped
    before = len(app.engine.examined)
    assert take(app, packed).json()["added"] == 2
    settle(app)
    assert len(app.engine.examined) == before + 1


@pytest.mark.parametrize("words", ["", "Delete everything", "delete everything "])
def test_nothing_goes_unless_it_is_meant(used, words):
    response = used.post("/api/archive/delete", {"confirm": words})
    assert response.status_code == 422 and response.json()["allowed"] == WORDS
    assert used.post("/api/archive/delete", {"confirm": WORDS, "really": True}).status_code == 422
    assert used.client.post("/api/archive/delete", json={"confirm": WORDS}).status_code == 403
    assert used.client.get("/api/data").json()["kept"][0]["rows"] == 1


def test_nothing_goes_or_comes_while_an_attempt_is_examined(app):
    packed = download(app).content
    attempt_id = app.hand_in("wait")
    assert app.engine.reached.wait(20)
    for response in (app.post("/api/archive/delete", {"confirm": WORDS}), take(app, packed)):
        assert response.status_code == 422
        assert response.json()["message"] == "1 of your attempts is being examined"
    app.engine.gate.set()
    app.events(attempt_id)
    settle(app)
    assert take(app, packed).json()["added"] == 0
    assert app.client.get(f"/api/attempts/{attempt_id}").json()["state"] == "debriefed"


@pytest.mark.parametrize(
    ("data", "words"), [("é", "not base64"), ("a", "not base64"), ("aGVsbG8=", "no archive"), ("", "no archive")]
)
def test_what_is_no_archive_is_refused(used, data, words):
    before = download(used).content
    response = used.post("/api/archive", {"data": data})
    assert response.status_code == 422 and words in response.json()["message"]
    assert download(used).content == before


def test_only_an_archive_may_be_long(app):
    long = "x" * 3_000_000
    assert app.post("/api/archive", {"data": long}).status_code == 422
    for path in ("/api/archive/delete", "/api/drills/warned-retention/attempts"):
        assert app.post(path, {"text": long}).status_code == 413
    longest = LONGER_BODIES["/api/archive"]
    headers = app.token() | {"content-type": "application/json"}
    response = app.client.post("/api/archive", content=b'{"data": "' + b"A" * longest, headers=headers)
    assert response.status_code == 413 and response.json()["allowed"] == "at most 64000000 bytes"


def test_a_body_that_does_not_say_its_length_is_held_to_it_too(app):
    headers = app.token() | {"content-type": "application/json"}

    def send(size):
        return app.client.post("/api/archive", content=iter([b"A" * 1_000_000] * size), headers=headers).status_code

    assert send(3) == 400  # taken in, and no JSON
    assert send(66) == 413
