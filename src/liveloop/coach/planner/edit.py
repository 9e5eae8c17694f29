"""What may a person do to a block, and what does the plan look like then?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from liveloop.base.errors import BadInput
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.days import LONGEST_DAY_MINUTES, practice_days
from liveloop.coach.planner.doing import ELSEWHERE, refuse_recorded
from liveloop.coach.planner.make import Known, replan
from liveloop.coach.planner.owed import deadline, in_time
from liveloop.plan import Block, Plan


def move(plan: Plan, block_id: str, day: date, shelf: Shelf, known: Known) -> Plan:
    """Move a block to a day, where it then stays; only what must give way changes.

    Raises
    ------
    BadInput
        For a block that is not there or not to come, a day that is past or not before the last round, a mock that would
        come after its round, a day that would hold more than six hours of what stands fast.
    """
    block = to_come(plan, block_id)
    last = deadline(block, plan.goal)
    if not known.today <= day < last:
        raise BadInput(f"{day} does not suit", where="day", allowed=f"{known.today} to the day before {last}")
    there = sum(one.minutes for one in plan.blocks if one.day == day and one.id != block_id and stays(one))
    if there + block.minutes > LONGEST_DAY_MINUTES:
        wrong = f"{there} minutes stand fast on {day}, and {block.minutes} more are beyond six hours"
        allowed = f"a day with {block.minutes} of its {LONGEST_DAY_MINUTES} minutes left"
        raise BadInput(wrong, where="day", allowed=allowed)
    return replan(swap(plan, replace(block, day=day, pinned=True)), shelf, known, settled=True)


def stays(block: Block) -> bool:
    """Say whether a block does not give way to one that is put on its day."""
    return block.state == "done" or (
        block.state == "planned" and (block.pinned or block.activity in ("review", "baseline"))
    )


def pin(plan: Plan, block_id: str, shelf: Shelf, known: Known, *, pinned: bool) -> Plan:
    """Keep a block where it is, or let it go again."""
    return replan(swap(plan, replace(to_come(plan, block_id), pinned=pinned)), shelf, known, settled=True)


def finish(plan: Plan, block_id: str, shelf: Shelf, known: Known, *, elsewhere: bool = False) -> Plan:
    """Call a block done; today, whenever it was planned for.

    Parameters
    ----------
    elsewhere
        It was done outside the app: what the app would have recorded is then believed, and kept as such.

    Raises
    ------
    BadInput
        For a block that is not there, or whose doing is recorded and that was not done elsewhere.
    """
    block = find(plan, block_id)
    if block.state == "done":
        return plan
    refuse_recorded(block, elsewhere=elsewhere)
    day, by = min(block.day, known.today), ELSEWHERE if elsewhere else ""
    return replan(swap(plan, replace(block, state="done", day=day, done_by=by, stood_on=block.day)), shelf, known)


def drop(plan: Plan, block_id: str, shelf: Shelf, known: Known) -> Plan:
    """Leave a block out; what it was promised for is laid elsewhere.

    Reviews are left out for their day, the baseline for good.
    """
    block = to_come(plan, block_id)
    plan = replace(plan, goal=replace(plan.goal, baseline=plan.goal.baseline and block.activity != "baseline"))
    return replan(swap(plan, replace(block, state="dropped")), shelf, known, settled=True)


def undo(plan: Plan, block_id: str, shelf: Shelf, known: Known) -> Plan:
    """Take back what a person said of a block: that it was done, or is left out. It then stands where it stood.

    Raises
    ------
    BadInput
        For a block that is not there, of which nothing was said, or that a record shows to be done.
    """
    block = find(plan, block_id)
    if not (block.state == "dropped" or (block.state == "done" and block.done_by in ("", ELSEWHERE))):
        wrong = "a record shows that it was done" if block.state == "done" else f"the block is {block.state}"
        raise BadInput(wrong, where="block", allowed="a block that you called done or left out")
    back = replace(block, state="planned", day=block.stood_on or block.day, done_by="", stood_on=None)
    if block.activity == "baseline":
        plan = replace(plan, goal=replace(plan.goal, baseline=True))
    duty = block.activity in ("review", "baseline")  # these stand where they are due, and nowhere else
    if duty or back.day not in practice_days(plan.goal) or not in_time(back, plan.goal):
        return replan(swap(plan, back), shelf, known, settled=True)
    held = replan(swap(plan, replace(back, pinned=True)), shelf, known, settled=True)  # the others give way to it
    return swap(held, replace(find(held, block_id), pinned=block.pinned))


def find(plan: Plan, block_id: str) -> Block:
    """Find a block; BadInput when there is none of that id."""
    block = next((block for block in plan.blocks if block.id == block_id), None)
    if block is None:
        raise BadInput(f"there is no block {block_id[:40]!r}", where="block", allowed="an id of the plan")
    return block


def to_come(plan: Plan, block_id: str) -> Block:
    """Find a block that is still to come."""
    block = find(plan, block_id)
    if block.state != "planned":
        raise BadInput(f"the block is {block.state}", where="block", allowed="a block that is planned")
    return block


def swap(plan: Plan, block: Block) -> Plan:
    """Put a block in the place of the one with its id."""
    return replace(plan, blocks=tuple(block if one.id == block.id else one for one in plan.blocks))
