"""Who might want a plan, and what happens to them on the way?

A person is all chance and all from one seed: a loop of four to seven rounds, dates 3 to 120 days out, hours, days off,
needs, days when reviews are due. `live` lets days pass: blocks are done, missed, moved, pinned, dropped, dates are put
off; each step gives the plan, and what there was before it, in the words of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import perf_counter
from typing import TypeVar

from contract import COUNTED_STATES, in_time, is_closed, practice
from moment import Moment, is_laid

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, uniforms
from liveloop.coach.loop import Loop, Round, load_loops, load_skills, load_themes
from liveloop.coach.planner import edit
from liveloop.coach.planner.choose import Item, Shelf
from liveloop.coach.planner.make import Known, Need, make_plan, replan
from liveloop.plan import Block, Goal, Plan

SKILLS, THEMES, SHIPPED = load_skills(), load_themes(), load_loops()["ai-safety"]
FIRST = date(2026, 1, 1)
OPENS = {
    "sql": ("sql.",),
    "python": ("python.", "stats."),
    "reading": ("stats.", "causal.", "ml.", "design."),
    "case": ("product.", "platform."),
    "design": ("design.",),
    "prompt": ("behaviour.",),
}
ITEMS = tuple(
    Item(activity, f"{activity}-{skill}", f"{activity} on {skill}", (skill,), 1 + place % 5)  # type: ignore[arg-type]
    for activity, prefixes in OPENS.items()
    for place, skill in enumerate(sorted(SKILLS))
    if skill.startswith(prefixes)
)
Choice = TypeVar("Choice")


class Dice:
    """Chance for one person, by purpose."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def chance(self, purpose: str, odds: float, at: int = 0) -> bool:
        """Say yes with some odds."""
        return bool(uniforms(self.seed, f"{purpose}?", [at])[0] < odds)

    def between(self, purpose: str, low: int, high: int, at: int = 0) -> int:
        """Draw a whole number from `low` to `high`, both included."""
        return low + int(integers(self.seed, purpose, [at], high - low + 1)[0])

    def pick(self, purpose: str, among: Sequence[Choice], at: int = 0) -> Choice:
        """Pick one."""
        return among[self.between(purpose, 0, len(among) - 1, at)]

    def some(self, purpose: str, among: Sequence[Choice], odds: float) -> list[Choice]:
        """Pick each with some odds."""
        chosen = uniforms(self.seed, f"{purpose}?", range(len(among))) < odds if among else ()
        return [one for one, yes in zip(among, chosen, strict=True) if yes]


@dataclass(frozen=True)
class Person:
    """One person on their first day."""

    seed: int
    goal: Goal
    shelf: Shelf
    known: Known


@dataclass(frozen=True)
class Step:
    """One plan that was made: by what, around which blocks, in how many seconds, for which block that was moved."""

    name: str
    plan: Plan
    known: Known
    before: tuple[Block, ...]
    seconds: float
    moved: str = ""

    def moment(self, loop: Loop) -> Moment:
        """Say what the plan was made in, for the verifier."""
        return Moment(loop, self.known.today, self.known.due, self.before)


def draw_person(seed: int) -> Person:
    """Draw a person."""
    dice = Dice(seed)
    loop = SHIPPED if dice.chance("shipped", 0.3) else draw_loop(dice)
    today = FIRST + timedelta(days=dice.between("today", 0, 364))
    horizon = dice.between("horizon", 3, 14) if dice.chance("short", 0.3) else dice.between("horizon", 3, 120)
    last = today + timedelta(days=horizon)
    begins = today
    if dice.chance("begins", 0.2):
        begins = today + timedelta(days=dice.between("begins", -20, min(10, horizon - 1)))
    off = tuple(sorted({dice.between("off", 0, 6, at) for at in range(dice.between("how many off", 0, 4))}))
    most = 6 * (7 - len(off))
    hours = dice.between("hours", 2, min(30, most)) if dice.chance("whole", 0.8) else dice.between("h", 20, 100) / 10
    goal = Goal(
        loop.id,
        begins,
        draw_dates(dice, loop, max(begins, today), last),
        hours,
        off,
        draw_dates_off(dice, today, horizon),
        baseline=dice.chance("baseline", 0.7),
    )
    if not any(day >= today for day in practice(goal)):
        goal = replace(goal, begins=max(begins, today), weekdays_off=(), dates_off=())
    return Person(seed, goal, Shelf(loop, THEMES, SKILLS, ITEMS), draw_known(dice, loop, today, last, 0))


def draw_loop(dice: Dice) -> Loop:
    """Draw a loop of four to seven rounds, some without any full one."""
    stage, rounds = 1, []
    full = 0.0 if dice.chance("none full", 0.2) else 0.5
    for at in range(dice.between("rounds", 4, 7)):
        stage += int(at > 0 and dice.chance("stage", 0.5, at))
        minutes = dice.pick("minutes", (30, 45, 45, 60, 60, 75, 90, 25, 50, 33, 120), at)
        skills = dice.some(f"skill {at}", sorted(SKILLS), 0.12)
        rounds.append(
            Round(
                id=f"round-{at}",
                title=f"Round {at}",
                stage=stage,
                minutes=minutes,
                weight=dice.between("weight", 1, 10, at) / 10,
                full=dice.chance("full", full, at),
                looks_for=("One thing", "Another"),
                skills=tuple(skills) or ("sql.null",),
                mock=(dice.pick("mock", ("sql", "python", "case", "design", "prompt"), at), "reading"),
            )
        )
    coding = dice.pick("coding", (0.0, 0.1, 0.125, 0.2, 0.2, 0.3, 0.35, 0.5, 0.65, 0.333))
    return Loop("drawn", "A loop that was drawn", "Drawn by chance.", coding, tuple(rounds))


def draw_dates(dice: Dice, loop: Loop, first: date, last: date) -> dict[str, date]:
    """Give all rounds one date, or each stage days of its own, the last on the last day."""
    stages = sorted({one.stage for one in loop.rounds})
    room = (last - first).days
    if dice.chance("one date", 0.4) or room < 2 * len(stages):
        return dict.fromkeys((one.id for one in loop.rounds), last)
    dates, ends = dict[str, date](), last
    for stage in reversed(stages):
        members = [one for one in loop.rounds if one.stage == stage]
        wide = min(dice.between("wide", 0, 2, stage), max(0, (ends - first).days - 2 * stages.index(stage) - 2))
        begins = ends - timedelta(days=wide)
        for at, one in enumerate(members):
            dates[one.id] = (
                ends if at == 0 else begins + timedelta(days=dice.between("in stage", 0, wide, 20 * stage + at))
            )
        left = (begins - first).days - 2 * stages.index(stage)
        ends = begins - timedelta(days=dice.between("gap", 1, max(1, min(14, left)), stage))
    return {one.id: dates[one.id] for one in loop.rounds}


def draw_dates_off(dice: Dice, today: date, horizon: int) -> tuple[date, ...]:
    """Give a week of holidays to some, and single days to some."""
    lost = []
    if dice.chance("holiday", 0.3):
        start = dice.between("holiday starts", 0, horizon)
        lost += [start + k for k in range(dice.between("holiday lasts", 5, 9))]
    if dice.chance("single days", 0.3):
        lost += [dice.between("single day", 0, horizon, at) for at in range(4)]
    return tuple(today + timedelta(days=k) for k in sorted(set(lost)))


def draw_known(dice: Dice, loop: Loop, today: date, last: date, at: int) -> Known:
    """Draw what is known on a day: which skills are missing, on which days reviews fall due."""
    odds = dice.pick("due odds", (0.0, 0.3, 0.6, 1.0), at)
    days = [today + timedelta(days=k) for k in range(-2, (last - today).days + 3)]
    gaps = zip(sorted(SKILLS), uniforms(dice.seed, f"gap {at}", range(len(SKILLS))).tolist(), strict=True)
    known = dict(dice.some(f"known {at}", list(gaps), 0.7))
    return Known(today, Need(known, loop.weights()), frozenset(dice.some(f"due {at}", days, odds)))


Act = Callable[[Plan, Person, Known, Dice, int], "Step | None"]


def live(person: Person, steps: int) -> Iterator[Step]:
    """Make a plan, then let things happen to it."""
    dice, known = Dice(person.seed), person.known
    plan, seconds = timed(lambda: make_plan(person.goal, person.shelf, known))
    yield Step("make", plan, known, (), seconds)
    for at in range(1, steps + 1):
        act = dice.pick("act", ACTS, at)
        step = act(plan, person, known, dice, at) or days_pass(plan, person, known, dice, at)
        if step is None:
            return
        yield step
        plan, known = step.plan, step.known


def timed(make: Callable[[], Plan]) -> tuple[Plan, float]:
    """Make a plan and take the time."""
    began = perf_counter()
    plan = make()
    return plan, perf_counter() - began


def edited(plan: Plan, known: Known, block_id: str, **changes: object) -> tuple[Block, ...]:
    """Give the blocks with one of them changed."""
    return tuple(replace(one, **changes) if one.id == block_id else one for one in plan.blocks)  # type: ignore[arg-type]


def to_come(plan: Plan, known: Known) -> list[Block]:
    """List the blocks that can be moved, pinned, dropped."""
    return [block for block in plan.blocks if block.state == "planned" and block.day >= known.today]


def days_pass(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step | None:
    """Let days pass in which some blocks are done; then reviews fall due on other days."""
    today = known.today + timedelta(days=dice.between("days", 1, 9, at))
    if today >= plan.goal.last:
        return None
    diligence = dice.pick("diligence", (0.0, 0.5, 0.8, 1.0), at)
    gone = [block.id for block in to_come(plan, known) if block.day < today]
    done = set(dice.some(f"done {at}", gone, diligence))
    before = tuple(replace(one, state="done") if one.id in done else one for one in plan.blocks)
    later = draw_known(dice, person.shelf.loop, today, plan.goal.last, at)
    made, seconds = timed(lambda: replan(replace(plan, blocks=before), person.shelf, later))
    return Step("days pass", made, later, before, seconds)


def adapts(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step:
    """Lay the weeks after this one anew by what is now known."""
    later = draw_known(dice, person.shelf.loop, known.today, plan.goal.last, at)
    made, seconds = timed(lambda: replan(plan, person.shelf, later, adapt=True))
    return Step("adapt", made, later, plan.blocks, seconds)


def moves(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step | None:
    """Move a block to another day, be it full, off, or of another round."""
    movable = [block for block in to_come(plan, known) if not block.pinned]
    if not movable:
        return None
    block = dice.pick("moved", movable, at)
    last = plan.goal.dates[block.refers] if block.activity == "mock" else plan.goal.last
    day = known.today + timedelta(days=dice.between("to", 0, (last - known.today).days - 1, at))
    try:
        made, seconds = timed(lambda: edit.move(plan, block.id, day, person.shelf, known))
    except BadInput:
        assert minutes_fixed(plan, day) + block.minutes > 360, (person.seed, block.id, day)
        return None
    return Step("move", made, known, edited(plan, known, block.id, day=day, pinned=True), seconds, block.id)


def minutes_fixed(plan: Plan, day: date) -> int:
    """Add up what stands fast on a day."""
    there = [one for one in plan.blocks if one.day == day and one.state in COUNTED_STATES]
    return sum(one.minutes for one in there if not is_laid(one))


def pins(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step | None:
    """Pin a block where it is, or let one go."""
    there = to_come(plan, known)
    if not there:
        return None
    block = dice.pick("pinned", there, at)
    made, seconds = timed(lambda: edit.pin(plan, block.id, person.shelf, known, pinned=not block.pinned))
    return Step("pin", made, known, edited(plan, known, block.id, pinned=not block.pinned), seconds)


def drops(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step | None:
    """Leave a block out."""
    there = to_come(plan, known)
    if not there:
        return None
    block = dice.pick("dropped", there, at)
    made, seconds = timed(lambda: edit.drop(plan, block.id, person.shelf, known))
    return Step("drop", made, known, edited(plan, known, block.id, state="dropped"), seconds)


def finishes(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step | None:
    """Call a block done: one of today, one to come, or one that was missed."""
    there = [block for block in plan.blocks if block.state != "done"]
    if not there:
        return None
    block = dice.pick("finished", there, at)
    before = edited(plan, known, block.id, state="done", day=min(block.day, known.today))
    if block.activity == "baseline":  # nobody is believed to have taken it elsewhere: it is done by its record
        made, seconds = timed(lambda: replan(replace(plan, blocks=before), person.shelf, known))
    else:
        made, seconds = timed(lambda: edit.finish(plan, block.id, person.shelf, known, elsewhere=True))
    return Step("finish", made, known, before, seconds)


def puts_off(plan: Plan, person: Person, known: Known, dice: Dice, at: int) -> Step | None:
    """Put the rounds that are to come off by some days, change the hours, and plan anew around what is fixed."""
    later = timedelta(days=dice.between("later", 1, 10, at))
    dates = {key: day + later if day > known.today else day for key, day in plan.goal.dates.items()}
    hours = dice.between("other hours", 2, 6 * (7 - len(plan.goal.weekdays_off)), at)
    goal = replace(plan.goal, dates=dates, hours_a_week=min(30, hours))
    if not any(day >= known.today for day in practice(goal)):
        return None
    made, seconds = timed(lambda: make_plan(goal, person.shelf, known, before=plan.blocks, earlier=plan.goal))
    before = tuple(replace(one, pinned=False) if lost_its_day(one, plan.goal, goal) else one for one in plan.blocks)
    return Step("put off", made, known, before, seconds)


def lost_its_day(block: Block, old: Goal, new: Goal) -> bool:
    """Say whether a new goal takes away the day on which a person put a block."""
    newly = is_closed(new, block.day) and not is_closed(old, block.day)
    return block.state == "planned" and (newly or not in_time(block, new))


ACTS: tuple[Act, ...] = (days_pass, days_pass, days_pass, adapts, moves, moves, moves, pins, drops, finishes, puts_off)
