"""Do simulated learners hold more on the days of their rounds under our plan, and are their forecasts calibrated?

    python bench/learners.py [--learners 300] [--seed 20260302] [--forms] [--workers 2]

Each learner lives through the same days four times: by our plan (baseline first, a plan, made anew when a day is missed
and each week, every block chosen by what is known then), by a table of weeks, by FSRS alone, in any order. Learners are
of two families with forgetting laws of their own, from 3 weeks of 4 hours to 12 weeks of 5 hours; one day in ten is
missed. Compared is what is held of each round on its day, weighted as the loop weighs it.

The forecasts of our plan are held against rounds drawn from what the learner truly holds. Exit code 1: a bar is missed.
The solver works against the clock, so figures move in the last digit from machine to machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "coach"))
from learners.rivals import OTHER_FORMS, RIVALS
from learners.trial import FAMILIES, MOMENTS, SCENARIOS, Forecasted, Scenario, Tried, open_shop, try_person
from learners.ways import Shop

from liveloop.base.seeds import Floats, integers

Job = tuple[int, str, Scenario, bool]
RESAMPLED = 400
ENOUGH = 200  # with fewer learners a bar may be missed by chance, and only the figures are given
shop_once: Callable[[], Shop] = cache(open_shop)


def main() -> int:
    """Try, print, and hold the figures against the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20260302, help="learners are numbered from here")
    parser.add_argument("--forms", action="store_true", help="other forms of the rivals as well")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    began = time.monotonic()
    jobs = [job(given.seed, k, forms=given.forms) for k in range(given.learners)]
    with ProcessPoolExecutor(given.workers) as pool:
        tried = list(pool.map(run, jobs, chunksize=2))
    print(f"{len(tried)} learners from seed {given.seed}, {time.monotonic() - began:.0f} s")
    held = show_held(tried, [*RIVALS, *(OTHER_FORMS if given.forms else ())])
    calibrated = show_forecasts(tried)
    show_known(tried)
    print(f"\nbars: ahead of every rival {'yes' if held else 'NO'}; forecasts {'yes' if calibrated else 'NO'}")
    return given.learners >= ENOUGH and not (held and calibrated)


def job(seed: int, number: int, *, forms: bool) -> Job:
    """Say who is tried: the scenarios in turn, the families turn and turn about."""
    place = number % len(SCENARIOS)
    return seed + number, FAMILIES[number // len(SCENARIOS) % len(FAMILIES)], SCENARIOS[place], forms


def run(wanted: Job) -> Tried:
    """Try one learner."""
    seed, family, scenario, forms = wanted
    return try_person(shop_once(), seed, family, scenario, {**RIVALS, **(OTHER_FORMS if forms else {})})


# What is held on the day


def show_held(tried: Sequence[Tried], rivals: Sequence[str]) -> bool:
    """Print how far our plan is ahead of each rival, in points, with 95 % intervals."""
    groups: list[tuple[str, Callable[[Tried], bool]]] = [
        (f"{one.weeks} weeks, {one.hours:g} h", lambda who, one=one: who.scenario == one) for one in SCENARIOS
    ]
    groups += [(f"family {family}", lambda who, family=family: who.family == family) for family in FAMILIES]
    groups.append(("all", lambda _: True))
    print("\nheld on the day of each round, weighted (%); how far our plan is ahead, in points, with 95 % intervals\n")
    print(f"{'':18}{'n':>4}{'before':>8}{'ours':>7}  " + "".join(f"{'- ' + name:>23}" for name in rivals))
    ahead = True
    for title, inside in groups:
        there = [one for one in tried if inside(one)]
        if len(there) < 2:
            continue
        before, ours = (float(np.mean([get(one) for one in there])) for get in (before_of, ours_of))
        spans = [span([100 * (one.held["ours"] - one.held[name]) for one in there]) for name in rivals]
        cells = "".join(f"{f'{mean:+.2f} [{low:+.2f}, {high:+.2f}]':>23}" for mean, low, high in spans)
        print(f"{title:18}{len(there):>4}{100 * before:>8.1f}{100 * ours:>7.1f}  {cells}")
        ahead = all(low > 0 for _, low, _ in spans)
    return ahead


def before_of(one: Tried) -> float:
    """Give what was held before the first day."""
    return one.before


def ours_of(one: Tried) -> float:
    """Give what was held after our plan."""
    return one.held["ours"]


def span(values: Sequence[float]) -> tuple[float, float, float]:
    """Give a mean with its 95 % interval."""
    mean, half = float(np.mean(values)), 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5
    return mean, mean - half, mean + half


# Forecasts


def show_forecasts(tried: Sequence[Tried]) -> bool:
    """Print calibration and sharpness of the forecasts by moment, by round, by family and together."""
    said = [one for who in tried for one in who.forecasts]
    family = {who.seed: who.family for who in tried}
    print("\nforecasts of a round on its day, were nothing more done; 95 % intervals over learners")
    print(f"\n{'':20}{'n':>6}{'said':>7}{'passed':>8}{'slope':>21}{'intercept':>23}{'Brier':>8}{'base':>8}{'best':>8}")
    groups = [(moment, [one for one in said if one.moment == moment]) for moment in MOMENTS]
    groups += [
        (name, [one for one in said if one.round_id == name]) for name in dict.fromkeys(o.round_id for o in said)
    ]
    groups += [(f"family {name}", [one for one in said if family[one.person] == name]) for name in FAMILIES]
    groups.append(("all", said))
    met = True
    for title, there in groups:
        met = show_group(title, there)
    show_reliability(said)
    return met


def show_group(title: str, there: Sequence[Forecasted]) -> bool:
    """Print one line; say whether its slope is from .9 to 1.1 and its score below the base rate's."""
    chance, passed = np.array([one.chance for one in there]), np.array([one.passed for one in there], dtype=float)
    truth = np.array([one.truth for one in there])
    rounds = np.array([f"{one.round_id} {one.moment}" for one in there])
    base = np.zeros(len(there))
    for name in np.unique(rounds):
        base[rounds == name] = passed[rounds == name].mean()
    (intercept, slope), spread = fit_with_spread(chance, passed, np.array([one.person for one in there]))
    brier, of_base = float(np.mean((chance - passed) ** 2)), float(np.mean((base - passed) ** 2))
    best = float(np.mean((truth - passed) ** 2))
    (low_i, low), (high_i, high) = spread
    print(
        f"{title:20}{len(there):>6}{chance.mean():>7.3f}{passed.mean():>8.3f}"
        f"{f'{slope:.2f} [{low:.2f}, {high:.2f}]':>21}{f'{intercept:+.2f} [{low_i:+.2f}, {high_i:+.2f}]':>23}"
        f"{brier:>8.4f}{of_base:>8.4f}{best:>8.4f}"
    )
    return 0.9 <= slope <= 1.1 and brier < of_base


def fit_with_spread(chance: Floats, passed: Floats, person: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
    """Fit the outcomes on the logit of the forecasts; learners are drawn again for the interval."""
    who, place = np.unique(person, return_inverse=True)
    found = []
    for draw in range(RESAMPLED):
        times = np.bincount(integers(draw, "again", np.arange(len(who)), len(who)), minlength=len(who))
        found.append(fit(chance, passed, times[place].astype(float)))
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    return fit(chance, passed, np.ones(len(chance))), (low, high)


def fit(chance: Floats, passed: Floats, weight: Floats) -> Floats:
    """Fit a logistic regression by Newton's steps: intercept and slope."""
    at = np.clip(chance, 1e-4, 1 - 1e-4)
    x = np.column_stack([np.ones(len(at)), np.log(at / (1 - at))])
    b = np.array([0.0, 1.0])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ b))
        step = np.linalg.solve(
            (x * (weight * p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(2), x.T @ (weight * (passed - p))
        )
        b = b + step
        if np.abs(step).max() < 1e-8:
            break
    return b


def show_reliability(said: Sequence[Forecasted]) -> None:
    """Print what was said beside what came, by tenths; and the same against rounds after all that was still done."""
    print("\nreliability: what was said, what came, what is true\n")
    print(f"{'said':>12}{'n':>7}{'mean':>8}{'passed':>8}{'truth':>8}")
    for low in np.arange(0.0, 1.0, 0.1):
        there = [one for one in said if low <= one.chance < low + 0.1]
        if there:
            mean, passed, truth = (
                float(np.mean([value(one) for one in there]))
                for value in (lambda one: one.chance, lambda one: one.passed, lambda one: one.truth)
            )
            print(f"{low:>5.1f} to {low + 0.1:.1f}{len(there):>7}{mean:>8.3f}{passed:>8.3f}{truth:>8.3f}")
    inside = np.mean([one.low <= one.truth <= one.high for one in said])
    print(f"\nthe true chance of a round lies in its 80 % interval in {inside:.1%} of forecasts")
    for moment in MOMENTS:
        there = [one for one in said if one.moment == moment]
        said_mean, came = np.mean([one.chance for one in there]), np.mean([one.passed_after for one in there])
        print(f"{moment}: said {said_mean:.3f} were nothing more done; passed after all that was still done {came:.3f}")


# What is known of the skills


def show_known(tried: Sequence[Tried]) -> None:
    """Print how often a skill's true chance lies in its 80 % interval."""
    print("\nskills: the share of true chances in the 80 % interval, mean error, its root mean square, mean width\n")
    for family in FAMILIES:
        for moment in MOMENTS:
            there = [one for who in tried if who.family == family for one in who.covered if one.moment == moment]
            share, error, squared, width = (
                float(np.mean([getattr(one, name) for one in there])) for name in ("share", "error", "squared", "width")
            )
            print(f"{family:8}{moment:20}{share:>8.1%}{error:>+8.3f}{squared**0.5:>8.3f}{width:>8.3f}")


if __name__ == "__main__":
    sys.exit(main())
