"""When is what practised, and how does a person change that?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated

from annotated_types import MaxLen
from fastapi import APIRouter, Response

from liveloop.base.errors import BadInput
from liveloop.coach.agenda import suggest_dates
from liveloop.coach.journal import NotThere
from liveloop.coach.loop import Loop
from liveloop.coach.planner.calendar import write_calendar, write_markdown
from liveloop.coach.planner.days import practice_days, week_of
from liveloop.coach.planner.make import word_let_go
from liveloop.coach.planner.wish import phases_of
from liveloop.plan import Goal, Plan
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.plan_shapes import DoneIn, GoalIn, LoopCard, MoveIn, Nothing, PinIn, PlanPage, RoundCard, WeekCard

router = APIRouter(prefix="/api/plan", tags=["plan"])
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
BlockId = Annotated[str, MaxLen(20)]


@router.get("")
def get_plan(desk: AtDesk) -> PlanPage:
    """Give the plan, brought up to date with what happened."""
    return show_plan(desk, desk.agenda.plan())


@router.put("")
def set_goal(goal: GoalIn, desk: AtDesk) -> PlanPage:
    """Make a plan for these dates and hours; what was done before is kept, and what was pinned where it still suits.

    A pinned block that would come too late, or on a day that is now taken out, is let go and planned anew; `let_go`
    names it.
    """
    agenda = desk.agenda
    for name in ("evening", "morning"):
        if not CLOCK.fullmatch(getattr(goal, name)):
            raise BadInput(f"{getattr(goal, name)!r} is no time", where=name, allowed="a time such as 19:00")
    loop = agenda.catalogue.loops.get(goal.loop)
    if loop is None:
        raise BadInput(f"there is no loop {goal.loop!r}", where="loop", allowed=", ".join(agenda.catalogue.loops))
    dates: Mapping[str, date] = goal.dates or dict.fromkeys((one.id for one in loop.rounds), goal.last)
    wanted = Goal(
        loop=loop.id,
        begins=agenda.today(),
        dates={one.id: dates.get(one.id, goal.last) for one in loop.rounds} | dict(dates),
        hours_a_week=goal.hours_a_week,
        weekdays_off=tuple(sorted(set(goal.weekdays_off))),
        dates_off=tuple(sorted(set(goal.dates_off))),
        baseline=goal.baseline,
        evening=goal.evening,
        morning=goal.morning,
    )
    with desk.planning:
        before = agenda.readable()
        plan = agenda.set_goal(wanted)
        return replace(show_plan(desk, plan), let_go=word_let_go(before.plan, plan) if before else ())


@router.get("/dates")
def get_dates(desk: AtDesk, last: date, loop: str = "ai-safety") -> dict[str, date]:
    """Suggest a date for each round when the last one is known."""
    found = desk.agenda.catalogue.loops.get(loop)
    if found is None:
        raise NotThere(f"there is no loop {loop[:80]!r}", allowed=", ".join(desk.agenda.catalogue.loops))
    return suggest_dates(found, last, desk.agenda.today())


@router.post("/blocks/{block_id}/move")
def move_block(block_id: BlockId, to: MoveIn, desk: AtDesk) -> PlanPage:
    """Move a block; it stays there, and only what must give way changes."""
    return changed(desk, lambda: desk.agenda.move(block_id, to.day))


@router.post("/blocks/{block_id}/pin")
def pin_block(block_id: BlockId, to: PinIn, desk: AtDesk) -> PlanPage:
    """Keep a block where it is, or let it go."""
    return changed(desk, lambda: desk.agenda.pin(block_id, pinned=to.pinned))


@router.post("/blocks/{block_id}/done")
def finish_block(block_id: BlockId, done: DoneIn, desk: AtDesk) -> PlanPage:
    """Call a block done that leaves no record of its own, such as reading, or that was done elsewhere."""
    return changed(desk, lambda: desk.agenda.finish(block_id, elsewhere=done.elsewhere))


@router.post("/blocks/{block_id}/drop")
def drop_block(block_id: BlockId, nothing: Nothing, desk: AtDesk) -> PlanPage:
    """Leave a block out."""
    del nothing
    return changed(desk, lambda: desk.agenda.drop(block_id))


@router.post("/blocks/{block_id}/undo")
def undo_block(block_id: BlockId, nothing: Nothing, desk: AtDesk) -> PlanPage:
    """Take back that a block was called done or left out; it stands where it stood."""
    del nothing
    return changed(desk, lambda: desk.agenda.undo(block_id))


@router.post("/forget")
def forget_plan(nothing: Nothing, desk: AtDesk) -> PlanPage:
    """Remove the plan; attempts, reviews and writings stay."""
    del nothing
    desk.agenda.forget_plan()
    return show_plan(desk, None)


@router.get("/calendar.ics", response_class=Response)
def get_calendar(desk: AtDesk) -> Response:
    """Give the plan as iCalendar: a feed that a calendar on this machine can subscribe to."""
    plan, loop = plan_of(desk)
    kept = desk.agenda.kept()
    stamp = kept.changed_at if kept else desk.clock()
    headers = {"content-disposition": 'inline; filename="liveloop.ics"'}
    return Response(write_calendar(plan, loop, stamp), media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/plan.md", response_class=Response)
def get_markdown(desk: AtDesk) -> Response:
    """Give the plan as Markdown."""
    headers = {"content-disposition": 'attachment; filename="plan.md"'}
    return Response(write_markdown(*plan_of(desk)), media_type="text/markdown; charset=utf-8", headers=headers)


def plan_of(desk: Desk) -> tuple[Plan, Loop]:
    """Give the plan and its loop; NotThere when there is none."""
    plan = desk.agenda.plan()
    if plan is None:
        raise NotThere("there is no plan yet", allowed="a plan: say first when the interview is")
    return plan, desk.agenda.loop(plan.goal)


def changed(desk: Desk, change: Callable[[], Plan]) -> PlanPage:
    """Change the plan, one change at a time."""
    with desk.planning:
        return show_plan(desk, change())


def show_plan(desk: Desk, plan: Plan | None) -> PlanPage:
    """Show a plan."""
    agenda = desk.agenda
    loop = agenda.loop(plan.goal if plan else None)
    today = agenda.today()
    return PlanPage(
        today=today,
        loop=show_loop(loop, plan.goal.dates if plan else {}),
        loops=tuple(show_loop(one, {}) for one in agenda.catalogue.loops.values()),
        plan=plan,
        weeks=show_weeks(desk, plan) if plan else (),
        capacity=practice_days(plan.goal) if plan else {},
        over=plan is not None and today >= plan.goal.last,
    )


def show_loop(loop: Loop, dates: Mapping[str, date]) -> LoopCard:
    """Show a loop with the dates of its rounds."""
    total = sum(one.weight for one in loop.rounds)
    return LoopCard(
        loop.id,
        loop.title,
        loop.says,
        tuple(
            RoundCard(
                one.id,
                one.title,
                one.stage,
                one.minutes,
                round(one.weight / total, 4),
                one.full,
                one.looks_for,
                one.skills,
                dates.get(one.id),
            )
            for one in loop.rounds
        ),
    )


def show_weeks(desk: Desk, plan: Plan) -> tuple[WeekCard, ...]:
    """Show the weeks of a plan, each with its theme."""
    themes = desk.agenda.catalogue.themes
    last = week_of(plan.goal, plan.goal.last)
    cards = []
    for number in range(last + 1):
        there = [block for block in plan.blocks if week_of(plan.goal, block.day) == number]
        cards.append(
            WeekCard(
                number=number + 1,
                begins=date.fromordinal(plan.goal.begins.toordinal() + 7 * number),
                theme=", ".join(themes[phase].title for phase in phases_of(number, last + 1)),
                minutes=sum(block.minutes for block in there if block.counts),
                done_minutes=sum(block.minutes for block in there if block.state == "done"),
            )
        )
    return tuple(cards)
