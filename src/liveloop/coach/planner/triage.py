"""When there is not time for everything: what is kept, what is left out, and why no plan could do better?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from liveloop.base.clock import name_day
from liveloop.coach.loop import Loop
from liveloop.coach.planner import owed
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.kinds import kinds_of
from liveloop.coach.planner.layout import Layout, hold
from liveloop.coach.planner.model import Room
from liveloop.coach.planner.wish import Need
from liveloop.exam.brief import plural
from liveloop.plan import Block, Goal, Promise

SHORT_DAYS = 14
FIRST = 5  # skills named


def word_broken(room: Room, layout: Layout, goal: Goal, loop: Loop) -> dict[str, str]:
    """Say of each promise that is not kept why it cannot be."""
    promises = {promise.id: promise for promise in hold(room, layout.counts)}
    left = sum(room.free.values())
    words = {}
    for key in layout.broken:
        there = f"{hours(left)} are left until {name_day(goal.last)} after reviews and all else that stands fast"
        reason = why_no_mock(room, layout, loop) if key == "full-mocks" else ""
        reason = reason or why_not(promises[key], room, loop)
        order = owed.RANKS[1 : owed.RANKS.index(key)]
        kept = [owed.NAMES[one] for one in order if one not in layout.broken]
        beside = f" beside what comes before it ({', '.join(kept)})" if kept else ""
        proof = "no plan can keep it" if layout.proven else "no plan that keeps it was found in the time"
        words[key] = f"{reason}{there}; {proof}{beside}."
    return words


def word_left_out(blocks: Sequence[Block], due: Collection[date]) -> dict[str, str]:
    """Say on which days that owe a review the person left it out."""
    held = {block.day for block in blocks if block.activity == "review" and block.counts}
    dropped = {block.day for block in blocks if block.activity == "review" and block.state == "dropped"}
    days = [name_day(day) for day in sorted(dropped.intersection(due) - held)]
    return {"reviews": f"You left them out on {', '.join(days)}."} if days else {}


def why_not(promise: Promise, room: Room, loop: Loop) -> str:
    """Give the plain reason where there is one besides the time."""
    if promise.id == "weekly-mock":
        smallest = min(kind.minutes for kind in kinds_of(loop) if kind.round_id)
        held = {room.week(day) for (key, day), n in room.counting.items() if n and key.startswith("mock:")}
        open_weeks = {room.week(day) for day, minutes in room.free.items() if minutes >= smallest}
        lost = [str(week + 1) for week in owed.owed_by(room.goal, loop).weeks if week not in held | open_weeks]
        if lost:
            return f"In week {', '.join(lost)} no day that is left holds a mock of {smallest} minutes. "
    if promise.unit == "share":
        return f"It would be {promise.planned:.0%}. "
    if promise.planned >= promise.wanted:
        return "Beside the others, not every round that wants a mock has room for one. "
    return f"{promise.planned:g} of {promise.wanted:g} {promise.unit} are done or planned. "


def why_no_mock(room: Room, layout: Layout, loop: Loop) -> str:
    """Say which full mocks no day that is left can hold; nothing when it is a matter of the time in all."""
    there = {key for counts in (room.counting, layout.counts) for (key, _), n in counts.items() if n}
    lacking = [one for one in loop.rounds if one.full and f"mock:{one.id}" not in there]
    longest = {
        one.id: max((minutes for day, minutes in room.free.items() if day < room.goal.dates[one.id]), default=0)
        for one in lacking
    }
    passed = ", ".join(one.title for one in lacking if not longest[one.id])
    short = ", ".join(one.title for one in lacking if 0 < longest[one.id] < one.mock_minutes)
    words = f"There is no day left before the round: {passed}. " if passed else ""
    return words + (f"No day that is left before the round holds a mock of it: {short}. " if short else "")


def sort_out(
    goal: Goal, shelf: Shelf, need: Need, promises: Sequence[Promise], capacity: Mapping[date, int], today: date
) -> tuple[str, ...]:
    """Say honestly what a short plan is for; nothing when time and promises hold, or all is over."""
    days = (goal.last - today).days
    broken = [promise for promise in promises if not promise.holds]
    if days < 0 or (days > SHORT_DAYS and not broken):
        return ()
    in_all = hours(sum(capacity.values()))
    lines = [f"{plural(days, 'day')} and {in_all} of practice, reviews included, until the last round."]
    if days <= SHORT_DAYS:
        first = sorted(need.weights, key=lambda skill: -need.of(skill))[:FIRST]
        names = ", ".join(shelf.skills[skill].title for skill in first if skill in shelf.skills)
        lines.append(f"What is missing most, by its weight in the loop: {names}.")
        lines.append("Mocks come first: they show what an interviewer will see, and a fault that is known can be said.")
    if days <= 4:
        lines.append("No new theory now. Sleep is worth more than the last hour.")
    lines += [f"Not kept: {promise.says[0].lower()}{promise.says[1:]}. {promise.why_not}" for promise in broken]
    return tuple(lines)


def hours(minutes: int) -> str:
    """Write minutes as hours.

    Examples
    --------
    >>> hours(135), hours(60), hours(45)
    ('2 h 15', '1 h', '45 min')
    """
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02}" if whole and rest else f"{whole} h" if whole else f"{rest} min"
