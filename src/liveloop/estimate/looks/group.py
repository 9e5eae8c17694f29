"""What did a group sequential experiment find, with p-value, interval and estimate that know of its looks?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.looks.accrual import Accrual
from liveloop.estimate.looks.arrivals import Arrivals, Columns, Schedule, Span, read_arrivals
from liveloop.estimate.looks.asymptotic import assumptions, diagnostics, few, left_out
from liveloop.estimate.looks.bounds import bounds_for, gone_through, upper_bounds
from liveloop.estimate.looks.mixture import normal_of_t, t_of_normal
from liveloop.estimate.looks.plan import LookPlan, ruling_lower
from liveloop.estimate.looks.recursion import Walk
from liveloop.estimate.looks.sequence import ConfidenceSequence
from liveloop.estimate.looks.stopped import Stopped, stopped
from liveloop.estimate.result import Diagnostic, Estimate, convention

_LEAST_STEP = 1e-3  # of information from look to look; the integration is not made for less
EFFECT, FUTILE, END, OPEN = "stopped for the effect", "stopped for futility", "went to the end", "still going on"


@dataclass(frozen=True, eq=False)
class Course:
    """How the looks went.

    Parameters
    ----------
    times
        Information at the looks so far, as a share of the planned.
    upper, lower
        Bounds of z there.
    z
        The statistic there.
    stop
        The look of the stop, from 0; the last one where nothing stopped it.
    how
        In words.
    """

    times: tuple[float, ...]
    upper: tuple[float, ...]
    lower: tuple[float, ...]
    z: Floats
    stop: int
    how: str


def group_sequential(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    arrived: str,
    plan: LookPlan,
    looks: Sequence[Any],
    planned_units: float | None = None,
    clusters: str | None = None,
    denominator: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    complete_after: Span | None = None,
) -> ConfidenceSequence:
    """Analyse an experiment that was looked at as planned, up to its stop.

    The intervals by look are repeated ones: they hold at all looks together, whether or not one stops. The estimate
    is made for the stop: the median unbiased value, with p-value and interval by the order of the stops.

    Parameters
    ----------
    data, outcome, treatment, arrived, clusters, denominator, covariates, weights, control, complete_after
        As in `asymptotic_sequence`.
    plan
        Made by `plan_looks` before the data came. Its level is that of the result.
    looks
        Arrivals at which there was a look, as many as planned or fewer.
    planned_units
        How many units were planned for the last look. Where the error is spent by a function, bounds are then worked
        out for the information that there was; without it for the planned times.

    Raises
    ------
    BadInput
        When there are more looks than planned, or a look has fewer than two units in an arm.

    Examples
    --------
    A difference that crosses the bound at the last look only was too small to do so at the looks before:

    >>> from liveloop.base.seeds import flips, normals
    >>> from liveloop.estimate.looks.plan import plan_looks
    >>> rows = np.arange(1000); t = flips(7, "arm", rows, 0.5)
    >>> made = group_sequential({"y": 0.2 * t + normals(7, "y", rows), "t": t, "when": rows + 1}, outcome="y",
    ...     treatment="t", arrived="when", plan=plan_looks(4, bound="pocock"), looks=[250, 500, 750, 1000])
    >>> made.at[-1], round(float(made.value[-1]), 3), round(made.estimate.value, 3)
    (1000, 0.184, 0.157)

    Source: Jennison and Turnbull (2000), chapters 8 and 9.
    """
    if not 1 <= len(looks) <= plan.looks:
        raise BadInput(f"{len(looks)} looks", where="looks", allowed=f"1 to the {plan.looks} that were planned")
    columns = Columns(outcome, treatment, arrived, clusters, denominator, tuple(covariates), weights, control)
    read = read_arrivals(data, columns, Schedule(list(looks), 2, complete_after))
    if len(read.at) < len(looks):
        raise BadInput(f"{len(looks) - len(read.at)} of {len(looks)} looks have fewer than 2 units in an arm",
                       where="looks", allowed="later looks")  # fmt: skip
    went = follow(plan, read.accrual, planned_units)
    return _told(read, plan, went)


def follow(plan: LookPlan, accrual: Accrual, planned_units: float | None = None) -> Course:
    """Work out bounds for the information there was, and find the stop."""
    times = _times(plan, accrual, planned_units)
    upper, lower = _bounds(plan, times)
    known = accrual.standard_error > 0
    t = np.where(known, accrual.value / np.where(known, accrual.standard_error, 1.0), 0.0)
    z = as_normal(t, accrual.df)
    for look, one in enumerate(z):
        last = look + 1 == plan.looks
        if one >= upper[look] or (plan.sides == 2 and one <= lower[look]):
            return Course(times, upper, lower, z, look, EFFECT)
        # A bound that does not bind is a stop only where nobody went on.
        futile = plan.sides == 1 and plan.rule.futility is not None and not last and one <= lower[look]
        if futile and (plan.rule.binding or look + 1 == len(z)):
            return Course(times, upper, lower, z, look, FUTILE)
        if last:
            return Course(times, upper, lower, z, look, END)
    return Course(times, upper, lower, z, len(z) - 1, OPEN)


def as_normal(t: Floats, df: Floats) -> Floats:
    """Give the normal statistic with the same tail probability as t.

    Examples
    --------
    >>> as_normal(np.array([2.0, -2.0, 400.0]), np.array([10.0, 10.0, 10.0])).round(3).tolist()
    [1.79, -1.79, 9.726]
    """
    tail = stdtr(df, -np.abs(t))
    far = tail < 1e-250
    exact = -ndtri(np.where(far, 0.5, tail))
    return np.asarray(np.sign(t) * np.where(far, normal_of_t(np.abs(t), df), exact))


def as_t(z: Floats, df: Floats) -> Floats:
    """Give the t statistic with the same tail probability as a normal one."""
    tail = np.asarray(ndtr(-np.abs(z)), np.float64)
    far = tail < 1e-250
    with np.errstate(over="ignore", invalid="ignore"):
        exact = -stdtrit(df, np.where(far, 0.25, tail))
        made = np.where(far, t_of_normal(np.minimum(np.abs(z), 40.0), df), exact)
    return np.asarray(np.sign(z) * np.where(np.isinf(z), np.inf, made))


def _times(plan: LookPlan, accrual: Accrual, planned_units: float | None) -> tuple[float, ...]:
    done = len(accrual.time)
    if planned_units is None:
        return plan.times[:done]
    units = float(accrual.units[-1].sum())
    end = 1.0 if done == plan.looks else min(units / planned_units, 0.99)
    made: list[float] = []
    for one in accrual.time / accrual.time[-1] * end * plan.times[-1]:
        made.append(max(float(one), (made[-1] if made else 0.0) + _LEAST_STEP * plan.times[-1]))
    return tuple(made)


def _bounds(plan: LookPlan, times: tuple[float, ...]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Give the planned bounds, or those that spend the error by the information there was."""
    done = len(times)
    rule = plan.rule
    adapts = not rule.bound and (isinstance(rule.spending, str) or callable(rule.spending))
    if times == plan.times[:done] or not adapts:
        return plan.upper[:done], plan.lower[:done]
    whole = times if done == plan.looks else (*times, plan.times[-1])
    if rule.spends_misses:
        made = bounds_for(rule, whole)
        return made.upper[:done], made.lower[:done]
    if rule.futility is not None and len(whole) < plan.looks:
        whole = (*times, *_rest(plan, done, times[-1]))
    upper = upper_bounds(rule, whole)
    lower = tuple(-one for one in upper) if plan.sides == 2 else (*plan.lower[:-1], upper[-1])
    return upper[:done], lower[:done]


def _rest(plan: LookPlan, done: int, now: float) -> tuple[float, ...]:
    """Spread the looks still to come over the information still to come."""
    left = plan.looks - done
    return tuple(now + (plan.times[-1] - now) * (one + 1) / left for one in range(left))


def _told(read: Arrivals, plan: LookPlan, went: Course) -> ConfidenceSequence:
    seen = slice(0, went.stop + 1)
    accrual = read.accrual
    value, spread, df = (one[seen] for one in (accrual.value, accrual.standard_error, accrual.df))
    reach = np.where(spread > 0, as_t(np.asarray(went.upper[seen]), df) * spread, np.inf)
    high = value + reach if plan.sides == 2 else np.full(len(value), np.inf)
    sequence = (value, np.asarray(value - reach), np.asarray(high))
    estimate = _estimate(read, plan, went, sequence)
    return ConfidenceSequence(
        estimate, read.at[: went.stop + 1], accrual.rows[seen], accrual.units.sum(axis=1)[seen], *sequence
    )


def _estimate(read: Arrivals, plan: LookPlan, went: Course, sequence: tuple[Floats, Floats, Floats]) -> Estimate:
    """Tell the repeated interval at the stop, or where the plan foresaw the stop what the order of stops says."""
    at, level = went.stop, plan.level
    value, low, high = (float(one[at]) for one in sequence)
    spread, df = float(read.accrual.standard_error[at]), float(read.accrual.df[at])
    found = _after(plan, went)
    once = convention(f"{read.accrual.correction}, as if looked at once", value, spread, df, level)
    made = Estimate(
        read.what() + ("" if plan.sides == 2 else "; p-value of no increase"), value, low, high, level,
        f"group sequential, {went.how} at look {at + 1} of {plan.looks}", standard_error=spread, df=df,
        correction=f"{read.accrual.correction}, repeated interval", counts=read.counts(at),
        assumes=(*assumptions(read), *_assumed(plan, read)), diagnostics=(*diagnostics(read), *_said(went)),
        warnings=(*left_out(read), *few(read), *_warned(read, plan, went, found)), conventions=(once,),
    )  # fmt: skip
    if found is None:
        return made
    drifts = np.asarray([found.median, found.low, found.high])
    # At the first look these are the estimate and the interval of Student's t.
    away = as_t(drifts * went.times[at] ** 0.5 - went.z[at], np.full(3, df)) * spread
    median, from_below, from_above = (value + float(one) for one in away)
    return replace(
        made, value=median, low=from_below, high=from_above if plan.sides == 2 else np.inf, standard_error=None,
        p_value=found.p_value, correction=f"{read.accrual.correction}, stage-wise order",
    )  # fmt: skip


def _after(plan: LookPlan, went: Course) -> Stopped | None:
    """Give what the stop says, where the plan foresaw it; None where it did not."""
    if went.how == OPEN or (went.how == FUTILE and not plan.rule.binding):
        return None
    lower = ruling_lower(plan.rule, went.lower)
    walked: Walk = gone_through(went.times[: went.stop + 1], lower[: went.stop], went.upper[: went.stop])
    return stopped(walked, went.stop + 1, float(went.z[went.stop]), error=1 - plan.level, sides=plan.sides)


def _assumed(plan: LookPlan, read: Arrivals) -> tuple[str, ...]:
    made = ["looks were at the planned times, not at times that the results suggested"]
    if plan.rule.binding:
        made.append("a result at a bound for futility did stop the experiment")
    if read.columns.clusters and read.schedule.complete_after is None:
        made.append("the information at a look is what the correlation between looks tells")
    return tuple(made)


def _said(went: Course) -> tuple[Diagnostic, ...]:
    at = went.stop
    return (Diagnostic("z at the stop", float(went.z[at]), f"the bound there is {went.upper[at]:.3f}"),
            Diagnostic("information at the stop", went.times[at], "share of the planned"))  # fmt: skip


def _warned(read: Arrivals, plan: LookPlan, went: Course, found: Stopped | None) -> tuple[str, ...]:
    made = []
    unused = int(read.accrual.rows[-1] - read.accrual.rows[went.stop])
    if unused:
        made.append(f"{unused} rows that came after the stop do not count")
    if found is None and went.how == OPEN:
        made.append(
            "no bound was reached and looks are still to come: the interval is the repeated one, there is no p-value"
        )
    if found is None and went.how == FUTILE:
        made.append(
            "stopped for futility where that does not bind: the interval is the repeated one, there is no p-value"
        )
    if plan.rule.bound and abs(went.times[-1] - plan.times[len(went.times) - 1]) > 0.05:
        made.append(
            "the information is not as planned, and the bounds are of a fixed shape: the error is not exactly kept"
        )
    return tuple(made)
