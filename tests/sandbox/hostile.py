"""What does a hostile attempt say that it tries, and what came of it?

The first line of each file under tests/hostile says both: `tries: ...; expect: a|b`. An expectation is a limit of
`Stop` ("wall"), "told X" (the sandbox says that it asked for X), "error" (the attempt raised), or "harmless" (it
gave a value that holds nothing secret).
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import socket
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from liveloop.exam.sandbox import Limits, Reply, Sandbox
from liveloop.exam.sandbox.syscalls import numbers

FOLDER = Path(__file__).parents[1] / "hostile"
# Short where the wall is what must stop it; long elsewhere, so that a busy machine changes nothing.
LIMITS = Limits(wall_seconds=20, cpu_seconds=20, memory_bytes=256 << 20, output_bytes=200_000, reply_bytes=8 << 20)
SHORT = replace(LIMITS, wall_seconds=0.6, cpu_seconds=2)
CLEAN = b"""
import json, os, time
import numpy as np, pandas as pd

def answer():
    return [os.listdir("."), bool(np.allclose(1, 2)), pd.DataFrame({"a": [1, 2]}).a.sum().item(), time.time() > 1]
"""
CLEAN_VALUE = ["list", [["list", []], ["bool", False], ["int", "3"], ["bool", True]]]


@dataclass(frozen=True)
class Hostile:
    """One attempt and what its first line says."""

    path: Path
    tries: str
    expect: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def limits(self) -> Limits:
        return SHORT if "wall" in self.expect else LIMITS


def find_all() -> list[Hostile]:
    """Read every attempt's first line."""
    found = []
    for path in sorted(FOLDER.glob("*/*.*")):
        first = path.read_bytes().split(b"\n", 1)[0].decode()
        said = re.fullmatch(r"(?:#|--) tries: (.+); expect: (.+)", first)
        assert said, f"{path.name} does not begin with what it tries and what must come of it"
        found.append(Hostile(path, said[1], tuple(said[2].split("|"))))
    return found


@dataclass
class Bait:
    """What must stay unread, unchanged, unheard and alive while hostile code runs."""

    home: Path
    secret: str
    heard: list[str] = field(default_factory=list)

    def __enter__(self) -> Bait:
        self.drill = self.home / "drill"
        self.drill.mkdir(parents=True)
        for path in (self.home / "canary.txt", self.home / "canary.csv", self.drill / "reference.sql"):
            path.write_text(self.secret)
        with sqlite3.connect(self.home / "journal.db") as journal:
            journal.execute("create table attempts (text)")
            journal.execute("insert into attempts values (?)", (self.secret,))
        journal.close()
        self.before = self._state()
        self.victim = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", self.port))
        self.abstract = socket.socket(socket.AF_UNIX)
        if platform.system() == "Linux":
            self.abstract.bind(f"\0liveloop-canary-{self.port}")
            self.abstract.listen()
        for name, hear in (
            ("tcp", self.server.accept),
            ("udp", lambda: self.datagrams.recvfrom(100)),
            ("abstract", self.abstract.accept),
        ):
            threading.Thread(target=self._listen, args=(name, hear), daemon=True).start()
        return self

    def _listen(self, name, hear) -> None:
        try:
            self.heard.append(f"{name}: {hear()}")
        except OSError:
            return

    def __exit__(self, *_) -> None:
        self.victim.communicate(b"\n")
        for end in (self.server, self.datagrams, self.abstract):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _state(self) -> dict[str, tuple[bytes, int]]:
        return {
            str(path): (path.read_bytes(), path.stat().st_mode)
            for path in sorted(self.home.rglob("*"))
            if path.is_file()
        }

    def complaints(self) -> list[str]:
        """Say what was done to the bait."""
        found = [f"heard {what}" for what in self.heard]
        if self.victim.poll() is not None:
            found.append("the other process was killed")
        if self._state() != self.before:
            found.append(f"the home directory changed: {sorted(self._state().keys() ^ self.before.keys())}")
        return found

    def fill(self, text: bytes) -> bytes:
        """Put this machine's paths and numbers in the place of a text's blanks."""
        blanks = {
            "CANARY": self.home / "canary.txt",
            "HOME": self.home,
            "DRILL": self.drill,
            "JOURNAL": self.home / "journal.db",
            "PORT": self.port,
            "PARENT": os.getpid(),
            "VICTIM": self.victim.pid,
        }
        for name, value in blanks.items():
            text = text.replace(f"__{name}__".encode(), str(value).encode())
        table = numbers(platform.machine())
        return re.sub(rb"__NR_(\w+?)__", lambda found: str(table[found[1].decode()]).encode(), text)


def ask(sandbox: Sandbox, kind: str, text: bytes, limits: Limits = LIMITS) -> Reply:
    """Put a text into its cell as the examiner does."""
    if kind == "sql":
        return sandbox.run("sql", text, limits=limits)
    job = {
        "text": text.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode(),
        "entry": "answer",
        "frame": "pandas",
        "calls": [[]],
        "watched": 1,
        "values": True,
        "load_seconds": 30.0,
        "call_seconds": 30.0,
        "job_seconds": 30.0,
    }
    head = json.dumps(job).encode()
    return sandbox.run("python", len(head).to_bytes(4, "big") + head, limits=limits)


def outcome(kind: str, reply: Reply) -> tuple[str, object]:
    """Say what came of an attempt in its own words: "error" or "value", and which."""
    if reply.payload is None:
        return "error", None
    if kind == "sql":
        return "value", reply.payload
    try:
        said = json.loads(reply.payload)
        call = said["calls"][0] if said["calls"] else None
        if said["load"] or call is None or "error" in call:
            return "error", said["load"] or call
        return "value", call["value"]
    except (ValueError, LookupError, TypeError):
        return "error", "unreadable"


def judge(hostile: Hostile, reply: Reply, secret: str) -> list[str]:
    """Say what is wrong with how an attempt was contained."""
    kind = hostile.path.parent.name
    found = []
    for place in (reply.payload or b"", reply.stdout.encode(), reply.stderr.encode()):
        if secret.encode() in place or secret.encode().hex().encode() in place:
            found.append("the secret got out")
    came, what = outcome(kind, reply)
    matched = False
    for expected in hostile.expect:
        if expected.startswith("told"):
            said = str(reply.stopped)
            told = said.startswith("processes: ") or "refused: " in said
            matched |= told and expected.removeprefix("told").strip() in said
        elif expected == "error":
            raised = reply.stopped is not None and reply.stopped.limit == "crashed"
            matched |= raised or (reply.stopped is None and came == "error")
        elif expected == "harmless":
            matched |= reply.stopped is None and came == "value"
        else:
            matched |= reply.stopped is not None and reply.stopped.limit == expected
    if not matched:
        seen = repr(what)[:200]
        found.append(f"expected {'|'.join(hostile.expect)}, got {reply.stopped} {came} {seen} {reply.stderr[-200:]}")
    if reply.seconds > hostile.limits.wall_seconds + 2:
        found.append(f"it ran for {reply.seconds:.1f} s")
    return found
