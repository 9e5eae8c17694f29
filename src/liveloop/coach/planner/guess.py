"""What would somebody lay without looking ahead? The plan that the solver begins with.

Day by day, the kind comes next that is furthest behind its wish, as packets are served in fair queueing. It fills the
days and comes near to every share, but promises nothing; the solver mends what it breaks.

Source: Demers, Keshav and Shenker (1989), Analysis and simulation of a fair queueing algorithm.
"""

from __future__ import annotations

from liveloop.coach.planner.kinds import Kind, prepares
from liveloop.coach.planner.model import Cell, Room, Slot

CROWDED = 0.75  # how much of its claim a kind keeps when the day holds one of it already
UNPREPARED = 0.3


def guess(room: Room) -> dict[Cell, int]:
    """Lay blocks day by day.

    Examples
    --------
    >>> from datetime import date
    >>> from liveloop.coach.loop import load_loops
    >>> from liveloop.plan import Goal
    >>> loop = load_loops()["ai-safety"]
    >>> goal = Goal(loop.id, date(2026, 3, 2), {one.id: date(2026, 3, 9) for one in loop.rounds}, 5)
    >>> guess(Room(goal, loop, {date(2026, 3, 3): 60}, {}, 0, {("sql", 0): 60.0}))
    {('sql', datetime.date(2026, 3, 3)): 3}
    """
    counts: dict[Cell, int] = {}
    owing = dict.fromkeys((kind.key for kind in room.kinds), 0.0)
    slots = room.day_slots()
    in_week: dict[int, int] = {}
    for slot in slots:
        in_week[slot.week] = in_week.get(slot.week, 0) + slot.minutes
    seen = {key for (key, _), n in room.counting.items() if n}
    for slot in slots:
        for kind in room.kinds:
            share = slot.minutes / max(1, in_week[slot.week])
            owing[kind.key] += room.wished.get((kind.key, slot.week), 0.0) * share
        fill(room, slot, owing, counts, seen)
    return counts


def fill(room: Room, slot: Slot, owing: dict[str, float], counts: dict[Cell, int], seen: set[str]) -> None:
    """Fill one day by the largest claim that still fits."""
    left, mocks = slot.minutes, slot.mocks
    while True:
        fitting = [
            kind
            for kind in room.kinds
            if kind.minutes <= left
            and counts.get((kind.key, slot.first), 0) < slot.most.get(kind.key, 0)
            and (not kind.round_id or mocks > 0)
        ]
        best = max(fitting, key=lambda kind: claim(room, kind, slot, owing, counts, seen), default=None)
        if best is None or owing[best.key] < -best.minutes / 2:
            return
        counts[best.key, slot.first] = counts.get((best.key, slot.first), 0) + 1
        owing[best.key] -= best.minutes
        left -= best.minutes
        mocks -= bool(best.round_id)
        seen.add(best.key)


def claim(
    room: Room, kind: Kind, slot: Slot, owing: dict[str, float], counts: dict[Cell, int], seen: set[str]
) -> float:
    """Say how far a kind is behind, in its own blocks; less on a day that holds one, or before what prepares for it."""
    behind = owing[kind.key] / kind.minutes + 0.002 * kind.minutes
    if behind > 0 and counts.get((kind.key, slot.first), 0):
        behind *= CROWDED
    before = prepares(room.loop, kind)
    if behind > 0 and before and before not in seen:
        behind *= UNPREPARED
    return behind
