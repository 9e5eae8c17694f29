"""Does the plan follow what happens: done, missed, beside the plan, a new week, and nothing else?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.coach.conftest import NOW, make_debrief, make_finding

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.coach.agenda import PLAN, Agenda, suggest_dates
from liveloop.coach.catalogue import read_catalogue
from liveloop.coach.journal import Document, NotThere, Outcome, Review, own
from liveloop.coach.loop import load_loops
from liveloop.exam.load import load_all
from liveloop.plan import Goal

CATALOGUE = read_catalogue()
DRILLS = load_all()
LOOP = load_loops()["ai-safety"]


class Hand:
    def __init__(self):
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def agenda(journal, clock):
    return Agenda(journal, CATALOGUE, lambda: DRILLS, clock=clock, zone=UTC)


def goal(days=28, hours=8.0, **changes) -> Goal:
    last = NOW.date() + timedelta(days=days)
    return replace(Goal(LOOP.id, NOW.date(), dict.fromkeys((one.id for one in LOOP.rounds), last), hours), **changes)


def first(plan, activity, **fields):
    return next(
        block
        for block in plan.blocks
        if block.activity == activity and all(getattr(block, name) == value for name, value in fields.items())
    )


def hand_in(journal, drill, at, *, findings=(), confidence=0.8, signal="strong yes"):
    number = f"{drill.slug}-{at:%d%H%M}"
    journal.write_attempt(Attempt(f"att_{number}", drill.id, drill.kind, "select 1", at, confidence, None))
    owner = own(journal.path.parent / "examiners")
    journal.claim(f"att_{number}", owner, now=at, lease=timedelta(seconds=60))
    debrief = make_debrief(
        f"att_{number}", findings, drill_id=drill.id, signal=signal, asked=drill.probes, examined_at=at
    )
    assert journal.write_debrief(debrief, owner)
    owner.leave()


def test_without_a_goal_there_is_no_plan(agenda):
    assert agenda.plan() is None and agenda.kept() is None
    with pytest.raises(NotThere, match="say first when the interview is"):
        agenda.move("b1", NOW.date())


def test_a_plan_is_kept_and_read_back_as_it_was(agenda):
    made = agenda.set_goal(goal())
    assert agenda.plan() == made
    assert agenda.kept().day == NOW.date()
    assert all(block.title for block in made.blocks)
    assert first(made, "baseline").day == made.blocks[0].day


def test_a_drill_that_is_handed_in_is_done(agenda, journal, clock):
    plan = agenda.set_goal(goal())
    block = first(plan, "sql")
    clock.at = datetime.combine(block.day, NOW.time(), UTC) + timedelta(hours=2)
    hand_in(journal, DRILLS[block.refers], clock.at)
    after = {one.id: one for one in agenda.plan().blocks}
    assert after[block.id].state == "done" and after[block.id].day == block.day
    assert agenda.plan().blocks == tuple(after.values())  # read again: nothing more changes


def test_a_lapse_lowers_its_own_skill(agenda, journal, clock):
    agenda.set_goal(goal())
    before = agenda.person().held(clock.at)
    drill = DRILLS["warned-unsupported-retention"]
    null = make_finding("null", skill="sql.null")
    hand_in(journal, drill, clock.at, findings=(null,), signal="lean yes")
    person = agenda.person()
    held = person.held(clock.at)
    assert held["sql.null"][0] < before["sql.null"][0]
    assert held["sql.time-joins"][0] > before["sql.time-joins"][0]
    assert person.traces["sql.null"].lapses == 1 and person.traces["sql.time-joins"].lapses == 0


def test_what_was_done_beside_the_plan_counts(agenda, journal, clock):
    plan = agenda.set_goal(goal())
    planned = {block.refers for block in plan.blocks}
    drill = next(drill for drill in DRILLS.values() if drill.kind == "sql" and drill.slug not in planned)
    before = {promise.id: promise.planned for promise in plan.promises}["sql-drills"]
    clock.at = datetime.combine(first(plan, "review").day, NOW.time(), UTC) - timedelta(days=1)
    hand_in(journal, drill, clock.at)
    after = agenda.plan()
    beside = [block for block in after.blocks if block.refers == drill.slug and block.state == "done"]
    assert len(beside) == 1
    assert {promise.id: promise.planned for promise in after.promises}["sql-drills"] >= before


def test_a_missed_day_is_missed_and_what_was_pinned_stays(agenda, clock):
    plan = agenda.set_goal(goal())
    day = first(plan, "mock").day
    pinned = agenda.pin(first(plan, "mock").id, pinned=True)
    clock.at += timedelta(days=4)
    after = agenda.plan()
    assert all(block.state == "missed" for block in after.blocks if block.day < clock.at.date())
    assert first(after, "mock", pinned=True).day == day
    assert all(promise.holds for promise in after.promises) == all(promise.holds for promise in pinned.promises)


def test_a_new_week_lays_the_later_ones_anew_and_leaves_this_one(agenda, clock):
    plan = agenda.set_goal(goal(42, baseline=False))
    clock.at += timedelta(days=7)
    after = agenda.plan()
    ends = plan.goal.begins + timedelta(days=14)
    there = [block for block in plan.blocks if clock.at.date() <= block.day < ends and block.activity != "review"]
    this_week = {(block.id, block.day) for block in there}
    assert this_week <= {(block.id, block.day) for block in after.blocks}


def test_a_mock_a_baseline_and_reviews_are_done(agenda, journal, clock):
    plan = agenda.set_goal(goal())
    mock, review = first(plan, "mock"), first(plan, "review")
    clock.at = datetime.combine(review.day, NOW.time(), UTC)
    for second in range(5):
        journal.write_review(Review("sql.null", 3, clock.at + timedelta(seconds=second), None))
    item = next(iter(CATALOGUE.items.values()))
    answered = {"answered": [{"item_id": item.id, "choice": item.right, "at": clock.at.isoformat()}]}
    journal.write_outcome(Outcome("out_b", "baseline", "", 1.0, "self", clock.at, json.dumps(answered)))
    clock.at = datetime.combine(mock.day, NOW.time(), UTC)
    journal.write_outcome(Outcome("out_m", "mock", mock.refers, 0.75, "self", clock.at, "{}"))
    journal.write_outcome(Outcome("out_p", "mock", mock.refers, 0.5, "peer: Ann", clock.at, "{}"))
    after = agenda.plan()
    done = [block for block in after.blocks if block.state == "done"]
    assert {block.id for block in done} >= {review.id, mock.id, first(plan, "baseline").id}
    assert sum(block.activity == "mock" for block in done) == 1
    assert agenda.person().held(clock.at)[item.skill][0] > 0.5


def test_reviews_that_were_left_out_are_done_when_they_are_done_all_the_same(agenda, journal, clock):
    review = first(agenda.set_goal(goal()), "review")
    agenda.drop(review.id)
    clock.at = datetime.combine(review.day, NOW.time(), UTC)
    assert [one.state for one in agenda.plan().blocks if one.id == review.id] == ["dropped"]
    for second in range(5):
        journal.write_review(Review("sql.null", 3, clock.at + timedelta(seconds=second), None))
    there = [one for one in agenda.plan().blocks if one.activity == "review" and one.day == review.day]
    assert [(one.id, one.state) for one in there] == [(review.id, "done")]


def test_what_is_done_counts_for_the_block_that_was_not_left_out(agenda, journal, clock):
    plan = agenda.set_goal(goal())
    day = next(day for day in {one.day: 0 for one in plan.blocks if one.activity == "sql"} if same(plan, day) > 1)
    dropped, kept = [one for one in plan.blocks if one.activity == "sql" and one.day == day][:2]
    agenda.drop(dropped.id)
    other = next(one for one in DRILLS.values() if one.kind == "sql" and one.slug not in opened(agenda.plan()))
    clock.at = datetime.combine(day, NOW.time(), UTC)
    hand_in(journal, other, clock.at)
    states = {one.id: one.state for one in agenda.plan().blocks}
    assert (states[dropped.id], states[kept.id]) == ("dropped", "done")


def same(plan, day):
    return sum(one.activity == "sql" and one.day == day for one in plan.blocks)


def opened(plan):
    return {one.refers for one in plan.blocks}


def test_a_mock_that_was_done_elsewhere_counts_and_says_nothing_of_the_skills(agenda, clock):
    mock = first(agenda.set_goal(goal()), "mock")
    before = agenda.person().held(clock.at)
    plan = agenda.finish(mock.id, elsewhere=True)
    assert first(plan, "mock", state="done").done_by == "elsewhere"
    assert agenda.person().held(clock.at) == before
    assert agenda.plan() == plan  # no record takes it away
    assert first(agenda.undo(mock.id), "mock", id=mock.id) == mock


def test_a_new_goal_keeps_what_was_done_and_pinned(agenda, journal, clock):
    plan = agenda.set_goal(goal())
    moved = agenda.move(first(plan, "narrative").id, NOW.date() + timedelta(days=9))
    later = agenda.set_goal(goal(35, hours=5, begins=plan.goal.begins))
    assert first(later, "narrative", pinned=True).day == NOW.date() + timedelta(days=9)
    assert later.goal.last > moved.goal.last
    with pytest.raises(BadInput, match="which is past"):
        agenda.set_goal(goal(-3))
    assert agenda.plan() == later


def test_a_plan_that_is_none_is_told(agenda, journal, clock):
    journal.write_document(Document(PLAN, '{"plan": 3}', clock.at))
    with pytest.raises(BadInput, match="cannot be read"):
        agenda.plan()
    assert "liveloop plan set" in str(refused(agenda.plan))
    plan = agenda.set_goal(goal())  # what cannot be read does not stand in the way of a new one
    assert agenda.kept().plan == plan


def refused(what):
    with pytest.raises(BadInput) as refusal:
        what()
    return refusal.value


def test_forecasts_are_kept_once_a_day(agenda, journal, clock):
    plan = agenda.set_goal(goal())
    for _ in range(2):
        agenda.readiness(agenda.person(), plan, write=True)
    assert len(journal.forecasts()) == len(LOOP.rounds)
    clock.at += timedelta(days=1)
    agenda.readiness(agenda.person(), plan, write=True)
    assert len(journal.forecasts()) == 2 * len(LOOP.rounds)


def test_dates_are_suggested_by_stage():
    far = suggest_dates(LOOP, date(2026, 3, 1), date(2026, 1, 1))
    assert far["recruiter"] < far["statistics-sql"] < far["ml"] < far["product"] == far["design"]
    assert len(set(suggest_dates(LOOP, date(2026, 1, 4), date(2026, 1, 1)).values())) == 1


def test_a_plan_that_is_first_opened_when_all_is_over_has_missed_its_days(agenda, journal, clock):
    plan = agenda.set_goal(goal(14))
    block = first(plan, "sql")
    hand_in(journal, DRILLS[block.refers], datetime.combine(block.day, NOW.time(), UTC))
    clock.at += timedelta(days=20)
    hand_in(journal, DRILLS[first(plan, "python").refers], clock.at)
    after = agenda.plan()
    assert {one.state for one in after.blocks} == {"done", "missed"}
    assert [one.id for one in after.blocks if one.state == "done"] == [block.id]
    assert not next(one for one in after.promises if one.id == "full-mocks").holds
    assert after.triage == ()
    clock.at += timedelta(days=9)
    assert agenda.plan() == agenda.kept().plan == after


def test_the_same_goal_again_goes_on_from_its_first_day(agenda, clock):
    made = agenda.set_goal(goal(42))
    clock.at += timedelta(days=16)
    again = agenda.set_goal(goal(42, begins=clock.at.date()))
    assert again.goal == made.goal
    clock.at += timedelta(days=40)
    anew = agenda.set_goal(goal(80, begins=clock.at.date()))
    assert anew.goal.begins == clock.at.date()
