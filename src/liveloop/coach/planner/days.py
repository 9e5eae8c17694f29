"""On which days is there time, and how much?

The hours of a week go to as many days as give sessions of two hours, which hold a mock, its review and one thing more;
weekends first, then days apart. A day off within a week is lost: its minutes are not pushed onto its neighbours. No day
with a round is planned, and none after the last round.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from liveloop.base.errors import BadInput
from liveloop.coach.loop import Loop
from liveloop.plan import Goal

GRID_MINUTES = 5
LEAST_SESSION_MINUTES = 120
LONGEST_DAY_MINUTES = 360
LONGEST_HORIZON_DAYS = 366
LIKED = (5, 6, 1, 3, 2, 0, 4)  # Saturday, Sunday, then days apart
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def practice_days(goal: Goal) -> dict[date, int]:
    """Give the minutes of every day of the plan that may be practised on, in order, whatever today is.

    Examples
    --------
    >>> goal = Goal("ai-safety", date(2026, 3, 2), {"product": date(2026, 3, 16)}, hours_a_week=5, weekdays_off=(4,))
    >>> {day.isoformat(): minutes for day, minutes in list(practice_days(goal).items())[:4]}
    {'2026-03-07': 150, '2026-03-08': 150, '2026-03-14': 150, '2026-03-15': 150}
    """
    minutes = week_minutes(goal)
    closed = {*goal.dates_off, *goal.dates.values()}
    return {day: minutes[day.weekday()] for day in span(goal) if day.weekday() in minutes and day not in closed}


def why_closed(goal: Goal, day: date) -> str:
    """Say why a goal leaves a day out of practice; nothing when it does not.

    Examples
    --------
    >>> goal = Goal("x", date(2026, 3, 2), {"r": date(2026, 3, 16)}, 5, weekdays_off=(4,))
    >>> why_closed(goal, date(2026, 3, 6)), why_closed(goal, date(2026, 3, 16)), why_closed(goal, date(2026, 3, 7))
    ('a weekday off', 'the day of a round', '')
    """
    if day in goal.dates.values():
        return "the day of a round"
    if day in goal.dates_off:
        return "a day that was taken out"
    return "a weekday off" if day.weekday() in goal.weekdays_off else ""


def span(goal: Goal) -> list[date]:
    """List the days from the first to the one before the last round."""
    return [goal.begins + timedelta(days=k) for k in range(max(0, (goal.last - goal.begins).days))]


def week_minutes(goal: Goal) -> dict[int, int]:
    """Share the minutes of a week among its days: on the grid of 5 minutes, no day over six hours."""
    total = int(goal.hours_a_week * 60 / GRID_MINUTES + 1e-9) * GRID_MINUTES
    there = {day.weekday() for day in span(goal)[:7] if day not in goal.dates.values()}
    liked = [day for day in LIKED if day not in goal.weekdays_off]
    liked.sort(key=lambda day: day not in there)  # with three days to go, those three come first
    count = min(len(liked), max(1, total // LEAST_SESSION_MINUTES))
    chosen = liked[:count]
    even = total // count // GRID_MINUTES * GRID_MINUTES
    left = (total - even * count) // GRID_MINUTES
    return {day: min(LONGEST_DAY_MINUTES, even + GRID_MINUTES * (index < left)) for index, day in enumerate(chosen)}


def week_of(goal: Goal, day: date) -> int:
    """Say in which week of the plan a day lies, from 0.

    Examples
    --------
    >>> week_of(Goal("x", date(2026, 3, 4), {"r": date(2026, 4, 1)}, 5), date(2026, 3, 11))
    1
    """
    return (day - goal.begins).days // 7


def refuse_goal(goal: Goal, loop: Loop, today: date) -> None:
    """Refuse a goal that no plan can be made for, saying what is allowed.

    Raises
    ------
    BadInput
        For a date that is past, a round nobody knows or without a date, stages out of order, no hours or too many, no
        day to practise on.
    """
    refuse_dates(goal.dates, loop, today)
    if goal.begins > goal.last:
        raise BadInput(f"the plan begins on {goal.begins}", where="begins", allowed=f"a day before {goal.last}")
    if (goal.last - goal.begins).days > LONGEST_HORIZON_DAYS:
        allowed = f"at most {LONGEST_HORIZON_DAYS} days from the first day to the last round"
        raise BadInput(f"{goal.last} is too far away", where="dates", allowed=allowed)
    off = set(goal.weekdays_off)
    if not off <= set(range(7)) or len(off) == 7:
        wrong = "every weekday is off" if len(off) == 7 else "a weekday that there is not"
        raise BadInput(wrong, where="weekdays_off", allowed=f"at most six of {', '.join(NAMES)}")
    most = (7 - len(off)) * LONGEST_DAY_MINUTES / 60
    if not 0.5 <= goal.hours_a_week <= most:
        allowed = f"0.5 to {most:g} hours: six a day at most, on {7 - len(off)} days"
        raise BadInput(f"{goal.hours_a_week:g} hours a week", where="hours_a_week", allowed=allowed)
    if not any(day >= today for day in practice_days(goal)):
        allowed = f"fewer days off: one day of practice at least before {goal.last}"
        raise BadInput("no day is left to practise on", where="dates_off", allowed=allowed)


def refuse_dates(dates: Mapping[str, date], loop: Loop, today: date) -> None:
    """Refuse dates of rounds that are past, missing, unknown or overlap."""
    for round_id in dates:
        loop.round(round_id)
    missing = [one.id for one in loop.rounds if one.id not in dates]
    if missing:
        raise BadInput(f"no date for {', '.join(missing)}", where="dates", allowed="a date for each round of the loop")
    last = max(dates.values())
    if last <= today:
        raise BadInput(f"the interview is on {last}, which is past", where="dates", allowed=f"a day after {today}")
    stages = sorted({one.stage for one in loop.rounds})
    for earlier, later in pairwise(stages):
        ends = max(dates[one.id] for one in loop.rounds if one.stage == earlier)
        for one in loop.rounds:
            if one.stage == later and dates[one.id] < ends:
                raise BadInput(
                    f"{one.title} on {dates[one.id]} overlaps the stage before it, which ends on {ends}",
                    where=f"dates.{one.id}",
                    allowed=f"{ends} or a later day",
                )
