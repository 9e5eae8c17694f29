"""Is the calendar one that a second parser reads the same, and is the text complete?"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import icalendar
import pytest
import vobject
from people import ITEMS, SHIPPED, SKILLS, THEMES

from liveloop.coach.planner import edit
from liveloop.coach.planner.calendar import write_calendar, write_markdown
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.make import Known, Need, make_plan
from liveloop.plan import Goal

MONDAY = date(2026, 3, 2)
STAMP = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
SHELF = Shelf(SHIPPED, THEMES, SKILLS, ITEMS)
KNOWN = Known(MONDAY, Need({}, SHIPPED.weights()), frozenset({MONDAY + timedelta(days=1)}))
NASTY = 'Commas, semicolons; back\\slashes "quotes"\nnew lines: ünïcödé ✓ ' + "long " * 30


@pytest.fixture(scope="module")
def plan():
    dates = {one.id: MONDAY + timedelta(days=10 + one.stage) for one in SHIPPED.rounds}
    plan = make_plan(Goal(SHIPPED.id, MONDAY, dates, 8), SHELF, KNOWN)
    first, second, third = plan.blocks[:3]
    named = (replace(first, title=NASTY, why=NASTY), replace(second, state="done"), replace(third, state="missed"))
    dropped = replace(plan.blocks[3], state="dropped")
    return replace(plan, blocks=(*named, dropped, *plan.blocks[4:]))


def read_twice(text):
    """Read events with both parsers: uid, begin, end, summary, description."""
    mine = [
        (str(e["uid"]), e["dtstart"].dt, e["dtend"].dt, str(e["summary"]), str(e["description"]))
        for e in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]
    other = [
        (e.uid.value, e.dtstart.value, e.dtend.value, e.summary.value, e.description.value)
        for e in vobject.readOne(text.decode()).vevent_list
    ]
    return mine, other


def test_two_parsers_read_the_same(plan):
    mine, other = read_twice(write_calendar(plan, SHIPPED, STAMP))
    assert sorted(mine, key=str) == sorted(other, key=str)
    shown = [block for block in plan.blocks if block.state in ("planned", "done")]
    assert len(mine) == len(shown) + len(SHIPPED.rounds)
    nasty = next(event for event in other if event[0].startswith(f"{plan.blocks[0].id}."))
    assert nasty[3] == nasty[4] == NASTY


def test_the_text_is_as_the_standard_wants_it(plan):
    text = write_calendar(plan, SHIPPED, STAMP)
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    for line in ("VERSION:2.0", "PRODID:-//liveloop//plan//EN", "METHOD:PUBLISH", "DTSTAMP:20260302T073000Z"):
        assert line.encode() in text.split(b"\r\n")
    vobject.readOne(text.decode()).validate()


def test_blocks_follow_one_another_on_the_clock_of_wherever_one_is(plan):
    _, events = read_twice(write_calendar(plan, SHIPPED, STAMP))
    timed = sorted((e[1], e[2]) for e in events if isinstance(e[1], datetime))
    assert all(begins.tzinfo is None for begins, _ in timed)
    assert all(before[1] <= after[0] for before, after in pairwise(timed))
    first = {}
    for begins, _ in timed:
        first.setdefault(begins.date(), begins.time())
    for day, at in first.items():
        assert f"{at:%H:%M}" == (plan.goal.morning if day.weekday() > 4 else plan.goal.evening)
    minutes = {b.id: b.minutes for b in plan.blocks}
    for uid, begins, ends, *_ in events:
        if isinstance(begins, datetime):
            assert ends - begins == timedelta(minutes=minutes[uid.partition(".")[0]])


def test_rounds_last_a_day_and_nothing_is_told_twice(plan):
    events, _ = read_twice(write_calendar(plan, SHIPPED, STAMP))
    days = {
        uid.partition(".")[0]: (begins, ends) for uid, begins, ends, *_ in events if not isinstance(begins, datetime)
    }
    assert days == {key: (day, day + timedelta(days=1)) for key, day in plan.goal.dates.items()}
    assert len({event[0] for event in events}) == len(events)


def test_an_event_keeps_its_name_when_its_block_moves(plan):
    block = next(b for b in plan.blocks if b.activity == "sql" and b.state == "planned")
    moved = edit.move(plan, block.id, MONDAY + timedelta(days=4), SHELF, KNOWN)
    before = {event[0]: event for event in read_twice(write_calendar(plan, SHIPPED, STAMP))[0]}
    after = {event[0]: event for event in read_twice(write_calendar(moved, SHIPPED, STAMP))[0]}
    uid = next(uid for uid in before if uid.startswith(f"{block.id}."))
    assert after[uid][1].date() == MONDAY + timedelta(days=4)
    assert after[uid][3] == before[uid][3]


def test_the_text_names_every_block_promise_and_date(plan):
    text = write_markdown(plan, SHIPPED)
    assert len(re.findall(r"^- \[[x -]\] \d+ min: ", text, re.MULTILINE)) == len(plan.blocks)
    assert "- [x] " in text
    assert "- [-] " in text
    assert text.count(" (left out). ") == 1
    for one in plan.promises:
        assert f"- [{'x' if one.holds else ' '}] {one.says}. {one.why_not}".rstrip() in text
    for one in SHIPPED.rounds:
        assert f"- {one.title}: {plan.goal.dates[one.id]:%A %d %B %Y}" in text
    for week in {(b.day - MONDAY).days // 7 for b in plan.blocks}:
        assert f"## Week {week + 1}\n" in text
