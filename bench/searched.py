"""How many wrong queries survive a drill's probes, and how many of those does the search find?

    python bench/searched.py [--each 12] [--seed 1]

Single mistakes are made in each SQL drill's reference. A mistake counts as wrong when a search of some seconds, under
all that holds in the drill's world, finds a database that shows it. Each is handed to the examiner: what its probes
say, and what the search beside them adds. The references themselves must survive both.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.coach.skill import wilson
from liveloop.drill import Drill
from liveloop.exam import examine as examiner
from liveloop.exam.load import load_all
from liveloop.exam.sandbox import Sandbox
from liveloop.exam.sql_search import facts_of
from liveloop.exam.sql_stage import schema_of
from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.mistakes import Edit, edits


def main() -> None:
    """Make the mistakes, examine each, print the figures."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--each", type=int, default=12, help="mistakes in each reference")
    reader.add_argument("--seconds", type=float, default=3.0, help="for the search that says whether one is wrong")
    reader.add_argument("--seed", type=int, default=1)
    given = reader.parse_args()
    told: Counter[str] = Counter()
    listed = []
    with Sandbox() as box, Desk() as desk:
        for drill in load_all().values():
            if drill.sql is None:
                continue
            for edit in chosen(drill, given.each, given.seed):
                wrong = is_wrong(desk, drill, edit.text, given.seconds)
                how = examined(box, drill, edit.text)
                told[f"{'wrong' if wrong else 'not shown to be wrong'}: {how}"] += 1
                if wrong and how != "by a probe":
                    listed.append(f"{how}: {drill.slug}, {edit.kind}: {edit.says}")
    for name, count in sorted(told.items()):
        print(f"{count:5}  {name}")
    wrong = sum(count for name, count in told.items() if name.startswith("wrong"))
    for name in ("by a probe", "by the search"):
        low, high = wilson(told[f"wrong: {name}"], wrong)
        print(f"{name}: {told[f'wrong: {name}']} of {wrong} ({100 * low:.1f} to {100 * high:.1f} %)")
    print("\n".join(listed))


def chosen(drill: Drill, count: int, seed: int) -> list[Edit]:
    """Choose some mistakes in a drill's reference, of each class in turn."""
    made = edits(drill.reference, "", seconds=2.0)
    random.Random(f"{drill.id} {seed}").shuffle(made)
    turns: Counter[str] = Counter()
    ranked = []
    for edit in made:
        turns[edit.kind] += 1
        ranked.append((turns[edit.kind], len(ranked), edit))
    return [edit for _, _, edit in sorted(ranked, key=lambda one: one[:2])[:count]]


def is_wrong(desk: Desk, drill: Drill, text: str, seconds: float) -> bool:
    """Say whether a text differs from the reference somewhere in the drill's world."""
    form = drill.sql
    assert form is not None
    limits = Limits(
        seconds=seconds, tolerance=form.tolerance, ordered=form.ordered, explain_seconds=0, branch_seconds=0
    )
    return desk.compare(drill.reference, text, facts_of(schema_of(form)), limits=limits, seed=5).kind != "none found"


def examined(box: Sandbox, drill: Drill, text: str) -> str:
    """Say how an attempt fares: found by a probe, by the search, or not at all."""
    attempt = Attempt("bench", drill.id, "sql", text, system_clock())
    stages: list[str] = []
    found = examiner.examine(
        drill, attempt, sandbox=box, seed=3, clock=system_clock, tell=lambda progress: stages.append(progress.stage)
    )
    if "searching" not in stages:
        return "by a probe"
    return "by the search" if any(one.probe not in examiner.HARMLESS for one in found.findings) else "survived"


if __name__ == "__main__":
    main()
