"""Does the verifier catch a planner that lies? Each liar here breaks one rule of a plan that is in order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from contract import practice, weigh
from mending import change_of
from moment import Moment, due_days
from people import ITEMS, SHIPPED, SKILLS, THEMES, Step
from prover import Ground, lay_blocks, none_can
from verifier import verify

from liveloop.coach.loop import Loop, Round
from liveloop.coach.planner import edit
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.make import Known, Need, make_plan
from liveloop.plan import Block, Goal

MONDAY = date(2026, 3, 2)
SHELF = Shelf(SHIPPED, THEMES, SKILLS, ITEMS)
NEED = Need({}, SHIPPED.weights())
DUE = frozenset(MONDAY + timedelta(days=k) for k in range(1, 60, 3))
KNOWN = Known(MONDAY, NEED, DUE)
SIX_WEEKS = {one.id: MONDAY + timedelta(days=42) for one in SHIPPED.rounds}
TEN_DAYS = {one.id: MONDAY + timedelta(days=10) for one in SHIPPED.rounds}


@pytest.fixture(scope="module")
def long():
    plan = make_plan(Goal(SHIPPED.id, MONDAY, SIX_WEEKS, 8), SHELF, KNOWN)
    assert all(one.holds for one in plan.promises)
    return plan


@pytest.fixture(scope="module")
def short():
    plan = make_plan(Goal(SHIPPED.id, MONDAY, TEN_DAYS, 8), SHELF, KNOWN)
    assert not all(one.holds for one in plan.promises)
    return plan


def caught(plan, before=(), **changes):
    return {fault.sort for fault in verify(plan, Moment(SHIPPED, MONDAY, DUE, tuple(before)), **changes).faults}


def laid(plan, activity):
    return [block for block in plan.blocks if block.activity == activity]


def swapped(plan, block, **changes):
    return replace(plan, blocks=tuple(replace(one, **changes) if one is block else one for one in plan.blocks))


def without(plan, *gone):
    return replace(plan, blocks=tuple(one for one in plan.blocks if one not in gone))


def restated(plan, why):
    """Let the promises say what the blocks say, and why not."""
    kept = weigh(plan.goal, SHIPPED, plan.blocks, due_days(plan, Moment(SHIPPED, MONDAY, DUE)))
    stated = []
    for one in plan.promises:
        true = kept[one.id]
        there = round(float(true.there), 4)
        stated.append(replace(one, holds=true.holds, planned=there, why_not="" if true.holds else why))
    return replace(plan, promises=tuple(stated))


def test_plans_in_order_have_no_faults(long, short):
    assert caught(long) == caught(short) == set()
    assert set(verify(short, Moment(SHIPPED, MONDAY, DUE)).proven) >= {"sql-drills", "mock-hours"}


def test_a_mock_that_was_left_out(long):
    week = [block for block in laid(long, "mock") if (block.day - MONDAY).days // 7 == 3]
    assert caught(without(long, *week)) == {"promise", "figure"}


def test_a_full_day(long):
    first = laid(long, "sql")[0]
    mine = [replace(first, id=f"b{9000 + k}", activity="prompt", refers="x") for k in range(2)]
    assert "full" in caught(replace(long, blocks=(*long.blocks, *mine)))


def test_too_many_of_a_sort(long):
    designs = laid(long, "design")
    assert "limit" in caught(swapped(long, designs[0], day=designs[1].day))


def test_a_promise_that_is_faked(short):
    faked = tuple(replace(one, holds=True, why_not="") for one in short.promises)
    assert "promise" in caught(replace(short, promises=faked))


def test_a_figure_that_is_faked(short):
    faked = tuple(replace(one, planned=one.planned + 1) if one.id == "sql-drills" else one for one in short.promises)
    assert "figure" in caught(replace(short, promises=faked))


@pytest.mark.parametrize("changes", [{"day": MONDAY + timedelta(days=12)}, {"refers": "other"}, {"title": "other"}])
def test_a_pinned_block_that_was_touched(long, changes):
    block = laid(long, "sql")[2]
    pinned = swapped(long, block, pinned=True)
    assert caught(pinned, pinned.blocks) == set()
    mine = next(one for one in pinned.blocks if one.id == block.id)
    assert "changed" in caught(swapped(pinned, mine, **changes), pinned.blocks)


def test_a_done_block_that_is_lost(long):
    block = laid(long, "sql")[2]
    done = swapped(long, block, state="done", day=MONDAY)
    mine = next(one for one in done.blocks if one.id == block.id)
    assert "lost" in caught(without(done, mine), done.blocks)
    assert "changed" in caught(swapped(done, mine, state="planned"), done.blocks)


def test_a_done_block_that_is_invented(long):
    assert "invented" in caught(swapped(long, laid(long, "sql")[2], state="done"))


@pytest.mark.parametrize(
    ("days", "sort"), [(-3, "past"), (4, "day"), (45, "day")], ids=["past", "no time", "after the last round"]
)
def test_a_block_on_a_day_that_it_may_not_have(long, days, sort):
    assert MONDAY + timedelta(days=4) not in practice(long.goal)
    assert sort in caught(swapped(long, laid(long, "reading")[0], day=MONDAY + timedelta(days=days)))


def test_a_mock_after_its_round(long):
    mock = laid(long, "mock")[0]
    early = replace(long, goal=replace(long.goal, dates=SIX_WEEKS | {mock.refers: mock.day}))
    assert "late" in caught(early, proofs=False)


def test_a_review_that_is_missing_or_double(long):
    review = laid(long, "review")[0]
    assert "review" in caught(without(long, review))
    assert "review" in caught(replace(long, blocks=(*long.blocks, replace(review, id="b9000"))))


def test_a_baseline_that_is_missing_or_double(long):
    baseline = laid(long, "baseline")[0]
    assert "baseline" in caught(without(long, baseline))
    assert "baseline" in caught(replace(long, blocks=(*long.blocks, replace(baseline, id="b9000"))))


def test_an_id_that_two_blocks_have(long):
    first, second = laid(long, "sql")[:2]
    assert "twice" in caught(swapped(long, first, id=second.id))


def test_a_block_that_is_shorter_than_its_sort(long):
    assert "sort" in caught(swapped(long, laid(long, "case")[0], minutes=20))


@pytest.mark.parametrize(
    ("words", "sort"), [("no plan can keep it", "liar"), ("no plan that keeps it was found in the time", "gave up")]
)
def test_an_impossible_that_is_possible(long, words, sort):
    bare = without(long, *laid(long, "narrative"))
    free = sum(practice(long.goal).values())
    free -= sum(block.minutes for block in long.blocks if block.activity in ("review", "baseline"))
    left = f"{free // 60} h {free % 60:02}".removesuffix(" 00")
    beside = "beside what comes before it (full mocks, a mock a week, the mocks' share)"
    there = f"{left} are left until Monday 13 April after reviews and all else that stands fast"
    why = f"0 of 3 blocks are done or planned. {there}; {words} {beside}."
    told = restated(bare, why)
    assert caught(told) - {"triage"} == {sort}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" are left until ", " are left for ever until "),
        ("h ", "h 1"),
        ("beside what comes before it", "whatever"),
        ("after reviews", "before reviews"),
        (" of 15", " of 16"),
    ],
)
def test_a_reason_that_is_not_true(short, old, new):
    told = tuple(replace(one, why_not=one.why_not.replace(old, new, 1)) for one in short.promises)
    assert "why" in caught(replace(short, promises=told))


def test_a_triage_that_hides_what_is_broken(short):
    assert caught(replace(short, triage=short.triage[:-1])) == {"triage"}
    assert caught(replace(short, triage=())) == {"triage"}


def test_a_move_that_changes_more_than_it_must(long):
    block = laid(long, "prompt")[0]
    day = next(day for day in practice(long.goal) if day > block.day)
    moved = edit.move(long, block.id, day, SHELF, KNOWN)
    before = swapped(long, block, day=day, pinned=True).blocks
    change = change_of(Step("move", moved, KNOWN, before, 0.0, block.id), SHIPPED)
    assert (change.gone, change.new) == change.least
    first, second = (laid(moved, "sql")[k] for k in (-1, -2))
    other = next(one for one in laid(moved, "reading") if one.day not in (first.day, second.day))
    worse = without(moved, other)
    change = change_of(Step("move", worse, KNOWN, before, 0.0, block.id), SHIPPED)
    assert (change.gone, change.new) > change.least


def test_no_reading_of_a_tiny_room_differs_from_trying_everything():
    """Lay up to three blocks on two days by hand, in every way, against both models."""
    rounds = (Round("r", "R", 1, 45, 1.0, True, ("x",), ("sql.null",), ("sql",)),)
    loop = Loop("tiny", "Tiny", "Two days.", 0.25, rounds)
    days = (MONDAY, MONDAY + timedelta(days=1))
    goal = Goal("tiny", MONDAY, {"r": MONDAY + timedelta(days=2)}, 2)
    sizes = {
        "sql": 20,
        "python": 30,
        "reading": 30,
        "case": 45,
        "design": 75,
        "narrative": 30,
        "prompt": 20,
        "mock": 60,
    }
    most = {"sql": 4, "python": 3, "reading": 2, "case": 2, "design": 1, "narrative": 1, "prompt": 2, "mock": 1}
    for room in ((60, 60), (80, 60), (110, 75)):
        ground = Ground(goal, loop, dict(zip(days, room, strict=True)), ())
        fillings = [list(fill(minutes, list(sizes), sizes, most)) for minutes in room]
        for asked in (
            {"mock-share": 1, "coding-share": 1},
            {"coding-share": 1, "designs": 1},
            {"narratives": 2, "mock-share": 1},
            {"full-mocks": 2},
            {"sql-drills": 5, "narratives": 1},
            {"mock-hours": 120, "sql-drills": 2},
        ):
            there = any(
                keeps(loop, goal, days, first, second, asked) for first in fillings[0] for second in fillings[1]
            )
            assert none_can(ground, asked, 10) in ((False,) if there else (True, False))
            assert lay_blocks(ground, asked, {}, 10)[0] == ("found" if there else "none"), (room, asked)


def fill(minutes, names, sizes, most):
    if not names:
        yield {}
        return
    name, *rest = names
    for count in range(most[name] + 1):
        if count * sizes[name] <= minutes:
            yield from ({name: count} | other for other in fill(minutes - count * sizes[name], rest, sizes, most))


def keeps(loop, goal, days, first, second, asked):
    blocks = [
        Block(
            "",
            day,
            name,
            {"mock": 60, "case": 45, "design": 75, "sql": 20, "prompt": 20}.get(name, 30),
            refers="r" if name == "mock" else "",
        )
        for day, filling in zip(days, (first, second), strict=True)
        for name, count in filling.items()
        for _ in range(count)
    ]
    kept = weigh(goal, loop, blocks, ())
    return all(
        kept[name].holds if name.endswith("share") else kept[name].there >= amount for name, amount in asked.items()
    )
