"""How often is a right estimator failed, how often a wrong sample caught, and how soon is either clear?

    python bench/estimate/examiner.py [--right 1000] [--wrong 200] [--drill SLUG] [--processes 2] [--here]

The references and clean samples of all drills together are examined so many times, and each wrong sample on so many
seeds: a finding on the former is false, a wrong sample of which none of the findings in its name came was not caught.
The texts run in the sandbox, as they do for a candidate, or with --here in this process, which is quicker. Times are of
the sandbox with --processes 1, and nothing else running.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.coach.skill import wilson
from liveloop.drill import Drill
from liveloop.exam import estimator, estimator_run
from liveloop.exam.examine import examine
from liveloop.exam.load import load_all
from liveloop.exam.sandbox import Sandbox, cell_estimator, cell_reading
from liveloop.exam.sandbox.limits import Limits, Reply

Job = tuple[str, str, str, tuple[str, ...], int]


@dataclass(frozen=True)
class Done:
    """One examination: what was found, what should have been, how long it took."""

    drill: str
    name: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    seconds: float
    together: bool


def main() -> None:
    """Examine, print the figures."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--right", type=int, default=1_000)
    reader.add_argument("--wrong", type=int, default=200)
    reader.add_argument("--drill", default="")
    reader.add_argument("--processes", type=int, default=2)
    reader.add_argument("--here", action="store_true", help="no sandbox: the texts are ours")
    given = reader.parse_args()
    drills = {slug: one for slug, one in load_all().items() if one.estimator is not None and given.drill in ("", slug)}
    jobs = [
        job for slug, drill in drills.items() for job in plays(slug, drill, -(-given.right // len(drills)), given.wrong)
    ]
    jobs.sort(key=lambda job: (job[0], job[4]))  # draws of one seed are made once
    parts = [[job for job in jobs if job[4] % given.processes == at] for at in range(given.processes)]
    with ProcessPoolExecutor(given.processes) as pool:
        show([one for some in pool.map(examined, parts, [given.here] * len(parts)) for one in some])


def plays(slug: str, drill: Drill, right: int, wrong: int) -> Iterator[Job]:
    """List what is examined of a drill, with its seeds."""
    clean = [("reference", drill.reference), *((one.name, one.text) for one in drill.samples if not one.expected)]
    for at in range(right):
        name, text = clean[at % len(clean)]
        yield slug, name, text, (), 1_000_000 + at
    for sample in drill.samples:
        if sample.expected:
            for seed in range(wrong):
                yield slug, sample.name, sample.text, sample.expected, seed


class HereBox:
    """Runs the cells that an examination needs in this process: for texts of ours only."""

    def run(self, cell: str, payload: bytes, *, limits: Limits) -> Reply:
        """Run one job."""
        del limits
        made = cell_estimator.main(payload) if cell == "estimator" else cell_reading.main(payload)
        return Reply(made, "", "", None, 0.0, 0)


def examined(jobs: list[Job], here: bool) -> list[Done]:
    """Examine some in one sandbox."""
    drills = load_all()
    done = []
    if here:
        estimator_run.FEWEST_SHARED = 10**9  # two threads of one process only wait for one another
        estimator.FEWER = ()  # which smaller world shows it too changes nothing of what is found
    with nullcontext(HereBox()) if here else Sandbox() as box:
        for slug, name, text, expected, seed in jobs:
            attempt = Attempt("bench", drills[slug].id, "python", text, system_clock())
            began = time.perf_counter()
            made = examine(drills[slug], attempt, sandbox=box, seed=seed, clock=system_clock)
            found = tuple(sorted({one.probe for one in made.findings}))
            took = time.perf_counter() - began
            done.append(Done(slug, name, tuple(sorted(expected)), found, took, "def estimate_many" in text))
    return done


def show(done: list[Done]) -> None:
    """Print the rates."""
    right = [one for one in done if not one.expected]
    false = [one for one in right if one.found]
    low, high = wilson(len(false), max(1, len(right)))
    print(f"false findings: {len(false)} of {len(right)} examinations ({100 * low:.2f} to {100 * high:.2f} %)")
    for name in sorted({(one.drill, one.name) for one in done if one.expected}):
        mine = [one for one in done if (one.drill, one.name) == name]
        caught = [one for one in mine if set(one.found) & set(one.expected)]
        named = [one for one in mine if one.found == one.expected]
        print(
            f"{name[0]}/{name[1]}: caught {len(caught)} of {len(mine)}, with just its findings {len(named)}", flush=True
        )
    for together in (False, True):
        times = [one.seconds for one in done if one.together is together]
        if times:
            print(f"{'all at once' if together else 'one by one'}: median {statistics.median(times):.2f} s")


if __name__ == "__main__":
    main()
