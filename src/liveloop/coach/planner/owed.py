"""What does a plan owe, in which order, and does a list of blocks keep it?

The order matters where time is short: each promise is kept if those before it leave room for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from liveloop.coach.loop import Loop
from liveloop.coach.planner.days import week_of
from liveloop.coach.planner.kinds import CODING, kinds_of
from liveloop.plan import Block, Goal, Promise

MOCK_SHARE = 0.30
MOCK_MINUTES = 540
FULL_MOCKS = 3
FIRST_MOCK_WEEK = 2  # the third
NARRATIVES = 3  # one written, two rehearsed
CODING_BAND = 0.05
DESIGNS = 2
SQL_DRILLS = 15
RANKS = (
    "reviews",
    "full-mocks",
    "weekly-mock",
    "mock-share",
    "narratives",
    "coding-share",
    "designs",
    "sql-drills",
    "mock-hours",
)


NAMES = {
    "reviews": "reviews",
    "full-mocks": "full mocks",
    "weekly-mock": "a mock a week",
    "mock-share": "the mocks' share",
    "narratives": "narratives",
    "coding-share": "the share of code",
    "designs": "designs",
    "sql-drills": "SQL drills",
    "mock-hours": "nine hours of mocks",
}


@dataclass(frozen=True)
class Owed:
    """What a plan for this goal owes: the full mocks by round, and the weeks that want a mock."""

    full: tuple[str, ...]
    full_count: int
    weeks: tuple[int, ...]


def owed_by(goal: Goal, loop: Loop) -> Owed:
    """Say which full mocks and which weekly mocks a goal asks for.

    A week wants a mock from the third on, when some day of it lies before the last round.
    """
    full = tuple(one.id for one in loop.rounds if one.full)
    last_week = week_of(goal, goal.last - timedelta(days=1))
    return Owed(full, max(FULL_MOCKS, len(full)), tuple(range(FIRST_MOCK_WEEK, last_week + 1)))


@dataclass(frozen=True)
class Sum:
    """A sum that must reach `least`: each block counts by the factor of its kind, in one week or in all."""

    each: Mapping[str, int]
    least: int
    week: int | None = None


def sums_of(goal: Goal, loop: Loop, other_minutes: int) -> dict[str, list[Sum]]:
    """Write every promise, weekly mocks one by one, as sums over the blocks of each kind, for a solver.

    Parameters
    ----------
    other_minutes
        Reviews and the baseline, which count towards all minutes.
    """
    wants, kinds = owed_by(goal, loop), kinds_of(loop)
    low, high = coding_bounds(loop)
    mocks = {kind.key: 1 for kind in kinds if kind.round_id}
    full = {f"mock:{one}": 1 for one in wants.full}
    total = {kind.key: kind.minutes for kind in kinds}
    code = {kind.key: kind.minutes * (kind.activity in CODING) for kind in kinds}
    mocked = {key: total[key] for key in mocks}
    some = Sum(total, 1 - other_minutes)
    share = {key: 10 * mocked.get(key, 0) - 3 * minutes for key, minutes in total.items()}
    above = {key: 1000 * code[key] - low * minutes for key, minutes in total.items()}
    below = {key: high * minutes - 1000 * code[key] for key, minutes in total.items()}
    return {
        "full-mocks": [Sum(full or mocks, wants.full_count), *(Sum({key: 1}, 1) for key in full)],
        **{f"weekly-mock/{week}": [Sum(mocks, 1, week)] for week in wants.weeks},
        "mock-share": [Sum(share, 3 * other_minutes), some],
        "narratives": [Sum({"narrative": 1}, NARRATIVES)],
        "coding-share": [Sum(above, low * other_minutes), Sum(below, -high * other_minutes), some],
        "designs": [Sum({"design": 1}, DESIGNS)],
        "sql-drills": [Sum({"sql": 1}, SQL_DRILLS)],
        "mock-hours": [Sum(mocked, MOCK_MINUTES)],
    }


def weigh_promises(
    goal: Goal, loop: Loop, blocks: Iterable[Block], due: Collection[date], why: Mapping[str, str]
) -> tuple[Promise, ...]:
    """Hold blocks (done and planned) against each promise; `why` says of a broken one why it cannot be kept."""
    kept = [block for block in blocks if block.counts and in_time(block, goal)]
    owed = owed_by(goal, loop)
    return tuple(
        Promise(key, says, planned_enough, wanted, planned, unit, "" if planned_enough else why.get(key, ""))
        for key, says, wanted, planned, unit, planned_enough in (
            reviews(kept, due),
            full_mocks(kept, owed),
            weekly_mocks(kept, goal, owed),
            mock_share(kept),
            count("narratives", "A narrative written, and rehearsed twice", kept, "narrative", NARRATIVES),
            coding_share(kept, loop),
            count("designs", "Two full system designs, executed where they can be", kept, "design", DESIGNS),
            count("sql-drills", "At least 15 SQL drills", kept, "sql", SQL_DRILLS),
            mock_hours(kept),
        )
    )


def in_time(block: Block, goal: Goal) -> bool:
    """Say whether a block comes before what it prepares for."""
    return block.day < deadline(block, goal)


def deadline(block: Block, goal: Goal) -> date:
    """Give the day that a block prepares for: of a mock its round, of the rest the last one."""
    return goal.dates.get(block.refers, goal.last) if block.activity == "mock" else goal.last


Line = tuple[str, str, float, float, str, bool]


def reviews(blocks: Sequence[Block], due: Collection[date]) -> Line:
    """Count the days from today on on which something is due and a review stands."""
    held = {block.day for block in blocks if block.activity == "review"}
    met = sum(day in held for day in due)
    return "reviews", "Reviews on every day from today on when something is due", len(due), met, "days", met == len(due)


def full_mocks(blocks: Sequence[Block], owed: Owed) -> Line:
    """Count the full mocks: each that is owed, and as many in all as are owed."""
    full = [block.refers for block in blocks if block.activity == "mock" and block.refers in owed.full]
    met = len(full) >= owed.full_count and set(owed.full) <= set(full)
    if not owed.full:
        full = [block.refers for block in blocks if block.activity == "mock"]
        met = len(full) >= owed.full_count
    says = "At least three full mocks, and one of each round that wants it"
    return "full-mocks", says, owed.full_count, len(full), "mocks", met


def weekly_mocks(blocks: Sequence[Block], goal: Goal, owed: Owed) -> Line:
    """Count the weeks from the third on that hold a mock."""
    held = {week_of(goal, block.day) for block in blocks if block.activity == "mock"}
    met = sum(week in held for week in owed.weeks)
    says = "A mock in every week from the third"
    return "weekly-mock", says, len(owed.weeks), met, "weeks", met == len(owed.weeks)


def minutes_of(blocks: Iterable[Block], *activities: str) -> int:
    """Add up minutes, of some activities or of all."""
    return sum(block.minutes for block in blocks if not activities or block.activity in activities)


def mock_share(blocks: Sequence[Block]) -> Line:
    """Say which share of the time goes into mocks."""
    total, mocks = minutes_of(blocks), minutes_of(blocks, "mock")
    share = mocks / total if total else 0.0
    return (
        "mock-share",
        "At least 30 % of the time in mocks",
        MOCK_SHARE,
        round(share, 4),
        "share",
        (total > 0 and 10 * mocks >= 3 * total),
    )


def coding_share(blocks: Sequence[Block], loop: Loop) -> Line:
    """Say which share of the time goes into code."""
    total, code = minutes_of(blocks), minutes_of(blocks, *CODING)
    low, high = coding_bounds(loop)
    says = f"Coding within five points of its {loop.coding:.0%} weight"
    share = code / total if total else 0.0
    return (
        "coding-share",
        says,
        loop.coding,
        round(share, 4),
        "share",
        (total > 0 and low * total <= 1000 * code <= high * total),
    )


def coding_bounds(loop: Loop) -> tuple[int, int]:
    """Give the lowest and highest share of coding, in thousandths."""
    return max(0, round(1000 * (loop.coding - CODING_BAND))), min(1000, round(1000 * (loop.coding + CODING_BAND)))


def mock_hours(blocks: Sequence[Block]) -> Line:
    """Say how many minutes go into mocks."""
    mocks = minutes_of(blocks, "mock")
    return "mock-hours", "At least nine hours in mocks", MOCK_MINUTES, mocks, "minutes", mocks >= MOCK_MINUTES


def count(key: str, says: str, blocks: Sequence[Block], activity: str, wanted: int) -> Line:
    """Count the blocks of one activity."""
    there = sum(block.activity == activity for block in blocks)
    return key, says, wanted, there, "blocks", there >= wanted
