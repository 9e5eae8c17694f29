"""Do simulated people hold more under our plan than in any order, and are they what they are said to be?

`bench/learners.py` tries hundreds of them against three rivals; here are a few, fast.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from liveloop.coach.loop import load_skills

sys.path.insert(0, str(Path(__file__).parent))
from learners.mind import ease, make_mind
from learners.rivals import AnyOrder, Fsrs, Table
from learners.trial import FAMILIES, Scenario, draw_goal, live, open_shop, practice_days, try_person

SKILLS = list(load_skills())
PEOPLE = [(12, "stores"), (13, "power")]


@pytest.fixture(scope="module")
def shop():
    return open_shop()


@pytest.fixture(scope="module")
def tried(shop):
    rivals = {"any": (AnyOrder, True)}
    return [try_person(shop, seed, family, Scenario(3, 12), rivals) for seed, family in PEOPLE]


def test_more_is_held_under_our_plan_than_in_any_order(tried):
    ahead = [one.held["ours"] - one.held["any"] for one in tried]
    assert np.mean(ahead) > 0.005
    assert all(one.held["ours"] > one.before for one in tried)


def test_both_spend_the_same_minutes_and_sit_the_same_mocks(tried):
    for one in tried:
        ours, other = one.minutes["ours"], one.minutes["any"]
        assert sum(other.values()) == pytest.approx(sum(ours.values()), abs=30)
        assert other["mock"] <= ours["mock"] <= other["mock"] + 150


def test_forecasts_are_chances_and_follow_the_truth(tried):
    said = [one for who in tried for one in who.forecasts]
    assert all(0 < one.low <= one.chance <= one.high < 1 for one in said)
    chance, truth = (np.array([getattr(one, name) for one in said]) for name in ("chance", "truth"))
    assert np.corrcoef(chance, truth)[0, 1] > 0.3
    assert abs(chance.mean() - truth.mean()) < 0.2


@pytest.mark.parametrize("make", [Table, Fsrs, AnyOrder])
def test_the_same_person_does_the_same_again(shop, make):
    goal = draw_goal(shop, 5, Scenario(3, 4))
    days = list(practice_days(goal).items())
    one, again = (
        live(make(shop, goal, 5, ("product", "design")), make_mind(SKILLS, 5, "power"), goal, days) for _ in range(2)
    )
    assert one == again


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_spread_out_lasts_longer(family):
    def left(*days: float) -> float:
        mind = make_mind(SKILLS, 3, family)
        before = mind.chances(0.0)[mind.place["sql.null"]]
        for day in days:
            mind.teach(day, [("sql.null", 1.0)])
        return float(mind.chances(60.0)[mind.place["sql.null"]] - before)

    assert left(0, 7, 14) > left(14, 14.1, 14.2) > left(14) > 0


def test_what_is_much_too_hard_or_stands_on_air_teaches_little():
    held, needed = 0.6, 0.8
    plain = np.array([held, needed])
    assert ease(plain, plain, 0, [1]) == 1.0
    assert ease(plain, np.array([0.1, needed]), 0, [1]) < 0.5
    assert ease(plain, np.array([0.97, needed]), 0, [1]) < 0.6
    assert ease(np.array([held, 0.1]), plain, 0, [1]) < 0.5
