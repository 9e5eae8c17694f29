"""Is a lapse a lapse of the right skill, does memory fade and come back, and what is due first?"""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest
from tests.coach.conftest import NOW
from tests.coach.test_mark import make_drill
from tests.coach.test_skill import SPOKEN, entry

from liveloop.coach.journal import Review
from liveloop.coach.memory import cram, due_days, due_now, rate, remember, reviews_of

DRILL = make_drill(skills=("sql.time-joins", "sql.null"))


def at(days: float):
    return NOW + timedelta(days=days)


def test_a_finding_lapses_its_own_skill_and_no_other():
    null = {"drl_1": {"null": "sql.null", "boundary": "sql.time-joins", "tie": "sql.windows"}}
    broke = entry(1, "null", signal="lean yes", asked=("null", "boundary", "tie"))
    assert rate(broke, DRILL, null["drl_1"]) == {"sql.null": 1, "sql.time-joins": 3, "sql.windows": 3}


def test_what_is_wrong_on_ordinary_data_lapses_the_drills_skills():
    wrong = entry(1, "boundary", signal="no", asked=())
    assert rate(wrong, DRILL, SPOKEN["drl_1"]) == {"sql.time-joins": 1, "sql.null": 1}
    assert rate(entry(2), DRILL, SPOKEN["drl_1"])["sql.null"] == 3


def test_entries_without_a_debrief_or_a_drill_are_left_out():
    entries = [entry(1, signal=None), entry(2, drill_id="drl_gone")]
    assert reviews_of([e for e in entries if e.signal is None], {"drl_1": DRILL}, SPOKEN) == []
    assert reviews_of(entries[1:], {"drl_1": DRILL}, SPOKEN) == []


def test_recall_falls_to_nine_in_ten_after_the_stability_and_rises_with_practice():
    once = remember([Review("a", 3, at(0), None)])["a"]
    assert once.recall(at(once.stability_days)) == pytest.approx(0.9, abs=0.01)
    assert once.due_at > at(0)
    twice = remember([Review("a", 3, at(0), None), Review("a", 3, at(3), None)])["a"]
    assert twice.stability_days > 2 * once.stability_days
    lapsed = remember([Review("a", 3, at(0), None), Review("a", 1, at(3), None)])["a"]
    assert (lapsed.lapses, twice.lapses) == (1, 0)
    assert lapsed.stability_days < once.stability_days


def test_replaying_is_the_same_in_any_order_of_reading():
    reviews = [Review("a", 3, at(0), None), Review("a", 1, at(2), None), Review("a", 3, at(3), None)]
    assert remember(reviews)["a"].due_at == remember(reversed(reviews))["a"].due_at


def test_first_comes_what_is_recalled_least_on_the_day_of_the_interview():
    traces = remember(
        [Review("old", 3, at(-30), None), Review("shaky", 1, at(-2), None), Review("fresh", 4, at(0), None)]
    )
    due = [trace.card_id for trace in due_now(traces, at(0), at(20))]
    assert set(due) == {"old", "shaky"}
    recalls = [traces[name].recall(at(20)) for name in due]
    assert recalls == sorted(recalls)
    assert [trace.card_id for trace in cram(traces, at(20), 1)] == due[:1]
    counting = due_now(traces, at(0), at(20), {due[0]: 0.001, due[1]: 1.0})
    assert [trace.card_id for trace in counting] == due[::-1]


def test_with_nothing_seen_reviews_begin_on_the_third_day():
    days = [date(2026, 1, 7) + timedelta(days=k) for k in range(5)]
    assert due_days({}, days, days[0]) == tuple(days[2:])
    assert due_days(remember([Review("a", 1, at(-9), None)]), days, days[0]) == tuple(days)


def test_the_day_on_which_a_review_is_due_is_the_person_s():
    traces = remember([Review("a", 3, at(0), None)])
    due = traces["a"].due_at
    days = [due.date() + timedelta(days=k) for k in range(-2, 3)]
    for hours in (-14, 0, 14):
        zone = timezone(timedelta(hours=hours))
        assert due_days(traces, days, days[0], zone)[0] == due.astimezone(zone).date()
    assert len({due_days(traces, days, days[0], timezone(timedelta(hours=hours)))[0] for hours in (-14, 14)}) == 2
