"""Does the second solver say the same as the verifier's, where there is a plan and where there is none?"""

from datetime import timedelta

import pytest
from contract import practice, weigh
from people import draw_person
from prover import Ground, lay_blocks

from liveloop.coach.planner.again import ask_highs, ask_scip, look_again, promises, rules
from liveloop.coach.planner.layout import promised
from liveloop.coach.planner.model import Room
from liveloop.plan import Block

RANKS = ("full-mocks", "mock-share", "narratives", "coding-share", "designs", "sql-drills", "mock-hours")
WANTED = {"mock-share": 1, "narratives": 3, "coding-share": 1, "designs": 2, "sql-drills": 15, "mock-hours": 540}
FEW = [seed for seed in range(60) if len(practice(draw_person(seed).goal)) <= 10][:10]


@pytest.mark.parametrize("seed", FEW)
def test_both_find_a_plan_or_none(seed):
    person = draw_person(seed)
    loop, goal = person.shelf.loop, person.goal
    reviews = Block("b1", goal.begins - timedelta(days=1), "review", 45, state="done")
    ground = Ground(goal, loop, practice(goal), (reviews,))
    room = Room(goal, loop, practice(goal), {}, 45, {})
    weeks = [key for key in promised(room) if key.startswith("weekly-mock/")]
    full = max(3, sum(one.full for one in loop.rounds))
    for last in range(1, len(RANKS) + 1):
        kept = dict.fromkeys([*weeks, *RANKS[:last]], True)
        asked = {name: WANTED.get(name, full) for name in RANKS[:last]} | {"weekly-mock": len(weeks)}
        mine = look_again(room, room.day_slots(), kept)
        assert mine.proven
        there = lay_blocks(ground, asked, {}, 20)[0] == "found"
        assert (mine.counts is not None) == there, kept
        slots = room.day_slots()
        most = {(key, slot.first): n for slot in slots for key, n in slot.most.items() if n}
        if most:
            rows = [*rules(room, slots, most), *promises(room, slots, most, kept)]
            assert [ask(most, rows).counts is not None for ask in (ask_scip, ask_highs)] == [there, there]
        for name in RANKS[: last if mine.counts is not None else 0]:
            assert weigh(goal, loop, [reviews, *blocks_of(room, mine.counts)], ())[name].holds, name


def blocks_of(room, counts):
    kinds = {kind.key: kind for kind in room.kinds}
    return [
        Block("", day, kinds[key].activity, kinds[key].minutes, refers=kinds[key].round_id)
        for (key, day), n in counts.items()
        for _ in range(n)
    ]
