"""What is the effect at each time since treatment, when each cohort may have effects of its own?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.absorbed import Absorbed, fit_absorbed
from liveloop.estimate.changes.aggregate import OVERALL
from liveloop.estimate.changes.events import before_tests, joint_test, period_groups
from liveloop.estimate.changes.panel import NEVER, Panel, Roles, read_panel, without
from liveloop.estimate.changes.twoway import chosen, of_clusters, said
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.result import Convention, Estimates, convention, normal_estimate

SHARES = ("estimated", "fixed")


@dataclass(frozen=True, eq=False)
class Crossed:
    """A regression with a coefficient for each cohort at each time since treatment.

    Parameters
    ----------
    pairs
        [coefficient]: cohort and time since treatment.
    rows
        [coefficient, row]: whether a row is of it, times its weight.
    """

    fit: Absorbed
    pairs: tuple[tuple[float, int], ...]
    places: tuple[int, ...]
    rows: Floats


def interaction_weighted_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    unit: str,
    period: str,
    cohort: str | None = None,
    treatment: str | None = None,
    never: Any = None,  # noqa: ANN401
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    reference: int = -1,
    shares: str = "estimated",
    correction: str = "",
    degrees: str = "unnested",
    level: float = 0.95,
) -> Estimates:
    """Estimate effects by time since treatment from a two-way regression with effects of each cohort (Sun and Abraham).

    Parameters
    ----------
    data
        Any table. Cohorts that are treated from the first period on are left out. Without anybody never treated, the
        last cohort serves as comparison, and the periods from its treatment on are left out.
    cohort, treatment, never
        As in `group_time_effects`.
    reference
        The time since treatment that each cohort's effects are relative to.
    shares
        The mean over cohorts is by their shares of the rows. "estimated": these vary from sample to sample, and that
        counts; "fixed": they are what they are, as fixest's `sunab` has it.
    clusters, correction, degrees
        As in `two_way_fixed_effects`.

    Returns
    -------
    Estimates
        "overall", over all treated rows, then by time since treatment.

    Examples
    --------
    The first cohort's effect is 3, the second's 1. An event study mixes them; this keeps them apart:

    >>> from liveloop.base.seeds import normals
    >>> unit, period = np.repeat(np.arange(60), 6), np.tile(np.arange(6.0), 60)
    >>> since = np.asarray([2.0, 4.0, np.inf])[unit % 3]
    >>> y = np.where(period >= since, np.where(since == 2, 3.0, 1.0), 0) + 0.01 * normals(1, "y", range(360))
    >>> data = {"y": y, "unit": unit, "period": period, "since": since}
    >>> made = interaction_weighted_effects(data, outcome="y", unit="unit", period="period", cohort="since")
    >>> [round(made[name].value, 1) for name in ("-2", "0", "1", "2")]
    [-0.0, 2.0, 2.0, 3.0]

    Source: Sun and Abraham (2021), doi:10.1016/j.jeconom.2020.09.006.
    """
    one_of(shares, "shares", SHARES)
    roles = Roles(outcome, period, unit, cohort, treatment, None, never, as_names(covariates), weights, clusters)
    panel, notes = _comparable(read_panel(data, roles))
    crossed = _crossed(panel, reference, degrees)
    name = chosen(crossed.fit, correction)
    times = sorted({time for _, time in crossed.pairs})
    size = crossed.rows.sum(axis=1)
    since = np.asarray([time for _, time in crossed.pairs])
    mixes = np.stack([_mix(size, since >= 0), *(_mix(size, since == time) for time in times)])
    values = mixes @ crossed.fit.fit.beta[list(crossed.places)]
    extra = _of_shares(panel, crossed, mixes, values) if shares == "estimated" else np.zeros((len(mixes),) * 2)
    own = crossed.fit.covariance(name)[np.ix_(crossed.places, crossed.places)]
    covariance = mixes @ own @ mixes.T + extra
    groups = panel.clusters
    assert groups is not None
    counts, assumes = panel.counts(), _assumptions(panel)
    rows = {}
    for at, called in enumerate((OVERALL, *map(str, times))):
        contrast = np.zeros(len(crossed.fit.fit.names))
        contrast[list(crossed.places)] = mixes[at]
        df, error = crossed.fit.freedom(contrast, name), float(max(0.0, covariance[at, at])) ** 0.5
        what = f"{called} periods after treatment began" if at else "for the treated, over all their rows"
        rows[called] = normal_estimate(
            f"effect on {outcome}, {what}", float(values[at]), error, df=df, level=level,
            method="Sun and Abraham", correction=f"{said(name, degrees)}, shares {shares}", counts=counts,
            assumes=assumes,
            conventions=_conventions(crossed.fit, contrast, level, besides=name, extra=(shares, float(extra[at, at]))),
        )  # fmt: skip
    df = float(groups.count - 1)
    return Estimates(
        f"effect on {outcome} by periods since treatment began, compared with {reference}", rows,
        tuple(map(tuple, covariance.tolist())), joint_test(values[1:], covariance[1:, 1:], df),
        before_tests(times, values[1:], covariance[1:, 1:], df, reference=reference),
        (*notes, *of_clusters(groups, np.isfinite(panel.cohort), name)),
    )  # fmt: skip


def _comparable(panel: Panel) -> tuple[Panel, tuple[str, ...]]:
    """Leave out those treated from the start; without anybody never treated, all since the last cohort's treatment."""
    notes = []
    early = panel.cohort <= panel.times[0]
    if early.any():
        notes.append(f"{int(early.sum())} rows are of units treated from the first period on, and are left out")
        panel = without(panel, ~early)
    cohorts = panel.cohorts
    if not np.isinf(panel.cohort).any():
        if len(cohorts) < 2:
            raise BadInput("no unit is left to compare with", where=panel.roles.cohort or "treatment",
                           allowed="units that are never treated, or are treated later")  # fmt: skip
        last = float(cohorts[-1])
        notes.append(f"none is never treated: cohort {panel.label(last)} serves as comparison, and the periods from "
                     "then on are left out")  # fmt: skip
        panel = without(panel, panel.time < last)
        panel = replace(panel, cohort=np.where(panel.cohort == last, NEVER, panel.cohort))
    return panel, tuple(notes)


def _crossed(panel: Panel, reference: int, degrees: str) -> Crossed:
    since = np.where(np.isfinite(panel.cohort), panel.time - panel.cohort, np.nan)
    if (since[np.isfinite(since)] % 1 != 0).any():
        raise BadInput("periods and cohorts do not lie whole numbers apart", where=panel.roles.period,
                       allowed="whole periods")  # fmt: skip
    pairs, flags = [], []
    for cohort in panel.cohorts:
        own = panel.cohort == cohort
        found = [int(one) for one in np.unique(since[own])]
        if reference not in found:
            raise BadInput(f"cohort {panel.label(float(cohort))} has no row {reference} periods after its treatment",
                           where="reference", allowed=", ".join(map(str, found)))  # fmt: skip
        for time in found:
            if time != reference:
                pairs.append((float(cohort), time))
                flags.append(own & (since == time))
    if not pairs:
        raise BadInput("no unit that becomes treated is left", where=str(panel.roles.cohort or panel.roles.treatment),
                       allowed="units that become treated after the first period")  # fmt: skip
    names = [f"cohort {cohort:g} at {time}" for cohort, time in pairs]
    unit, groups = panel.unit, panel.clusters
    assert unit is not None and groups is not None
    columns = np.column_stack([one.astype(np.float64) for one in flags])
    fit = fit_absorbed(
        panel.outcome, np.column_stack([panel.covariates, columns]), [*panel.roles.covariates, *names],
        [unit, period_groups(panel)], clusters=groups, weights=panel.weights, degrees=degrees,
    )  # fmt: skip
    rows = columns.T * (1.0 if panel.weights is None else panel.weights)
    return Crossed(fit, tuple(pairs), tuple(fit.fit.names.index(one) for one in names), rows)


def _mix(size: Floats, chosen: Any) -> Floats:  # noqa: ANN401 - flags
    made = np.where(chosen, size, 0.0)
    if made.sum() == 0:
        raise BadInput("no treated cohort is seen after its treatment", where="cohort",
                       allowed="cohorts that are treated before the last period")  # fmt: skip
    return np.asarray(made / made.sum())


def _of_shares(panel: Panel, crossed: Crossed, mixes: Floats, values: Floats) -> Floats:
    """Give what it adds to the covariance that cohorts' shares are those of a sample of clusters."""
    groups = panel.clusters
    assert groups is not None
    effects = crossed.fit.fit.beta[list(crossed.places)]
    used = mixes > 0
    total = used @ crossed.rows.sum(axis=1)
    gaps = np.where(used, effects[None, :] - values[:, None], 0.0) / total[:, None]
    adds = gaps @ crossed.rows  # [effect, row]
    summed = np.stack([np.bincount(groups.codes, one, minlength=groups.count) for one in adds])
    return np.asarray(summed @ summed.T)


def _conventions(
    fit: Absorbed, contrast: Floats, level: float, *, besides: str, extra: tuple[str, float]
) -> tuple[Convention, ...]:
    value, (shares, more) = float(contrast @ fit.fit.beta), extra
    made = []
    if shares == "estimated":
        error = fit.error(contrast, besides)
        made.append(convention(f"{besides}, shares fixed", value, error, fit.freedom(contrast, besides), level))
    for name in fit.corrections:
        if name not in ("CR0", "iid", "HC1", besides):
            error = float(fit.error(contrast, name) ** 2 + more) ** 0.5
            made.append(convention(f"{name}, shares {shares}", value, error, fit.freedom(contrast, name), level))
    return tuple(made)


def _assumptions(panel: Panel) -> tuple[str, ...]:
    return (
        "without the treatment, all cohorts and those they are compared with would have run in parallel",
        "nobody reacts before the reference period", "a unit once treated stays treated",
        f"each value of {panel.roles.clusters or panel.roles.unit} is a draw of its own",
    )  # fmt: skip
