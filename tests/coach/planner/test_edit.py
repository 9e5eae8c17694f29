"""What may a person do to a block, and what is refused?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from moment import Moment
from people import ITEMS, SHIPPED, SKILLS, THEMES
from verifier import verify

from liveloop.base.clock import name_day
from liveloop.base.errors import BadInput
from liveloop.coach.planner import edit
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.days import practice_days
from liveloop.coach.planner.make import Known, Need, let_go, make_plan, replan
from liveloop.coach.planner.owed import weigh_promises
from liveloop.coach.planner.triage import hours
from liveloop.plan import Goal

MONDAY = date(2026, 3, 2)
SHELF = Shelf(SHIPPED, THEMES, SKILLS, ITEMS)
DATES = {one.id: MONDAY + timedelta(days=5 + 5 * one.stage) for one in SHIPPED.rounds}
DUE = frozenset(MONDAY + timedelta(days=k) for k in range(1, 25, 3))
KNOWN = Known(MONDAY, Need({}, SHIPPED.weights()), DUE)
LATER = replace(KNOWN, today=MONDAY + timedelta(days=6))


@pytest.fixture(scope="module")
def plan():
    return make_plan(Goal(SHIPPED.id, MONDAY, DATES, 8), SHELF, KNOWN)


def first(plan, activity, **wanted):
    return next(b for b in plan.blocks if b.activity == activity and all(getattr(b, k) == v for k, v in wanted.items()))


def find(plan, block_id):
    return next(block for block in plan.blocks if block.id == block_id)


def test_a_moved_block_stays_where_it_was_put(plan):
    block = first(plan, "sql")
    day = MONDAY + timedelta(days=4)
    moved = edit.move(plan, block.id, day, SHELF, KNOWN)
    assert find(moved, block.id) == replace(block, day=day, pinned=True)
    later = replan(moved, SHELF, replace(KNOWN, due=()), adapt=True)
    assert find(later, block.id) == replace(block, day=day, pinned=True)


@pytest.mark.parametrize(
    ("activity", "day", "allowed"),
    [
        ("sql", MONDAY - timedelta(days=1), "2026-03-02 to the day before"),
        ("sql", max(DATES.values()), f"the day before {max(DATES.values())}"),
        ("mock", None, "the day before"),
    ],
    ids=["past", "after the last round", "a mock on the day of its round"],
)
def test_a_day_that_does_not_suit_is_refused(plan, activity, day, allowed):
    block = first(plan, activity)
    with pytest.raises(BadInput) as refusal:
        edit.move(plan, block.id, day or DATES[block.refers], SHELF, KNOWN)
    assert refusal.value.where == "day"
    assert allowed in refusal.value.allowed


@pytest.mark.parametrize("act", ["move", "pin", "drop", "finish", "undo"])
def test_a_block_that_is_not_there_is_refused(plan, act):
    given = {"move": (MONDAY, SHELF, KNOWN)}.get(act, (SHELF, KNOWN))
    how = {"pinned": True} if act == "pin" else {}
    with pytest.raises(BadInput, match="there is no block 'b9999'"):
        getattr(edit, act)(plan, "b9999", *given, **how)


def test_what_is_done_cannot_be_moved_or_dropped(plan):
    block = first(plan, "sql")
    done = edit.finish(plan, block.id, SHELF, KNOWN, elsewhere=True)
    with pytest.raises(BadInput, match="the block is done"):
        edit.move(done, block.id, MONDAY, SHELF, KNOWN)
    with pytest.raises(BadInput, match="the block is done"):
        edit.drop(done, block.id, SHELF, KNOWN)
    assert edit.finish(done, block.id, SHELF, KNOWN) is done


def test_a_block_is_done_today_and_a_missed_one_on_its_day(plan):
    block = first(plan, "reading")
    done = edit.finish(plan, block.id, SHELF, KNOWN)
    assert find(done, block.id) == replace(block, state="done", day=MONDAY, stood_on=block.day)
    passed = replan(plan, SHELF, LATER)
    missed = first(passed, "sql", state="missed")
    made_up = find(edit.finish(passed, missed.id, SHELF, LATER, elsewhere=True), missed.id)
    assert made_up == replace(missed, state="done", done_by="elsewhere", stood_on=missed.day)


@pytest.mark.parametrize(
    ("activity", "place"),
    [
        ("sql", "`liveloop drill attempt sql-"),
        ("review", "`liveloop review` or the page /review"),
        ("mock", "the page /mocks/"),
        ("narrative", "the page /narratives"),
        ("baseline", "`liveloop baseline` or the page /baseline"),
    ],
)
def test_what_is_recorded_is_not_believed_unless_it_was_done_elsewhere(plan, activity, place):
    block = first(plan, activity)
    with pytest.raises(BadInput, match="is done by doing it, which is recorded") as refusal:
        edit.finish(plan, block.id, SHELF, KNOWN)
    assert place in refusal.value.allowed
    if activity == "baseline":  # it measures by its own items
        assert f"liveloop plan drop {block.id}" in refusal.value.allowed
        with pytest.raises(BadInput, match="the baseline is done by doing it"):
            edit.finish(plan, block.id, SHELF, KNOWN, elsewhere=True)
        return
    assert f"liveloop plan done {block.id} --elsewhere" in refusal.value.allowed
    done = find(edit.finish(plan, block.id, SHELF, KNOWN, elsewhere=True), block.id)
    assert (done.state, done.done_by, done.stood_on) == ("done", "elsewhere", block.day)


@pytest.mark.parametrize(("activity", "elsewhere"), [("reading", False), ("sql", True), ("mock", True)])
def test_what_was_called_done_can_be_taken_back(plan, activity, elsewhere):
    block = first(plan, activity)
    done = edit.finish(plan, block.id, SHELF, KNOWN, elsewhere=elsewhere)
    assert find(edit.undo(done, block.id, SHELF, KNOWN), block.id) == block
    late = edit.undo(replan(done, SHELF, LATER), block.id, SHELF, LATER)
    assert find(late, block.id).state == ("missed" if block.day < LATER.today else "planned")


def test_what_was_left_out_can_be_taken_in_again(plan):
    for activity in ("review", "design", "baseline"):
        block = first(plan, activity)
        again = edit.undo(edit.drop(plan, block.id, SHELF, KNOWN), block.id, SHELF, KNOWN)
        assert find(again, block.id) == block
        assert again.goal == plan.goal
        assert again.promises[0].holds


def test_reviews_of_a_later_day_that_were_not_done_after_all_stand_there_once(plan):
    review = [block for block in plan.blocks if block.activity == "review"][-1]
    done = edit.finish(plan, review.id, SHELF, KNOWN, elsewhere=True)
    instead = first(done, "review", day=review.day)
    assert instead.id != review.id
    back = edit.undo(done, review.id, SHELF, KNOWN)
    assert [block for block in back.blocks if block.activity == "review" and block.day == review.day] == [review]


def test_what_a_record_shows_or_nobody_said_is_not_taken_back(plan):
    block = first(plan, "sql")
    recorded = replan(edit.swap(plan, replace(block, state="done", done_by="att_1", day=MONDAY)), SHELF, KNOWN)
    with pytest.raises(BadInput, match="a record shows that it was done"):
        edit.undo(recorded, block.id, SHELF, KNOWN)
    with pytest.raises(BadInput, match="the block is planned") as refusal:
        edit.undo(plan, block.id, SHELF, KNOWN)
    assert "called done or left out" in refusal.value.allowed


def test_a_pinned_block_stays_until_it_is_let_go(plan):
    block = first(plan, "design")
    pinned = edit.pin(plan, block.id, SHELF, KNOWN, pinned=True)
    assert find(pinned, block.id) == replace(block, pinned=True)
    assert [b.day for b in pinned.blocks] == [b.day for b in plan.blocks]
    assert not find(edit.pin(pinned, block.id, SHELF, KNOWN, pinned=False), block.id).pinned


def test_what_is_dropped_is_laid_elsewhere_when_it_was_promised(plan):
    before = {one.id: one for one in plan.promises}
    designs = first(plan, "design")
    dropped = edit.drop(plan, designs.id, SHELF, KNOWN)
    assert find(dropped, designs.id).state == "dropped"
    after = {one.id: one for one in dropped.promises}
    assert before["designs"].holds
    assert after["designs"].holds


def test_reviews_that_are_left_out_stay_out_of_their_day_and_it_is_said(plan):
    review = first(plan, "review")
    dropped = edit.drop(plan, review.id, SHELF, KNOWN)
    for after in (dropped, replan(dropped, SHELF, KNOWN), replan(dropped, SHELF, KNOWN, adapt=True)):
        assert [b.state for b in after.blocks if b.activity == "review" and b.day == review.day] == ["dropped"]
        assert not after.promises[0].holds
        assert after.promises[0].why_not == f"You left them out on {name_day(review.day)}."
        assert verify(after, Moment(SHIPPED, MONDAY, DUE, dropped.blocks), proofs=False).faults == ()
    later = replan(dropped, SHELF, LATER)
    assert find(later, review.id).state == "dropped"  # it was not missed
    assert later.promises[0].holds
    anew = make_plan(plan.goal, SHELF, KNOWN, before=dropped.blocks, earlier=plan.goal)
    assert [b.state for b in anew.blocks if b.activity == "review" and b.day == review.day] == ["dropped"]


def test_a_baseline_that_is_left_out_is_left_out_for_good(plan):
    without = edit.drop(plan, first(plan, "baseline").id, SHELF, KNOWN)
    later = replan(without, SHELF, LATER)
    assert [b.state for b in later.blocks if b.activity == "baseline"] == ["dropped"]
    wanted = make_plan(plan.goal, SHELF, KNOWN, before=without.blocks)
    assert [b.state for b in wanted.blocks if b.activity == "baseline"] == ["dropped", "planned"]


def test_a_baseline_that_was_missed_is_laid_anew(plan):
    later = replan(plan, SHELF, LATER)
    assert [b.state for b in later.blocks if b.activity == "baseline"] == ["missed", "planned"]
    old = first(later, "baseline", state="missed")
    done = replan(edit.swap(later, replace(old, state="done", done_by="out_1")), SHELF, LATER)
    assert [b.state for b in done.blocks if b.activity == "baseline"] == ["done"]


def test_a_number_is_never_another_block_s_later(plan):
    sorts = {block.id: (block.activity, block.minutes) for block in plan.blocks}
    for later in (replan(plan, SHELF, KNOWN, adapt=True), make_plan(plan.goal, SHELF, KNOWN, before=plan.blocks)):
        assert all(sorts.get(b.id, (b.activity, b.minutes)) == (b.activity, b.minutes) for b in later.blocks)


@pytest.mark.parametrize("days", [0, 1, 30])
def test_a_plan_can_be_read_anew_on_the_last_day_and_after(plan, days):
    late = replace(KNOWN, today=plan.goal.last + timedelta(days=days))
    after = replan(plan, SHELF, late)
    assert {block.state for block in after.blocks} == {"missed"}
    assert {block.id for block in after.blocks} == {block.id for block in plan.blocks}


def test_what_was_put_too_late_for_a_new_goal_is_let_go(plan):
    mock, sql, narrative = (first(plan, activity) for activity in ("mock", "sql", "narrative"))
    there = {mock.id: DATES[mock.refers] - timedelta(days=1), sql.id: MONDAY + timedelta(days=8)}
    put = plan
    for block_id, day in there.items():
        put = edit.move(put, block_id, day, SHELF, KNOWN)
    put = edit.pin(put, narrative.id, SHELF, KNOWN, pinned=True)
    sooner = replace(plan.goal, dates=dict.fromkeys(DATES, there[mock.id]), dates_off=(there[sql.id],))
    after = make_plan(sooner, SHELF, KNOWN, before=put.blocks, earlier=plan.goal)
    gone = {block.id for block in let_go(put, after)}
    assert {mock.id, sql.id} <= gone
    assert (narrative.id in gone) == (narrative.day >= sooner.last)
    assert all(block.day < sooner.last for block in after.blocks)
    assert all(block.day not in sooner.dates_off for block in after.blocks)


def test_what_was_put_on_a_day_off_already_stays_under_a_new_goal(plan):
    off = replace(plan.goal, dates_off=(MONDAY + timedelta(days=8),))
    put = edit.move(make_plan(off, SHELF, KNOWN), "b9", off.dates_off[0], SHELF, KNOWN)
    after = make_plan(replace(off, hours_a_week=9), SHELF, KNOWN, before=put.blocks, earlier=off)
    assert find(after, "b9").day == off.dates_off[0]
    assert let_go(put, after) == ()


def test_a_mock_on_or_after_its_round_is_never_counted(plan):
    mocks = [block for block in plan.blocks if block.activity == "mock"]
    late = [replace(block, day=DATES[block.refers]) for block in mocks]
    kept = {one.id: one.planned for one in weigh_promises(plan.goal, SHIPPED, late, (), {})}
    assert kept["full-mocks"] == kept["weekly-mock"] == kept["mock-hours"] == 0
    after = replan(replace(plan, blocks=(replace(late[0], pinned=True),)), SHELF, replace(KNOWN, due=()))
    hours = sum(block.minutes for block in after.blocks if block.activity == "mock") - late[0].minutes
    assert next(one for one in after.promises if one.id == "mock-hours").planned == hours
    assert find(after, late[0].id).why.startswith("Too late for the round")


@pytest.mark.parametrize("state", ["done", "planned"])
def test_mocks_that_come_too_late_leave_the_full_ones_owed(plan, state):
    full = [one for one in SHIPPED.rounds if one.full]
    late = [replace(first(plan, "mock", refers=one.id), day=DATES[one.id], state=state, pinned=True) for one in full]
    known = replace(KNOWN, today=max(block.day for block in late)) if state == "done" else KNOWN
    goal = replace(plan.goal, dates={key: day + timedelta(days=9) for key, day in DATES.items()})
    goal = replace(goal, dates=goal.dates | {full[0].id: DATES[full[0].id]}) if state == "done" else plan.goal
    after = replan(replace(plan, goal=goal, blocks=tuple(late)), SHELF, known)
    assert verify(after, Moment(SHIPPED, known.today, DUE, tuple(late))).faults == ()
    assert after.promises[1].id == "full-mocks"
    assert after.promises[1].holds == (state == "planned")


def test_reviews_are_promised_from_today_on_and_no_more_is_said(plan):
    later = replan(plan, SHELF, LATER)
    reviews = later.promises[0]
    assert any(block.activity == "review" and block.state == "missed" for block in later.blocks)
    assert reviews.holds
    assert "from today on" in reviews.says


def test_a_moved_mock_says_how_far_its_round_is_now(plan):
    mock = next(block for block in reversed(plan.blocks) if block.activity == "mock")
    moved = find(edit.move(plan, mock.id, MONDAY + timedelta(days=1), SHELF, KNOWN), mock.id)
    days = (DATES[mock.refers] - moved.day).days
    assert moved.why.startswith(f"{days} days before the round")
    assert not mock.why.startswith(f"{days} days")


def test_a_short_plan_says_which_hours_are_which():
    goal = Goal(SHIPPED.id, MONDAY, dict.fromkeys(DATES, MONDAY + timedelta(days=10)), 8)
    short = make_plan(goal, SHELF, KNOWN)
    in_all = sum(practice_days(goal).values())
    taken = sum(block.minutes for block in short.blocks if block.activity in ("review", "baseline"))
    assert taken
    assert f"{hours(in_all)} of practice, reviews included, until the last round" in short.triage[0]
    broken = next(one for one in short.promises if not one.holds)
    left = f"{hours(in_all - taken)} are left until {name_day(goal.last)} after reviews and all else that stands fast"
    assert left in broken.why_not


def test_no_day_may_hold_more_than_six_hours_of_what_stands_fast(plan):
    day, put = MONDAY + timedelta(days=3), plan
    blocks = [block for block in plan.blocks if block.activity in ("design", "mock", "case")]
    with pytest.raises(BadInput, match="are beyond six hours") as refusal:
        for block in blocks:
            put = edit.move(put, block.id, day, SHELF, KNOWN)
    assert "of its 360 minutes left" in refusal.value.allowed
    assert 300 < sum(block.minutes for block in put.blocks if block.day == day) <= 360
