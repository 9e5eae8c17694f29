"""Does the planner keep its word, over many people who live with their plans? What does it cost?

    python bench/plan.py [--people 2000] [--first 0] [--steps 4] [--each]

Every person is drawn from a seed and lives through some steps: days pass, blocks are done, missed, moved, pinned,
dropped, the dates are put off. Every plan on the way is held against the contract by the verifier of the tests, which
shares no code with the planner: each hard rule, each figure, and for each promise that is not kept a proof that no plan
keeps it (or a plan that does, which is a violation). After a move the blocks that changed are counted and compared with
the fewest that must, found by another solver.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "coach" / "planner"))

from mending import Change, change_of
from people import draw_person, live
from verifier import verify


@dataclass
class Figures:
    """What was counted so far."""

    people: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    proven: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"plan": [], "adapt": [], "replan": []})
    changes: list[tuple[int, int, Change]] = field(default_factory=list)


def main() -> int:
    """Let people live, verify, print the figures; fail on any violation."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--people", type=int, default=2000)
    reader.add_argument("--first", type=int, default=0, help="the seed of the first person")
    reader.add_argument("--steps", type=int, default=4, help="what happens to each after the first plan")
    reader.add_argument("--each", action="store_true", help="print each violation when it is found")
    given = reader.parse_args()
    figures, began = Figures(), perf_counter()
    for seed in range(given.first, given.first + given.people):
        try_person(figures, seed, given.steps, each=given.each)
        figures.people += 1
        if figures.people % 25 == 0:
            took = perf_counter() - began
            print(
                f"{figures.people} people, {took:.0f} s, {len(figures.faults)} violations", file=sys.stderr, flush=True
            )
    show(figures)
    return bool(figures.faults)


def try_person(figures: Figures, seed: int, steps: int, *, each: bool) -> None:
    """Let one person live, and verify every plan on the way."""
    person = draw_person(seed)
    for at, step in enumerate(live(person, steps)):
        verdict = verify(step.plan, step.moment(person.shelf.loop))
        figures.steps[step.name] += 1
        figures.held.update(verdict.held)
        figures.broken.update(verdict.broken)
        figures.proven.update(verdict.proven)
        sort = {"make": "plan", "put off": "plan", "adapt": "adapt"}.get(step.name, "replan")
        figures.seconds[sort].append(step.seconds)
        found = [(seed, at, step.name, fault.sort, fault.says) for fault in verdict.faults]
        if step.moved:
            figures.changes.append((seed, at, change_of(step, person.shelf.loop)))
        figures.faults += found
        for line in found if each else ():
            print(*line, file=sys.stderr, flush=True)


def show(figures: Figures) -> None:
    """Print the figures."""
    print(f"{figures.people} people, {sum(figures.steps.values())} plans: {dict(figures.steps)}")
    left_out = figures.broken.pop("reviews", 0)  # broken by nobody but the person, and said so, or it is a violation
    held, broken, proven = (sum(counts.values()) for counts in (figures.held, figures.broken, figures.proven))
    print(f"promises: {held} held, {broken} stated impossible, {proven} of these proven true")
    print(f"    reviews: {left_out} times said to be left out by the person")
    for name, count in figures.broken.most_common():
        print(f"    {name}: {count} stated impossible, {figures.proven[name]} proven")
    print(f"violations: {len(figures.faults)} {dict(Counter(fault[3] for fault in figures.faults))}")
    for seed, at, step, sort, says in figures.faults[:40]:
        print(f"    person {seed}, step {at} ({step}): {sort}: {says[:300]}")
    print("\n".join(f"{name}: {spread(seconds)}" for name, seconds in figures.seconds.items()))
    show_changes(figures.changes)


def show_changes(found: Sequence[tuple[int, int, Change]]) -> None:
    """Print how much a move changes."""
    if not found:
        return
    changes = [change for _, _, change in found]
    counts = Counter(change.blocks for change in changes)
    above = [one for one in found if one[2].least is not None and (one[2].gone, one[2].new) > one[2].least]
    unknown = sum(change.least is None for change in changes)
    print(f"moves: {len(changes)}; other blocks changed: median {np.median(list(counts.elements())):g}, ", end="")
    print(f"mean {np.mean(list(counts.elements())):.2f}, most {max(counts)}; {dict(sorted(counts.items()))}")
    print(f"    above the exact minimum: {len(above)}; not decided: {unknown}")
    for seed, at, change in above[:10]:
        print(f"    person {seed}, step {at}: {change}")
    opened = sorted(change.opened for change in changes)
    print(f"    blocks on their day that open something else: median {np.median(opened):g}, most {opened[-1]}")


def spread(seconds: Sequence[float]) -> str:
    """Say how long it took."""
    if not seconds:
        return "none"
    middle, late = np.quantile(seconds, (0.5, 0.95))
    return f"p50 {middle:.3f} s, p95 {late:.3f} s, at most {max(seconds):.3f} s ({len(seconds)})"


if __name__ == "__main__":
    sys.exit(main())
