"""Does the diagnostic measure what it must in 45 minutes, and is every item of the bank right?"""

from __future__ import annotations

import math
import shutil

import numpy as np
import pytest
from scipy import stats

from liveloop.base.errors import BadInput
from liveloop.base.seeds import normals, uniforms
from liveloop.coach.baseline import MINUTES, Answered, learn, load_items, next_item
from liveloop.coach.belief import STEP, begin, logistic
from liveloop.coach.content import shipped_content
from liveloop.coach.loop import load_loops, load_skills

SKILLS = load_skills()
ITEMS = load_items(SKILLS)
LOOP = load_loops()["ai-safety"]
WEIGHTS = LOOP.weights()


def answer(belief, theta, seed):
    given = []
    while (item := next_item(learn(belief, ITEMS, given), ITEMS, given, WEIGHTS)) is not None:
        place = belief.skills.index(item.skill)
        knows = uniforms(seed, item.id, [0])[0] < logistic(theta[place] - STEP * (item.difficulty - 3))
        lucky = uniforms(seed, f"{item.id} luck", [0])[0] < 0.25
        given.append(Answered(item.id, item.right if knows or lucky else (item.right + 1) % 4))
    return given


def test_every_skill_has_an_item_and_every_number_is_what_it_computes():
    assert {item.skill for item in ITEMS.values()} == set(SKILLS)
    checked = 0
    for item in ITEMS.values():
        if item.computed:
            names = {"np": np, "stats": stats, "math": math, "__builtins__": {}}
            assert eval(item.computed, names) == pytest.approx(item.value, rel=1e-6), item.id
            checked += 1
    assert checked > 40


def test_the_right_choice_cannot_be_guessed_by_its_place_or_length():
    places = np.bincount([item.right for item in ITEMS.values()], minlength=4) / len(ITEMS)
    assert places.min() > 0.15
    longest = [max(range(4), key=lambda k: len(item.choices[k])) == item.right for item in ITEMS.values()]
    assert sum(longest) / len(longest) < 0.35


def test_it_takes_45_minutes_across_all_areas_and_moves_the_belief_towards_the_truth():
    belief = begin(list(SKILLS))
    root = np.linalg.cholesky(belief.cov)
    before, after, areas = [], [], []
    rounds = np.array([[skill in one.skills for skill in belief.skills] for one in LOOP.rounds], dtype=float)
    rounds /= rounds.sum(axis=1, keepdims=True)
    for seed in range(6):
        theta = root @ normals(seed, "theta", np.arange(len(belief.skills)))
        given = answer(belief, theta, seed)
        minutes = sum(ITEMS[one.item_id].minutes for one in given)
        assert MINUTES - 2 < minutes <= MINUTES
        assert len({one.item_id for one in given}) == len(given)
        areas.append({ITEMS[one.item_id].skill.partition(".")[0] for one in given})
        learned = learn(belief, ITEMS, given)
        before.append(np.mean((rounds @ theta) ** 2))
        after.append(np.mean((rounds @ (theta - learned.mean)) ** 2))
    assert np.mean(after) < 0.85 * np.mean(before)
    assert all(len(one) >= 6 for one in areas)


def test_to_pass_over_an_item_says_as_much_as_a_wrong_choice():
    belief = begin(list(SKILLS))
    item = next(iter(ITEMS.values()))
    place = belief.skills.index(item.skill)
    passed, wrong, right = (
        learn(belief, ITEMS, [Answered(item.id, choice)]).mean[place]
        for choice in (None, (item.right + 1) % 4, item.right)
    )
    assert passed == pytest.approx(wrong)
    assert passed < 0 < right


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('skill = "sql.null"', 'skill = "sql.nul"'), "unknown skill 'sql.nul'"),
        (("right = ", "rihgt = "), "unknown field 'rihgt'"),
        (("difficulty = ", "difficulty = 1"), "difficulty 1 to 5"),
    ],
)
def test_an_item_out_of_form_is_refused(tmp_path, change, said):
    shutil.copytree(shipped_content() / "baseline", tmp_path / "baseline")
    path = tmp_path / "baseline" / "sql.toml"
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(BadInput, match=said):
        load_items(SKILLS, tmp_path)
