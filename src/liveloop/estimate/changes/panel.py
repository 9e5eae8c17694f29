"""Which unit is seen in which period, and from when on is it treated?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.words import listed

NEVER = math.inf  # the cohort of what is never treated


@dataclass(frozen=True)
class Roles:
    """Which columns play which part; `cohort` or `treatment` says from when on a unit is treated.

    Parameters
    ----------
    cohort
        The first period in which a unit is treated.
    treatment
        1 in the rows that are treated, 0 in the others; with `since`, 1 in all rows of a unit that is ever treated.
    since
        The first period in which those are treated.
    never
        A value of `cohort` for units that are never treated, besides missing and infinite ones.
    """

    outcome: str
    period: str
    unit: str | None = None
    cohort: str | None = None
    treatment: str | None = None
    since: Any = None
    never: Any = None
    covariates: tuple[str, ...] = ()
    weights: str | None = None
    clusters: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """List all columns."""
        some = (self.outcome, self.period, self.unit, self.cohort, self.treatment, self.weights, self.clusters)
        return (*(name for name in some if name), *self.covariates)


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows of units in periods.

    Parameters
    ----------
    outcome, cohort, weights, time
        [row]; `cohort` is the time at which treatment begins, infinite for never; `time` the row's own.
    period
        [row]: a code from 0.
    times
        [period]: a number for each, so that a cohort and a period can be compared and subtracted.
    unit
        None where rows are of other units in each period.
    clusters
        What is drawn together: by default the unit.
    labels
        [period]: what the data call it.
    """

    outcome: Floats
    cohort: Floats
    period: Ints
    times: Floats
    unit: Groups | None
    clusters: Groups | None
    covariates: Floats
    weights: Floats | None
    roles: Roles
    labels: tuple[Any, ...]

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self.outcome)

    @property
    def time(self) -> Floats:
        """Give the time of each row."""
        return self.times[self.period]

    @property
    def treated(self) -> Flags:
        """Say which rows are treated."""
        return np.asarray(self.time >= self.cohort)

    @property
    def cohorts(self) -> Floats:
        """List the cohorts that are treated at some time, in order."""
        return np.unique(self.cohort[np.isfinite(self.cohort)])

    def label(self, time: float) -> str:
        """Say what the data call a time."""
        for at, one in zip(self.times, self.labels, strict=True):
            if at == time:
                return str(one)
        return f"{time:g}"

    def of_units(self, values: Floats | Ints) -> Any:  # noqa: ANN401 - of the same kind
        """Give each unit's first value of something that does not change within units."""
        assert self.unit is not None
        first = np.zeros(self.unit.count, np.int64)
        first[self.unit.codes[::-1]] = np.arange(self.rows)[::-1]
        return values[first]

    def counts(self) -> dict[str, int]:
        """Count rows, units, clusters and those of each cohort."""
        made = {"rows": self.rows, "periods": len(self.times)}
        cohort = self.cohort
        if self.unit is not None:
            made[f"{self.roles.unit}"] = self.unit.count
            cohort = self.of_units(self.cohort)
        if self.clusters is not None and self.roles.clusters not in (None, self.roles.unit):
            made[f"{self.roles.clusters}"] = self.clusters.count
        kind = "rows" if self.unit is None else self.roles.unit
        for value in self.cohorts:
            made[f"{kind}, first treated {self.label(value)}"] = int((cohort == value).sum())
        made[f"{kind}, never treated"] = int(np.isinf(cohort).sum())
        return made


def read_panel(data: Any, roles: Roles) -> Panel:  # noqa: ANN401 - any table
    """Read a panel, or repeated cross-sections where there is no unit.

    Raises
    ------
    BadInput
        When something is missing, treatment ends again, a cohort differs within a unit, weights are not above 0.
    """
    frame = read_frame(data, roles.named)
    outcome = frame.numbers(roles.outcome, "outcome")
    periods = frame.groups(roles.period, "period")
    if periods.count < 2:
        raise BadInput(f"period {roles.period!r} has one value only: {periods.labels[0]!r}", where=roles.period,
                       allowed="two periods or more")  # fmt: skip
    times = _times(periods)
    unit = frame.groups(roles.unit, "unit") if roles.unit else None
    clusters = frame.groups(roles.clusters, "cluster") if roles.clusters else unit
    cohort = _cohort(frame, roles, periods, times, unit)
    return Panel(outcome, cohort, periods.codes, times, unit, clusters, frame.matrix(roles.covariates),
                 frame.weights(roles.weights), roles, periods.labels)  # fmt: skip


def _times(periods: Groups) -> Floats:
    """Give a number for each period: its own, or its place where it is a text or a date."""
    if all(isinstance(label, (int, float)) for label in periods.labels):
        return np.asarray(periods.labels, np.float64)
    return np.arange(periods.count, dtype=np.float64)


def _cohort(frame: Frame, roles: Roles, periods: Groups, times: Floats, unit: Groups | None) -> Floats:
    if (roles.cohort is None) == (roles.treatment is None):
        raise BadInput("say either from when on units are treated or which rows are", where="cohort",
                       allowed="one of cohort= and treatment=")  # fmt: skip
    if roles.treatment is not None:
        cohort = _from_treatment(frame, roles, periods, times, unit)
    else:
        cohort = _from_column(frame, roles, periods, times)
        if unit is not None:
            _refuse_changing(cohort, unit, f"cohort {roles.cohort!r}", str(roles.cohort))
    cohort = np.where(cohort > times[-1], NEVER, cohort)
    if not np.isfinite(cohort).any():
        raise BadInput(f"no row is of a unit that is treated by the last period, {periods.labels[-1]!r}",
                       where=str(roles.cohort or roles.treatment), allowed="units that become treated")  # fmt: skip
    return cohort


def _from_treatment(frame: Frame, roles: Roles, periods: Groups, times: Floats, unit: Groups | None) -> Floats:
    name = str(roles.treatment)
    treated = frame.two_arms(name).codes == 1
    if roles.since is not None:
        if unit is not None:
            _refuse_changing(treated.astype(np.float64), unit, f"treatment {name!r}", name)
        return np.where(treated, _time_of(roles.since, periods, times, "since"), NEVER)
    if unit is None:
        raise BadInput("without units, rows that are treated do not say who is", where="treatment",
                       allowed="unit=, or cohort=, or since= with treatment= for all rows of the treated")  # fmt: skip
    first = np.full(unit.count, NEVER)
    time = times[periods.codes]
    np.minimum.at(first, unit.codes[treated], time[treated])
    ended = np.unique(unit.codes[~treated & (time >= first[unit.codes])])
    if len(ended):
        raise BadInput(f"treatment {name!r} ends again in {len(ended)} of {unit.count} units, such as "
                       f"{unit.labels[ended[0]]!r}", where=name,
                       allowed="a treatment that stays once it began; leave out the rows after it ended")  # fmt: skip
    return first[unit.codes]


def _from_column(frame: Frame, roles: Roles, periods: Groups, times: Floats) -> Floats:
    name = str(roles.cohort)
    if not frame.has(name):
        raise BadInput(f"there is no cohort {name!r}", where=name, allowed=listed(frame.table.column_names))
    column = frame.table.column(name)
    if pa.types.is_null(column.type):
        return np.full(frame.rows, NEVER)
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        marks = (None, roles.never)
        return np.asarray([NEVER if one in marks else _time_of(one, periods, times, name)
                           for one in column.to_pylist()])  # fmt: skip
    values = np.asarray(column.to_numpy(zero_copy_only=False), np.float64)
    never = ~np.isfinite(values)
    if roles.never is not None:
        if not isinstance(roles.never, (int, float)):
            raise BadInput(
                f"never is {roles.never!r}, and cohort {name!r} holds numbers", where="never", allowed="a number"
            )
        never |= values == float(roles.never)
    elif times[0] > 0:
        never |= values == 0
    return np.where(never, NEVER, values)


def _time_of(label: Any, periods: Groups, times: Floats, where: str) -> float:  # noqa: ANN401
    if label in periods.labels:
        return float(times[periods.labels.index(label)])
    if isinstance(label, (int, float)) and isinstance(periods.labels[0], (int, float)):
        return float(label)
    raise BadInput(f"{label!r} is none of the periods", where=where, allowed=listed(periods.labels))


def _refuse_changing(values: Floats, unit: Groups, what: str, where: str) -> None:
    changing = changes_within(values, unit)
    if changing:
        raise BadInput(f"{what} has more than one value in {changing} of {unit.count} units", where=where,
                       allowed="one value for all rows of a unit")  # fmt: skip


def changes_within(values: Floats | Ints, unit: Groups) -> int:
    """Count the units within which something changes."""
    first = np.zeros(unit.count, np.int64)
    first[unit.codes[::-1]] = np.arange(len(values))[::-1]
    return len(np.unique(unit.codes[values != values[first[unit.codes]]]))


@dataclass(frozen=True, eq=False)
class Balanced:
    """A panel in which each unit has one row in each period: [unit, period], and [unit] for what does not change."""

    outcome: Floats
    cohort: Floats
    times: Floats
    weights: Floats  # [unit, period]
    clusters: Ints
    covariates: Floats  # [unit, period, covariate]


def balanced(panel: Panel) -> Balanced:
    """Lay a panel out by unit and period.

    Raises
    ------
    BadInput
        When a unit has no row or several in some period, or its cluster changes.
    """
    unit = panel.unit
    assert unit is not None
    periods = len(panel.times)
    place = unit.codes * periods + panel.period
    seen = np.bincount(place, minlength=unit.count * periods)
    several = int((seen > 1).sum())
    if several:
        raise BadInput(f"{several} pairs of {panel.roles.unit!r} and {panel.roles.period!r} have more than one row",
                       where=str(panel.roles.unit), allowed="one row for each unit and period")  # fmt: skip
    holes = int((seen.reshape(unit.count, periods).min(axis=1) == 0).sum())
    if holes:
        raise BadInput(f"{holes} of {unit.count} units have no row in some period", where=str(panel.roles.unit),
                       allowed="a row in every period; or unbalanced='drop' to leave those units out, "
                       "unbalanced='sections' to use all rows")  # fmt: skip
    order = np.argsort(place)
    shape = (unit.count, periods)
    weights = np.ones(shape) if panel.weights is None else panel.weights[order].reshape(shape)
    clusters = np.arange(unit.count)
    if panel.clusters is not None and panel.clusters is not unit:
        _refuse_changing(panel.clusters.codes.astype(np.float64), unit, f"cluster {panel.roles.clusters!r}",
                         str(panel.roles.clusters))  # fmt: skip
        clusters = panel.of_units(panel.clusters.codes)
    return Balanced(
        panel.outcome[order].reshape(shape), panel.of_units(panel.cohort), panel.times, weights, clusters,
        panel.covariates[order].reshape(*shape, panel.covariates.shape[1]),
    )  # fmt: skip


def without(panel: Panel, kept: Flags) -> Panel:
    """Keep some of the rows, and give codes anew to the units, periods and clusters that are left."""
    found, period = np.unique(panel.period[kept], return_inverse=True)
    return Panel(
        panel.outcome[kept], panel.cohort[kept], period.astype(np.int64), panel.times[found],
        _regrouped(panel.unit, kept),
        _regrouped(panel.unit if panel.clusters is panel.unit else panel.clusters, kept), panel.covariates[kept],
        None if panel.weights is None else panel.weights[kept], panel.roles,
        tuple(panel.labels[at] for at in found),
    )  # fmt: skip


def _regrouped(groups: Groups | None, kept: Flags) -> Groups | None:
    if groups is None:
        return None
    found, made = np.unique(groups.codes[kept], return_inverse=True)
    return Groups(made.astype(np.int64), tuple(groups.labels[at] for at in found))
