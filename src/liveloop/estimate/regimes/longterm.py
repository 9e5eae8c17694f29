"""In which worlds are long-run estimates at home, and in which do they lie?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit

from liveloop.base.seeds import Floats, flips, integers, normals, uniforms
from liveloop.estimate.longterm.adaptation import adaptation
from liveloop.estimate.longterm.cookies import cookie_day
from liveloop.estimate.longterm.exposure import effect_path
from liveloop.estimate.longterm.holdout import holdout
from liveloop.estimate.longterm.novelty import novelty
from liveloop.estimate.longterm.surrogate import surrogate_index
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

REST, PASSING, KEPT = 0.3, 0.9, 0.6  # what stays, what is there at first only, the share of it left a period later
DIRECT, LEARNED, SPEED = 1.0, -0.7, 0.6  # of a guardrail, and the share of learning still to come a period later
LAUNCH = 0.08


def _decay(time: Floats) -> Floats:
    return np.asarray(REST + PASSING * KEPT**time)


def used(seed: int, periods: int = 8, units: int = 240, *, half: float | None = None, leaves: float = 0.0,
         clusters: int = 0) -> tuple[Data, float]:  # fmt: skip
    """Draw units over periods, with an effect part of which passes.

    Parameters
    ----------
    half
        The half-life of what passes, in periods; by default 1.36.
    leaves
        By how much the treatment drives those with a low outcome away in each period.
    clusters
        How many clusters are randomised, in place of units.
    """
    ids = np.arange(units)
    group = integers(seed, "group", ids, clusters) if clusters else ids
    count = clusters or units
    chosen = np.argsort(uniforms(seed, "arm", range(count)))[: count // 2]
    arm = np.isin(group, chosen) * 1.0
    unit, period = np.repeat(ids, periods), np.tile(np.arange(periods), units)
    kept = KEPT if half is None else 0.5 ** (1 / half)
    effect = REST + PASSING * kept**period
    level = normals(seed, "unit", ids) + (0.5 * normals(seed, "group", range(count))[group] if clusters else 0.0)
    y = effect * arm[unit] + level[unit] + 0.8 * normals(seed, "row", range(len(unit)))
    data = {"y": y, "t": arm[unit], "unit": unit, "period": period, "group": group[unit]}
    if leaves:
        stay = flips(seed, "stay", range(len(unit)), expit(3 + leaves * arm[unit] * np.minimum(level[unit], 0)))
        seen = (period == 0) | np.minimum.accumulate(stay.reshape(units, periods), axis=1).reshape(-1)
        data = {name: column[seen] for name, column in data.items()}
    return data, REST


def at_age(seed: int, *, selected: bool = False) -> tuple[Data, float]:
    """Draw units that meet the change in different weeks; all of the outcome moves with the calendar.

    Parameters
    ----------
    selected
        Whether those that come first are affected three times as much: heavy users.
    """
    units, weeks = 300, 6
    ids = np.arange(units)
    first = integers(seed, "first", ids, 4)
    arm = flips(seed, "arm", ids, 0.5) * 1.0
    unit, week = np.repeat(ids, weeks), np.tile(np.arange(weeks), units)
    age = week - first[unit]
    size = np.where(first[unit] == 0, 3.0, 1.0) if selected else 1.0
    y = size * _decay(np.maximum(age, 0.0)) * arm[unit] + 0.5 * week + normals(seed, "unit", ids)[unit]
    y = y + 0.8 * normals(seed, "row", range(len(unit)))
    seen = age >= 0
    made = {"y": y, "t": arm[unit], "unit": unit, "week": week, "first": first[unit]}
    heavy = 1.5 if selected else 1.0  # a quarter comes in each of four weeks
    return {name: column[seen] for name, column in made.items()}, float(heavy * _decay(np.array([4.0]))[0])


def adapting(seed: int, units: int = 300, *, fades: float = 1.0) -> tuple[Data, float]:
    """Draw users who learn in eight periods with a guardrail, and two without it.

    Parameters
    ----------
    fades
        What share of what was learned is left in each period without it.
    """
    ids, periods, ended = np.arange(units), 10, 8
    arm = np.isin(ids, np.argsort(uniforms(seed, "arm", ids))[: units // 2]) * 1.0
    unit, period = np.repeat(ids, periods), np.tile(np.arange(periods), units)
    learned = LEARNED * (1 - SPEED ** np.minimum(period, ended - 1))
    learned = learned * np.where(period >= ended, fades ** (period - ended + 1.0), 1.0)
    y = (DIRECT * (period < ended) + learned) * arm[unit] + normals(seed, "unit", ids)[unit]
    y = y + 0.8 * normals(seed, "row", range(len(unit)))
    return {"y": y, "t": arm[unit], "unit": unit, "period": period}, float(LEARNED * (1 - SPEED ** (ended - 1)))


def met_daily(seed: int, *, at_once: float = 0.0) -> tuple[Data, float]:
    """Draw units that have a change always, never, or on one day; what is wanted is what was learned by the last day.

    Parameters
    ----------
    at_once
        What share of a day's learning a fresh unit has by meeting the change on that day.
    """
    each, days = 60, 5
    day = np.tile(np.arange(days), 3 * each)
    place = np.repeat(np.arange(3 * each), days)
    arm = place % 3  # 0 never, 1 fresh, 2 always
    unit = np.where(arm == 1, 10_000 + place * days + day, place)
    learned = LEARNED * (1 - SPEED ** (day + at_once))
    fresh = LEARNED * (1 - SPEED**at_once)
    y = (arm > 0) * DIRECT + np.where(arm == 2, learned, np.where(arm == 1, fresh, 0.0))
    y = y + normals(seed, "unit", unit) + 0.8 * normals(seed, "row", range(len(unit)))
    truth = float(LEARNED * (1 - SPEED ** (days - 1 + at_once)))
    return {"y": y, "arm": arm, "unit": unit, "day": day}, truth


def held_back(seed: int, rows: int = 2_000, *, leaks: float = 0.0, clusters: int = 0) -> tuple[Data, float]:
    """Draw a holdout of a twentieth, after five launches of one effect each.

    Parameters
    ----------
    leaks
        What share of the effect reaches those held back.
    clusters
        How many clusters there are, of which a tenth is held back; 0 for rows that stand alone.
    """
    ids = np.arange(rows)
    group = integers(seed, "group", ids, clusters) if clusters else ids
    count = clusters or rows
    held = np.isin(group, np.argsort(uniforms(seed, "held", range(count)))[: count // (10 if clusters else 20)])
    effect = 5 * LAUNCH
    shared = 0.4 * normals(seed, "group", range(count))[group] if clusters else 0.0
    before = normals(seed, "before", ids)
    y = effect * np.where(held, leaks, 1.0) + 0.5 * before + shared + normals(seed, "row", ids)
    return {"y": y, "t": (~held) * 1.0, "group": group, "before": before}, effect


def promised(seed: int, data: Data, *, chosen: bool = False) -> list[tuple[float, float]]:
    """Draw the experiments of five launches; `chosen` the best of forty by their own results."""
    del data
    values = LAUNCH + 0.06 * normals(seed, "launches", range(40))
    values = np.sort(values)[-5:] if chosen else values[:5]
    return [(float(one), 0.06) for one in values]


def foretold(seed: int, rows: int = 600, *, past: float = 0.0, hidden: float = 0.0, clusters: int = 0,
             chances: bool = False) -> tuple[Data, float]:  # fmt: skip
    """Draw an experiment with early outcomes, and a history of 400 rows with late ones.

    Parameters
    ----------
    past
        An effect on the late outcome that goes past the early ones.
    hidden
        Strength of a hidden cause of early and late outcome.
    clusters
        How many clusters rows of both samples lie in.
    chances
        Whether the late outcome is 0 or 1; there is no truth in closed form then but the model's own mean.
    """
    made: dict[str, Any] = {}
    for name, count in (("now", rows), ("then", 400)):
        ids = np.arange(count)
        group = integers(seed, f"{name} group", ids, clusters) if clusters else ids
        t = flips(seed, f"{name} t", ids, 0.5) * (1.0 if name == "now" else 0.0)
        if clusters and name == "now":
            t = np.isin(group, np.argsort(uniforms(seed, "arm", range(clusters)))[: clusters // 2]) * 1.0
        before, unseen = normals(seed, f"{name} before", ids), normals(seed, f"{name} unseen", ids)
        shared = 0.5 * normals(seed, "group", range(clusters))[group] if clusters else 0.0
        one = 0.4 * t + 0.5 * before + hidden * unseen + shared + normals(seed, f"{name} one", ids)
        two = 0.2 * t + normals(seed, f"{name} two", ids)
        linear = one + 0.5 * two + 0.3 * before
        late = 0.5 * normals(seed, "late group", range(clusters))[group] if clusters else 0.0
        y: Floats = linear + past * t + 1.5 * hidden * unseen + late + normals(seed, f"{name} y", ids)
        if chances:
            y = np.asarray(flips(seed, f"{name} late", ids, expit(linear)), np.float64)
        sample = {"t": t, "one": one, "two": two, "x": before, "group": group, "y": y}
        made |= {f"{name} {column}": values for column, values in sample.items()}
    return made, CHANCE if chances else 0.5 + past


def _mean_chance(t: float) -> float:
    """Give the mean chance of a late 1 under an arm: the early outcomes and x are normal."""
    from numpy.polynomial.hermite_e import hermegauss  # noqa: PLC0415 - one place

    points, sizes = hermegauss(80)
    spread = float(np.sqrt(0.8**2 + 1 + 0.25))  # x weighs 0.5 + 0.3
    return float(sizes @ expit(0.5 * t + spread * points) / sizes.sum())


CHANCE = _mean_chance(1.0) - _mean_chance(0.0)


def samples(data: Data) -> tuple[Data, Data]:
    """Split a drawn world into the experiment, without its late outcome, and the history."""
    now = {name[4:]: column for name, column in data.items() if name.startswith("now ") and name != "now y"}
    then = {name[5:]: column for name, column in data.items() if name.startswith("then ") and name != "then t"}
    return now, then


def _index(**changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    def made(data: Data) -> Estimate:
        now, then = samples(data)
        return surrogate_index(now, then, outcome="y", treatment="t", surrogates=["one", "two"], covariates=["x"],
                               **changes)  # fmt: skip

    return made


def _over(row: str, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: novelty(data, outcome="y", treatment="t", unit="unit", period="period", **changes)[row]


def _path(row: str, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: effect_path(data, outcome="y", treatment="t", unit="unit", **changes)[row]


def _adapted(row: str, **changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: adaptation(data, outcome="y", treatment="t", unit="unit", period="period", ended=8,
                                   **changes)[row]  # fmt: skip


def _met(data: Data) -> Estimate:
    return cookie_day(data, outcome="y", treatment="arm", unit="unit", period="day", always=2, fresh=1,
                      window=1)["learned"]  # fmt: skip


def _held(**changes: Any) -> Callable[[Data], Estimate]:  # noqa: ANN401
    return lambda data: holdout(data, outcome="y", treatment="t", **changes)["cumulative"]


def with_launches(seed: int, *, chosen: bool = False) -> tuple[Data, float]:
    """Draw a holdout and the experiments of its launches, as two columns of numbers; the gap is 0 in truth."""
    data, _ = held_back(seed)
    pairs = np.array(promised(seed, data, chosen=chosen))
    return {**data, "value": pairs[:, 0], "error": pairs[:, 1]}, 0.0


def _gap(data: Data) -> Estimate:
    rows = {name: column for name, column in data.items() if name not in ("value", "error")}
    launches = [(float(value), float(error)) for value, error in zip(data["value"], data["error"], strict=True)]
    return holdout(rows, outcome="y", treatment="t", covariates=["before"], launches=launches)["gap"]


def _with_truth(draw: Callable[[int], tuple[Data, float]], truth: float) -> Callable[[int], tuple[Data, float]]:
    return lambda seed: (draw(seed)[0], truth)


CHANGE = PASSING * (KEPT**7 - 1)

REGIMES = (
    Regime("effect in one period", "an effect that passes", _with_truth(used, REST + PASSING * KEPT**3),
           _path("3", period="period")),
    Regime("effect by age", "units meet the change in different weeks", at_age,
           _path("4", period="week", first="first")),
    Regime("effect by age, same cohorts", "the first are affected more; cohorts seen at all ages",
           _with_truth(lambda seed: at_age(seed, selected=True), 1.5 * (REST + PASSING * KEPT**2)),
           _path("2", period="week", first="first", oldest=2)),
    Regime("change over time", "an effect that passes", _with_truth(used, CHANGE), _over("change")),
    Regime("change over time, clustered", "40 clusters are randomised",
           _with_truth(lambda seed: used(seed, clusters=40), CHANGE), _over("change", clusters="group")),
    Regime("steady state", "what passes halves every 1.36 periods", used, _over("steady state"), at_least=True),
    Regime("steady state, nothing passes", "one effect throughout",
           lambda seed: flat(seed), _over("steady state"), at_least=True),
    Regime("learned", "users adapt; the change is taken from all", adapting, _adapted("learned")),
    Regime("direct at the end", "the same", _with_truth(adapting, DIRECT), _adapted("direct at the end", window=2)),
    Regime("learned, by fresh units", "one arm meets the change on one day", met_daily, _met),
    Regime("holdout", "a twentieth is held back", held_back, _held()),
    Regime("holdout, adjusted", "with a covariate", held_back, _held(covariates=["before"])),
    Regime("holdout, clustered", "a tenth of 80 clusters is held back",
           lambda seed: held_back(seed, clusters=80), _held(clusters="group")),
    Regime("holdout, gap to the launches", "launches were not chosen by their results", with_launches, _gap),
    Regime("surrogate index", "all of the effect goes through two early outcomes", foretold, _index()),
    Regime("surrogate index, clustered", "50 clusters in both samples",
           lambda seed: foretold(seed, clusters=50), _index(clusters="group")),
    Regime("surrogate index, chances", "a late outcome of 0 and 1", lambda seed: foretold(seed, chances=True),
           _index(model="logistic")),
    Regime("surrogate index, direct share allowed", "some goes past the surrogates, and the interval allows for it",
           lambda seed: foretold(seed, past=0.15), _index(direct=0.01), at_least=True),
)  # fmt: skip


def flat(seed: int) -> tuple[Data, float]:
    """Draw an effect that is the same throughout."""
    data, _ = used(seed)
    passing = PASSING * KEPT ** data["period"] * data["t"]
    return {**data, "y": data["y"] - passing}, REST


LIES = (
    Regime("a mean taken for a forecast", "an effect that passes; the mean over eight periods", used, _over("mean")),
    Regime("steady state, slower than believed", "what passes halves every 12 periods",
           lambda seed: used(seed, half=12.0), _over("steady state")),
    Regime("effect in one period, leavers", "the treatment drives away those with a low outcome",
           _with_truth(lambda seed: used(seed, leaves=4.0), REST + PASSING * KEPT**7), _path("7", period="period")),
    Regime("effect by age, mixed cohorts", "the first are affected three times as much; the last age is theirs alone",
           _with_truth(lambda seed: at_age(seed, selected=True), 1.5 * (REST + PASSING * KEPT**5)),
           _path("5", period="week", first="first")),
    Regime("learned, faded", "what was learned halves in each period without the change",
           lambda seed: adapting(seed, fades=0.5), _adapted("learned", window=2)),
    Regime("learned, fresh units learn at once", "one day teaches as much as the first of many",
           lambda seed: met_daily(seed, at_once=1.0), _met),
    Regime("holdout, leaks", "half of the launches' effect reaches those held back",
           lambda seed: held_back(seed, leaks=0.5), _held()),
    Regime("holdout, gap to chosen launches", "launches are the best five of forty by their own results",
           lambda seed: with_launches(seed, chosen=True), _gap),
    Regime("surrogate index, past the surrogates", "half as much again goes past them",
           lambda seed: foretold(seed, past=0.25), _index()),
    Regime("surrogate index, hidden cause", "early and late outcome share a hidden cause",
           lambda seed: foretold(seed, hidden=1.0), _index()),
)  # fmt: skip
