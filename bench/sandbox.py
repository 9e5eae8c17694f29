"""What does a job in the sandbox cost, and what do hostile jobs cost everyone else?

python bench/sandbox.py                          # overhead of `pass`, idle and busy, for each level
python bench/sandbox.py --hostile http://127.0.0.1:8321/health --seconds 60
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "sandbox"))
from hostile import Bait, ask, find_all, judge
from liveloop.exam.sandbox import Limits, Sandbox, doctor

JOBS = {
    "pass": b"pass",
    "numpy and pandas": b"import numpy, pandas\npandas.DataFrame({'a': numpy.arange(10)}).groupby('a').sum()",
    "polars": b"import polars\npolars.DataFrame({'a': [1, 2]}).group_by('a').len()",
    "DuckDB": b"import duckdb\nduckdb.connect(config={'threads': 1}).execute('select 42').fetchall()",
}


def summarise(seconds: list[float]) -> dict[str, float]:
    """Give the median and the 95th and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{at}": round(1000 * cuts[at - 1], 1) for at in (50, 95, 99)}


def measure_overhead(level: str, runs: int) -> dict[str, object]:
    """Time jobs from the call to the reply, alone and beside two processes that keep every core busy."""
    began = time.perf_counter()
    with Sandbox(level) as sandbox:
        returned = time.perf_counter() - began
        sandbox.run("plain", b"pass")
        found: dict[str, object] = {
            "start returns after (ms)": round(1000 * returned, 1),
            "first reply after (s)": round(time.perf_counter() - began, 2),
        }
        for name, text in JOBS.items():
            found[name] = summarise([time_job(sandbox, text) for _ in range(runs)])
        burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
        try:
            found["pass, every core busy"] = summarise([time_job(sandbox, b"pass") for _ in range(runs)])
        finally:
            for burner in burners:
                burner.kill()
                burner.wait()
    return found


def time_job(sandbox: Sandbox, text: bytes) -> float:
    """Time one job."""
    began = time.perf_counter()
    reply = sandbox.run("plain", text, limits=Limits(wall_seconds=10, cpu_seconds=10))
    assert reply.stopped is None, reply
    return time.perf_counter() - began


def attack(address: str, seconds: float, level: str | None) -> dict[str, object]:
    """Run the hostile attempts over and over while an address is asked, and time its answers."""
    calm = poll(address, until=time.monotonic() + min(10.0, seconds))
    complaints: list[str] = []
    done = itertools.count()
    with (
        tempfile.TemporaryDirectory() as folder,
        Bait(Path(folder) / "home", secrets.token_hex(16)) as bait,
        Sandbox(level) as sandbox,
    ):
        sandbox.run("plain", b"pass")
        end = time.monotonic() + seconds
        waiting = itertools.cycle(find_all())
        lock = threading.Lock()

        def keep_attacking() -> None:
            while time.monotonic() < end:
                with lock:
                    hostile = next(waiting)
                text = bait.fill(hostile.path.read_bytes())
                reply = ask(sandbox, hostile.path.parent.name, text, hostile.limits)
                complaints.extend(f"{hostile.name}: {one}" for one in judge(hostile, reply, bait.secret))
                next(done)

        with ThreadPoolExecutor(4) as pool:
            attacks = [pool.submit(keep_attacking) for _ in range(4)]
            under = poll(address, until=end)
            for one in attacks:
                one.result()
        complaints += bait.complaints()
    return {
        "attempts run": next(done),
        "not contained": sorted(set(complaints)),
        "health, calm (ms)": summarise(calm),
        "health, under attack (ms)": summarise(under),
        "health, under attack, asked": len(under),
    }


def poll(address: str, *, until: float) -> list[float]:
    """Ask an address fifty times a second and time each answer."""
    took = []
    while time.monotonic() < until:
        began = time.perf_counter()
        with urllib.request.urlopen(address, timeout=30) as answer:
            answer.read()
        took.append(time.perf_counter() - began)
        time.sleep(0.02)
    return took


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--level", choices=["bwrap", "landlock", "process"])
    parser.add_argument("--hostile", metavar="ADDRESS", help="attack while this address is asked")
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    if given.hostile:
        print(json.dumps(attack(given.hostile, given.seconds, given.level), indent=2))
        return
    found = doctor()
    levels = [given.level] if given.level else [state.level for state in found.levels if state.works]
    figures = {level: measure_overhead(level, given.runs) for level in levels}
    load = os.getloadavg()[0]
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": load, **found.facts}
    print(json.dumps({"machine": machine, **figures}, indent=2))


if __name__ == "__main__":
    main()
