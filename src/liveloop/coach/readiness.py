"""How likely is each round to be passed, how sure is that, and were earlier forecasts right?

A round looks at a handful of things out of its skills and is passed when six in ten of them go well. The belief over
the skills is drawn from, with the form of the day that no practice shows; each draw gives a chance, and the spread of
those chances is the interval: it says how much the forecast would move if the person were known better, not how the
coin falls. A forecast speaks of a person who does nothing more until the day.

The number of things and the doubt about the day were set on simulated people, whose rounds differ in what they ask and
how hard; `bench/learners.py` tries the forecasts on others.

Source: Murphy (1973), A new vector partition of the probability score, for what makes a forecast good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from liveloop.base.seeds import normals
from liveloop.coach.belief import STEP, Belief, logistic, passed
from liveloop.coach.journal import Forecast, Outcome
from liveloop.coach.loop import Loop, Round

FACETS = 6
FORM = 0.08  # variance of the form of the day, in squared logits
ROUND_DIFFICULTY = 3.0
DRAWS = 512
PASSED = 0.6  # the mark from which a mock counts as passed


@dataclass(frozen=True)
class Readiness:
    """The chance of passing one round, with its central 80 % interval, and the skills that hold it back most."""

    round_id: str
    chance: float
    low: float
    high: float
    weakest: tuple[str, ...]


@dataclass(frozen=True)
class Scored:
    """How earlier forecasts did: their Brier score beside that of always saying the base rate; None while too few."""

    n: int
    brier: float | None
    base_brier: float | None
    base_rate: float | None


def forecast(belief: Belief, loop: Loop, recall: Mapping[str, Mapping[str, float]]) -> tuple[Readiness, ...]:
    """Forecast each round of a loop.

    Parameters
    ----------
    recall
        For each round's id, the chance that each skill is recalled on its day; 1 where a skill is not named.

    Examples
    --------
    >>> from liveloop.coach.belief import begin
    >>> from liveloop.coach.loop import load_loops, load_skills
    >>> ready = forecast(begin(list(load_skills())), load_loops()["ai-safety"], {})
    >>> ready[0].round_id, 0.1 < ready[0].chance < 0.5, ready[0].low < ready[0].chance < ready[0].high
    ('recruiter', True, True)
    """
    size = len(belief.skills)
    noise = normals(11, "readiness", np.arange(DRAWS * size)).reshape(DRAWS, size)
    root = np.linalg.cholesky(belief.cov + 1e-9 * np.eye(size))
    form = FORM**0.5 * normals(11, "form", np.arange(DRAWS))
    drawn = belief.mean + noise @ root.T + form[:, None]
    return tuple(forecast_round(belief, one, drawn, recall.get(one.id, {})) for one in loop.rounds)


def forecast_round(belief: Belief, one: Round, drawn: np.ndarray, recall: Mapping[str, float]) -> Readiness:
    """Forecast one round from draws of the belief."""
    places = belief.index(one.skills)
    shift = belief.faded(recall)[places]
    chances = logistic(drawn[:, places] + shift - STEP * (ROUND_DIFFICULTY - 3.0))
    well = chances.mean(axis=1)
    chance = passed(well, FACETS)
    held = chances.mean(axis=0)
    weakest = tuple(belief.skills[places[k]] for k in np.argsort(held)[:3])
    low, high = np.quantile(chance, [0.1, 0.9])
    return Readiness(one.id, float(chance.mean()), float(low), float(high), weakest)


def score_forecasts(forecasts: Sequence[Forecast], outcomes: Iterable[Outcome], fewest: int = 5) -> Scored:
    """Hold each outcome of a round against the last forecast before it.

    Parameters
    ----------
    fewest
        Below so many outcomes nothing is said of how good the forecasts are.
    """
    pairs = []
    for outcome in outcomes:
        if outcome.mark is None:
            continue
        before = [one for one in forecasts if one.round_id == outcome.round_id and one.at <= outcome.at]
        if before:
            pairs.append((max(before, key=at_of).chance, outcome.mark >= PASSED))
    if len(pairs) < fewest:
        return Scored(len(pairs), None, None, None)
    rate = sum(passed for _, passed in pairs) / len(pairs)
    brier = sum((chance - passed) ** 2 for chance, passed in pairs) / len(pairs)
    return Scored(len(pairs), round(brier, 4), round(rate * (1 - rate), 4), round(rate, 4))


def at_of(one: Forecast) -> datetime:
    """Order forecasts by time."""
    return one.at
