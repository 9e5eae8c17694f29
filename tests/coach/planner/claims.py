"""Is it true that a promise cannot be kept, and are the figures true that say so?

Each broken promise is taken in its order, beside those before it that are kept. A proof is a program without any plan;
a refutation is a plan, held against the contract by plain counting before anybody is called a liar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from contract import Kept, mock_weeks, practice, sorts_of, week_of, weigh
from moment import Fault, Moment, due_days, ground_of
from prover import Asked, Counts, Ground, lay_blocks, none_can

from liveloop.plan import Block, Plan, Promise

PROOF_SECONDS = 30.0
THERE = re.compile(r"([\d.]+) of ([\d.]+) (mocks|weeks|blocks|minutes) are done or planned\. ")
WOULD = re.compile(r"It would be (\d+)%\. ")
PASSED = re.compile(r"There is no day left before the round: (.+?)\. (?=\d|No day)")
SHORT = re.compile(r"No day that is left before the round holds a mock of it: (.+?)\. (?=\d)")
BESIDES = re.compile(r"Beside the others, not every round that wants a mock has room for one\. ")
WEEKS = re.compile(r"In week ([\d, ]+) no day that is left holds a mock of (\d+) minutes\. ")
LEFT = re.compile(
    r"(?:(\d+) h)? ?(\d+)?(?: min)? are left until (\w+ \d+ \w+) after reviews and all else that stands fast; "
)
TRIAGE = re.compile(
    r"(\d+) days? and (?:(\d+) h)? ?(\d+)?(?: min)? of practice, reviews included, until the last round\."
)
BESIDE = re.compile(
    r"(?:no plan can keep it|no plan that keeps it was found in the time)"
    r"(?: beside what comes before it \((.*?)\))?\."
)


SPOKEN = {
    "full mocks": "full-mocks", "a mock a week": "weekly-mock", "the mocks' share": "mock-share",
    "the share of code": "coding-share", "SQL drills": "sql-drills", "nine hours of mocks": "mock-hours",
}  # fmt: skip


def claims(plan: Plan, moment: Moment) -> tuple[list[Fault], list[str]]:
    """Prove each claim that a promise cannot be kept, and read why not; give the faults and what is proven."""
    ground, faults, proven = ground_of(plan, moment), list[Fault](), list[str]()
    kept = weigh(plan.goal, moment.loop, plan.blocks, due_days(plan, moment))
    asked: dict[str, int] = {}
    for one in plan.promises[1:]:
        true = kept[one.id]
        if one.holds:
            asked[one.id] = max(1, int(true.wanted)) if true.wanted else 0
            continue
        found = judge(ground, asked, one, true)
        faults += [found] if found else []
        proven += [] if found else [one.id]
        faults += read(plan, ground, one, [name for name in asked if kept[name].holds])
        if one.id == "weekly-mock":
            asked[one.id] = int(true.there)
    return faults, proven


def judge(ground: Ground, asked: Asked, one: Promise, true: Kept) -> Fault | None:
    """Say what is wrong with the claim that a promise cannot be kept; None when it is proven."""
    wanted = int(true.there) + 1 if one.id == "weekly-mock" else max(1, int(true.wanted))
    return refute(ground, {**asked, one.id: wanted}, one)


def refute(ground: Ground, asked: Asked, one: Promise) -> Fault | None:
    """Look for a plan that keeps what is asked for; None when it is proven that there is none."""
    if none_can(ground, asked, PROOF_SECONDS):
        return None
    status, counts = lay_blocks(ground, asked, {}, PROOF_SECONDS)
    if status == "none":
        return None
    if status == "unknown":
        return Fault("undecided", f"{one.id}: neither proven nor refuted in {PROOF_SECONDS:g} s")
    hold_witness(ground, asked, counts)
    laid = ", ".join(f"{day:%d %b} {' '.join(name).strip()} x{n}" for (name, day), n in sorted(counts.items(), key=str))
    sort = "liar" if "no plan can" in one.why_not else "gave up"
    return Fault(sort, f"{one.id}: {one.why_not} Yet {dict(asked)} is kept by: {laid}")


def hold_witness(ground: Ground, asked: Asked, counts: Counts) -> None:
    """Hold the plan that was found against the contract by counting; a fault in it is the prover's own."""
    sorts = sorts_of(ground.loop)
    blocks = [
        Block("", day, sorts[name].activity, sorts[name].minutes, refers=name[1])
        for (name, day), n in counts.items()
        for _ in range(n)
    ]
    minutes: Counter[date] = Counter()
    for block in blocks:
        minutes[block.day] += block.minutes
    mocks = Counter(block.day for block in blocks if block.activity == "mock")
    fits = all(minutes[day] <= ground.room[day] and mocks[day] <= ground.mocks(day) for day in minutes)
    fits = fits and all(n <= ground.most(day, sorts[name]) for (name, day), n in counts.items())
    kept = weigh(ground.goal, ground.loop, [*ground.standing, *blocks], ())
    for name, amount in asked.items():
        share = name in ("mock-share", "coding-share")
        met = kept[name].holds if share or amount >= kept[name].wanted else kept[name].there >= amount
        assert fits and met, f"the prover's own plan fails at {name}"


def read(plan: Plan, ground: Ground, one: Promise, before: list[str]) -> Iterator[Fault]:
    """Read the reason of a broken promise and hold every figure in it to the truth."""
    rest = one.why_not
    for pattern, true in (
        (WEEKS, lambda m: weeks_true(ground, m[1], int(m[2]))),
        (PASSED, lambda m: too_short(ground, m[1], 1)),
        (SHORT, lambda m: too_short(ground, m[1], None)),
        (BESIDES, lambda m: one.id == "full-mocks" and one.planned >= one.wanted),
        (WOULD, lambda m: abs(float(m[1]) - 100 * one.planned) <= 0.51),
        (THERE, lambda m: float(m[1]) == round(one.planned, 6) < one.wanted == float(m[2]) and m[3] == one.unit),
        (LEFT, lambda m: left_true(plan, ground, m)),
        (BESIDE, lambda m: [SPOKEN.get(name, name) for name in (m[1] or "").split(", ") if name] == before),
    ):
        found = pattern.search(rest)
        if found and not true(found):
            yield Fault("why", f"{one.id}: {found[0]!r} is not true; before it: {before}")
        rest = pattern.sub("", rest, count=1)
    if rest.strip() or "no plan" not in one.why_not or " left until " not in one.why_not:
        yield Fault("why", f"{one.id}: not understood: {one.why_not!r}")


def weeks_true(ground: Ground, named: str, minutes: int) -> bool:
    """Hold the claim that some weeks cannot hold any mock: each is owed one, has none, and no day is long enough."""
    smallest = min(sort.minutes for sort in sorts_of(ground.loop).values() if sort.round_id)
    weeks = {int(week) - 1 for week in named.split(", ")}
    owed = set(mock_weeks(ground.goal)) - ground.held_weeks()
    holding = {week_of(ground.goal, day) for day, room in ground.room.items() if room >= minutes}
    return minutes == smallest and weeks <= owed and not weeks & holding


def too_short(ground: Ground, named: str, least: int | None) -> bool:
    """Hold the claim that no day before some rounds has so many minutes, those of a mock when nothing is given."""
    full = [one for one in ground.loop.rounds if one.full and one.title in named.split(", ")]
    rooms = {one.id: [room for day, room in ground.room.items() if day < ground.goal.dates[one.id]] for one in full}
    held = all(max(rooms[one.id], default=0) < (least or one.minutes + 15) for one in full)
    return held and ", ".join(one.title for one in full) == named


def left_true(plan: Plan, ground: Ground, found: re.Match[str]) -> bool:
    """Hold the hours that are left to what no fixed block takes, and the date to the last round's."""
    hours, minutes = found[1], found[2]
    said = 60 * int(hours or 0) + int(minutes or 0)
    last = plan.goal.last
    return said == sum(ground.room.values()) and found[3] == f"{last:%A} {last.day} {last:%B}"


def sorted_out(plan: Plan, moment: Moment) -> Iterator[Fault]:
    """Hold the triage to the days and hours that are left, and to naming every broken promise."""
    days = (plan.goal.last - moment.today).days
    broken = [one for one in plan.promises if not one.holds]
    if bool(plan.triage) != (days <= 14 or bool(broken)):
        yield Fault("triage", f"{days} days, {len(broken)} broken, and the triage says {plan.triage}")
    if plan.triage:
        left = sum(there for day, there in practice(plan.goal).items() if day >= moment.today)
        said = TRIAGE.match(plan.triage[0])
        if not said or int(said[1]) != days or 60 * int(said[2] or 0) + int(said[3] or 0) != left:
            yield Fault("triage", f"{days} days and {left} minutes are left; said: {plan.triage[0]}")
        named = [line for line in plan.triage if line.startswith("Not kept: ")]
        if len(named) != len(broken) or not all(one.why_not in line for one, line in zip(broken, named, strict=True)):
            yield Fault("triage", f"broken are {[one.id for one in broken]}, named {named}")
