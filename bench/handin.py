"""How long from handing in to the debrief, how long to start, how long for a page, how much JavaScript?

    python bench/handin.py [--repeat 1] [--samples 99] [--drill SLUG]

Every shipped sample of every drill is handed in to a running server over HTTP, one after the other, and its stream
followed to the debrief. The first hand-in of a drill is told apart: it fills the drill's caches.
"""

from __future__ import annotations

import argparse
import gzip
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from liveloop.drill import Drill
from liveloop.exam.load import load_all
from server import ROOT, follow, hand_in, running, visitor

BARS = {"sql": 0.4, "python": 0.8, "p95": 1.5, "start": 3.0, "page": 0.1, "javascript": 300}
PAGES = ("/api/session", "/api/today", "/api/drills", "/api/progress", "/")


@dataclass(frozen=True)
class Timed:
    """One hand-in: the seconds to its debrief, and how many of them were not the examination's own."""

    kind: str
    name: str
    first: bool
    seconds: float
    around: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--samples", type=int, default=99, help="of each drill")
    parser.add_argument("--drill", default="")
    options = parser.parse_args()
    drills = {slug: drill for slug, drill in load_all().items() if options.drill in ("", slug)}
    with TemporaryDirectory() as home, running(Path(home)) as server, visitor(server.url) as client:
        print(f"start: {server.seconds:.2f} s until it listens (bar {BARS['start']} s)")
        wait_until_warm(client)
        times = [one for drill in drills.values() for one in measure(client, drill, options)]
        show_times(times)
        show_pages(client, list(drills))
    show_javascript()


def wait_until_warm(client: httpx.Client) -> None:
    """Wait for the sandbox. No drill is opened yet: that would prepare it, and the first hand-in tells it."""
    began = time.perf_counter()
    while not client.get("/api/session").json()["sandbox_level"]:
        time.sleep(0.05)
    print(
        f"warm: {time.perf_counter() - began:.2f} s more; sandbox {client.get('/api/session').json()['sandbox_level']}"
    )


def measure(client: httpx.Client, drill: Drill, options: argparse.Namespace) -> list[Timed]:
    """Hand in a drill's samples."""
    times = []
    for number in range(options.repeat):
        for place, sample in enumerate(drill.samples[: options.samples]):
            text = sample.text + (" " * number)
            began = time.perf_counter()
            attempt_id = hand_in(client, drill.slug, text)
            name, _ = follow(client, attempt_id)
            seconds = time.perf_counter() - began
            debrief = client.get(f"/api/attempts/{attempt_id}").json()["debrief"]
            around = seconds - debrief["seconds"] if debrief else 0.0
            times.append(
                Timed(drill.kind, f"{drill.slug}/{sample.name} ({name})", number == place == 0, seconds, around)
            )
    print(f"  {drill.slug}: {' '.join(f'{one.seconds:.2f}' for one in times)} s", flush=True)
    return times


def show_times(times: list[Timed]) -> None:
    """Print the quantiles by kind."""
    for kind in ("sql", "python"):
        for first in (False, True):
            chosen = [one for one in times if one.kind == kind and one.first is first]
            seconds = sorted(one.seconds for one in chosen)
            if seconds:
                what = "first of its drill" if first else "warm"
                bar = f"(bars p50 {BARS[kind]}, p95 {BARS['p95']})"
                p50, p95 = statistics.median(seconds), quantile(seconds, 0.95)
                around = statistics.median(one.around for one in chosen)
                print(f"{kind} {what}: n {len(seconds)}, p50 {p50:.3f}, p95 {p95:.3f}, max {seconds[-1]:.3f} s {bar}")
                print(f"  of which outside the examination (journal, marking, HTTP): p50 {around:.3f} s")
    for one in sorted(times, key=lambda one: -one.seconds)[:8]:
        print(f"  {one.seconds:6.3f} s {one.name}")
    ended = [one.name for one in times if not one.name.endswith("(debrief)")]
    print(f"without a debrief: {len(ended)} {ended[:5]}")


def show_pages(client: httpx.Client, slugs: list[str]) -> None:
    """Print how long pages take."""
    attempts = [card["id"] for card in client.get("/api/today").json()["recent"]]
    paths = (*PAGES, *(f"/api/drills/{slug}" for slug in slugs), *(f"/api/attempts/{key}" for key in attempts))
    seconds = []
    for _ in range(10):
        for path in paths:
            began = time.perf_counter()
            client.get(path)
            seconds.append(time.perf_counter() - began)
    seconds.sort()
    p50, p95 = statistics.median(seconds), quantile(seconds, 0.95)
    print(f"pages: n {len(seconds)}, p50 {p50 * 1000:.1f}, p95 {p95 * 1000:.1f} ms (bar {BARS['page'] * 1000:.0f} ms)")


def show_javascript() -> None:
    """Print what the browser loads at once, and with the editor."""
    static = ROOT / "src" / "liveloop" / "web" / "static"
    if not (static / "index.html").is_file():
        print("javascript: the front end is not built")
        return
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) / 1000 for path in static.rglob("*.js")}
    index = (static / "index.html").read_text(encoding="utf-8")
    at_once = sum(size for name, size in sizes.items() if re.search(re.escape(name), index))
    total = sum(sizes.values())
    print(f"javascript: {at_once:.0f} kB at once, {total:.0f} kB in all, gzip (bar {BARS['javascript']} kB a page)")
    for name, size in sorted(sizes.items(), key=lambda row: -row[1])[:5]:
        print(f"  {size:6.1f} kB {name}")


def quantile(ordered: list[float], share: float) -> float:
    """Take a quantile of sorted numbers."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    main()
