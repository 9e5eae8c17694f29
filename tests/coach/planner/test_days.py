"""Does the calendar of a goal hold what it says, and is a goal refused that no plan can be made for?"""

from dataclasses import replace
from datetime import date, timedelta

import contract
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import SHIPPED

from liveloop.base.errors import BadInput
from liveloop.coach.planner.days import practice_days, refuse_goal, span, week_of
from liveloop.plan import Goal

MONDAY = date(2026, 3, 2)
DATES = {one.id: MONDAY + timedelta(days=7 + 7 * one.stage) for one in SHIPPED.rounds}
GOAL = Goal(SHIPPED.id, MONDAY, DATES, 8)


def after(days):
    return MONDAY + timedelta(days=days)


@st.composite
def goals(draw):
    length = draw(st.integers(1, 120))
    dates = {f"r{k}": after(days) for k, days in enumerate(draw(st.lists(st.integers(0, length), max_size=4)))}
    off = draw(st.sets(st.integers(0, 6), max_size=5))
    most = (7 - len(off)) * 60
    hours = draw(st.integers(5, most)) / 10
    lost = draw(st.lists(st.integers(-2, length + 2).map(after), max_size=6))
    return Goal("x", MONDAY, dates | {"last": after(length)}, hours, tuple(off), tuple(lost))


@settings(max_examples=120, deadline=None)
@given(goals())
def test_the_calendar_is_the_contract(goal):
    assert practice_days(goal) == contract.practice(goal)


@settings(max_examples=120, deadline=None)
@given(goals())
def test_no_day_is_beyond_what_it_may_be(goal):
    days = practice_days(goal)
    assert list(days) == sorted(days)
    assert set(days) <= set(span(goal)) - {*goal.dates_off, *goal.dates.values()}
    assert all(0 <= minutes <= 360 and minutes % 5 == 0 for minutes in days.values())
    assert not {day.weekday() for day in days} & set(goal.weekdays_off)
    weeks = {}
    for day, minutes in days.items():
        weeks[week_of(goal, day)] = weeks.get(week_of(goal, day), 0) + minutes
    assert all(minutes <= goal.hours_a_week * 60 for minutes in weeks.values())


def test_a_whole_week_without_days_off_uses_all_its_minutes():
    week = [minutes for day, minutes in practice_days(GOAL).items() if week_of(GOAL, day) == 0]
    assert sum(week) == 8 * 60
    assert max(week) - min(week) <= 5


def test_a_day_off_is_lost_and_not_pushed_elsewhere():
    lost = next(iter(practice_days(GOAL)))
    rest = {day: minutes for day, minutes in practice_days(GOAL).items() if day != lost}
    assert practice_days(replace(GOAL, dates_off=(lost,))) == rest


def test_three_days_are_all_used_whatever_their_weekday():
    near = Goal("x", MONDAY, {"r": after(3)}, 6)
    assert list(practice_days(near)) == [after(k) for k in range(3)]


REFUSED = {
    "past": ({"dates": dict.fromkeys(DATES, after(-1))}, "which is past", "a day after 2026-03-02"),
    "today": ({"dates": dict.fromkeys(DATES, MONDAY)}, "which is past", "a day after 2026-03-02"),
    "unknown round": ({"dates": DATES | {"lunch": after(9)}}, "no round 'lunch'", "recruiter, statistics-sql"),
    "no date": ({"dates": {"recruiter": after(9)}}, "no date for statistics-sql, ml", "a date for each round"),
    "overlap": (
        {"dates": DATES | {"ml": DATES["recruiter"]}},
        "overlaps the stage before it",
        "2026-03-23 or a later day",
    ),
    "begins late": ({"begins": after(60)}, "the plan begins on 2026-05-01", "a day before"),
    "too far": (
        {"dates": DATES | dict.fromkeys(("product", "design", "behaviour"), after(400))},
        "too far",
        "at most 366",
    ),
    "no day": ({"weekdays_off": tuple(range(7))}, "every weekday is off", "at most six of Monday"),
    "every day is taken out": ({"dates_off": tuple(span(GOAL))}, "no day is left to practise on", "fewer days off"),
    "no weekday": ({"weekdays_off": (7,)}, "a weekday that there is not", "at most six of Monday"),
    "zero hours": ({"hours_a_week": 0}, "0 hours a week", "0.5 to 42 hours"),
    "less than none": ({"hours_a_week": -3}, "-3 hours a week", "0.5 to 42 hours"),
    "nan": ({"hours_a_week": float("nan")}, "nan hours a week", "0.5 to 42 hours"),
    "too many hours": ({"hours_a_week": 43}, "43 hours a week", "0.5 to 42 hours"),
    "too many for two days": (
        {"weekdays_off": (0, 1, 2, 3, 4), "hours_a_week": 13},
        "13 hours a week",
        "0.5 to 12 hours",
    ),
}


@pytest.mark.parametrize(("changes", "wrong", "allowed"), REFUSED.values(), ids=REFUSED)
def test_a_goal_is_refused(changes, wrong, allowed):
    with pytest.raises(BadInput) as refusal:
        refuse_goal(replace(GOAL, **changes), SHIPPED, MONDAY)
    assert wrong in refusal.value.wrong
    assert allowed in refusal.value.allowed


def test_goals_that_are_not_refused():
    refuse_goal(GOAL, SHIPPED, MONDAY)
    refuse_goal(replace(GOAL, dates=dict.fromkeys(DATES, after(1))), SHIPPED, MONDAY)
    refuse_goal(replace(GOAL, dates_off=tuple(span(GOAL))[:-8]), SHIPPED, MONDAY)
    refuse_goal(replace(GOAL, dates=DATES | {"ml": DATES["statistics-sql"]}), SHIPPED, MONDAY)
    refuse_goal(GOAL, SHIPPED, max(DATES.values()) - timedelta(days=1))
