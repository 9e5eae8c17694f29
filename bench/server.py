"""How is the app started for a measurement, asked, and ended?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
REAL = (
    "from liveloop.base.settings import read_settings\n"
    "from liveloop.web.serve import serve\n"
    "serve(read_settings(), ready=lambda url: print(url, flush=True))\n"
)


@dataclass
class Running:
    """A server in a process of its own, and how long it took to listen."""

    process: subprocess.Popen[str]
    url: str
    seconds: float

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.close()

    def stop(self) -> int:
        """End it as Ctrl-C would."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        self.close()
        return code

    def close(self) -> None:
        """Close what it said."""
        if self.process.stdout is not None:
            self.process.stdout.close()


def start(home: Path, program: str = REAL, arguments: tuple[str, ...] = (), **environ: str) -> Running:
    """Start a server on a free port and wait until it listens."""
    settings = {"LIVELOOP_HOME": str(home), "LIVELOOP_PORT": "0", **environ}
    keep = {name: value for name, value in os.environ.items() if not name.startswith("LIVELOOP_")}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], env=keep | settings, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        raise RuntimeError(f"the server ended with {process.wait()} before it listened")
    return Running(process, url, time.perf_counter() - began)


@contextmanager
def running(home: Path, program: str = REAL, **environ: str) -> Iterator[Running]:
    """Hold a server for a while."""
    server = start(home, program, **environ)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@contextmanager
def visitor(url: str) -> Iterator[httpx.Client]:
    """Visit as the front end does: with the token."""
    with httpx.Client(base_url=url, timeout=120) as client:
        client.headers["X-CSRF-Token"] = client.get("/api/session").json()["csrf_token"]
        yield client


def hand_in(client: httpx.Client, slug: str, text: str) -> str:
    """Hand in and give the attempt's id."""
    response = client.post(f"/api/drills/{slug}/attempts", json={"text": text, "confidence": 0.5})
    response.raise_for_status()
    return str(response.json()["attempt_id"])


def follow(client: httpx.Client, attempt_id: str) -> tuple[str, dict[str, Any]]:
    """Follow an examination to its end: the last event's name and data."""
    with client.stream("GET", f"/api/attempts/{attempt_id}/events") as stream:
        name = ""
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name in ("debrief", "failed"):
                return name, json.loads(line.removeprefix("data: "))
    return "cut", {}
