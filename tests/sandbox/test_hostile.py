"""Is every hostile attempt contained, and does the sandbox say what it tried?"""

from __future__ import annotations

import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile import CLEAN, CLEAN_VALUE, Bait, ask, find_all, judge, outcome
from liveloop.exam.sandbox import Sandbox, doctor

ATTEMPTS = find_all()
# What differs by level; the rest (endless work, the judge, the text) meets the same limits at both.
BY_LEVEL = ("files", "proc", "sys", "net", "process", "environment", "signal", "kernel", "output")
CHOSEN = {
    "bwrap": ATTEMPTS,
    "landlock": [one for one in ATTEMPTS if one.path.stem.startswith(BY_LEVEL)],
}


def test_there_are_enough_attempts_of_both_kinds():
    kinds = [attempt.path.suffix for attempt in ATTEMPTS]
    assert kinds.count(".py") >= 80
    assert kinds.count(".sql") >= 40


@pytest.mark.slow
@pytest.mark.parametrize("level", CHOSEN)
def test_every_attempt_is_contained_and_the_next_job_is_unaffected(level, tmp_path, monkeypatch):
    if not doctor().state(level).works:
        pytest.skip(doctor().state(level).why)
    secret = secrets.token_hex(16)
    monkeypatch.setenv("LIVELOOP_SECRET", secret)
    complaints = {}
    with Bait(tmp_path / "home", secret) as bait, Sandbox(level, slots=4) as sandbox:

        def attack(hostile):
            kind = hostile.path.parent.name
            reply = ask(sandbox, kind, bait.fill(hostile.path.read_bytes()), hostile.limits)
            found = judge(hostile, reply, secret)
            following = ask(sandbox, "python", CLEAN)
            if outcome("python", following) != ("value", CLEAN_VALUE):
                found.append(f"the next job gave {following}")
            if found:
                complaints[hostile.name] = found

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(attack, CHOSEN[level]))
        complaints |= {"bait": bait.complaints()} if bait.complaints() else {}
    assert not complaints, "\n".join(f"{name}: {found}" for name, found in sorted(complaints.items()))
