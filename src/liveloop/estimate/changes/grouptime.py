"""What did a treatment do that began at different times: for each cohort, at each time, and on average?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.aggregate import OVERALL, Effects, Window, aggregated
from liveloop.estimate.changes.bands import multiplied
from liveloop.estimate.changes.cells import GroupTimes, Plan, panel_cells, section_cells
from liveloop.estimate.changes.events import before_tests, joint_test
from liveloop.estimate.changes.panel import Panel, Roles, balanced, read_panel, without
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, interval

CORRECTIONS = ("CR0", "CR1")
UNBALANCED = ("refuse", "drop", "sections")
FEW = 20
_WORDS = {
    "simple": "on average over treated units and times",
    "group": "on average over treated units, each cohort's mean over time",
    "calendar": "on average over periods",
    "dynamic": "on average over times since treatment",
}


@dataclass(frozen=True)
class Asked:
    """How the intervals are made."""

    by: str
    correction: str
    draws: int
    multipliers: str
    seed: int
    level: float

    def __post_init__(self) -> None:
        one_of(self.correction, "correction", CORRECTIONS)


def group_time_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    period: str,
    unit: str | None = None,
    cohort: str | None = None,
    treatment: str | None = None,
    never: Any = None,  # noqa: ANN401
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    comparison: str = "never",
    adjust: str = "dr",
    anticipation: int = 0,
    base: str = "varying",
    aggregate: str = "group-time",
    first: int | None = None,
    last: int | None = None,
    balance: int | None = None,
    unbalanced: str = "refuse",
    correction: str = "CR0",
    draws: int = 0,
    multipliers: str = "mammen",
    seed: int = 0,
    level: float = 0.95,
) -> Estimates:
    """Estimate the effect on each cohort at each time, and put them together (Callaway and Sant'Anna).

    No cohort that is treated already serves as comparison, so effects may differ between cohorts and grow.

    Parameters
    ----------
    data
        Any table. With `unit` a panel; without, other rows in each period.
    cohort, treatment, never
        The first period in which a unit is treated, missing, infinite, `never` or (where all periods are above 0) 0 for
        those that are not; or a column of 0 and 1 for the treated rows.
    covariates
        Trends are parallel among those alike in these, taken as they were in the earlier of the two periods compared.
    adjust
        "dr", "regression" or "ipw": see `liveloop.estimate.changes.adjusted`.
    comparison, anticipation, base
        See `liveloop.estimate.changes.cells.Plan`.
    aggregate
        "group-time", "simple", "group", "calendar" or "dynamic".
    first, last, balance
        Times since treatment that count in "dynamic"; with `balance`, only cohorts seen so long since treatment.
    unbalanced
        A unit that has no row in some period: "refuse", "drop" such units, or use all rows as "sections".
    correction
        "CR0": sums of influences by unit or cluster and the normal distribution, as `did` has it; "CR1": times
        G / (G - 1), and t with G - 1 df.
    draws, multipliers, seed
        Above 0: standard errors and simultaneous intervals by a multiplier bootstrap with so many draws.

    Returns
    -------
    Estimates
        By cohort and time, "2004 2006"; or "overall" first and then by cohort, by period, by time since treatment.

    Examples
    --------
    Effects grow by 1 in each period. A two-way regression says -0.4; the effects say 1, 2, 3:

    >>> from liveloop.base.seeds import normals
    >>> unit, period = np.repeat(np.arange(40), 6), np.tile(np.arange(1.0, 7.0), 40)
    >>> since = np.asarray([3.0, 5.0, 0.0, 0.0])[unit % 4]
    >>> y = np.where((since > 0) & (period >= since), period - since + 1, 0) + 0.01 * normals(1, "y", range(240))
    >>> data = {"y": y, "unit": unit, "period": period, "since": since}
    >>> made = group_time_effects(data, outcome="y", unit="unit", period="period", cohort="since", aggregate="dynamic")
    >>> [round(made[name].value, 1) for name in ("0", "1", "2", "3")]
    [1.0, 2.0, 3.0, 4.0]

    Notes
    -----
    Influences are exact derivatives. In `DRDID::drdid_rc`, what the regressions before treatment add has the other
    sign; with covariates and repeated cross-sections its "dr" standard error therefore differs by a few per cent.

    Source: Callaway and Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001.
    """
    roles = Roles(outcome, period, unit, cohort, treatment, None, never, as_names(covariates), weights, clusters)
    plan = Plan(comparison, adjust, anticipation, base)
    asked = Asked(aggregate, correction, draws, multipliers, seed, level)
    window = Window(-np.inf if first is None else first, np.inf if last is None else last, balance)
    panel = read_panel(data, roles)
    cells, left_out = _compared(panel, plan, unbalanced)
    return _told(panel, plan, asked, cells, aggregated(cells, aggregate, window), left_out)


def _compared(panel: Panel, plan: Plan, unbalanced: str) -> tuple[GroupTimes, tuple[str, ...]]:
    if unbalanced not in UNBALANCED:
        raise BadInput(f"no way {unbalanced!r} to treat it", where="unbalanced", allowed=", ".join(UNBALANCED))
    if panel.unit is None:
        return section_cells(panel, plan), ()
    rows = np.bincount(panel.unit.codes, minlength=panel.unit.count)
    holes = int((rows < len(panel.times)).sum())
    if holes and unbalanced == "sections":
        return section_cells(panel, plan), (f"{holes} of {panel.unit.count} units have no row in some period: means of "
                                            "all rows are compared, not changes of units",)  # fmt: skip
    if holes and unbalanced == "drop":
        whole = (rows >= len(panel.times))[panel.unit.codes]
        if not whole.any():
            raise BadInput("no unit has a row in every period", where=str(panel.roles.unit),
                           allowed="unbalanced='sections'")  # fmt: skip
        said = f"{holes} of {panel.unit.count} units have no row in some period, and are left out"
        return panel_cells(balanced(without(panel, whole)), plan), (said,)
    return panel_cells(balanced(panel), plan), ()


def _told(
    panel: Panel, plan: Plan, asked: Asked, cells: GroupTimes, effects: Effects, left_out: tuple[str, ...]
) -> Estimates:
    summed = cells.summed(effects.influence)
    groups = summed.shape[1]
    if groups < 2:
        raise BadInput("there is one cluster only", where="clusters", allowed="two clusters or more")
    factor = groups / (groups - 1) if asked.correction == "CR1" else 1.0
    covariance = summed @ summed.T * factor
    names = _names(panel, cells, effects, asked.by)
    own = slice(1 if OVERALL in names and len(names) > 1 else 0, None)
    error, critical = np.sqrt(np.diag(covariance)), np.full(len(names), np.nan)
    if asked.draws:
        error, critical = _banded(summed, own, asked)
    counts = panel.counts()
    df = float(groups - 1) if asked.correction == "CR1" and not asked.draws else None
    rows = {}
    for at, (name, what) in enumerate(names.items()):
        rows[name] = _estimate(
            what, (float(effects.value[at]), float(error[at])), df, float(critical[at]), asked,
            {"counts": counts, "assumes": _assumptions(panel, plan),
             "conventions": _conventions(float(effects.value[at]), summed[at], asked)},
        )  # fmt: skip
    return Estimates(
        f"effect on {panel.roles.outcome}, {asked.by}", rows, tuple(map(tuple, covariance.tolist())),
        joint_test(effects.value[own], covariance[own, own], df), _diagnostics(cells, effects, plan, asked),
        (*left_out, *cells.notes, *_few(groups, panel)),
    )  # fmt: skip


def _banded(summed: Floats, own: slice, asked: Asked) -> tuple[Floats, Floats]:
    """Give bootstrap errors, and how many of them each effect needs; the overall one stands alone."""
    bands, together = (
        multiplied(one, draws=asked.draws, level=asked.level, seed=asked.seed, multipliers=asked.multipliers)
        for one in (summed, summed[own])
    )
    critical = np.full(len(summed), float(ndtri(0.5 + asked.level / 2)))
    critical[own] = together.critical
    return bands.error, critical


def _estimate(
    what: str, made: tuple[float, float], df: float | None, critical: float, asked: Asked, rest: Mapping[str, Any]
) -> Estimate:
    value, error = made
    low, high, p_value = interval(value, error, df, asked.level)
    method, correction = "Callaway and Sant'Anna", f"{asked.correction} of influences"
    if asked.draws:
        low, high = value - critical * error, value + critical * error
        correction = f"multiplier bootstrap, {asked.draws} {asked.multipliers} draws, all intervals together"
    return Estimate(what, value, low, high, asked.level, method, standard_error=error, p_value=p_value, df=df,
                    correction=correction, **rest)  # fmt: skip


def _conventions(value: float, adds: Floats, asked: Asked) -> tuple[Convention, ...]:
    groups, error = len(adds), float(np.sqrt((adds**2).sum()))
    other = error * (groups / (groups - 1)) ** 0.5
    both = {"CR0": (error, None), "CR1": (other, float(groups - 1))}
    return tuple(convention(f"{name} of influences", value, *both[name], asked.level)
                 for name in CORRECTIONS if asked.draws or name != asked.correction)  # fmt: skip


def _names(panel: Panel, cells: GroupTimes, effects: Effects, by: str) -> dict[str, str]:
    """Give each effect its name and what it is of."""
    outcome = panel.roles.outcome
    if by == "group-time":
        pairs = [(panel.label(g), panel.label(t)) for g, t in zip(cells.cohort, cells.time, strict=True)]
        return {f"{g} {t}": f"effect on {outcome} at {t} for those first treated at {g}" for g, t in pairs}
    made = {OVERALL: f"effect on {outcome} for the treated, {_WORDS[by]}"}
    for key in effects.keys:
        if by == "dynamic":
            made[f"{key:g}"] = f"effect on {outcome}, {key:g} periods after treatment began"
        else:
            kind = "those first treated at" if by == "group" else "the treated in"
            made[panel.label(key)] = f"effect on {outcome} for {kind} {panel.label(key)}"
    return made


def _diagnostics(cells: GroupTimes, effects: Effects, plan: Plan, asked: Asked) -> tuple[Diagnostic, ...]:
    """Test what was before: by time since treatment where effects are, else cell by cell."""
    reference = -1 - plan.anticipation
    if asked.by == "dynamic" and plan.base == "universal" and all(key % 1 == 0 for key in effects.keys):
        summed = cells.summed(effects.influence[1:])
        times = [int(one) for one in effects.keys]
        return before_tests(times, effects.value[1:], summed @ summed.T, None, reference=reference)
    before = cells.time < cells.cohort - plan.anticipation
    if not before.any():
        return ()
    summed = cells.summed(cells.influence[before])
    p_value = joint_test(cells.value[before], summed @ summed.T, None)
    if p_value is None:
        return ()
    return (Diagnostic("comparisons before, jointly 0", p_value, f"p of a joint test of {int(before.sum())} of them",
                       p_value >= 0.05),)  # fmt: skip


def _assumptions(panel: Panel, plan: Plan) -> tuple[str, ...]:
    alike = f", among those alike in {', '.join(panel.roles.covariates)}" if panel.roles.covariates else ""
    whom = "those never treated" if plan.comparison == "never" else "those not treated yet"
    made = [f"without the treatment, each cohort would have changed as {whom} did{alike}",
            f"nobody reacts more than {plan.anticipation} periods before treatment" if plan.anticipation
            else "nobody reacts before treatment", "a unit once treated stays treated"]  # fmt: skip
    if panel.roles.covariates:
        made.append("for all values of the covariates there are some that are not treated")
    if panel.unit is None:
        made.append("who is measured is of the same kind in each period")
    unit = panel.roles.clusters or panel.roles.unit or "row"
    return (*made, f"each {unit} is a draw of its own")


def _few(groups: int, panel: Panel) -> tuple[str, ...]:
    if panel.roles.clusters is None and groups >= FEW:
        return ()
    treated = len(np.unique(panel.clusters.codes[np.isfinite(panel.cohort)])) if panel.clusters else groups
    if groups >= FEW and treated >= 5:
        return ()
    half = float(ndtri(0.975))
    return (f"only {groups} clusters, {treated} of them ever treated: the sums of influences are few, and {half:.2f} "
            "standard errors are not enough",)  # fmt: skip
