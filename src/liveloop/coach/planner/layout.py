"""How many blocks of each kind stand on which day, so that what is promised is kept?

A plan begins as a guess that fills the days by what is wished. The solver then keeps every promise while it changes as
little of that as it must. Only when no plan keeps them all are promises given up, from the last in order: that no plan
keeps more is proven, on whole weeks (which relax the days, and are quick) or on the days themselves. Last, what time is
left goes into coming nearer to the wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from liveloop.coach.planner import owed
from liveloop.coach.planner.again import change_less, look_again
from liveloop.coach.planner.guess import guess
from liveloop.coach.planner.model import Cell, Model, Room, Slot, Solved
from liveloop.plan import Block, Promise

MEND_EFFORT = 0.1  # in the solver's own seconds, of which one is a few of the clock's
FIND_EFFORT = 0.2
FINISH_EFFORT = 0.05


@dataclass(frozen=True)
class Layout:
    """How many blocks of each kind on which day; `broken` are the promises that cannot be kept, `proven` if so."""

    counts: Mapping[Cell, int]
    broken: tuple[str, ...]
    proven: bool


def lay(room: Room) -> Layout:
    """Lay the blocks of a plan anew: keep the promises, come near to what is wished."""
    counts = guess(room)
    kept = dict.fromkeys(promised(room), True)
    if keeps(hold(room, counts), kept):
        return Layout(finish(room, counts, kept), (), proven=True)
    return mend(replace(room, current=counts), finished=True)


def mend(room: Room, *, finished: bool = False) -> Layout:
    """Keep the promises with as few changes of what stands now (`current`) as can be.

    Most often a day or two hold too much and the rest stands: then only the weeks of those days are opened. When no
    more leaves than must leave the days that are too full, no wider search can do better.
    """
    kept, proven = dict.fromkeys(promised(room), True), True
    near = Solved(None, {}, proven=False) if finished else nearby(room, kept)
    if not near.proven:
        kept, proven = possible(room, room.week_slots(), promised(room))
        if not finished and not all(kept.values()):
            near = nearby(room, kept)
    found = near if near.proven else fewest(room, kept, near.counts)
    if found.counts is None:  # the weeks promised more than their days hold
        kept, proven = possible(room, room.day_slots(), promised(room))
        found = fewest(room, kept)
    counts = found.counts if found.counts is not None else dict(room.current)
    if finished:
        counts = finish(room, counts, kept)
    elif found.counts is not None and not found.proven:
        counts = change_less(room, kept, counts).counts or counts
    return Layout(counts, broken(hold(room, counts)), proven)


def nearby(room: Room, kept: Mapping[str, bool]) -> Solved:
    """Mend only the weeks whose days hold too much; proven when no fewer can leave or come, whatever is opened."""
    full = too_full(room)
    weeks = {room.week(day) for day in full}
    inside = {cell: n for cell, n in room.current.items() if room.week(cell[1]) in weeks and n}
    outside = {cell: n for cell, n in room.current.items() if room.week(cell[1]) not in weeks and n}
    if not full:
        held = keeps(hold(room, outside), kept)
        return Solved(outside if held else None, {}, proven=held)
    free = {day: minutes for day, minutes in room.free.items() if room.week(day) in weeks}
    part = replace(room, free=free, standing=add(room.standing, outside), current=inside)
    found = fewest(part, kept)
    if found.counts is None:
        return Solved(None, {}, proven=False)
    least = gone(inside, found.counts) <= sum(full.values()) and gone(found.counts, inside) <= 1
    return Solved(outside | found.counts, {}, proven=found.proven and least)


def too_full(room: Room) -> dict[date, int]:
    """Say of each day that holds more than it may how many blocks must leave it at least."""
    minutes = {kind.key: kind.minutes for kind in room.kinds}
    least = {}
    for slot in room.day_slots():
        there = {key: n for (key, day), n in room.current.items() if day == slot.first and n}
        over = sum(n * minutes[key] for key, n in there.items()) - slot.minutes
        beyond = sum(max(0, n - slot.most.get(key, 0)) for key, n in there.items())
        mocks = sum(n for key, n in there.items() if key.startswith("mock:")) - slot.mocks
        sizes = sorted((minutes[key] for key, n in there.items() for _ in range(n)), reverse=True)
        leaving = 0
        while over > 0 and leaving < len(sizes):
            over -= sizes[leaving]
            leaving += 1
        if max(leaving, beyond, mocks) > 0:
            least[slot.first] = max(leaving, beyond, mocks)
    return least


def gone(before: Mapping[Cell, int], after: Mapping[Cell, int]) -> int:
    """Count the blocks that left their day."""
    return sum(max(0, n - after.get(cell, 0)) for cell, n in before.items())


def fewest(room: Room, kept: Mapping[str, bool], start: Mapping[Cell, int] | None = None) -> Solved:
    """Keep these promises with the fewest changes; any plan that keeps them when the time is too short for that.

    Parameters
    ----------
    start
        A plan that keeps them, to begin with.
    """
    model = Model(room, room.day_slots())
    model.promise()
    model.keep(kept)
    model.change_least()
    model.hint(room.current if start is None else start)
    found = model.solve(MEND_EFFORT)
    if found.counts is None and not found.proven:
        found = look_again(room, room.day_slots(), kept)
        return replace(found, proven=found.counts is None and found.proven)  # a plan, but not the least change
    return found


def promised(room: Room) -> tuple[str, ...]:
    """Name every promise in order, weekly mocks one by one."""
    weeks = [f"weekly-mock/{week}" for week in owed.owed_by(room.goal, room.loop).weeks]
    return tuple(key for rank in owed.RANKS[1:] for key in (weeks if rank == "weekly-mock" else [rank]))


def possible(room: Room, slots: Sequence[Slot], keys: Sequence[str]) -> tuple[dict[str, bool], bool]:
    """Say which promises the slots can keep together, the first in order first, and whether that is proven.

    The longest beginning that can be kept is found by halving; the promise after it is given up, and so on. What a week
    can hold of mocks does not depend on the other weeks, so the weeks that are kept are as many as can be.
    """
    kept, rest, proven = dict.fromkeys(promised(room), False), list(keys), True
    while rest:
        low, high, tried = 0, len(rest) + 1, len(rest)
        while high - low > 1:
            found = plainly(room, kept | dict.fromkeys(rest[:tried], True), slots)
            if found.counts is not None:
                low = tried
            else:
                high, sure = tried, found.proven
            tried = (low + high) // 2
        kept |= dict.fromkeys(rest[:low], True)
        if low < len(rest):
            proven = proven and sure
        rest = rest[low + 1 :]
    return kept, proven


def plainly(room: Room, kept: Mapping[str, bool], slots: Sequence[Slot]) -> Solved:
    """Find any plan that keeps these promises."""
    model = Model(room, slots)
    model.promise()
    model.keep(kept)
    model.hint(room.current)
    found = model.solve(FIND_EFFORT)
    return look_again(room, slots, kept) if found.counts is None and not found.proven else found


def finish(room: Room, counts: Mapping[Cell, int], kept: Mapping[str, bool]) -> dict[Cell, int]:
    """Come nearer to the wish from a plan that keeps its promises, as far as a little time allows."""
    model = Model(room, room.day_slots())
    model.promise()
    model.keep(kept)
    model.near()
    model.hint(counts)
    found = model.solve(FINISH_EFFORT)
    return dict(counts) if found.counts is None else found.counts


def hold(room: Room, counts: Mapping[Cell, int]) -> tuple[Promise, ...]:
    """Hold counts against every promise."""
    kinds = {kind.key: kind for kind in room.kinds}
    cells = [(cell, n) for part in (room.standing, counts) for cell, n in part.items()]
    blocks = [
        Block("", day, kinds[key].activity, kinds[key].minutes, refers=kinds[key].round_id)
        for (key, day), n in cells
        for _ in range(n)
    ]
    other = Block("", room.goal.begins, "review", room.other_minutes)
    return owed.weigh_promises(room.goal, room.loop, [*blocks, other], (), {})


def keeps(promises: Iterable[Promise], asked: Mapping[str, bool]) -> bool:
    """Say whether as much is kept as is asked for."""
    wanted: dict[str, int] = {}
    for key, held in asked.items():
        name = key.partition("/")[0]
        wanted[name] = wanted.get(name, 0) + held
    kept = {one.id: one.planned if one.id == "weekly-mock" else int(one.holds) for one in promises}
    return all(kept[name] >= count for name, count in wanted.items())


def add(standing: Mapping[Cell, int], counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """Add counts cell by cell."""
    both = dict(standing)
    for cell, n in counts.items():
        both[cell] = both.get(cell, 0) + n
    return both


def broken(promises: Iterable[Promise]) -> tuple[str, ...]:
    """Name the promises that are not kept, in their order."""
    return tuple(promise.id for promise in promises if not promise.holds)
