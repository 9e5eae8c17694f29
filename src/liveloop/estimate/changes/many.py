"""What do thousands of replicates of a staggered roll-out give, each with its interval?

Without covariates, every aggregate of effects on cohorts at times is a sum over units of their outcomes times numbers
that depend on cohorts alone. So the plan is made once, and all replicates are two products of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.changes.cells import Plan, compared, planned
from liveloop.estimate.door import one_of

CHUNK = 1000000  # numbers at once: what they need stays in the cache
AGGREGATES = ("simple", "dynamic", "group")


@dataclass(frozen=True, eq=False)
class ManyEffects:
    """Overall effects and their intervals, [replicate] each."""

    value: Floats
    standard_error: Floats
    low: Floats
    high: Floats

    def holds(self, truth: float | Floats) -> Flags:
        """Say which intervals hold the truth."""
        return np.asarray((self.low <= truth) & (truth <= self.high))


@dataclass(frozen=True, eq=False)
class _Rollout:
    """What depends on cohorts alone.

    Parameters
    ----------
    cohort
        [unit]: a code from 0; the last code is of those never treated.
    sizes
        [cohort]
    share
        [cell, cohort]: 1 for the cohort that is treated, minus its share of the others for those that it is compared
        with.
    at, base
        [cell]: the periods between which a change is taken.
    weights
        [cell]: of the overall effect.
    slopes
        [cell, cohort]: of the weights, in the share of each cohort.
    """

    cohort: Ints
    sizes: Floats
    share: Floats
    at: Ints
    base: Ints
    weights: Floats
    slopes: Floats


def many_group_time_effects(
    outcome: Floats,
    cohort: Floats,
    *,
    plan: Plan | None = None,
    aggregate: str = "simple",
    correction: str = "CR0",
    level: float = 0.95,
) -> ManyEffects:
    """Estimate the overall effect of a staggered roll-out in every replicate, as `group_time_effects` does in one.

    Parameters
    ----------
    outcome
        [replicate, unit, period]; periods are 0, 1, 2 and so on.
    cohort
        [unit]: the period in which a unit is first treated, infinite for never; the same in all replicates.
    aggregate
        "simple", "dynamic" or "group".
    correction
        "CR0", or "CR1" for times G / (G - 1).

    Examples
    --------
    >>> from liveloop.base.seeds import stream
    >>> y = stream(1, "many").standard_normal((400, 60, 4))
    >>> cohort = np.repeat([2.0, 3.0, np.inf], 20)
    >>> made = many_group_time_effects(y + (np.arange(4) >= cohort[:, None]), cohort)
    >>> bool(abs(made.value.mean() - 1) < 0.05), bool(0.9 < made.holds(1.0).mean() < 0.98)
    (True, True)

    Source: Callaway and Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001.
    """
    if outcome.ndim != 3 or cohort.shape != (outcome.shape[1],):
        raise BadInput(f"outcome {outcome.shape} and cohort {cohort.shape}", where="outcome",
                       allowed="[replicate, unit, period] and [unit]")  # fmt: skip
    rollout = _rollout(np.asarray(cohort, np.float64), outcome.shape[2], plan or Plan(), aggregate)
    replicates, units, periods = outcome.shape
    size = max(1, CHUNK // (units * periods))
    value, variance = np.empty(replicates), np.empty(replicates)
    for start in range(0, replicates, size):
        some = slice(start, start + size)
        value[some], variance[some] = _estimated(outcome[some], rollout)
    if correction == "CR1":
        variance = variance * (units / (units - 1))
    error = np.sqrt(variance)
    half = float(ndtri(0.5 + level / 2)) * error
    return ManyEffects(value, error, value - half, value + half)


def _rollout(cohort: Floats, periods: int, plan: Plan, aggregate: str) -> _Rollout:
    one_of(aggregate, "aggregate", AGGREGATES)
    times = np.arange(periods, dtype=np.float64)
    cohort = np.where(cohort > times[-1], np.inf, cohort)
    found, codes = np.unique(cohort, return_inverse=True)
    sizes = np.bincount(codes).astype(np.float64)
    never = bool(np.isinf(found[-1]))
    cells, shares = [], []
    for cell in planned(times, found[np.isfinite(found)], plan, never=never):
        ours, others = compared(found, cell, plan)
        if times[cell.at] >= cell.cohort and others.any():
            cells.append(cell)
            shares.append(ours.astype(np.float64) - others * sizes / sizes[others].sum())
    if not cells:
        raise BadInput("no treated cohort can be compared", where="cohort",
                       allowed="a cohort with a period before its treatment, and others not treated yet")  # fmt: skip
    at, base = np.asarray([cell.at for cell in cells]), np.asarray([cell.base for cell in cells])
    of = np.searchsorted(found, [cell.cohort for cell in cells])
    since = times[at] - np.asarray([cell.cohort for cell in cells])
    weights, slopes = _weights(of, since, sizes / sizes.sum(), aggregate)
    return _Rollout(codes.astype(np.int64), sizes, np.stack(shares), at, base, weights, slopes)


def _weights(of: Ints, since: Floats, share: Floats, aggregate: str) -> tuple[Floats, Floats]:
    """Give the weight of each cell in the overall effect, and its slope in the share of each cohort."""
    member = np.asarray(of[:, None] == np.arange(len(share)), np.float64)
    if aggregate == "group":  # each cohort's mean over time, by size of the cohort
        inner = 1 / member.sum(axis=0)[of]
        total = share[np.unique(of)].sum()
        treated = np.isin(np.arange(len(share)), of)
        slopes = inner[:, None] * (member / total - share[of][:, None] * treated / total**2)
        return inner * share[of] / total, slopes
    key = since if aggregate == "dynamic" else np.zeros(len(of))
    groups = np.unique(key)
    weights, slopes = np.zeros(len(of)), np.zeros((len(of), len(share)))
    for one in groups:
        chosen = key == one
        total = share[of[chosen]].sum()
        weights[chosen] = share[of[chosen]] / total / len(groups)
        counted = member[chosen].sum(axis=0)  # how often each cohort's share is in the total
        slopes[chosen] = (member[chosen] / total - share[of[chosen]][:, None] * counted / total**2) / len(groups)
    return weights, slopes


def _estimated(outcome: Floats, rollout: _Rollout) -> tuple[Floats, Floats]:
    """Estimate, and give the variance."""
    member = np.asarray(np.arange(len(rollout.sizes))[:, None] == rollout.cohort, np.float64)
    means = member @ outcome / rollout.sizes[:, None]  # [replicate, cohort, period]
    changes = (means[:, :, rollout.at] - means[:, :, rollout.base]).transpose(0, 2, 1)  # [replicate, cell, cohort]
    ours, others = np.maximum(rollout.share, 0), np.maximum(-rollout.share, 0)
    treated = np.einsum("rch,ch->rc", changes, ours)
    compared_with = np.einsum("rch,ch->rc", changes, others)
    effects = treated - compared_with
    # A unit adds its changes, by the weights of its cohort, around the mean of the side on which it stands.
    centre = (treated * rollout.weights) @ ours - (compared_with * rollout.weights) @ others
    through = effects @ rollout.slopes  # what a larger share of a cohort adds
    through = through - (through @ (rollout.sizes / rollout.sizes.sum()))[:, None]
    numbers = np.zeros((len(rollout.sizes), outcome.shape[2]))
    for cell, weight in enumerate(rollout.weights):
        numbers[:, rollout.at[cell]] += weight * rollout.share[cell] / rollout.sizes
        numbers[:, rollout.base[cell]] -= weight * rollout.share[cell] / rollout.sizes
    added = np.einsum("rut,ut->ru", outcome, numbers[rollout.cohort])
    added += (through / rollout.sizes.sum() - centre / rollout.sizes)[:, rollout.cohort]
    return effects @ rollout.weights, np.einsum("ru,ru->r", added, added)
