"""Does the belief learn what a Bayesian would, does it teach its neighbours a little, and is its doubt honest?"""

from __future__ import annotations

import numpy as np
import pytest
from tests.coach.conftest import NOW

from liveloop.base.seeds import normals, uniforms
from liveloop.coach.belief import STEP, Seen, begin, expected_gain, logistic, offset, see
from liveloop.coach.person import Event, know

SKILLS = ["sql.null", "sql.windows", "stats.power"]


def test_one_observation_is_matched_to_the_exact_posterior():
    belief = begin(["a.x"])
    seen = Seen(("a.x",), right=True, difficulty=4.0, guess=0.2, taught=False)
    after = see(belief, seen)
    grid = np.linspace(-9, 9, 20_001)
    prior = np.exp(-(grid**2) / (2 * belief.cov[0, 0]))
    post = prior * (0.2 + 0.8 * logistic(grid - STEP))
    post /= post.sum()
    mean = float(post @ grid)
    assert after.mean[0] == pytest.approx(mean, abs=1e-6)
    assert after.cov[0, 0] == pytest.approx(float(post @ (grid - mean) ** 2), abs=1e-6)


def test_a_guess_says_less_than_knowing():
    plain = see(begin(SKILLS), Seen(("sql.null",), right=True, taught=False))
    guessed = see(begin(SKILLS), Seen(("sql.null",), right=True, guess=0.25, taught=False))
    assert plain.mean[0] > guessed.mean[0] > 0


def test_practice_teaches_even_when_it_goes_wrong():
    wrong = Seen(("sql.null",), right=False, taught=False)
    measured, practised = see(begin(SKILLS), wrong), see(begin(SKILLS), Seen(("sql.null",), right=False))
    assert practised.mean[0] > measured.mean[0]
    assert practised.cov[0, 0] > measured.cov[0, 0]


def test_what_was_forgotten_is_not_taken_for_never_held():
    practised = begin(SKILLS)
    for _ in range(4):
        practised = see(practised, Seen(("sql.null",), right=True))
    fresh = see(practised, Seen(("sql.null",), right=False, taught=False))
    faded = see(practised, Seen(("sql.null",), right=False, taught=False, recall=0.3))
    assert faded.mean[0] > fresh.mean[0]


def test_only_what_was_taught_is_forgotten():
    fades = offset(np.array([1.0, 0.5, 0.2, 0.2]), np.array([1.0, 1.0, 1.0, 0.0]))
    assert fades[0] == fades[3] == 0 > fades[1] > fades[2]


def test_unknown_skills_are_left_out():
    belief = begin(SKILLS)
    assert see(belief, Seen(("no.such",), right=True)) is belief
    assert expected_gain(belief, Seen(("no.such",), right=True), np.ones(3)) == 0.0


def test_gain_is_larger_where_more_is_unknown():
    belief = see(begin(SKILLS), Seen(("sql.null",), right=True, taught=False))
    again, other = (
        expected_gain(belief, Seen((name,), right=True), np.ones(3)) for name in ("sql.null", "stats.power")
    )
    assert other > again > 0


def test_the_interval_covers_people_drawn_from_the_prior():
    size, people = len(SKILLS), 400
    root = np.linalg.cholesky(begin(SKILLS).cov)
    theta = normals(5, "people", np.arange(people * size)).reshape(people, size) @ root.T
    luck = uniforms(5, "luck", np.arange(people * 24)).reshape(people, 24)
    inside = 0
    for person in range(people):
        belief = begin(SKILLS)
        for k in range(12):
            place = k % size
            right = bool(luck[person, k] < logistic(theta[person, place]))
            belief = see(belief, Seen((SKILLS[place],), right=right, taught=False))
        low, high = belief.held()["sql.null"][1:]
        inside += low <= logistic(theta[person, 0]) <= high
    assert 0.74 < inside / people < 0.86  # 80 % of 400: three standard errors are 6 points


def test_events_are_replayed_in_their_order():
    events = [Event(NOW, "sql.null", 1, ("sql.null",)), Event(NOW.replace(hour=13), "sql.null", 3, ("sql.null",))]
    there, back = know(SKILLS, events), know(SKILLS, reversed(events))
    assert there.held(NOW) == back.held(NOW)
    assert there.traces["sql.null"].lapses == 1 and there.events == 2
