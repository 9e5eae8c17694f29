"""How far apart are treated and others in each period before and after treatment began?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2
from scipy.stats import f as f_law

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.absorbed import Absorbed, fit_absorbed
from liveloop.estimate.changes.panel import Panel, Roles, read_panel
from liveloop.estimate.changes.power import slope_found
from liveloop.estimate.changes.twoway import chosen, of_clusters, said
from liveloop.estimate.door import as_names
from liveloop.estimate.frame import Groups
from liveloop.estimate.result import Diagnostic, Estimates, normal_estimate
from liveloop.estimate.words import short

Reference = int | Sequence[int]


@dataclass(frozen=True, eq=False)
class Window:
    """Which times since treatment have a coefficient, and the time of each row, ends gathered.

    Parameters
    ----------
    since
        [row]: periods since treatment began; not a number where it never does.
    times
        Those with a coefficient, in order.
    """

    since: Floats
    times: tuple[int, ...]

    def columns(self) -> Floats:
        """Give a column for each time, 1 where a row is at it."""
        return np.asarray(self.since[:, None] == np.asarray(self.times, np.float64), np.float64)


def event_study(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    unit: str,
    period: str,
    treatment: str | None = None,
    since: Any = None,  # noqa: ANN401 - of the kind of the periods
    cohort: str | None = None,
    never: Any = None,  # noqa: ANN401
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    reference: Reference = -1,
    first: int | None = None,
    last: int | None = None,
    correction: str = "",
    degrees: str = "unnested",
    level: float = 0.95,
) -> Estimates:
    """Estimate the effect in each period since treatment began, and the gaps before it, that should be 0.

    Parameters
    ----------
    data
        Any table; units may have several rows in a period, or none.
    unit, period
        Columns whose levels have a mean of their own.
    treatment, since, cohort, never
        From when on: 1 in the treated rows; or 1 in all rows of those ever treated, with `since`, the first period of
        treatment; or `cohort`, a column of each row's own first period, missing or `never` where there is none.
    reference
        The time since treatment that all others are compared with; several where all units become treated.
    first, last
        Gather all times up to `first`, and from `last` on, in one coefficient each.
    clusters, correction, degrees
        As in `two_way_fixed_effects`.

    Returns
    -------
    Estimates
        A row for each time since treatment, by its number; with their covariance and a joint test of all before.

    Raises
    ------
    BadInput
        When the treatment ends again, no reference period is there, coefficients cannot be told apart.

    Examples
    --------
    The treated were on their way up already. The effect after looks like 2; the gaps before say how:

    >>> unit, period = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
    >>> treated = unit % 2
    >>> from liveloop.base.seeds import normals
    >>> y = treated * period + 0.01 * normals(1, "y", range(120))
    >>> data = {"y": y, "t": treated, "unit": unit, "period": period}
    >>> made = event_study(data, outcome="y", treatment="t", since=4, unit="unit", period="period")
    >>> [(name, round(one.value, 1)) for name, one in made.rows.items()]
    [('-4', -3.0), ('-3', -2.0), ('-2', -1.0), ('0', 1.0), ('1', 2.0)]
    >>> made.diagnostics[0].holds
    False

    Source: Sun and Abraham (2021), doi:10.1016/j.jeconom.2020.09.006, for what it gives when starts are staggered.
    """
    roles = Roles(outcome, period, unit, cohort, treatment, since, never, as_names(covariates), weights, clusters)
    panel = read_panel(data, roles)
    window = windowed(panel, reference, first, last)
    names = [_named(one) for one in window.times]
    groups = panel.clusters
    assert groups is not None and panel.unit is not None
    made = fit_absorbed(
        panel.outcome, np.column_stack([panel.covariates, window.columns()]), [*roles.covariates, *names],
        [panel.unit, period_groups(panel)], clusters=groups, weights=panel.weights, degrees=degrees,
    )  # fmt: skip
    name = chosen(made, correction)
    places = [made.fit.names.index(one) for one in names]
    covariance = made.covariance(name)[np.ix_(places, places)]
    values = made.fit.beta[places]
    reached = dict.fromkeys(window.times, "") | _gathered(panel, window)
    counts = panel.counts()
    rows = {
        str(time): normal_estimate(
            f"effect on {outcome}, {time} periods after treatment began{reached[time]}",
            float(values[at]), float(max(0.0, covariance[at, at])) ** 0.5,
            df=made.freedom(made.fit.contrast(_named(time)), name), level=level, method="event study",
            correction=said(name, degrees), counts=counts, assumes=_assumptions(panel),
            conventions=made.conventions(made.fit.contrast(_named(time)), level, name),
        )
        for at, time in enumerate(window.times)
    }  # fmt: skip
    df = _joint_df(made, name, groups)
    return Estimates(
        f"effect on {outcome} by periods since treatment began, compared with {_said(reference)}",
        rows, tuple(map(tuple, covariance.tolist())), joint_test(values, covariance, df),
        diagnostics=before_tests(window.times, values, covariance, df, reference=_last(reference)),
        warnings=(*_staggered(panel), *of_clusters(groups, np.isfinite(panel.cohort), name)),
    )  # fmt: skip


def windowed(panel: Panel, reference: Reference, first: int | None, last: int | None) -> Window:
    """Find the times since treatment, gather those at the ends, leave out the reference."""
    with np.errstate(invalid="ignore"):
        since = np.where(np.isfinite(panel.cohort), panel.time - panel.cohort, np.nan)
    if not np.isnan(since).all() and (since[np.isfinite(since)] % 1 != 0).any():
        raise BadInput("periods and cohorts do not lie whole numbers apart", where=panel.roles.period,
                       allowed="whole periods")  # fmt: skip
    if first is not None:
        since = np.where(since <= first, first, since)
    if last is not None:
        since = np.where(since >= last, last, since)
    found = [int(one) for one in np.unique(since[np.isfinite(since)])]
    left_out = {reference} if isinstance(reference, int) else set(reference)
    missing = sorted(left_out - set(found))
    if missing:
        raise BadInput(f"no treated unit has a row {missing[0]} periods after treatment began", where="reference",
                       allowed=", ".join(map(str, found)))  # fmt: skip
    times = tuple(one for one in found if one not in left_out)
    if not np.isinf(panel.cohort).any() and len(left_out) == 1 and first is None and last is None:
        raise BadInput("all units become treated: a trend and the effects cannot be told apart", where="reference",
                       allowed=f"two reference periods, such as ({found[0]}, -1), or ends that are gathered by "
                       "first= and last=")  # fmt: skip
    return Window(since, times)


def period_groups(panel: Panel) -> Groups:
    """Give the periods as groups."""
    return Groups(panel.period, tuple(panel.times.tolist()))


def joint_test(values: Floats, covariance: Floats, df: float | None) -> float | None:
    """Give the p-value of the null that all values are 0: F with `df`, chi-square where that is None.

    None where the covariance has not full rank.

    Examples
    --------
    >>> round(joint_test(np.array([1.0, 1.0]), np.eye(2) * 0.25, None), 4)
    0.0183
    """
    if not len(values):
        return None
    own, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    if own[0] <= 1e-12 * max(own[-1], 1e-300):
        return None
    wald = float(((vectors.T @ values) ** 2 / own).sum())
    if df is None:
        return float(chi2.sf(wald, len(values)))
    return float(f_law.sf(wald / len(values), len(values), max(1.0, df)))


def before_tests(
    times: Sequence[int], values: Floats, covariance: Floats, df: float | None, *, reference: int = -1
) -> tuple[Diagnostic, ...]:
    """Test all times before together, and say which slope that test would have found."""
    before = [at for at, time in enumerate(times) if time < 0]
    if not before:
        return ()
    part = np.ix_(before, before)
    p_value = joint_test(values[before], covariance[part], df)
    if p_value is None:
        return (Diagnostic("gaps before, largest", float(np.abs(values[before]).max()),
                           "they cannot be tested together: more periods than clusters tell apart"),)  # fmt: skip
    early = np.asarray([times[at] for at in before], np.float64)
    slope = slope_found(early - reference, covariance[part])
    last = max(times)
    reach = short(slope * (last - reference))
    return (
        Diagnostic("gaps before, jointly 0", p_value, f"p of a joint test of {len(before)} periods before",
                   p_value >= 0.05),
        Diagnostic("slope that this test finds in 80 % of samples", slope,
                   f"a smaller trend mostly passes; by {last} periods after, this one alone makes {reach}"),
    )  # fmt: skip


def _joint_df(made: Absorbed, correction: str, groups: Groups) -> float:
    if correction in ("iid", "HC1"):
        return float(made.fit.count - made.parameters("all"))
    return float(groups.count - 1)


def _gathered(panel: Panel, window: Window) -> dict[int, str]:
    raw = (panel.time - panel.cohort)[np.isfinite(panel.cohort)]
    made = {}
    if raw.min() < np.nanmin(window.since):
        made[int(np.nanmin(window.since))] = ", and earlier"
    if raw.max() > np.nanmax(window.since):
        made[int(np.nanmax(window.since))] = ", and later"
    return made


def _assumptions(panel: Panel) -> tuple[str, ...]:
    made = ["without the treatment, outcomes would have run in parallel",
            "nobody reacted before the reference period",
            f"each value of {panel.roles.clusters or panel.roles.unit} is a draw of its own"]  # fmt: skip
    if len(panel.cohorts) > 1:
        made.append("the effect by time since treatment is the same for all cohorts")
    return tuple(made)


def _staggered(panel: Panel) -> tuple[str, ...]:
    cohorts = len(panel.cohorts)
    if cohorts < 2:
        return ()
    return (f"treatment begins at {cohorts} different times: where effects differ between cohorts, a coefficient mixes "
            "in those of other periods; see interaction_weighted_effects and group_time_effects",)  # fmt: skip


def _named(time: int) -> str:
    return f"effect at {time}"


def _last(reference: Reference) -> int:
    return reference if isinstance(reference, int) else max(reference)


def _said(reference: Reference) -> str:
    return str(reference) if isinstance(reference, int) else " and ".join(map(str, reference))
