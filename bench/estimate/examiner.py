"""How often is a right estimator failed, how often a wrong sample caught, and how soon is either clear?

    python bench/estimate/examiner.py [--right 1000] [--wrong 200] [--drill SLUG] [--processes 2]

Each estimator drill's reference and clean samples are examined on so many seeds altogether, and each wrong sample on so
many: a finding on the former is false, a wrong sample without one of the findings in its name was not caught. The text
runs in the sandbox, as it does for a candidate.
"""

from __future__ import annotations

import argparse
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.coach.skill import wilson
from liveloop.exam.examine import examine
from liveloop.exam.load import load_all
from liveloop.exam.sandbox import Sandbox


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
    given = reader.parse_args()
    jobs = [
        (slug, name, text, expected, seed)
        for slug, drill in load_all().items()
        if drill.estimator is not None and given.drill in ("", slug)
        for name, text, expected, seeds in plays(drill, given.right, given.wrong)
        for seed in seeds
    ]
    with ProcessPoolExecutor(given.processes) as pool:
        done = [one for some in pool.map(examined, [jobs[at :: given.processes] for at in range(given.processes)])
                for one in some]  # fmt: skip
    show(done)


def plays(drill, right: int, wrong: int):  # noqa: ANN001, ANN201
    """List what is examined of a drill, with its seeds: the right ones share theirs."""
    clean = [("reference", drill.reference), *((one.name, one.text) for one in drill.samples if not one.expected)]
    each = -(-right // len(clean))
    for number, (name, text) in enumerate(clean):
        yield name, text, (), range(1_000_000 * number, 1_000_000 * number + each)
    for sample in drill.samples:
        if sample.expected:
            yield sample.name, sample.text, sample.expected, range(wrong)


def examined(jobs: list[tuple[str, str, str, tuple[str, ...], int]]) -> list[Done]:
    """Examine some in one sandbox."""
    drills = load_all()
    done = []
    with Sandbox() as box:
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
        caught = [one for one in mine if one.found]
        named = [one for one in mine if one.found == one.expected]
        print(f"{name[0]}/{name[1]}: caught {len(caught)} of {len(mine)}, with just its findings {len(named)}")
    for together in (False, True):
        times = [one.seconds for one in done if one.together is together]
        if times:
            print(f"{'all at once' if together else 'one by one'}: median {statistics.median(times):.2f} s")


if __name__ == "__main__":
    main()
