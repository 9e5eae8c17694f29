"""By how much do the arms differ, as seen at any look, for rows, clusters and ratios?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.looks.accrual import Accrual
from liveloop.estimate.looks.arrivals import Arrivals, Columns, Looks, Schedule, Span, read_arrivals
from liveloop.estimate.looks.mixture import SIDES, best_rho, critical, log_evidence, normal_of_t, t_of_normal
from liveloop.estimate.looks.sequence import ConfidenceSequence, in_common, least_so_far
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention
from liveloop.estimate.words import short

FEW = 20  # units in an arm
SAID = {"two-sided": "", "greater": "; p-value of no increase", "less": "; p-value of no decrease"}


@dataclass(frozen=True, eq=False)
class Band:
    """Ends at each look, and p-values that are valid at any of them."""

    low: Floats
    high: Floats
    p_values: Floats


def band(accrual: Accrual, ratio: Floats, error: float, side: str = "two-sided") -> Band:
    """Give the ends at each look from the ratio of intrinsic time to the mixture's rho.

    The bound of a normal walk is taken at the same tail probability of t, for the standard error is estimated.
    """
    two_sided = side == "two-sided"
    known = accrual.standard_error > 0
    reach = np.full(len(ratio), np.inf)
    reach[known] = (t_of_normal(critical(ratio, error, two_sided=two_sided), accrual.df) * accrual.standard_error)[
        known
    ]
    low = accrual.value - reach if side != "less" else np.full(len(ratio), -np.inf)
    high = accrual.value + reach if side != "greater" else np.full(len(ratio), np.inf)
    z = np.zeros(len(ratio))
    z[known] = accrual.value[known] / accrual.standard_error[known]
    turned = -z if side == "less" else z
    evidence = log_evidence(normal_of_t(turned, accrual.df), ratio, two_sided=two_sided)
    return Band(low, high, least_so_far(np.exp(-np.maximum(evidence, 0.0))))


def asymptotic_sequence(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    arrived: str,
    clusters: str | None = None,
    denominator: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    side: str = "two-sided",
    tuned_for: float = 1_000,
    looks: Looks = None,
    least: int = 10,
    complete_after: Span | None = None,
    level: float = 0.95,
) -> ConfidenceSequence:
    """Follow the average effect of a randomised treatment with intervals that hold at all looks at once.

    Parameters
    ----------
    data
        A data frame of pandas or polars, an Arrow table, a DuckDB relation, a mapping of columns, or a file.
    outcome, treatment
        Columns: numbers, and a column of two values.
    arrived
        The column of the time at which a row was there, or of its place in the order: numbers, dates or times.
    clusters
        The column whose values were randomised, if rows were not. Rows of a cluster may keep arriving.
    denominator
        The column that a ratio metric divides by; the effect is then on the ratio of the sums.
    covariates
        Columns known before the treatment began; one slope for both arms, estimated anew at each look (CUPED).
    weights
        A column of weights.
    side
        "two-sided", or "greater" or "less": one end only, nearer.
    tuned_for
        The number of units at which the intervals are to be narrowest, chosen before the data are seen. They hold
        whatever it is.
    looks
        Arrivals at which to look; or how many looks at most; all arrivals by default (1,000 at most, fewer for very
        many clusters).
    least
        Units in each arm before the first look.
    complete_after
        How long after its first row a cluster counts, with the rows that it has by then. Without it clusters count at
        once, with the rows they have so far.

    Raises
    ------
    BadInput
        When a column is missing, clusters are in both arms, or no look has enough units.

    Examples
    --------
    Users have many rows each: rows taken for independent raise an alarm where there is no effect.

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(2000); user = rows // 20
    >>> y = 0.5 * normals(1, "user", user) + 0.9 * normals(1, "row", rows); t = flips(1, "arm", user, 0.5)
    >>> made = {"y": y, "t": t, "user": user, "when": rows}
    >>> said = dict(outcome="y", treatment="t", arrived="when", looks=200)
    >>> asymptotic_sequence(made, **said).first_excluding_zero
    219
    >>> asymptotic_sequence(made, clusters="user", tuned_for=100, **said).first_excluding_zero is None
    True

    Source: Waudby-Smith et al. (2024), doi:10.1214/24-AOS2408, arXiv:2103.06476; Howard et al. (2021).
    """
    _refuse(side, level, tuned_for)
    columns = Columns(outcome, treatment, arrived, clusters, denominator, tuple(covariates), weights, control)
    read = read_arrivals(data, columns, Schedule(looks, least, complete_after))
    error = 1 - level
    ratio = read.accrual.time / best_rho(tuned_for, error, two_sided=side == "two-sided")
    made = band(read.accrual, ratio, error, side)
    tunings = {f"tuned for {one:g} units": read.accrual.time[-1:] / best_rho(one, error, two_sided=side == "two-sided")
               for one in (tuned_for / 10, tuned_for * 10)}  # fmt: skip
    return followed(read, made, tunings, side=side, level=level, method="asymptotic confidence sequence",
                    warnings=_far_off(read, tuned_for))  # fmt: skip


def followed(  # noqa: PLR0913 - what a sequence says of itself
    read: Arrivals,
    made: Band,
    tunings: dict[str, Floats],
    *,
    side: str,
    level: float,
    method: str,
    warnings: tuple[str, ...],
) -> ConfidenceSequence:
    """Put a band into words."""
    accrual = read.accrual
    value, spread, df = float(accrual.value[-1]), float(accrual.standard_error[-1]), float(accrual.df[-1])
    p_value = float(made.p_values[-1])
    estimate = Estimate(
        read.what() + SAID[side], value, float(made.low[-1]), float(made.high[-1]), level, method,
        standard_error=spread, p_value=p_value, df=df,
        correction=f"{accrual.correction}, normal mixture at the tails of t, {side}",
        counts=read.counts(), assumes=assumptions(read),
        diagnostics=(*diagnostics(read), in_common(made.low, made.high)),
        warnings=(*left_out(read), *few(read), *warnings),
        conventions=(convention(f"{accrual.correction}, as if looked at once", value, spread, df, level),
                     *_tuned(accrual, tunings, level, side)),
    )  # fmt: skip
    return ConfidenceSequence(
        estimate, read.at, accrual.rows, accrual.units.sum(axis=1), accrual.value, made.low, made.high, made.p_values
    )


def _tuned(accrual: Accrual, tunings: dict[str, Floats], level: float, side: str) -> tuple[Convention, ...]:
    last = accrual.since(len(accrual.rows) - 1)
    made = []
    for name, ratio in tunings.items():
        one = band(last, ratio, 1 - level, side)
        made.append(Convention(name, float(last.standard_error[0]), float(last.df[0]), float(one.low[0]),
                               float(one.high[0]), float(one.p_values[0])))  # fmt: skip
    return tuple(made)


def assumptions(read: Arrivals) -> tuple[str, ...]:
    """Say what must hold, with the history that it is said of."""
    unit = read.unit
    made = [f"each {unit} got its arm by chance, whatever came before it, with the same chance all the time",
            f"what a {unit} gives does not depend on when it came, nor on the arms of others",
            f"there are enough of them by the first look for the mean over {unit}s to be near normal"]  # fmt: skip
    if read.columns.clusters and read.schedule.complete_after is None:
        made.append(f"history is that of all rows so far; how many a {unit} has by a look does not depend on the "
                    f"effect; {unit}s are so many that the values of all looks together are near normal")  # fmt: skip
    elif read.columns.clusters:
        made.append(f"history is that of complete {unit}s, in the order in which they were complete; {unit}s are told "
                    "complete by the clock, not by what they gave")  # fmt: skip
    else:
        made.append("history is that of the rows so far: a stop may depend on all of them, on nothing still to come")
    if read.columns.covariates:
        made.append("the covariates were known before the treatment began")
    return tuple(made)


def diagnostics(read: Arrivals) -> tuple[Diagnostic, ...]:
    """Say what the data show of that."""
    accrual = read.accrual
    smallest = float(accrual.units[0].min())
    made = [Diagnostic("units in the smaller arm at the first look", smallest, "a mean of few units is not normal yet"),
            read.steadiness]  # fmt: skip
    if read.columns.clusters:
        worth = float(accrual.time[-1] / accrual.units[-1].sum())
        made.append(Diagnostic("intrinsic time over units", worth,
                               "1 where clusters come complete; above it rows that come later count too"))  # fmt: skip
    return tuple(made)


def left_out(read: Arrivals) -> tuple[str, ...]:
    """Warn of what no look counts."""
    rows, clusters = read.left_out
    if not rows:
        return ()
    return (f"{rows} rows do not count: {clusters} {read.unit}s were not complete by the last arrival, other rows came "
            f"after their {read.unit} was",)  # fmt: skip


def few(read: Arrivals) -> tuple[str, ...]:
    """Warn of few units."""
    smallest = int(read.accrual.units[-1].min())
    if smallest >= FEW:
        return ()
    return (f"only {smallest} {read.unit}s in the smaller arm at the last look: the normal limit is far",)


def _far_off(read: Arrivals, tuned_for: float) -> tuple[str, ...]:
    time = float(read.accrual.time[-1])
    if 0.05 <= time / tuned_for <= 100:
        return ()
    return (f"narrowest at {short(tuned_for)} units, but the last look is at {short(time)}: choose tuned_for before "
            "the next experiment; to choose it now would be to choose the result",)  # fmt: skip


def _refuse(side: str, level: float, tuned_for: float) -> None:
    one_of(side, "side", SIDES)
    refuse_level(level)
    if not tuned_for > 0:
        raise BadInput(f"tuned_for is {tuned_for}", where="tuned_for", allowed="a number of units above 0")
