"""In how many wrong SQL attempts is the one change found with which nothing breaks any more, and how soon?

    python bench/placed.py [--samples 99] [--drill SLUG]

Each wrong sample of each SQL drill is examined; then the change is looked for, as the debrief's page does when it is
asked for it. A place is only named where the changed attempt survives an examination of its own.
"""

from __future__ import annotations

import argparse
import time

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.coach.skill import wilson
from liveloop.exam.examine import HARMLESS, examine
from liveloop.exam.load import load_all
from liveloop.exam.sandbox import Sandbox
from liveloop.exam.sql_place import place


def main() -> None:
    """Examine, look for the place, print the figures."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--samples", type=int, default=99, help="of each drill")
    reader.add_argument("--drill", default="")
    given = reader.parse_args()
    wrong = placed = fitting = 0
    times = []
    with Sandbox() as box:
        for slug, drill in load_all().items():
            if drill.sql is None or given.drill not in ("", slug):
                continue
            for sample in drill.samples[: given.samples]:
                attempt = Attempt("bench", drill.id, "sql", sample.text, system_clock())
                found = examine(drill, attempt, sandbox=box, clock=system_clock).findings
                if all(one.probe in HARMLESS for one in found):
                    continue
                wrong += 1
                began = time.perf_counter()
                there = place(drill, attempt, found, box, clock=system_clock)
                times.append(time.perf_counter() - began)
                codes = [one.probe for one in found]
                if there is None:
                    print(f"     -  {slug}/{sample.name}: no place {codes}", flush=True)
                    continue
                placed += 1
                fitting += bool(there.matter)
                part = " ".join(sample.text[there.start : there.end].split())
                told = f"{there.matter or '?'}, line {there.line}, {part[:60]!r} {codes}"
                print(f"{times[-1]:6.2f}  {slug}/{sample.name}: {told}", flush=True)
    low, high = wilson(placed, wrong)
    print(f"a place: {placed} of {wrong} ({100 * low:.1f} to {100 * high:.1f} %)")
    print(f"with what it is a matter of: {fitting} of {placed}")
    times.sort()
    print(
        f"seconds: median {times[len(times) // 2]:.2f}, p95 {times[int(0.95 * len(times))]:.2f}, most {times[-1]:.2f}"
    )


if __name__ == "__main__":
    main()
