"""What must be known besides a plan to judge it, and which of its blocks are the planner's to move?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from contract import COUNTED_STATES, practice, room_left
from prover import Ground

from liveloop.coach.loop import Loop
from liveloop.plan import Block, Plan


@dataclass(frozen=True)
class Moment:
    """What a plan was made in: the loop, the day, the days when reviews fall due, the blocks that there were."""

    loop: Loop
    today: date
    due: Collection[date] = ()
    before: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Fault:
    """One rule that a plan breaks; `sort` names the rule."""

    sort: str
    says: str


def is_to_move(block: Block) -> bool:
    """Say whether a block is the planner's."""
    return block.state == "planned" and not block.pinned


def is_laid(block: Block) -> bool:
    """Say whether a block is the planner's to move; reviews and the baseline are its duty, on their day."""
    return is_to_move(block) and block.activity not in ("review", "baseline")


def standing(plan: Plan) -> tuple[Block, ...]:
    """List what counts and cannot be moved."""
    return tuple(block for block in plan.blocks if block.state in COUNTED_STATES and not is_laid(block))


def ground_of(plan: Plan, moment: Moment) -> Ground:
    """Say what any plan had to work with at that moment."""
    stands = standing(plan)
    return Ground(plan.goal, moment.loop, room_left(plan.goal, moment.today, stands), stands)


def due_days(plan: Plan, moment: Moment) -> list[date]:
    """List the days still to come that owe a review."""
    return [day for day in practice(plan.goal) if day >= moment.today and day in moment.due]
