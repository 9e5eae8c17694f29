"""Does a method keep the promises of every estimator: to cover, and to answer to the data?

What returns a number without looking at the data is caught by changing them: a larger effect must show, other units of
the outcome must change the units of the estimate, the order of rows and the names of clusters must change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import uniforms
from liveloop.estimate.ledger import Rule, judged
from liveloop.estimate.regime import Data, Regime
from liveloop.estimate.result import Estimate

ROUND = 50
TOLERANCE = 1e-6  # relative, of two computations of the same number in another order


@dataclass(frozen=True)
class Broken:
    """One promise that is not kept: which, and the figures that show it."""

    promise: str
    says: str


def check(
    regime: Regime,
    *,
    outcome: str = "y",
    treatment: str = "t",
    clusters: str | None = None,
    rule: Rule | None = None,
    seeds: Sequence[int] = range(100_000),
) -> list[Broken]:
    """List the promises that a method breaks in a regime; none where it keeps them all.

    Parameters
    ----------
    regime
        The world and the method. Its truth must be the effect on `outcome` of a `treatment` of 0 or 1, on average.
    rule
        By which the intervals are judged; a method that covers fails with a chance of at most `rule.false_fail`.
    """
    data, _ = regime.draw(seeds[0])
    broken = list(_answers(regime.estimate, data, outcome, treatment))
    broken += _same(regime.estimate, data, clusters)
    return [*broken, *covers(regime, rule or Rule(), seeds)]


def _answers(estimate: Callable[[Data], Estimate], data: Data, outcome: str, treatment: str) -> list[Broken]:
    """Change the effect by a known amount, and the units."""
    first = estimate(data)
    y, t = np.asarray(data[outcome], np.float64), np.asarray(data[treatment], np.float64)
    broken = []
    step = 3.0 * max(float(y.std()), 1e-9)
    moved = estimate({**data, outcome: y + step * t})
    gained = moved.value - first.value
    if not _near(gained, step, step):
        broken.append(Broken("a larger effect shows", f"{step:.4g} more in the treated moved it by {gained:.4g}"))
    scaled = estimate({**data, outcome: 10.0 * y})
    for name in ("value", "low", "high"):
        one, other = getattr(first, name), getattr(scaled, name)
        if np.isfinite(one) and not _near(other, 10 * one, max(abs(10 * one), step)):
            says = f"{name} is {other:.4g}, not {10 * one:.4g}"
            broken.append(Broken("ten times the outcome, ten times the estimate", says))
    return broken


def _same(estimate: Callable[[Data], Estimate], data: Data, clusters: str | None) -> list[Broken]:
    """Change what must not matter: the order of the rows, the names of the clusters."""
    first = estimate(data)
    rows = len(next(iter(data.values())))
    order = np.argsort(uniforms(1, "order", range(rows)))
    changed = {"the order of rows does not matter": {name: np.asarray(column)[order] for name, column in data.items()}}
    if clusters is not None:
        named, codes = np.unique(data[clusters], return_inverse=True)
        others = np.argsort(uniforms(1, "names", range(len(named))))
        changed["the names of clusters do not matter"] = {**data, clusters: others[codes]}
    broken = []
    for promise, same in changed.items():
        made = estimate(same)
        pairs = ((made.value, first.value), (made.low, first.low), (made.high, first.high))
        if not all(_near(one, other, max(abs(first.value), first.high - first.low)) for one, other in pairs):
            told = [f"{one.value:.6g} ({one.low:.6g} to {one.high:.6g})" for one in (made, first)]
            broken.append(Broken(promise, f"{told[0]}, before {told[1]}"))
    return broken


def _near(one: float, other: float, scale: float) -> bool:
    if not (np.isfinite(one) and np.isfinite(other)):
        return one == other
    return abs(one - other) <= TOLERANCE * max(scale, 1e-12)


def covers(regime: Regime, rule: Rule, seeds: Sequence[int]) -> list[Broken]:
    """Draw until it is clear whether the intervals miss too often."""
    misses = 0
    for draws, seed in enumerate(seeds[: rule.most], 1):
        data, truth = regime.draw(seed)
        made = regime.estimate(data)
        misses += not made.low <= truth <= made.high
        verdict = judged(misses, draws, rule) if draws % ROUND == 0 else None
        if verdict is False:
            return [Broken("the interval covers", f"it missed in {misses} of {draws} draws")]
        if verdict:
            break
    return []
