"""How does a plan leave as a calendar or as text?

Times in the calendar are floating (no zone): seven in the evening is seven wherever the person is that day.

Source: RFC 5545, Internet Calendaring and Scheduling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from icalendar import Calendar, Event

from liveloop.base.clock import name_day
from liveloop.coach.loop import Loop
from liveloop.plan import Block, Goal, Plan

WEEKEND = (5, 6)


def write_calendar(plan: Plan, loop: Loop, stamped_at: datetime) -> bytes:
    """Write a plan as iCalendar: an event for each block, an all-day event for each round.

    Parameters
    ----------
    stamped_at
        When the plan was last changed; a reader takes an event whose stamp is newer.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//liveloop//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"liveloop: {loop.title}")
    calendar.add("method", "PUBLISH")
    for block, starts in timed(plan):
        event = Event()
        event.add("uid", f"{block.id}.{plan.goal.begins:%Y%m%d}@liveloop.local")
        event.add("dtstamp", stamped_at)
        event.add("dtstart", starts)
        event.add("dtend", starts + timedelta(minutes=block.minutes))
        event.add("summary", f"{'✓ ' if block.state == 'done' else ''}{block.title or block.activity}")
        event.add("description", block.why)
        event.add("categories", [block.activity])
        calendar.add_component(event)
    for one in loop.rounds:
        event = Event()
        event.add("uid", f"{one.id}.{plan.goal.begins:%Y%m%d}@liveloop.local")
        event.add("dtstamp", stamped_at)
        event.add("dtstart", plan.goal.dates[one.id])
        event.add("dtend", plan.goal.dates[one.id] + timedelta(days=1))
        event.add("summary", f"Interview: {one.title}")
        event.add("description", "\n".join(one.looks_for))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def timed(plan: Plan) -> Iterator[tuple[Block, datetime]]:
    """Give each block that is done or to come with the time at which it begins, one after the other."""
    shown = [block for block in plan.blocks if block.counts]
    for day, blocks in groupby(shown, key=day_of):
        at = datetime.combine(day, opening(plan.goal, day))
        for block in blocks:
            yield block, at
            at += timedelta(minutes=block.minutes)


def opening(goal: Goal, day: date) -> time:
    """Say when practice begins on a day."""
    return time.fromisoformat(goal.morning if day.weekday() in WEEKEND else goal.evening)


def day_of(block: Block) -> date:
    """Say on which day a block stands."""
    return block.day


def write_markdown(plan: Plan, loop: Loop) -> str:
    """Write a plan as Markdown: the dates, what is promised, then each day with its blocks and their reasons."""
    lines = [f"# {loop.title}", ""]
    lines += [
        f"- {one.title}: {name_day(plan.goal.dates[one.id])} {plan.goal.dates[one.id].year}" for one in loop.rounds
    ]
    lines += ["", f"{plan.goal.hours_a_week:g} hours a week from {name_day(plan.goal.begins)}.", ""]
    lines += [*plan.triage, *([""] if plan.triage else [])]
    lines += ["## Promised", ""]
    for promise in plan.promises:
        lines.append(f"- [{'x' if promise.holds else ' '}] {promise.says}. {promise.why_not}".rstrip())
    for week, blocks in groupby(plan.blocks, key=lambda block: (block.day - plan.goal.begins).days // 7):
        lines += ["", f"## Week {week + 1}", *write_days(list(blocks))]
    return "\n".join(lines) + "\n"


def write_days(blocks: Sequence[Block]) -> Iterator[str]:
    """Write the days of one week."""
    boxes = {"done": "x", "missed": "-", "dropped": "-", "planned": " "}
    for day, there in groupby(blocks, key=day_of):
        yield f"\n**{name_day(day)}**\n"
        for block in there:
            more = " (left out)" if block.state == "dropped" else " (pinned)" if block.pinned else ""
            yield f"- [{boxes[block.state]}] {block.minutes} min: {block.title}{more}. {block.why}".rstrip()
