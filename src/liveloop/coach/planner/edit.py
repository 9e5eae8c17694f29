"""What may a person do to a block, and what does the plan look like then?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from liveloop.base.errors import BadInput
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.days import LONGEST_DAY_MINUTES
from liveloop.coach.planner.make import Known, replan
from liveloop.coach.planner.owed import deadline
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


def finish(plan: Plan, block_id: str, shelf: Shelf, known: Known) -> Plan:
    """Call a block done; today, whenever it was planned for."""
    block = find(plan, block_id)
    if block.state == "done":
        return plan
    return replan(swap(plan, replace(block, state="done", day=min(block.day, known.today))), shelf, known)


def drop(plan: Plan, block_id: str, shelf: Shelf, known: Known) -> Plan:
    """Leave a block out, as if its time had passed; what it was promised for is laid elsewhere.

    The baseline is left out for good.
    """
    block = to_come(plan, block_id)
    plan = replace(plan, goal=replace(plan.goal, baseline=plan.goal.baseline and block.activity != "baseline"))
    return replan(swap(plan, replace(block, state="missed")), shelf, known, settled=True)


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
