"""Does each block open what is worth most then: nothing too hard early, nothing twice at once, what is pinned kept?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from people import SHIPPED, SKILLS, THEMES

from liveloop.coach.planner.choose import Item, Shelf, choose
from liveloop.coach.planner.make import Need
from liveloop.plan import Block, Goal

MONDAY = date(2026, 3, 2)
GOAL = Goal(SHIPPED.id, MONDAY, {one.id: MONDAY + timedelta(days=42) for one in SHIPPED.rounds}, 8)
SAME = ("sql.null", "sql.windows", "sql.fan-out", "sql.rates", "sql.retention")
LADDER = [Item("sql", f"d{k}-{skill}", f"{skill} {k}", (skill,), k) for skill in SAME for k in (5, 4, 3, 2, 1)]


def shelf(items):
    return Shelf(SHIPPED, THEMES, SKILLS, tuple(items))


def need(**gaps):
    return Need({key.replace("_", ".", 1): gap for key, gap in gaps.items()}, SHIPPED.weights())


def blocks(count, activity="sql", every=1, **changes):
    return [Block(f"b{k}", MONDAY + timedelta(days=every * k), activity, 20, **changes) for k in range(count)]


def opened(there, items=LADDER, known=None, **how):
    return choose(there, GOAL, shelf(items), known or need(), MONDAY, **how)


def test_nothing_much_harder_than_what_came_before():
    hardest = 2
    for block in opened(blocks(5)):
        difficulty = int(block.refers[1])
        assert difficulty <= hardest + 1, block
        hardest = max(hardest, difficulty)


def test_nothing_comes_again_within_days_while_there_is_other():
    days = {}
    for block in opened(blocks(25)):
        assert all((block.day - day).days > 6 for day in days.get(block.refers, [])), block
        days.setdefault(block.refers, []).append(block.day)


def test_what_is_missing_most_comes_first():
    items = [Item("sql", skill, skill, (skill,), 2) for skill in SAME]
    gaps = dict.fromkeys(SAME, 0.3) | {"sql.rates": 0.95}
    assert opened(blocks(1), items, Need(gaps, SHIPPED.weights()))[0].refers == "sql.rates"


def test_what_is_practised_is_missed_less():
    items = [Item("sql", f"{skill}-{k}", skill, (skill,), 2) for skill in SAME for k in range(9)]
    skills = [block.skills[0] for block in opened(blocks(5), items)]
    assert set(skills) == set(SAME)


@pytest.mark.parametrize("state", ["done", "missed", "planned"])
def test_what_was_arranged_or_has_been_keeps_what_it_opens(state):
    mine = Block(
        "b1", MONDAY + timedelta(days=1), "sql", 20, "Mine", "d5-sql.null", state=state, pinned=state == "planned"
    )
    there = blocks(4)
    there[1] = mine
    assert opened(there)[1] == mine


def test_what_is_settled_keeps_what_it_opens_and_the_rest_looks_elsewhere():
    before = opened(blocks(4))
    there = [*before, Block("b9", MONDAY + timedelta(days=4), "sql", 20)]
    after = opened(there, known=need(sql_null=0.99), settled={block.id for block in before})
    assert after[:4] == before
    assert after[4].refers
    assert after[4].refers not in {block.refers for block in before}


def test_a_pinned_item_is_not_opened_beside_itself():
    first = opened(blocks(1))[0]
    pinned = replace(first, id="b7", day=MONDAY + timedelta(days=1), pinned=True)
    assert (
        opened([Block("b8", MONDAY, "sql", 20), pinned, Block("b9", MONDAY + timedelta(days=2), "sql", 20)])[2].refers
        != first.refers
    )


def test_a_narrative_is_written_once_and_then_rehearsed():
    titles = [block.title for block in opened(blocks(3, "narrative", every=7))]
    assert titles[0].startswith("Write")
    assert titles[1] == titles[2] != titles[0]
    done = replace(opened(blocks(1, "narrative"))[0], state="done")
    assert opened([done, *blocks(2, "narrative")[1:]])[1].title == titles[1]


def test_a_mock_says_how_far_its_round_is():
    mock = Block("b1", GOAL.last - timedelta(days=1), "mock", 75, refers="design")
    named = opened([mock])[0]
    assert named.title == "Mock: ML system design"
    assert named.why.startswith("The day before the round, which is 20% of the decision.")
    assert named.refers == "design"


def test_only_the_first_full_mock_of_a_round_is_owed():
    days = [Block(f"b{k}", MONDAY + timedelta(days=k), "mock", 75, refers="design") for k in range(3)]
    first, second, third = opened(days, settled={"b2"})
    assert first.why.endswith("A full mock of it is owed.")
    assert second.why.endswith("One more, after the full mock of it that is owed.")
    assert third.why.startswith("40 days before")
    done = replace(first, state="done")
    assert opened([done, second])[0] == done
    stale = [replace(first, why="The day before the round", pinned=True)]
    assert opened(stale)[0].why == first.why
    assert opened([replace(first, state="missed"), second])[1].why.endswith("A full mock of it is owed.")
