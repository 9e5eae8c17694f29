"""Is a forecast where the person is, as wide as what is not known, and scored by what came?"""

from __future__ import annotations

import json
from datetime import timedelta

from tests.coach.conftest import NOW
from tests.coach.test_mark import make_drill
from tests.coach.test_skill import SPOKEN, entry

from liveloop.coach.belief import Seen, begin, see
from liveloop.coach.calibration import overconfidence
from liveloop.coach.journal import Forecast, Outcome
from liveloop.coach.loop import load_loops, load_skills
from liveloop.coach.readiness import forecast, score_forecasts

LOOP = load_loops()["ai-safety"]


def practised(skills, *, right, times, taught=True):
    belief = begin(list(load_skills()))
    for _ in range(times):
        for skill in skills:
            belief = see(belief, Seen((skill,), right=right, taught=taught))
    return belief


def ready(belief, round_id="design", recall=None):
    return next(one for one in forecast(belief, LOOP, recall or {}) if one.round_id == round_id)


def test_practice_that_goes_well_raises_and_narrows_the_forecast():
    skills = LOOP.round("design").skills
    nobody, good, bad = begin(list(load_skills())), practised(skills, right=True, times=4), practised(
        skills, right=False, times=4
    )  # fmt: skip
    assert ready(bad).chance < ready(nobody).chance < ready(good).chance
    assert ready(good).high - ready(good).low < ready(nobody).high - ready(nobody).low
    for one in forecast(nobody, LOOP, {}):
        assert 0 <= one.low <= one.chance <= one.high <= 1


def test_what_is_forgotten_by_the_day_counts_less():
    skills = LOOP.round("design").skills
    good = practised(skills, right=True, times=4)
    assert ready(good, recall={"design": dict.fromkeys(skills, 0.5)}).chance < ready(good).chance


def test_it_names_what_holds_a_round_back():
    belief = practised(["design.drift"], right=False, times=3, taught=False)
    assert ready(belief).weakest[0] == "design.drift"


def outcome(day, mark, round_id="design"):
    return Outcome(f"out_{day}", "mock", round_id, mark, "self", NOW + timedelta(days=day), json.dumps({}))


def expect(day, chance, round_id="design"):
    return Forecast(LOOP.id, round_id, chance, 0.0, 1.0, NOW + timedelta(days=day))


def test_an_outcome_is_held_against_the_last_forecast_before_it():
    forecasts = [expect(0, 0.1), expect(2, 0.9), expect(9, 0.0)]
    scored = score_forecasts(forecasts, [outcome(day, 0.8) for day in (3, 4, 5, 6)] + [outcome(7, 0.2)])
    assert scored.n == 5
    assert scored.brier == round((4 * 0.01 + 0.81) / 5, 4)
    assert scored.base_rate == 0.8 and scored.base_brier == 0.16


def test_nothing_is_said_from_little():
    assert score_forecasts([expect(0, 0.5)], [outcome(1, 1.0)]).brier is None
    assert score_forecasts([expect(5, 0.5)], [outcome(1, 1.0)]).n == 0  # no forecast before it
    assert score_forecasts([expect(0, 0.5)], [outcome(1, None)]).n == 0


def test_overconfidence_is_told_by_skill():
    drills = {"drl_1": make_drill(skills=("sql.time-joins", "sql.null"))}
    entries = [entry(k, "boundary", confidence=0.9, asked=("boundary", "tie")) for k in range(5)]
    rows = {one.skill: one for one in overconfidence(entries, drills, SPOKEN)}
    assert rows["sql.time-joins"].over == 0.9 and rows["sql.windows"].over == -0.1
    assert next(iter(rows)) in ("sql.time-joins", "sql.null")
    assert rows["sql.windows"].interval == (-0.1, -0.1)
    assert overconfidence([entry(1, confidence=0.5)], drills, SPOKEN)[0].interval is None
