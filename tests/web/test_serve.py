"""Does the app start, say where it is, refuse a taken port, and stop when told?"""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.web.serve import address_of, listen, serve

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import crash
    import server

    server.FAKE = crash.FAKE
    yield server
    for name in ("crash", "server"):
        sys.modules.pop(name)


def test_a_taken_port(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=rf"127.0.0.1:{port}: cannot listen.*LIVELOOP_PORT"):
            serve(Settings(tmp_path / "home", port=port))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_that_is_not_ours(host):
    with pytest.raises(BadInput, match="cannot listen"):
        listen(host, 0)


def test_a_home_that_cannot_be_used():
    with pytest.raises(BadInput, match="LIVELOOP_HOME"):
        serve(Settings(Path("/proc/liveloop"), port=0))


def test_addresses():
    with listen("127.0.0.1", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
    with listen("0.0.0.0", 0) as listener:
        assert address_of(listener).startswith("http://127.0.0.1:")


def test_it_starts_answers_and_stops(server, tmp_path):
    with server.running(tmp_path / "home", server.FAKE) as app, server.visitor(app.url) as client:
        assert client.get("/health").json() == {"status": "ok"}
        attempt_id = server.hand_in(client, "moderation-funnel", "SELECT 1")
        assert server.follow(client, attempt_id)[0] == "debrief"
        too_long = client.post("/api/drills/moderation-funnel/attempts", json={"text": "x" * 10_000_000})
        assert too_long.status_code == 413 and "too long" in too_long.json()["message"]
        assert client.get("/health", headers={"host": "evil.example"}).status_code == 421
        assert app.stop() == 0
    assert list((tmp_path / "home" / "examiners").iterdir()) == []


def test_an_open_stream_does_not_hold_the_app(server, tmp_path):
    program = server.FAKE.replace("random.random() * 0.02", "1.0")
    with server.running(tmp_path / "home", program) as app, server.visitor(app.url) as client:
        attempt_id = server.hand_in(client, "moderation-funnel", "SELECT 1")
        with client.stream("GET", f"/api/attempts/{attempt_id}/events") as stream:
            assert next(stream.iter_lines()).startswith("retry")
            assert app.stop() == 0


def test_the_interface_is_written(tmp_path):
    import json

    target = tmp_path / "openapi.json"
    subprocess.run([sys.executable, "-m", "liveloop.web.openapi", str(target)], check=True)
    described = json.loads(target.read_text())
    operations = [op["operationId"] for path in described["paths"].values() for op in path.values()]
    assert len(operations) == len(set(operations)) and "hand_in" in operations
    evidence = described["components"]["schemas"]["Finding"]["properties"]["evidence"]["anyOf"]
    assert len(evidence) == 6
    database = described["components"]["schemas"]["DatabaseEvidence"]
    assert database["properties"]["kind"]["const"] == "database"
    failed = subprocess.run([sys.executable, "-m", "liveloop.web.openapi"], capture_output=True, text=True)
    assert failed.returncode == 1 and "FILE" in failed.stderr
