"""Does every hostile attempt that is handed in come back as a finding, and does the app stay awake meanwhile?

    python bench/hostile.py [--attempts 400] [--skip 0] [--seconds 3600] [--clients 2]

The committed hostile attempts are handed in to a running app like any other, a few at a time, while `/health` is asked
fifty times a second. Each must get a debrief with at least one finding, or be refused with 4xx; the bait (files,
processes, ports) must be left as it was. What the sandbox names itself is counted apart from what shows as an error or
a wrong result.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from liveloop.exam.load import load_all
from server import ROOT, follow, hand_in, running, visitor

sys.path.insert(0, str(ROOT / "tests" / "sandbox"))
from hostile import Bait, Hostile, find_all

DRILLS = {"sql": "review-queue-age", "python": "interval-for-a-rare-rate"}


def main() -> int:
    """Hand in, poll, print; 1 when an attempt was not reported or the bait was touched."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=400)
    parser.add_argument("--skip", type=int, default=0, help="the first so many")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--clients", type=int, default=2)
    given = parser.parse_args()
    every = find_all()
    chosen = every[given.skip :: max(1, len(every) // given.attempts)]
    entry = load_all()[DRILLS["python"]].python
    assert entry is not None
    kinds: Counter[str] = Counter()
    silent: list[str] = []
    end = time.monotonic() + given.seconds
    with TemporaryDirectory() as folder, Bait(Path(folder) / "bait", secrets.token_hex(16)) as bait:
        with running(Path(folder) / "home") as server, visitor(server.url) as client:
            for slug in DRILLS.values():  # the first hand-in of a drill draws its world
                follow(client, hand_in(client, slug, "x = 1"))
            calm, under = [], []
            calm_end = time.monotonic() + 5
            poll(server.url, calm, until=lambda: time.monotonic() > calm_end)
            over = threading.Event()
            asking = threading.Thread(target=poll, args=(server.url, under, over.is_set))
            asking.start()

            def one(hostile: Hostile) -> None:
                if time.monotonic() > end:
                    return
                kind = hostile.path.parent.name
                text = bait.fill(hostile.path.read_bytes()).decode("utf-8", "replace").replace("\0", " ")
                if kind == "python":
                    text += f"\n\ndef {entry.entry}(*args, **kwargs):\n    return answer()\n"
                try:
                    attempt = hand_in(client, DRILLS[kind], text)
                except httpx.HTTPStatusError as refusal:
                    if not refusal.response.is_client_error:
                        raise
                    kinds["refused at the door"] += 1  # with the reason: too long a text, for one
                    return
                name, _ = follow(client, attempt)
                page = client.get(f"/api/attempts/{attempt}").json()
                found = page["debrief"]["findings"] if name == "debrief" else []
                evidence = {finding["evidence"]["kind"] for finding in found}
                kinds["containment" if "containment" in evidence else min(evidence, default="none")] += 1
                if not found:
                    silent.append(f"{hostile.name} ({name})")

            with ThreadPoolExecutor(given.clients) as pool:
                list(pool.map(one, chosen))
            over.set()
            asking.join()
        touched = bait.complaints()
    print(f"handed in: {kinds.total()}; without a finding: {len(silent)} {silent[:10]}")
    print(f"evidence: {dict(kinds)}")
    print(f"bait touched: {touched or 'no'}")
    for name, took in (("calm", calm), ("under attack", under)):
        cut = statistics.quantiles(took, n=100)
        print(f"/health {name}: p50 {cut[49] * 1e3:.1f} ms, p99 {cut[98] * 1e3:.1f} ms, n {len(took)} (bar p99 100 ms)")
    return bool(silent or touched)


def poll(url: str, took: list[float], until: object) -> None:
    """Ask /health fifty times a second until told to stop."""
    with httpx.Client(base_url=url, timeout=60) as client:
        while not until():
            began = time.perf_counter()
            client.get("/health").raise_for_status()
            took.append(time.perf_counter() - began)
            time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
