"""Is any attempt lost, or debriefed twice, when the app is killed at a random moment?

    python bench/crash.py [--kills 200] [--engine fake|real] [--clients 4] [--seed 0]

A server runs on a scratch home while several clients hand in as fast as they can; it is killed with SIGKILL at a random
moment, started again, and so on. At the end it runs until nothing waits. Every attempt whose hand-in was acknowledged
must be in the journal byte for byte, every attempt in the journal must have exactly one debrief, and a debrief that was
seen once must never have changed. `fake` examines in a few milliseconds of waiting, so that kills fall into every step
of the hand-in; `real` examines in the sandbox.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from server import REAL, Running, start, visitor

FAKE = """
import random, time
from liveloop.base.settings import read_settings
from liveloop.exam.examine import Examination, Progress
from liveloop.web.engine import Standing
from liveloop.web.serve import serve

class Engine:
    def examine(self, drill, attempt, tell):
        tell(Progress("waiting", 0, 1))
        time.sleep(random.random() * 0.02)
        return Examination((), ("disagrees",), (), 1, 0.0)
    def run(self, drill, text): raise NotImplementedError
    def tables(self, drill): return ()
    def standing(self): return Standing("none", "a fake")
    def warm(self): pass
    def close(self): pass

serve(read_settings(), ready=lambda url: print(url, flush=True), engine=Engine())
"""
# These kills come from outside: no examination is to blame.
PATIENT = "from liveloop.coach import examiner\nexaminer.MOST_TRIES = 1_000_000\n"
PROGRAMS = {"fake": PATIENT + FAKE, "real": PATIENT + REAL}
SLUG = "moderation-funnel"
LONGEST_LIFE_SECONDS = {"fake": 0.4, "real": 6.0}  # after the first hand-in of that life was acknowledged
PAUSE_SECONDS = {"fake": 0.005, "real": 1.0}  # of each client: no more than can be examined in the end
TEXTS = ("SELECT {n} AS n", "SELECT {n} -- é ü 🙂 \t\r\n", "SELECT '{n}' -- " + "x" * 5000)


@dataclass
class Account:
    """What the clients were told, and what was seen of the journal between the kills."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    debriefs: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Kill, look, and print the counts; 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--engine", choices=PROGRAMS, default="fake")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began = time.perf_counter()
    with TemporaryDirectory() as home:
        account, counts = torment(Path(home), options)
    lines = {
        "kills": options.kills,
        "hand-ins sent": account.sent,
        "acknowledged": len(account.acknowledged),
        **counts,
        "faults": len(account.faults),
        "seconds": round(time.perf_counter() - began),
    }
    for name, count in lines.items():
        print(f"{name:>28}: {count}")
    for fault in account.faults[:20]:
        print("FAULT", fault)
    return 1 if account.faults else 0


def torment(home: Path, options: argparse.Namespace) -> tuple[Account, dict[str, object]]:
    """Kill the server again and again under load, then let it finish."""
    dice, account, states = random.Random(options.seed), Account(), Counter[str]()
    program = PROGRAMS[options.engine]
    for _ in range(options.kills):
        server = start(home, program)
        threads = load(server, account, options)
        wait_for_load(account, len(account.acknowledged))
        time.sleep(dice.random() * LONGEST_LIFE_SECONDS[options.engine])
        server.kill()
        for thread in threads:
            thread.join()
        states += look(home, account)
    server = start(home, program)
    wait_until_done(home)
    code = server.stop()
    if code not in (0, -2, 130):
        account.faults.append(f"the last server ended with {code}")
    look(home, account)
    return account, count(home, account) | {
        "killed while waiting": states["waiting"],
        "killed while examined": states["examining"],
    }


def load(server: Running, account: Account, options: argparse.Namespace) -> list[threading.Thread]:
    """Have clients hand in until the server is gone."""
    given = (server.url, account, PAUSE_SECONDS[options.engine])
    threads = [threading.Thread(target=hand_in_all, args=given) for _ in range(options.clients)]
    for thread in threads:
        thread.start()
    return threads


def wait_for_load(account: Account, before: int) -> None:
    """Wait until the clients are under way: a kill before that would be none of a hand-in."""
    until = time.monotonic() + 60
    while len(account.acknowledged) == before and time.monotonic() < until:
        time.sleep(0.005)


def hand_in_all(url: str, account: Account, pause_seconds: float) -> None:
    """Hand in as fast as the server takes it, keeping what it acknowledged."""
    try:
        with visitor(url) as client:
            while True:
                account.sent += 1
                text = random.choice(TEXTS).format(n=random.getrandbits(60))
                response = client.post(f"/api/drills/{SLUG}/attempts", json={"text": text, "confidence": 0.5})
                if response.status_code != 202:
                    account.faults.append(f"refused with {response.status_code}: {response.text[:200]}")
                    return
                account.acknowledged[response.json()["attempt_id"]] = text
                time.sleep(pause_seconds)
    except httpx.HTTPError:
        return


def look(home: Path, account: Account) -> Counter[str]:
    """Look into the journal behind the app's back; count the attempts that were caught on their way."""
    with closing(sqlite3.connect(home / "journal.db", timeout=20)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            account.faults.append("the journal's file is damaged")
        for key, body in connection.execute("SELECT attempt_id, body FROM debriefs"):
            if account.debriefs.setdefault(key, body) != body:
                account.faults.append(f"{key}: another debrief than before")
        examining = connection.execute("SELECT count(*) FROM examinations").fetchone()[0]
        without = connection.execute(
            "SELECT count(*) FROM attempts WHERE id NOT IN (SELECT attempt_id FROM debriefs)"
        ).fetchone()[0]
    return Counter(examining=examining, waiting=without - examining)


def wait_until_done(home: Path) -> None:
    """Wait until every attempt has its debrief; that it ends is part of what is tried."""
    undone = "SELECT count(*) FROM attempts WHERE id NOT IN (SELECT attempt_id FROM debriefs)"
    before, quiet = -1, 0
    while True:
        with closing(sqlite3.connect(home / "journal.db", timeout=20)) as connection:
            left = connection.execute(undone).fetchone()[0]
        quiet = quiet + 1 if left == before else 0
        if left == 0 or quiet > 300:  # a minute without a debrief: what is left will be told as lost
            return
        before = left
        time.sleep(0.2)


def count(home: Path, account: Account) -> dict[str, object]:
    """Hold the journal against what the clients were told."""
    with closing(sqlite3.connect(home / "journal.db")) as connection:
        texts = dict(connection.execute("SELECT id, text FROM attempts"))
        debriefs = Counter(key for (key,) in connection.execute("SELECT attempt_id FROM debriefs"))
        tried = connection.execute("SELECT count(*) FROM examinations").fetchone()[0]
    lost = [key for key, text in account.acknowledged.items() if texts.get(key) != text]
    not_one = [key for key in texts if debriefs[key] != 1]
    account.faults += [f"{key}: acknowledged, and not in the journal as it was" for key in lost]
    account.faults += [f"{key}: {debriefs[key]} debriefs" for key in not_one]
    return {
        "in the journal": len(texts),
        "lost or changed": len(lost),
        "debriefs": sum(debriefs.values()),
        "without exactly one debrief": len(not_one),
        "examinations left open": tried,
    }


if __name__ == "__main__":
    sys.exit(main())
