"""What is on today, when is what practised, and how is the plan changed from a terminal?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liveloop.base.clock import name_day
from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.agenda import Agenda
    from liveloop.plan import Block, Plan

app = typer.Typer(help="Plan from today to the interview.", no_args_is_help=True)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATES = {"planned": "", "done": "done", "missed": "missed", "dropped": "left out"}
BlockName = Annotated[str, typer.Argument(help="The block, as `plan show` names it.")]


@contextmanager
def open_agenda() -> Iterator[Agenda]:
    """Open the person's agenda: their journal, the content, the drills."""
    from liveloop.base.clock import system_clock
    from liveloop.base.settings import read_settings
    from liveloop.cli.shelf import known_drills
    from liveloop.coach.agenda import Agenda
    from liveloop.coach.catalogue import read_catalogue
    from liveloop.coach.journal import open_journal

    settings = read_settings()
    with open_journal(settings.journal) as journal:
        catalogue = read_catalogue(*settings.content)
        yield Agenda(journal, catalogue, known_drills, clock=system_clock, zone=settings.zone)


def plan_of(agenda: Agenda) -> Plan:
    """Give the plan, brought up to date; BadInput when there is none."""
    plan = agenda.plan()
    if plan is None:
        raise BadInput("there is no plan yet", allowed="first `liveloop plan set --date 2027-01-31 --hours 8`")
    return plan


def show_today(as_json: AsJson = False) -> None:
    """Say what to do now, for how long, and why that."""
    from liveloop.coach.review import skills_due

    with open_agenda() as agenda:
        plan, today = agenda.plan(), agenda.today()
        due = skills_due(agenda.person().traces, agenda.clock())
    blocks = [block for block in plan.blocks if block.day == today and block.counts] if plan else []
    if as_json:
        show_json({"date": today, "blocks": blocks, "due": due})
        return
    out = console()
    if plan is None:
        out.print("There is no plan yet. Say when the interview is: liveloop plan set --date 2027-01-31 --hours 8")
        out.print(f"{due} cards are due: liveloop review" if due else "Until then: liveloop drill list")
        return
    if today >= plan.goal.last:
        out.print("The last round has come. Good luck; `liveloop offer` waits for what follows.")
        return
    left = (plan.goal.last - today).days
    minutes = sum(block.minutes for block in blocks if block.state == "planned")
    out.print(f"{name_day(today)}: {minutes} minutes planned, {left} {'day' if left == 1 else 'days'} to go.")
    if blocks:
        out.print(block_table(blocks, days=False))
    later = next((block.day for block in plan.blocks if block.state == "planned" and block.day > today), None)
    if not minutes and later:
        out.print(f"Nothing is planned for today. Next: {name_day(later)}.")
    if due:
        out.print(f"{due} cards are due: liveloop review")


@app.command("set")
def set_plan(  # noqa: PLR0913 - the options of a command
    last: Annotated[str, typer.Option("--date", help="The day of the interview, or of its last round: 2027-01-31.")],
    hours: Annotated[float, typer.Option(help="Hours a week.")],
    off: Annotated[str, typer.Option(help="Weekdays without practice: fri,sun.")] = "",
    without: Annotated[list[str] | None, typer.Option("--without", help="A day off, such as 2026-12-24.")] = None,
    rounds: Annotated[
        list[str] | None, typer.Option("--round", help="A round's own date: recruiter=2026-12-10.")
    ] = None,
    loop: Annotated[str, typer.Option(help="Which loop is planned for.")] = "ai-safety",
    baseline: Annotated[bool, typer.Option(help="Begin with the 45-minute baseline.")] = True,
    as_json: AsJson = False,
) -> None:
    """Say when the interview is and how much time there is; a plan comes of it."""
    from liveloop.coach.planner.make import word_let_go
    from liveloop.plan import Goal

    day = read_day(last, "--date")
    with open_agenda() as agenda:
        found = agenda.catalogue.loops.get(loop)
        if found is None:
            raise BadInput(f"there is no loop {loop!r}", where="--loop", allowed=", ".join(agenda.catalogue.loops))
        dates = dict.fromkeys((one.id for one in found.rounds), day) | read_rounds(rounds or ())
        weekdays = tuple(sorted({read_weekday(part) for part in off.split(",") if part.strip()}))
        dates_off = tuple(read_day(text, "--without") for text in without or ())
        before = agenda.readable()
        plan = agenda.set_goal(Goal(loop, agenda.today(), dates, hours, weekdays, dates_off, baseline))
    say_plan(plan, as_json=as_json)
    for line in word_let_go(before.plan, plan) if before and not as_json else ():
        console().print(line)


@app.command("show")
def show_plan(as_json: AsJson = False) -> None:
    """Show the plan: what is promised, then each block with its reason."""
    with open_agenda() as agenda:
        plan = plan_of(agenda)
    if as_json:
        show_json(plan)
        return
    say_plan(plan, as_json=False)
    console().print(block_table(plan.blocks, days=True))


@app.command("move")
def move_block(block: BlockName, day: Annotated[str, typer.Argument(help="Where to: 2026-12-05.")]) -> None:
    """Move a block; it stays there, and only what must give way changes."""
    from liveloop.coach.planner.days import why_closed

    to = read_day(day, "day")
    after = changed(lambda agenda: agenda.move(block, to))
    closed = why_closed(after.goal, to)
    if closed:
        console().print(f"{name_day(to)} is {closed}: the block stands there because you put it there.")


@app.command("pin")
def pin_block(
    block: BlockName, release: Annotated[bool, typer.Option("--release", help="Let it go again.")] = False
) -> None:
    """Keep a block where it is."""
    changed(lambda agenda: agenda.pin(block, pinned=not release))


@app.command("done")
def finish_block(
    block: BlockName,
    elsewhere: Annotated[bool, typer.Option("--elsewhere", help="It was done outside of liveloop.")] = False,
) -> None:
    """Call a block done that leaves no record of its own, such as reading, or that was done elsewhere."""
    changed(lambda agenda: agenda.finish(block, elsewhere=elsewhere))


@app.command("drop")
def drop_block(block: BlockName) -> None:
    """Leave a block out."""
    changed(lambda agenda: agenda.drop(block))


@app.command("undo")
def undo_block(block: BlockName) -> None:
    """Take back that a block was called done or left out; it stands where it stood."""
    changed(lambda agenda: agenda.undo(block))


@app.command("export")
def export_plan(file: Annotated[Path, typer.Argument(help="A new file: plan.ics or plan.md.")]) -> None:
    """Write the plan as iCalendar or as Markdown."""
    from liveloop.base.newfile import new_file
    from liveloop.coach.planner.calendar import write_calendar, write_markdown

    if file.suffix not in (".ics", ".md"):
        raise BadInput(f"{file.name!r} is of no known kind", where=str(file), allowed="a name that ends in .ics or .md")
    with open_agenda() as agenda:
        plan = plan_of(agenda)
        loop = agenda.loop(plan.goal)
        kept = agenda.kept()
        stamp = kept.changed_at if kept else agenda.clock()
    text = write_calendar(plan, loop, stamp) if file.suffix == ".ics" else write_markdown(plan, loop).encode()
    with new_file(file) as stream:
        stream.write(text)


def say_plan(plan: Plan, *, as_json: bool) -> None:
    """Say what a plan promises, and what it leaves out."""
    if as_json:
        show_json(plan)
        return
    out = console()
    coming = [block for block in plan.blocks if block.state == "planned"]
    hours = sum(block.minutes for block in coming) / 60
    out.print(
        f"{len(coming)} blocks to come, {hours:.1f} hours, until {name_day(plan.goal.last)} {plan.goal.last.year}."
    )
    rows = (("kept" if one.holds else "NOT KEPT", one.says, one.why_not) for one in plan.promises)
    out.print(table(("", "promise", "why not"), rows, whole=("",)))
    for line in plan.triage[:3]:
        out.print(line)


def changed(change: Callable[[Agenda], Plan]) -> Plan:
    """Change the plan, and say what came of it."""
    with open_agenda() as agenda:
        before = plan_of(agenda)
        after = change(agenda)
    say_change(before, after)
    return after


def say_change(before: Plan, after: Plan) -> None:
    """Say which blocks changed their state or their day, came new or fell away."""
    was = {block.id: block for block in before.blocks}
    out = console()
    turned = [block for block in after.blocks if block.id in was and was[block.id].state != block.state]
    for block in turned:
        out.print(f"{block.id} {block.title}: {state_of(block) or 'to come again'}, on {block.day}")
    moved = [block for block in after.blocks if block.id in was and was[block.id].day != block.day]
    new = [block for block in after.blocks if block.id not in was]
    for block in moved:
        out.print(f"{block.id} {block.title}: {was[block.id].day} -> {block.day}")
    for block in new:
        out.print(f"{block.id} {block.title}: new on {block.day}")
    there = {block.id for block in after.blocks}
    gone = [block for block in before.blocks if block.id not in there]
    for block in gone:
        out.print(f"{block.id} {block.title}: left out, was on {block.day}")
    left_out = len(gone) + sum(block.state == "dropped" for block in turned)
    out.print(f"{len(moved)} moved, {len(new)} new, {left_out} left out")
    for promise in after.promises:
        if not promise.holds and any(one.id == promise.id and one.holds for one in before.promises):
            out.print(f"not kept any more: {promise.says}. {promise.why_not}")


def block_table(blocks: tuple[Block, ...] | list[Block], *, days: bool) -> object:
    """Lay out blocks."""
    columns = (*(("day",) if days else ()), "block", "min", "what", "why", "")
    rows = (
        (
            *((f"{block.day:%a %d %b}",) if days else ()),
            block.id,
            block.minutes,
            block.title,
            block.why,
            state_of(block) or ("pinned" if block.pinned else ""),
        )
        for block in blocks
    )
    return table(columns, rows, whole=("day", "block", "min", ""))


def state_of(block: Block) -> str:
    """Say what became of a block; nothing while it is to come."""
    from liveloop.coach.planner.doing import ELSEWHERE

    return "done elsewhere" if block.done_by == ELSEWHERE else STATES[block.state]


def read_day(text: str, where: str) -> date:
    """Read a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no date", where=where, allowed="a date such as 2027-01-31") from None


def read_weekday(text: str) -> int:
    """Read a weekday by its name or by the first three letters of it."""
    from liveloop.coach.planner.days import NAMES

    name = text.strip().lower()
    for place, full in enumerate(NAMES):
        if name in (DAYS[place], full.lower()):
            return place
    raise BadInput(f"{text!r} is no weekday", where="--off", allowed=f"{', '.join(DAYS)}, or the whole name")


def read_rounds(texts: Iterable[str]) -> dict[str, date]:
    """Read the rounds that have a date of their own, each once."""
    dates: dict[str, date] = {}
    for name, day in map(read_round, texts):
        if name in dates:
            raise BadInput(f"{name} is given twice", where="--round", allowed="one date for each round")
        dates[name] = day
    return dates


def read_round(text: str) -> tuple[str, date]:
    """Read a round with its date."""
    name, equals, day = text.partition("=")
    if not equals:
        raise BadInput(f"{text!r} names no date", where="--round", allowed="a round and its date: recruiter=2026-12-10")
    return name.strip(), read_day(day.strip(), "--round")
