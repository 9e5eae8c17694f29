"""By how much do the arms differ, at any look, when outcomes are bounded and no limit theorem is trusted?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints, uniforms
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.looks.arrivals import Arrivals, Columns, Looks, Schedule, Span, read_arrivals
from liveloop.estimate.looks.asymptotic import SAID, left_out
from liveloop.estimate.looks.betting import METHODS, evidence_against, mean_sequence
from liveloop.estimate.looks.mixture import SIDES
from liveloop.estimate.looks.sequence import ConfidenceSequence, in_common
from liveloop.estimate.result import Diagnostic, Estimate


@dataclass(frozen=True, eq=False)
class Units:
    """Units in the order in which they count: values in [0, 1], arms, and how many there are at each look."""

    value: Floats
    arm: Ints
    ends: Ints


def bounded_sequence(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    arrived: str,
    clusters: str | None = None,
    control: object = None,
    between: tuple[float, float] = (0.0, 1.0),
    method: str = "betting",
    share: float | None = None,
    side: str = "two-sided",
    tuned_for: float | None = None,
    looks: Looks = None,
    complete_after: Span | None = None,
    seed: int = 0,
    level: float = 0.95,
) -> ConfidenceSequence:
    """Follow the average effect on a bounded outcome with intervals that hold at all looks, for any number of units.

    Parameters
    ----------
    data, outcome, treatment, arrived, control
        As in `asymptotic_sequence`.
    clusters
        The column whose values were randomised. Each cluster gives one value, the mean of its rows, once it is
        complete: `complete_after` must be given.
    between
        The least and the largest value that an outcome can take, known beforehand.
    method
        "betting" (hedged capital), "empirical-bernstein", or "hoeffding".
    share
        The chance with which each unit was treated, independently of the others. The arms are then compared unit by
        unit, with what was seen of both before; narrower. None: each arm gets a sequence of its own with half of the
        error.
    tuned_for
        The number of units at which the intervals are to be narrowest; None for all about equally.
    seed
        Of the order of units that arrived at the same time.

    Raises
    ------
    BadInput
        When outcomes are outside `between`, clusters are open, or a column is missing.

    Examples
    --------
    Two successes in fifty in one arm, none in the other: no normal limit is near, and none is needed.

    >>> y = np.zeros(100); y[[10, 60]] = 1.0; t = np.arange(100) % 2 == 0
    >>> made = bounded_sequence({"y": y, "t": t, "when": np.arange(100)}, outcome="y", treatment="t", arrived="when")
    >>> round(made.estimate.low, 2), round(made.estimate.high, 2)
    (-0.16, 0.2)

    Source: Waudby-Smith and Ramdas (2024), doi:10.1093/jrsssb/qkad009; the comparison unit by unit is that of
    Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro (2024), doi:10.1145/3643693.
    """
    _refuse(between, method, share, side)
    refuse_level(level)
    if clusters and complete_after is None:
        raise BadInput("clusters, but not when they are complete", where="complete_after",
                       allowed="how long after its first row a cluster counts")  # fmt: skip
    columns = Columns(outcome, treatment, arrived, clusters, control=control)
    read = read_arrivals(data, columns, Schedule(looks, 2, complete_after))
    units = units_of(read, between, seed)
    error, width = 1 - level, between[1] - between[0]
    if share is None:
        value, low, high = by_arms(units, error, method, side, tuned_for)
        p_values, how = None, f"{method}, arm by arm"
    else:
        value, low, high, p_values = by_assignment(units, share, error, method, side, tuned_for)
        how = f"{method}, unit by unit"
    return _told(
        read, (value * width, low * width, high * width), p_values, f"{how}{SAID[side]}", level, (between, share)
    )


def units_of(read: Arrivals, between: tuple[float, float], seed: int) -> Units:
    """Give the units in the order in which they count, those of one time in an order of chance."""
    rows = read.rows
    outcome = (rows.outcome - between[0]) / (between[1] - between[0])
    outside = int(((outcome < -1e-12) | (outcome > 1 + 1e-12)).sum())
    if outside:
        raise BadInput(f"outcome {read.columns.outcome!r} is outside {between[0]:g} to {between[1]:g} in {outside} of "
                       f"{len(outcome)} rows", where="between", allowed="the range that outcomes can have")  # fmt: skip
    kept = np.flatnonzero(rows.look < rows.looks)
    if rows.cluster is None:
        value, arm, look, tick, name = outcome[kept], rows.arm[kept], rows.look[kept], read.ticks[kept], kept
    else:
        name, first, inverse = np.unique(rows.cluster[kept], return_index=True, return_inverse=True)
        value = np.bincount(inverse, outcome[kept]) / np.bincount(inverse)
        arm, look, tick = rows.arm[kept][first], rows.look[kept][first], read.ticks[kept][first]
    order = np.lexsort((uniforms(seed, "ties", name), tick))
    ends = np.bincount(look, minlength=rows.looks).cumsum()
    return Units(np.clip(value[order], 0.0, 1.0), arm[order], ends.astype(np.int64))


def by_arms(
    units: Units, error: float, method: str, side: str, tuned_for: float | None
) -> tuple[Floats, Floats, Floats]:
    """Give value, low and high of the difference of two arms that each have a sequence, with half of the error."""
    turned = {"two-sided": "two-sided", "greater": "less", "less": "greater"}
    means, lows, highs = [], [], []
    for arm, its_side in ((1, side), (0, turned[side])):
        own = units.arm == arm
        count = np.cumsum(own)[units.ends - 1]
        value = units.value[own]
        places, back = np.unique(count, return_inverse=True)
        low, high = mean_sequence(
            value, places, error=error / 2, method=method, side=its_side,
            tuned_for=None if tuned_for is None else tuned_for / 2,
        )  # fmt: skip
        means.append(np.cumsum(value)[count - 1] / count)
        lows.append(low[back])
        highs.append(high[back])
    return means[0] - means[1], lows[0] - highs[1], highs[0] - lows[1]


def by_assignment(
    units: Units, share: float, error: float, method: str, side: str, tuned_for: float | None
) -> tuple[Floats, Floats, Floats, Floats | None]:
    """Give value, low, high and p-values from scores whose mean is the effect, given what was seen before."""
    treated = units.arm == 1
    guess = np.stack([_before(units.value, units.arm == arm) for arm in (0, 1)])
    scores = (
        guess[1]
        - guess[0]
        + np.where(treated, (units.value - guess[1]) / share, -(units.value - guess[0]) / (1 - share))
    )
    most = max(1 / share, 1 / (1 - share))
    scaled = np.clip((scores + most) / (2 * most), 0.0, 1.0)
    low, high = mean_sequence(scaled, units.ends, error=error, method=method, side=side, tuned_for=tuned_for)
    value = np.cumsum(scores)[units.ends - 1] / units.ends
    p_values = None
    if method == "betting":
        p_values = evidence_against(0.5, scaled, units.ends, error=error, side=side, tuned_for=tuned_for)
    return value, low * 2 * most - most, high * 2 * most - most, p_values


def _before(value: Floats, own: Any) -> Floats:  # noqa: ANN401 - flags
    """Give the mean of an arm before each unit, drawn to one half by one outcome."""
    total, count = np.cumsum(np.where(own, value, 0.0)), np.cumsum(own)
    return np.concatenate([[0.5], ((0.5 + total) / (1 + count))[:-1]])


def _told(
    read: Arrivals,
    path: tuple[Floats, Floats, Floats],
    p_values: Floats | None,
    how: str,
    level: float,
    known: tuple[tuple[float, float], float | None],
) -> ConfidenceSequence:
    value, low, high = path
    between, share = known
    unit = read.unit
    what = read.what()
    if read.columns.clusters:
        what = what.replace("the means of", f"the means over {unit}s of the mean of")
    assumes = [f"each outcome lies in {between[0]:g} to {between[1]:g}",
               f"what a {unit} gives has the same mean in its arm whatever came before it, and does not depend on the "
               "arms of others", "history is that of the units so far, in the order in which they count"]  # fmt: skip
    if share is not None:
        assumes.append(f"each {unit} was treated with chance {share:g}, independently of all that came before it")
    treated = int(read.accrual.units[-1, 1])
    checks = [read.steadiness, in_common(low, high)]
    if share is not None:
        checks.append(_share_kept(treated, int(read.accrual.units[-1].sum()), share))
    estimate = Estimate(
        what, float(value[-1]), float(low[-1]), float(high[-1]), level, "confidence sequence for bounded outcomes",
        p_value=None if p_values is None else float(p_values[-1]), correction=how, counts=read.counts(),
        assumes=tuple(assumes), diagnostics=tuple(checks), warnings=left_out(read),
    )  # fmt: skip
    return ConfidenceSequence(
        estimate, read.at, read.accrual.rows, read.accrual.units.sum(axis=1), value, low, high, p_values
    )


def _share_kept(treated: int, units: int, share: float) -> Diagnostic:
    p_value = float(chdtrc(1, (treated - units * share) ** 2 / (units * share * (1 - share))))
    return Diagnostic("treated share against the one given", p_value,
                      "p-value; below 0.001 the chance was not what was said", p_value > 0.001)  # fmt: skip


def _refuse(between: tuple[float, float], method: str, share: float | None, side: str) -> None:
    if not between[1] > between[0]:
        raise BadInput(f"outcomes between {between[0]:g} and {between[1]:g}", where="between", allowed="low, high")
    one_of(method, "method", METHODS)
    one_of(side, "side", SIDES)
    if share is not None and not 0 < share < 1:
        raise BadInput(f"share is {share}", where="share", allowed="a chance between 0 and 1")
