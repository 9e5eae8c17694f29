"""What does a plan owe by its contract, written down a second time and away from the planner?

Only the nouns and the loop are shared with the planner. Shares are fractions, so that nothing is rounded on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import takewhile

from liveloop.coach.loop import Loop
from liveloop.plan import Activity, Block, Goal

RANKED = (
    "reviews", "full-mocks", "weekly-mock", "mock-share", "narratives", "coding-share", "designs", "sql-drills",
    "mock-hours",
)  # fmt: skip
COUNTED = {"narratives": ("narrative", 3), "designs": ("design", 2), "sql-drills": ("sql", 15)}
MOCKS_A_DAY, MOCK_MINUTES, MOCK_SHARE = 2, 540, Fraction(3, 10)
AROUND = Fraction(5, 100)
REVIEW_MINUTES, BASELINE_MINUTES = 15, 45
COUNTED_STATES = ("planned", "done")
LIKED = (5, 6, 1, 3, 2, 0, 4)


@dataclass(frozen=True)
class Sort:
    """One sort of block that may be laid: its minutes, how many a day holds, the round when it is a mock."""

    activity: Activity
    minutes: int
    most: int
    round_id: str = ""

    @property
    def name(self) -> tuple[str, str]:
        """Name it by its activity and its round."""
        return self.activity, self.round_id


PLAIN = (
    Sort("sql", 20, 4),
    Sort("python", 30, 3),
    Sort("reading", 30, 2),
    Sort("case", 45, 2),
    Sort("design", 75, 1),
    Sort("narrative", 30, 1),
    Sort("prompt", 20, 2),
)


def sorts_of(loop: Loop) -> dict[tuple[str, str], Sort]:
    """List what may be laid for a loop."""
    mocks = [Sort("mock", one.minutes + 15, 1, one.id) for one in loop.rounds]
    return {sort.name: sort for sort in (*PLAIN, *mocks)}


def name_of(block: Block) -> tuple[str, str]:
    """Name the sort of a block."""
    return block.activity, block.refers if block.activity == "mock" else ""


def practice(goal: Goal) -> dict[date, int]:
    """Give the minutes of each day that may be practised on, from the first to the one before the last round.

    Examples
    --------
    >>> dates = {"r": date(2026, 3, 12)}
    >>> goal = Goal("x", date(2026, 3, 2), dates, 5.1, weekdays_off=(5,), dates_off=(date(2026, 3, 3),))
    >>> {f"{day:%a %d}": minutes for day, minutes in practice(goal).items()}
    {'Sun 08': 155, 'Tue 10': 150}
    """
    week = weekday_minutes(goal)
    closed = {*goal.dates_off, *goal.dates.values()}
    return {day: week[day.weekday()] for day in days_of(goal) if day.weekday() in week and day not in closed}


def days_of(goal: Goal) -> list[date]:
    """List all days of a plan."""
    days = (goal.begins + timedelta(days=k) for k in range(10_000))
    return list(takewhile(lambda day: day < goal.last, days))


def weekday_minutes(goal: Goal) -> dict[int, int]:
    """Share the minutes of a week among its weekdays, in steps of five."""
    fives = int(Fraction(str(goal.hours_a_week)) * 12)
    near = {day.weekday() for day in days_of(goal)[:7] if day not in goal.dates.values()}
    free = [day for day in LIKED if day not in goal.weekdays_off]
    chosen = ([day for day in free if day in near] + [day for day in free if day not in near])[: max(1, fives // 24)]
    each, more = divmod(fives, len(chosen))
    return {day: min(360, 5 * (each + (place < more))) for place, day in enumerate(chosen)}


def week_of(goal: Goal, day: date) -> int:
    """Count the weeks from the first day."""
    return (day - goal.begins).days // 7


def mock_weeks(goal: Goal) -> range:
    """Say which weeks want a mock: from the third to the one of the last day."""
    return range(2, week_of(goal, goal.last - timedelta(days=1)) + 1)


def coding_bounds(loop: Loop) -> tuple[Fraction, Fraction]:
    """Say between which shares coding must lie."""
    wanted = Fraction(str(loop.coding))
    return max(Fraction(0), wanted - AROUND), min(Fraction(1), wanted + AROUND)


def full_wanted(loop: Loop) -> int:
    """Say how many full mocks are owed."""
    return max(3, sum(one.full for one in loop.rounds))


@dataclass(frozen=True)
class Kept:
    """How a promise stands: kept or not, what there is, what is wanted."""

    holds: bool
    there: Fraction
    wanted: Fraction


def weigh(goal: Goal, loop: Loop, blocks: Iterable[Block], due: Collection[date]) -> dict[str, Kept]:
    """Hold blocks against every promise; `due` are the days still to come that owe a review."""
    counted = [block for block in blocks if block.state in COUNTED_STATES and in_time(block, goal)]
    total = sum(block.minutes for block in counted)
    mocks = [block for block in counted if block.activity == "mock"]
    mock_minutes = sum(block.minutes for block in mocks)
    code = sum(block.minutes for block in counted if block.activity in ("sql", "python"))
    reviewed = {block.day for block in counted if block.activity == "review"}
    held = {week_of(goal, block.day) for block in mocks}
    low, high = coding_bounds(loop)
    kept = {
        "reviews": at_least(sum(day in reviewed for day in due), len(due)),
        "full-mocks": full_mocks(loop, mocks),
        "weekly-mock": at_least(sum(week in held for week in mock_weeks(goal)), len(mock_weeks(goal))),
        "mock-share": at_least(Fraction(mock_minutes, total or 1), MOCK_SHARE),
        "mock-hours": at_least(mock_minutes, MOCK_MINUTES),
    }
    share = Fraction(code, total or 1)
    kept["coding-share"] = Kept(total > 0 and low <= share <= high, share, Fraction(str(loop.coding)))
    for name, (activity, wanted) in COUNTED.items():
        kept[name] = at_least(sum(block.activity == activity for block in counted), wanted)
    return kept


def in_time(block: Block, goal: Goal) -> bool:
    """Say whether a block counts: a mock before the date of its round, anything before the last date of all."""
    if block.activity == "mock" and block.refers in goal.dates and block.day >= goal.dates[block.refers]:
        return False
    return block.day < max(goal.dates.values())


def is_closed(goal: Goal, day: date) -> bool:
    """Say whether a goal takes a day off."""
    return day.weekday() in goal.weekdays_off or day in goal.dates_off or day in goal.dates.values()


def full_mocks(loop: Loop, mocks: Collection[Block]) -> Kept:
    """Count the full mocks; any mock counts in a loop that asks for none."""
    full = {one.id for one in loop.rounds if one.full}
    held = [block.refers for block in mocks if not full or block.refers in full]
    wanted = full_wanted(loop)
    return Kept(len(held) >= wanted and full <= set(held), Fraction(len(held)), Fraction(wanted))


def at_least(there: Fraction | int, wanted: Fraction | int) -> Kept:
    """Say that there is enough."""
    return Kept(there >= wanted, Fraction(there), Fraction(wanted))


def room_left(goal: Goal, today: date, standing: Iterable[Block]) -> Mapping[date, int]:
    """Give the minutes of each coming day that nothing fixed takes."""
    taken: dict[date, int] = {}
    for block in standing:
        if block.state in COUNTED_STATES:
            taken[block.day] = taken.get(block.day, 0) + block.minutes
    return {day: max(0, there - taken.get(day, 0)) for day, there in practice(goal).items() if day >= today}
