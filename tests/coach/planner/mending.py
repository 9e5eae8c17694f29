"""How many blocks did a change of the plan change, and how few had to?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from contract import name_of, weigh
from moment import due_days, ground_of, is_laid
from people import Step
from prover import Counts, changes, lay_blocks, must_leave

from liveloop.coach.loop import Loop

SEARCH_SECONDS = 20.0


@dataclass(frozen=True)
class Change:
    """What a step changed besides the block that it was about.

    `blocks` counts those that changed their day, went, or came; `gone` and `new` count places; `least` is the fewest of
    both, blocks that leave first, or None when it was not found; `opened` are blocks on their day with other content.
    """

    blocks: int
    gone: int
    new: int
    least: tuple[int, int] | None
    opened: int


def change_of(step: Step, loop: Loop) -> Change:
    """Count what a step changed, and find how little would have done for the promises that it keeps."""
    before = {one.id: one for one in step.before if is_laid(one) and one.day >= step.known.today}
    after = {one.id: one for one in step.plan.blocks if is_laid(one)}
    blocks = sum(1 for key in before.keys() | after.keys() if key not in before or key not in after)
    blocks += sum(before[key].day != after[key].day for key in before.keys() & after.keys())
    stayed = (key for key in before.keys() & after.keys() if before[key].day == after[key].day)
    opened = sum((before[key].refers, before[key].title) != (after[key].refers, after[key].title) for key in stayed)
    was = Counter((name_of(one), one.day) for one in before.values())
    now = Counter((name_of(one), one.day) for one in after.values())
    gone, new = changes(was, now)
    return Change(blocks, gone, new, least(step, loop, was, (gone, new)), opened)


def least(step: Step, loop: Loop, was: Counts, done: tuple[int, int]) -> tuple[int, int] | None:
    """Find the fewest blocks that leave their day, then the fewest new ones, for the promises that the plan keeps."""
    moment = step.moment(loop)
    ground = ground_of(step.plan, moment)
    if done == (must_leave(ground, was), 0):
        return done
    kept = weigh(step.plan.goal, loop, step.plan.blocks, due_days(step.plan, moment))
    asked = {name: int(one.wanted) for name, one in kept.items() if one.holds and name != "reviews"}
    asked["weekly-mock"] = int(kept["weekly-mock"].there)
    status, found = lay_blocks(ground, asked, was, SEARCH_SECONDS, most=done)
    if status == "unknown":
        return None
    return done if status == "none" else changes(was, found)
