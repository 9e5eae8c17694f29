"""What if donors and periods both are weighted, and a difference in levels is allowed? Numbers only.

Synthetic difference-in-differences: the treated units' change from weighted periods before to the mean after, less that
of weighted donors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from liveloop.base.seeds import Floats, Ints, integers, uniforms
from liveloop.estimate.comparison.simplex import simplex_weights

_LITTLE = 1e-6  # of the noise: the penalty of the periods' weights, which makes them unique


@dataclass(frozen=True, eq=False)
class Cohort:
    """Units whose treatment begins in one period, and the donors.

    Parameters
    ----------
    treated, donors
        Outcomes, [unit, period].
    start
        The first treated period.
    """

    treated: Floats
    donors: Floats
    start: int

    @property
    def cells(self) -> int:
        """How many treated pairs of unit and period there are."""
        return int(len(self.treated) * (self.treated.shape[1] - self.start))


@dataclass(frozen=True, eq=False)
class Doubled:
    """Weights of donors and of periods before, and the effect in each treated period."""

    units: Floats
    periods: Floats
    effects: Floats
    noise: float

    @property
    def value(self) -> float:
        """Give the mean effect."""
        return float(self.effects.mean())


def doubled(cohort: Cohort, *, noise: float | None = None) -> Doubled:
    """Estimate the effects on a cohort.

    Parameters
    ----------
    noise
        Standard deviation of the donors' changes from period to period before; by the donors when None. It settles how
        far the weights are spread.

    Source: Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), doi:10.1257/aer.20190159.
    """
    start = cohort.start
    before, after = cohort.donors[:, :start], cohort.donors[:, start:]
    changes = np.diff(before, axis=1)
    noise = float(changes.std(ddof=1)) if noise is None else noise
    spread = np.sqrt(cohort.cells) * noise**2 * start
    target = cohort.treated[:, :start].mean(axis=0)
    units = simplex_weights(
        target - target.mean(), (before - before.mean(axis=1, keepdims=True)).T, ridge=float(spread)
    )
    level = after.mean(axis=1)
    periods = simplex_weights(
        level - level.mean(), before - before.mean(axis=0), ridge=(_LITTLE * noise) ** 2 * len(before)
    )
    gaps = cohort.treated.mean(axis=0) - units @ cohort.donors
    return Doubled(units, periods, np.asarray(gaps[start:] - periods @ gaps[:start]), noise)


def averaged(cohorts: Sequence[Cohort], made: Sequence[Doubled]) -> float:
    """Average over cohorts, each with as many parts as it has treated pairs of unit and period."""
    return float(np.average([one.value for one in made], weights=[one.cells for one in cohorts]))


def placebo_effects(cohorts: Sequence[Cohort], made: Sequence[Doubled], *, seed: int, draws: int) -> Floats:
    """Give the effects on donors treated as if, [placebo, treated period and last the average].

    With one treated unit each donor is one placebo, and there is no chance in it; with several, as many donors are
    drawn. The periods are those of the first cohort.
    """
    donors = cohorts[0].donors
    count, treated = len(donors), sum(len(one.treated) for one in cohorts)
    if treated == 1:
        chosen: Ints = np.arange(count)[:, None]
    else:
        chosen = np.argsort(uniforms(seed, "placebos", range(draws * count)).reshape(draws, count), axis=1)[:, :treated]
    rows = []
    for some in chosen:
        rest = np.setdiff1d(np.arange(count), some)
        parts, first = [], 0
        for cohort in cohorts:
            acting = some[first : first + len(cohort.treated)]
            first += len(cohort.treated)
            parts.append(Cohort(donors[acting], donors[rest], cohort.start))
        results = [doubled(part, noise=one.noise) for part, one in zip(parts, made, strict=True)]
        rows.append(np.r_[results[0].effects, averaged(parts, results)])
    return np.array(rows)


def jackknife_effects(cohort: Cohort, made: Doubled) -> Floats:
    """Give the average effect without each unit in turn, the weights left as they are."""
    weights = made.periods
    after = cohort.treated.shape[1] - cohort.start
    across = np.r_[-weights, np.full(after, 1 / after)]
    treated, donors = cohort.treated @ across, cohort.donors @ across
    count = len(treated)
    without_treated = (treated.sum() - treated) / (count - 1) - made.units @ donors
    left = 1 - made.units
    safe = np.where(left > 1e-12, left, 1.0)
    without_donor = treated.mean() - (made.units @ donors - made.units * donors) / safe
    return np.asarray(np.r_[without_treated, without_donor[left > 1e-12]])


def bootstrap_effects(cohorts: Sequence[Cohort], *, seed: int, draws: int) -> Floats:
    """Give the average effect on units drawn with replacement, treated and donors together."""
    donors = cohorts[0].donors
    sizes = [len(donors), *(len(one.treated) for one in cohorts)]
    starts, total = np.cumsum([0, *sizes]), sum(sizes)
    made: list[float] = []
    at = 0
    while len(made) < draws and at < 20 * draws:
        drawn = integers(seed, "bootstrap", np.arange(total) + at * total, total)
        at += 1
        parts = [drawn[(drawn >= first) & (drawn < last)] - first
                 for first, last in pairwise(starts)]  # fmt: skip
        if len(np.unique(parts[0])) < 2 or any(not len(part) for part in parts[1:]):
            continue
        again = [Cohort(one.treated[part], donors[parts[0]], one.start)
                 for one, part in zip(cohorts, parts[1:], strict=True)]  # fmt: skip
        made.append(averaged(again, [doubled(one) for one in again]))
    return np.array(made)
