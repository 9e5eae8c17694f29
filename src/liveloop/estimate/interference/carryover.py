"""For how many periods does a switchback's treatment still act after it?

If it acts for at most m periods, then what a block shows after its first m periods does not depend on the arm of the
block before. Hold every second block and draw the others anew: the p-value is exact, whatever outcomes do in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.focal import Slopes, redrawn, slopes_over_draws
from liveloop.estimate.interference.periods import Blocks, Schedule, read_schedule
from liveloop.estimate.interference.units import unit_weights
from liveloop.estimate.result import Diagnostic, Estimate, Estimates

_LEAST = 4  # focal blocks: with fewer there is no contrast left beside the own arm


def carryover_test(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    time: str,
    blocks: Blocks,
    unit: str | None = None,
    orders: Sequence[int] = (0, 1, 2),
    together: bool = False,
    design: str = "bernoulli",
    probability: float = 0.5,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.95,
) -> Estimates:
    """Test for each of some orders whether carry-over lasts longer, and name the smallest that is not rejected.

    Parameters
    ----------
    data
        A table with rows of units in periods.
    outcome, treatment, time, unit, blocks, together, design, probability
        As in `switchback`.
    orders
        Orders of carry-over; each must be shorter than a block.
    covariates
        Columns known before, taken out of the outcome: more power, and as exact.

    Returns
    -------
    Estimates
        Row by row the effect of the block before on what is left of a block after so many periods. Orders tested one
        after the other until the first that is not rejected need no correction for their number.

    Raises
    ------
    BadInput
        When blocks are not longer than an order, or there are fewer than four to hold.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(1200); t = flips(2, "block", rows // 4, 0.5)
    >>> y = 5 + 1.0 * t + 0.5 * np.r_[0, t[:-1]] + 0.3 * normals(2, "noise", rows)
    >>> made = carryover_test({"y": y, "t": t, "hour": rows}, outcome="y", treatment="t", time="hour", blocks=4)
    >>> made["order at most 0"].p_value < 0.05, made["order at most 1"].p_value < 0.05
    (True, False)

    Source: Athey, Eckles and Imbens (2018), doi:10.1080/01621459.2016.1241178, for the test; Bojinov, Simchi-Levi and
    Zhao (2023), doi:10.1287/mnsc.2022.4583, for the question.
    """
    refuse_level(level)
    one_of(design, "design", ("bernoulli", "complete"))
    if not orders or min(orders) < 0:
        raise BadInput(f"orders are {list(orders)}", where="orders", allowed="0 or more periods")
    least = round(2 / (1 - level)) - 1
    if draws < least:
        raise BadInput(f"draws is {draws}", where="draws", allowed=f"at least {least} at level {level:g}")
    named = [outcome, treatment, time, unit, weights, blocks if isinstance(blocks, str) else None, *covariates]
    frame = read_frame(data, [one for one in named if one])
    arms = frame.two_arms(treatment, control=control)
    weight = unit_weights(frame, weights)
    schedule = read_schedule(frame, arms, weight, time=time, unit=unit, blocks=blocks, together=together,
                             design=design, probability=probability)  # fmt: skip
    y, known = schedule.mean(frame.numbers(outcome, "outcome"), weight), schedule.mean(frame.matrix(covariates), weight)
    rows = {}
    for order in sorted(set(orders)):
        stretches = _stretches(schedule, y, known, order)
        halves = [_half(stretches, schedule, odd, draws, seed) for odd in (0, 1)]
        rows[f"order at most {order}"] = _tested(halves, schedule, outcome, order, level)
    kept = [order for order in sorted(set(orders)) if (rows[f"order at most {order}"].p_value or 0.0) > 1 - level]
    said = "the first that is not rejected; -1 where all are, and carry-over lasts longer"
    smallest = Diagnostic("smallest order", float(kept[0] if kept else -1), said)
    return Estimates(f"carry-over of {treatment} on {outcome}", rows, diagnostics=(smallest,))


@dataclass(frozen=True, eq=False)
class _Stretches:
    """What blocks show after their first periods: means of outcome and covariates, the coin, and that before it."""

    outcome: Floats
    covariates: Floats
    coin: Ints
    before: Ints
    odd: Ints


def _stretches(schedule: Schedule, outcome: Floats, covariates: Floats, order: int) -> _Stretches:
    """Average each block of each unit after its first periods; leave out those without a block just before."""
    first = schedule.period - schedule.place
    cell_before = np.where(first > 0, schedule.table[schedule.unit, np.maximum(first - 1, 0)], -1)
    kept = np.flatnonzero((schedule.place >= order) & (cell_before >= 0))
    if not len(kept):
        raise BadInput(f"no block is longer than {order} periods", where="orders", allowed="orders shorter than blocks")
    keys = schedule.unit[kept] * schedule.table.shape[1] + first[kept]
    found, at, code = np.unique(keys, return_index=True, return_inverse=True)
    sizes = np.bincount(code)
    means = [np.bincount(code, column[kept]) / sizes for column in (outcome, *covariates.T)]
    coin = schedule.coin[kept][at]
    number = _numbers(schedule)[kept][at]
    return _Stretches(means[0], np.column_stack(means[1:]) if len(means) > 1 else np.empty((len(found), 0)), coin,
                      schedule.coin[cell_before[kept][at]], number % 2)  # fmt: skip


def _numbers(schedule: Schedule) -> Ints:
    """Count the blocks of a unit up to each cell, so that a block and the next differ in being odd."""
    order = np.lexsort((schedule.period, schedule.unit))
    unit, coin = schedule.unit[order], schedule.coin[order]
    new = np.r_[False, (np.diff(coin) != 0) & (np.diff(unit) == 0)]
    made = np.zeros(len(order), np.int64)
    made[order] = np.cumsum(new)
    return made


def _tested(halves: Sequence[Slopes], schedule: Schedule, name: str, order: int, level: float) -> Estimate:
    value = float(np.mean([one.value for one in halves]))
    p_value = min(1.0, 2 * min(one.p_value(0.0) for one in halves))
    ends = [one.between((1 - level) / 2) for one in halves]
    low, high = max(one[0] for one in ends), min(one[1] for one in ends)
    if low > high:  # the halves contradict each other: no one effect fits both
        low, high = min(one[0] for one in ends), max(one[1] for one in ends)
    value = min(max(value, low), high)  # the halves weigh the same, though one may know more
    return Estimate(
        f"effect of the block before on {name} after {order} periods of a block", value, low, high, level,
        "conditional randomisation test", p_value=p_value,
        correction=f"exact, twice {len(halves[0].on_seen) - 1:,} draws, Bonferroni",
        counts={"blocks": schedule.design.count, "periods": int(schedule.table.shape[1])},
        assumes=(f"blocks came into arms by the design that was named ({schedule.design.kind})",
                 "no period feels what comes after it, no unit what others get",
                 "for the interval, not for the p-value: the effect is the same in all blocks"),
    )  # fmt: skip


def _half(stretches: _Stretches, schedule: Schedule, odd: int, draws: int, seed: int) -> Slopes:
    """Hold odd blocks, or even ones, and draw the others."""
    focal = stretches.odd == odd
    held = np.zeros(schedule.design.count, bool)
    held[stretches.coin[focal]] = True
    looked = np.flatnonzero(focal & ~held[stretches.before])
    controls = np.column_stack([np.ones(len(looked)), schedule.design.treated[stretches.coin[looked]],
                                stretches.covariates[looked]])  # fmt: skip
    if len(looked) < _LEAST + stretches.covariates.shape[1] or np.ptp(controls[:, 1]) == 0:
        raise BadInput(f"only {len(looked)} blocks can be held against those before them", where="blocks",
                       allowed="more blocks, in both arms")  # fmt: skip
    coins = np.vstack([schedule.design.treated, redrawn(schedule.design, held, seed + odd, draws)])
    return slopes_over_draws(stretches.outcome[looked], coins[:, stretches.before[looked]].astype(np.float64), controls)
