"""Does a plan keep every rule, and is every promise that it breaks truly impossible?

The auditor of the planner: it shares nothing with it but the nouns and the loop. It reads the contract of
`contract.py`, holds the blocks against each rule, and has `prover.py` look for a plan that keeps what this one says
cannot be kept. Where the baseline stands is the planner's choice; blocks that are done, missed, left out or pinned are
the person's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from claims import claims, sorted_out
from contract import (
    BASELINE_MINUTES,
    COUNTED_STATES,
    MOCKS_A_DAY,
    RANKED,
    REVIEW_MINUTES,
    name_of,
    practice,
    room_left,
    sorts_of,
    weigh,
)
from moment import Fault, Moment, due_days, is_laid, is_to_move, standing

from liveloop.plan import Block, Plan

SAME = ("day", "activity", "minutes", "refers", "title", "skills", "state", "pinned")


@dataclass(frozen=True)
class Verdict:
    """What was found: the faults, the promises that are kept and broken, and how many of the broken are proven."""

    faults: tuple[Fault, ...]
    held: tuple[str, ...]
    broken: tuple[str, ...]
    proven: tuple[str, ...]


def verify(plan: Plan, moment: Moment, *, proofs: bool = True) -> Verdict:
    """Hold a plan against the contract."""
    faults = [*rules(plan, moment), *figures(plan, moment), *sorted_out(plan, moment)]
    broken = tuple(one.id for one in plan.promises if not one.holds)
    proven: list[str] = []
    if proofs and tuple(one.id for one in plan.promises) == RANKED:
        found, proven = claims(plan, moment)
        faults += found
    return Verdict(tuple(faults), tuple(one.id for one in plan.promises if one.holds), broken, tuple(proven))


def rules(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Name every hard rule that the blocks break."""
    yield from identities(plan, moment)
    yield from fates(plan, moment)
    yield from places(plan, moment)
    yield from days(plan, moment)
    yield from duties(plan, moment)


def identities(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold each block to its sort, and its id to being its own."""
    sorts = sorts_of(moment.loop)
    for name, count in Counter(block.id for block in plan.blocks).items():
        if count > 1:
            yield Fault("twice", f"{count} blocks are {name}")
    fixed = {"review": REVIEW_MINUTES, "baseline": BASELINE_MINUTES}
    for block in plan.blocks:
        sort = sorts.get(name_of(block))
        wanted = sort.minutes if sort else fixed.get(block.activity)
        if block.minutes != wanted:
            yield Fault("sort", f"{block.id} is {name_of(block)} of {block.minutes} minutes, not {wanted}")


def fates(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold what was done, missed, pinned or has passed to staying as it was, and new blocks to being to come."""
    after = {block.id: block for block in plan.blocks}
    known = {block.id for block in moment.before}
    for block in moment.before:
        passed = block.state == "planned" and block.day < moment.today
        wanted = replace(block, state="missed") if passed else block
        there = after.get(block.id)
        if there is None and (passed or block.pinned or block.state != "planned"):
            yield Fault("lost", f"{block.id} ({block.state}, pinned {block.pinned}) on {block.day} is lost")
        elif there is not None:
            yield from fate(wanted, there)
    for block in plan.blocks:
        if block.id not in known and (block.state != "planned" or block.pinned):
            yield Fault("invented", f"{block.id} is new, and {block.state}, pinned {block.pinned}")


def fate(wanted: Block, there: Block) -> Iterator[Fault]:
    """Compare what became of one block."""
    movable = wanted.state == "planned" and not wanted.pinned
    names = ("activity", "minutes", "state", "pinned") if movable else SAME
    unnamed = not wanted.title and wanted.pinned
    changed = [name for name in names if getattr(wanted, name) != getattr(there, name)]
    if unnamed:
        changed = [name for name in changed if name not in ("title", "skills", "refers")]
    if name_of(wanted) != name_of(there):
        changed.append("sort")
    if changed:
        yield Fault(
            "changed", f"{wanted.id} on {wanted.day} was {wanted.state}, pinned {wanted.pinned}: {changed} changed"
        )


def places(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold planned blocks to days that may be practised on."""
    there = practice(plan.goal)
    for block in plan.blocks:
        if block.state != "planned":
            continue
        if block.day < moment.today:
            yield Fault("past", f"{block.id} is planned for {block.day}, which is past")
        if block.pinned:
            continue
        if not there.get(block.day):
            yield Fault("day", f"{block.id} stands on {block.day}, which has no time")
        if block.activity == "mock" and block.day >= plan.goal.dates.get(block.refers, plan.goal.last):
            yield Fault("late", f"{block.id}: mock of {block.refers} on {block.day}, after its round")


def days(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold each day to its minutes and to how many of a sort it may have, around what is not the planner's to move."""
    sorts = sorts_of(moment.loop)
    for day, room in room_left(plan.goal, moment.today, standing(plan)).items():
        counted = [block for block in plan.blocks if block.day == day and block.state in COUNTED_STATES]
        laid = [block for block in counted if is_laid(block)]
        if sum(block.minutes for block in laid) > room:
            yield Fault("full", f"{day}: {sum(block.minutes for block in laid)} minutes laid where {room} are left")
        for name, count in Counter(name_of(block) for block in laid).items():
            fixed = sum(name_of(block) == name for block in counted) - count
            if name in sorts and count > max(0, sorts[name].most - fixed):
                yield Fault("limit", f"{day}: {count} laid and {fixed} fixed of {name}")
        mocks = sum(block.activity == "mock" for block in laid)
        fixed = sum(block.activity == "mock" for block in counted) - mocks
        if mocks > max(0, MOCKS_A_DAY - fixed):
            yield Fault("limit", f"{day}: {mocks} mocks laid beside {fixed} that are fixed")


def duties(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold the plan to one review on each day that is due and was not freed of it, none elsewhere, and one baseline."""
    there = [day for day in practice(plan.goal) if day >= moment.today]
    freed = {block.day for block in plan.blocks if block.activity == "review" and block.state == "dropped"}
    owed = set(moment.due) & set(there) - freed
    reviews = Counter(
        block.day for block in plan.blocks if block.activity == "review" and block.state in COUNTED_STATES
    )
    laid = Counter(block.day for block in plan.blocks if block.activity == "review" and is_to_move(block))
    for day in owed - set(reviews):
        yield Fault("review", f"{day} is due and has no review")
    for day, count in laid.items():
        if day not in owed or count > 1 or reviews[day] > count:
            yield Fault("review", f"{day} has {reviews[day]} reviews; due: {day in owed}")
    baselines = [block for block in plan.blocks if block.activity == "baseline"]
    known = {block.id for block in moment.before if block.activity == "baseline"}
    count = sum(block.state in COUNTED_STATES for block in baselines)
    if count > 1 or (plan.goal.baseline and there and not count):
        yield Fault("baseline", f"there are {count} baselines; asked for: {plan.goal.baseline}")
    for block in baselines:
        if block.id not in known and (block.day != there[0] or not plan.goal.baseline):
            yield Fault("baseline", f"a baseline is laid on {block.day}; the first day is {there[0]}")


def figures(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold what is said of each promise to what the blocks say."""
    if tuple(one.id for one in plan.promises) != RANKED:
        yield Fault("promises", f"the promises are {[one.id for one in plan.promises]}")
        return
    kept = weigh(plan.goal, moment.loop, plan.blocks, due_days(plan, moment))
    for one in plan.promises:
        true = kept[one.id]
        if one.holds != true.holds:
            yield Fault("promise", f"{one.id} is said to hold: {one.holds}; in truth {float(true.there):g}")
        if not near(one.planned, true.there) or not near(one.wanted, true.wanted):
            said = f"{one.planned:g} of {one.wanted:g}, in truth {float(true.there):g} of {float(true.wanted):g}"
            yield Fault("figure", f"{one.id}: {said}")
        if one.holds and one.why_not:
            yield Fault("figure", f"{one.id} holds, and says why not")


def near(said: float, true: object) -> bool:
    """Compare a figure that may be rounded to four places."""
    return abs(said - float(true)) <= 0.00005 + 1e-9  # type: ignore[arg-type]
