"""How long does a world take, how much memory, and does it grow linearly?

    python bench/world.py [--messages 1e5 1e6 1e7] [--processes 2] [--json]

Each size is drawn to Parquet in a process of its own. Peak memory is an upper bound: the parent's peak plus the largest
worker's peak for each worker. The exponent is the slope of log time on log messages. Starting processes costs the same
for every size, so it is given raw, and for what each world takes beyond the smallest (its start paid).
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from liveloop.worlds.stream import stream
from liveloop.worlds.world import World


def measure(messages: int, processes: int) -> dict[str, float]:
    """Draw one world to a temporary folder and measure it."""
    world = World.from_settings({"messages": messages})
    folder = Path(tempfile.mkdtemp(prefix="bench-world-"))
    try:
        began = time.perf_counter()
        streamed = stream(world, 1, folder, processes=processes)
        seconds = time.perf_counter() - began
        size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    finally:
        shutil.rmtree(folder)
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    workers = 0 if processes == 1 or streamed.chunks == 1 else min(processes, streamed.chunks)
    return {
        "messages": streamed.rows["messages"],
        "rows": sum(streamed.rows.values()),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 2),
        "peak_gb": round((own.ru_maxrss + workers * children.ru_maxrss) * 1024 / 1e9, 3),
        "parquet_gb": round(size / 1e9, 3),
    }


def small() -> dict[str, float]:
    """Time draws of the world that drills use, in memory."""
    world = World(accounts=40, days=42)
    world.draw(0)
    times = []
    for seed in range(1, 41):
        began = time.perf_counter()
        world.draw(seed)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {
        "draw_40_accounts_p50_ms": round(statistics.median(times), 1),
        "draw_40_accounts_p95_ms": round(times[37], 1),
    }


def alone(messages: float, processes: int) -> dict[str, float]:
    """Measure one world in a fresh process, so that no peak is another world's."""
    call = [sys.executable, __file__, "--one", "--messages", str(messages), "--processes", str(processes)]
    found: dict[str, float] = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    return found


def slope(runs: list[dict[str, float]], what: str) -> float:
    """Fit the exponent of time by least squares on logarithms."""
    x = [math.log(run["messages"]) for run in runs]
    y = [math.log(run[what]) for run in runs]
    mx, my = statistics.fmean(x), statistics.fmean(y)
    up = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    return round(up / sum((a - mx) ** 2 for a in x), 3)


def main() -> None:
    """Measure every size, each in a fresh process, and print what was found."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--messages", type=float, nargs="+", default=[1e5, 1e6, 1e7])
    ask.add_argument("--processes", type=int, default=2)
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--one", action="store_true", help="measure the first size here")
    given = ask.parse_args()
    if given.one:
        print(json.dumps(measure(int(given.messages[0]), given.processes)))
        return
    runs = []
    for messages in given.messages:
        runs.append(alone(messages, given.processes))
        print(json.dumps(runs[-1]), file=sys.stderr)
    found = {"processes": given.processes, "runs": runs, **small()}
    if len(runs) > 1:
        for what in ("seconds", "cpu_seconds"):
            found[f"exponent_{what}"] = slope(runs, what)
            beyond = [{name: run[name] - runs[0][name] for name in ("messages", what)} for run in runs[1:]]
            if len(beyond) > 1:
                found[f"exponent_{what}_beyond_smallest"] = slope(beyond, what)
    print(json.dumps(found, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
