"""How is a plan made, and made anew when a day was missed, a debrief came or a block was moved?

Blocks that are done stay done, those that were pinned or moved stay where they were put, and of the rest as few change
their day as the promises allow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count

from liveloop.coach.planner import owed
from liveloop.coach.planner.choose import Shelf, choose
from liveloop.coach.planner.days import practice_days, refuse_goal, week_of, why_closed
from liveloop.coach.planner.kinds import BASELINE_MINUTES, REVIEW_MINUTES, Kind, key_of, kinds_of
from liveloop.coach.planner.layout import Layout, lay, mend
from liveloop.coach.planner.model import Cell, Room
from liveloop.coach.planner.triage import sort_out, word_broken, word_left_out
from liveloop.coach.planner.wish import Fare, Need, wish
from liveloop.plan import Activity, Block, Goal, Plan

ORDER: tuple[Activity, ...] = (
    "baseline", "review", "reading", "sql", "python", "case", "design", "prompt", "narrative", "mock",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is known when a plan is made: the day, the person's needs, the days when reviews fall due."""

    today: date
    need: Need
    due: Collection[date] = ()


@dataclass(frozen=True)
class There:
    """What is there before blocks are laid: those that stay, those that may move, and the numbers of new ones.

    `settled` says that those that may move go on opening what they open.
    """

    fixed: Sequence[Block]
    movable: Sequence[Block]
    numbers: Iterator[int]
    settled: bool = False


def make_plan(
    goal: Goal, shelf: Shelf, known: Known, *, before: Sequence[Block] = (), earlier: Goal | None = None
) -> Plan:
    """Make a plan from today to the last round.

    Parameters
    ----------
    before
        Blocks of an earlier plan: those that are done count, those that were left out stay so, those that are pinned
        stay while the goal leaves them their day; the rest is laid anew.
    earlier
        The goal of that plan: what was put on a day that was off by then already stays there.

    Raises
    ------
    BadInput
        For a goal that no plan can be made for.
    """
    refuse_goal(goal, shelf.loop, known.today)
    blocks = pass_days(before, known.today)
    stays = [block for block in blocks if block.state != "planned" or (block.pinned and suits(block, goal, earlier))]
    return assemble(goal, shelf, known, There(stays, (), numbers_after(blocks)), fresh=True)


def suits(block: Block, goal: Goal, earlier: Goal | None) -> bool:
    """Say whether a block may stay on its day: in time, and not on a day that the goal newly leaves out."""
    newly = why_closed(goal, block.day) and not (earlier and why_closed(earlier, block.day))
    return owed.in_time(block, goal) and not newly


def let_go(before: Plan, after: Plan) -> tuple[Block, ...]:
    """List the blocks that a person had put somewhere and that a new plan does not keep there."""
    there = {block.id for block in after.blocks}
    put = (block for block in before.blocks if block.pinned and block.state == "planned")
    return tuple(block for block in put if block.id not in there)


def word_let_go(before: Plan, after: Plan) -> tuple[str, ...]:
    """Say of each block that a new plan let go where it stood."""
    gone = let_go(before, after)
    return tuple(f"let go from {one.day}, which does not suit this plan: {one.id} {one.title}" for one in gone)


def replan(plan: Plan, shelf: Shelf, known: Known, *, adapt: bool = False, settled: bool = False) -> Plan:
    """Make the plan anew around what was done, missed, pinned and moved, moving as little else as must be.

    With `adapt`, the weeks after this one are laid anew by what is now known of the person; without it a block moves
    only when a promise or a day's minutes would break. With `settled`, nothing new is known of the person: every block
    goes on opening what it opens.
    """
    blocks = pass_days(plan.blocks, known.today)
    numbers = numbers_after(blocks)
    fixed = [block for block in blocks if block.state != "planned" or block.pinned]
    if adapt:
        week_ends = plan.goal.begins + timedelta(days=7 * (week_of(plan.goal, known.today) + 1))
        stays = [block for block in blocks if block.state != "planned" or block.pinned or block.day < week_ends]
        plan = assemble(plan.goal, shelf, known, There(stays, (), numbers), fresh=True)
        blocks = list(plan.blocks)  # this week gives way only now, where a day is too full or a promise would break
    moves = [block for block in blocks if block.state == "planned" and not block.pinned]
    return assemble(plan.goal, shelf, known, There(fixed, moves, numbers, settled), fresh=False)


def pass_days(blocks: Iterable[Block], today: date) -> list[Block]:
    """Call every block missed that lies behind and was not done."""
    return [
        replace(block, state="missed") if block.state == "planned" and block.day < today else block for block in blocks
    ]


def numbers_after(blocks: Iterable[Block]) -> Iterator[int]:
    """Count on from the highest number there was: a number is never another block's later."""
    return count(1 + max((int(block.id.removeprefix("b")) for block in blocks), default=0))


def assemble(goal: Goal, shelf: Shelf, known: Known, there: There, *, fresh: bool) -> Plan:
    """Lay what can move around what is fixed, and say what is promised."""
    capacity = {day: minutes for day, minutes in practice_days(goal).items() if day >= known.today}
    kinds, numbers = {kind.key: kind for kind in kinds_of(shelf.loop)}, there.numbers
    kept = keep_orders(there, known, capacity)
    stands = [*there.fixed, *kept, *standing_orders(goal, known, capacity, [*there.fixed, *kept], numbers)]
    laid = [block for block in there.movable if key_of(block) in kinds]
    room = make_room(goal, shelf, known, capacity, stands, laid)
    layout = lay(room) if fresh else mend(room)
    placed = place(layout, laid, kinds, numbers)
    blocks = sorted([*stands, *placed], key=lambda block: (block.day, ORDER.index(block.activity), int(block.id[1:])))
    settled = {block.id for block in there.movable} if there.settled else ()
    blocks = list(choose(blocks, goal, shelf, known.need, known.today, settled=settled))
    promised = [day for day in known.due if day in capacity]
    why = word_broken(room, layout, goal, shelf.loop) | word_left_out(blocks, promised)
    promises = owed.weigh_promises(goal, shelf.loop, blocks, promised, why)
    return Plan(goal, tuple(blocks), promises, sort_out(goal, shelf, known.need, promises, capacity, known.today))


def keep_orders(there: There, known: Known, capacity: Mapping[date, int]) -> list[Block]:
    """List the baseline and the reviews that go on standing where they stand: one review on a day, one baseline."""
    reviewed = {block.day for block in there.fixed if answers_day(block)}
    begun = any(block.activity == "baseline" and block.counts for block in there.fixed)
    wanted = {"review": {*known.due} - reviewed, "baseline": set() if begun else {*capacity}}
    kept: dict[tuple[Activity, date], Block] = {}
    for block in sorted(there.movable, key=lambda block: int(block.id[1:])):  # of two the older: the newer replaced it
        if block.day in capacity and block.day in wanted.get(block.activity, ()):
            kept.setdefault((block.activity, block.day), block)
    return list(kept.values())


def answers_day(block: Block) -> bool:
    """Say whether a day needs no other review for this one: a missed one is made up for, one left out is not."""
    return block.activity == "review" and block.state != "missed"


def standing_orders(
    goal: Goal, known: Known, capacity: dict[date, int], there: Sequence[Block], numbers: Iterator[int]
) -> list[Block]:
    """Give the baseline and the reviews, which are not for the solver to move."""
    orders = []
    days = list(capacity)
    if goal.baseline and days and not any(block.activity == "baseline" and block.counts for block in there):
        why = "45 minutes across all skills: the plan then knows where you stand, and how surely."
        orders.append(block_of(numbers, days[0], "baseline", BASELINE_MINUTES, "Baseline", why))
    held = {block.day for block in there if answers_day(block)}
    why = "What you will have half forgotten by then comes back for a moment, and stays."
    orders += [
        block_of(numbers, day, "review", REVIEW_MINUTES, "Reviews", why)
        for day in days
        if day in known.due and day not in held
    ]
    return orders


def block_of(numbers: Iterator[int], day: date, activity: Activity, minutes: int, title: str, why: str) -> Block:
    """Make a block under the next number."""
    return Block(f"b{next(numbers)}", day, activity, minutes, title=title, why=why)


def make_room(
    goal: Goal,
    shelf: Shelf,
    known: Known,
    capacity: dict[date, int],
    stands: Sequence[Block],
    laid: Sequence[Block],
) -> Room:
    """Say what the solver has to work with."""
    kinds = {kind.key for kind in kinds_of(shelf.loop)}
    counted = [block for block in stands if block.counts]
    taken: dict[date, int] = {}
    for block in counted:
        taken[block.day] = taken.get(block.day, 0) + block.minutes
    free = {day: max(0, minutes - taken.get(day, 0)) for day, minutes in capacity.items()}
    other = sum(block.minutes for block in counted if key_of(block) not in kinds and owed.in_time(block, goal))
    weeks: dict[int, int] = {}
    for day, minutes in free.items():
        weeks[week_of(goal, day)] = weeks.get(week_of(goal, day), 0) + minutes
    standing = tally(block for block in counted if key_of(block) in kinds)
    done: dict[str, float] = {}
    for block in counted:
        if key_of(block) in kinds and owed.in_time(block, goal):
            done[key_of(block)] = done.get(key_of(block), 0.0) + block.minutes
    fare = Fare(shelf.loop, goal, shelf.themes, shelf.menu, done)
    wished = wish(fare, known.need, weeks, other) if sum(weeks.values()) else {}
    return Room(
        goal,
        shelf.loop,
        free,
        standing,
        other,
        wished,
        tally(block for block in laid if block.day in free),
    )


def tally(blocks: Iterable[Block]) -> dict[Cell, int]:
    """Count blocks by kind and day."""
    counts: dict[Cell, int] = {}
    for block in blocks:
        cell = key_of(block), block.day
        counts[cell] = counts.get(cell, 0) + 1
    return counts


def place(layout: Layout, laid: Sequence[Block], kinds: Mapping[str, Kind], numbers: Iterator[int]) -> list[Block]:
    """Give every counted block an identity: those that stand stay, those that must go move where one is wanted."""
    wanted, placed = dict(layout.counts), []
    leaving: dict[str, list[Block]] = {}
    for block in laid:
        cell = key_of(block), block.day
        if wanted.get(cell, 0) > 0:
            wanted[cell] -= 1
            placed.append(block)
        else:
            leaving.setdefault(cell[0], []).append(block)
    for (key, day), missing in sorted(wanted.items(), key=lambda item: item[0][1]):
        for _ in range(missing):
            moved = leaving.get(key)
            if moved:
                placed.append(replace(moved.pop(0), day=day))
            else:
                kind = kinds[key]
                placed.append(Block(f"b{next(numbers)}", day, kind.activity, kind.minutes, refers=kind.round_id))
    return placed
