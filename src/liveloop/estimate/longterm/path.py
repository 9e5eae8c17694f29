"""What is the effect in each period, and how much of its error do the periods share?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import fdtrc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.observed.influence import few, summed
from liveloop.estimate.observed.table import positive_weights
from liveloop.estimate.result import Diagnostic, Estimate, normal_estimate
from liveloop.estimate.words import listed

MOST_PERIODS = 400


@dataclass(frozen=True)
class Columns:
    """Which columns play which part; `first` is empty where periods are counted as they are."""

    outcome: str
    treatment: str
    unit: str
    period: str
    first: str = ""
    clusters: str = ""
    covariates: tuple[str, ...] = ()
    weights: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        rest = (one for one in (self.first, self.clusters, self.weights) if one)
        return (self.outcome, self.treatment, self.unit, self.period, *rest, *self.covariates)


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows of units in periods, as arrays; `ages` is the period, or the periods since the first exposure."""

    columns: Columns
    outcome: Floats
    arms: Groups
    units: Groups
    clusters: Groups
    ages: Floats
    covariates: Floats
    weights: Floats

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.outcome)

    @property
    def periods(self) -> Floats:
        """Give the periods in order."""
        return np.unique(self.ages)

    def taking(self, kept: Flags) -> Panel:
        """Give some of the rows."""
        return replace(
            self, outcome=self.outcome[kept], arms=Groups(self.arms.codes[kept], self.arms.labels),
            units=Groups(self.units.codes[kept], self.units.labels),
            clusters=Groups(self.clusters.codes[kept], self.clusters.labels), ages=self.ages[kept],
            covariates=self.covariates[kept], weights=self.weights[kept],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Path:
    """Effects by period with what each cluster adds to their errors.

    Parameters
    ----------
    periods, effects
        [period]
    added
        [cluster, period]
    """

    periods: Floats
    effects: Floats
    added: Floats

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return len(self.added)

    @property
    def covariance(self) -> Floats:
        """Give the covariance of the effects, by clusters: CR1 without the factor for parameters."""
        return np.asarray(self.added.T @ self.added * (self.clusters / (self.clusters - 1)))

    def combine(self, shares: Floats) -> tuple[float, float]:
        """Give a combination of the effects and its standard error."""
        value = float(shares @ self.effects)
        return value, float(np.sqrt(max(0.0, float(shares @ self.covariance @ shares))))

    def picks(self, wanted: Callable[[Floats], Any]) -> Floats:
        """Give the shares that make the mean of some periods."""
        chosen = np.asarray(wanted(self.periods), np.float64)
        return np.asarray(chosen / chosen.sum())


def read_panel(data: Any, columns: Columns, *, control: object = None, arms: int = 2) -> Panel:  # noqa: ANN401 - any table
    """Read rows of units in periods.

    Raises
    ------
    BadInput
        When a unit has two rows in a period or rows in two arms, rows lie before their first exposure, there is one
        period only, besides what every method refuses.
    """
    frame = read_frame(data, columns.named)
    read = frame.two_arms if arms == 2 else frame.arms
    groups = read(columns.treatment, control=control)
    units = frame.groups(columns.unit, "unit")
    clusters = frame.groups(columns.clusters, "cluster") if columns.clusters else units
    ages = _ages(frame, columns)
    _refuse_repeated(units, ages, columns)
    if clusters.count < 3:
        raise BadInput(f"{clusters.count} clusters", where=columns.clusters or columns.unit, allowed="three or more")
    if arms == 2:
        _refuse_split(units, groups, columns)
    outcome = frame.numbers(columns.outcome, "outcome")
    if float(np.ptp(outcome)) == 0:
        raise BadInput(f"outcome {columns.outcome!r} is {outcome[0]:g} in all {frame.rows} rows",
                       where=columns.outcome, allowed="an outcome that varies")  # fmt: skip
    return Panel(columns, outcome, groups, units, clusters, ages,
                 frame.matrix(columns.covariates), positive_weights(frame, columns.weights or None))  # fmt: skip


def _ages(frame: Frame, columns: Columns) -> Floats:
    ages = frame.numbers(columns.period, "period")
    if columns.first:
        ages = ages - frame.numbers(columns.first, "first exposure")
        early = int((ages < 0).sum())
        if early:
            raise BadInput(f"{early} of {frame.rows} rows lie before their first exposure", where=columns.first,
                           allowed="rows from it on; put earlier outcomes into a covariate")  # fmt: skip
    found = len(np.unique(ages))
    if not 2 <= found <= MOST_PERIODS:
        raise BadInput(f"{found} different periods", where=columns.period, allowed=f"2 to {MOST_PERIODS}")
    return ages


def _refuse_repeated(units: Groups, ages: Floats, columns: Columns) -> None:
    found, place = np.unique(ages, return_inverse=True)
    again = len(ages) - len(np.unique(units.codes * len(found) + place))
    if again:
        raise BadInput(f"{again} rows are a second row of their {columns.unit!r} in a period", where=columns.unit,
                       allowed="one row for each unit and period; add them up or average them first")  # fmt: skip


def _refuse_split(units: Groups, arms: Groups, columns: Columns) -> None:
    first = np.full(units.count, -1, np.int64)
    first[units.codes] = arms.codes
    split = len(np.unique(units.codes[first[units.codes] != arms.codes]))
    if split:
        raise BadInput(f"{split} values of {columns.unit!r} have rows in both arms of {columns.treatment!r}",
                       where=columns.unit, allowed="one arm for each unit, that of its assignment")  # fmt: skip


def fit_path(panel: Panel, arm: int = 1, against: int = 0) -> Path:
    """Estimate the difference of two arms in each period, adjusted for covariates, with the errors they share."""
    periods = panel.periods
    effects, added = np.zeros(len(periods)), np.zeros((panel.clusters.count, len(periods)))
    for at, period in enumerate(periods):
        rows = (panel.ages == period) & np.isin(panel.arms.codes, (arm, against))
        treated = (panel.arms.codes[rows] == arm) * 1.0
        least = int(min(treated.sum(), (1 - treated).sum()))
        if least < 2:
            raise BadInput(f"period {period:g} has {least} rows in an arm", where=panel.columns.period,
                           allowed="two rows or more of each arm in each period")  # fmt: skip
        effects[at], contributions = _difference(panel, rows, treated)
        added[:, at] = summed(panel.clusters.codes[rows], contributions, panel.clusters.count)
    present = np.unique(panel.clusters.codes)
    return Path(periods, effects, added[present])


def _difference(panel: Panel, rows: Flags, treated: Floats) -> tuple[float, Floats]:
    """Give a difference of means in one period, and what each row adds to its error."""
    y, w = panel.outcome[rows], panel.weights[rows]
    if panel.covariates.shape[1] == 0:
        one, zero = w * treated, w * (1 - treated)
        one, zero = one / one.sum(), zero / zero.sum()
        means = float(one @ y), float(zero @ y)
        return means[0] - means[1], one * (y - means[0]) - zero * (y - means[1])
    centred = panel.covariates[rows] - np.average(panel.covariates[rows], axis=0, weights=w)
    design = np.column_stack([np.ones(len(y)), treated, centred])
    names = ("intercept", panel.columns.treatment, *panel.columns.covariates)
    fit = fit_rows(y, design, names, weights=w if panel.columns.weights else None)
    return float(fit.beta[1]), (design @ fit.bread[1]) * w * (y - design @ fit.beta)


def joint_p_value(path: Path, contrasts: Floats) -> float | None:
    """Give the p-value that some contrasts of the effects, [contrast, period], are all 0 (Hotelling).

    None where there are no more clusters than contrasts: so few cannot say.
    """
    count, free = len(contrasts), path.clusters - len(contrasts)
    if free < 1:
        return None
    gap = contrasts @ path.effects
    spread = contrasts @ path.covariance @ contrasts.T
    squared = float(gap @ np.linalg.pinv(spread, hermitian=True) @ gap)
    return float(fdtrc(count, free, squared * free / (count * (path.clusters - 1))))


def flat_p_value(path: Path) -> float | None:
    """Give the p-value that the effect is the same in all periods; None where too few clusters can say."""
    count = len(path.periods)
    return joint_p_value(path, np.diff(np.eye(count), axis=0))


def flat_said(flat: float | None, name: str = "the same effect in all periods") -> tuple[Diagnostic, ...]:
    """Put that p-value into words."""
    if flat is None:
        return ()
    return (Diagnostic(name, flat, "p-value; small where it changes", flat > 0.05),)


def row_of(path: Path, panel: Panel, shares: Floats, what: str, said: Mapping[str, Any]) -> Estimate:
    """Make an estimate of a combination of the effects; `said` holds level, method, assumes and the like."""
    value, error = path.combine(shares)
    if not error > 0:
        raise BadInput(f"{what}: the outcome does not vary", where=panel.columns.outcome, allowed="one that varies")
    return normal_estimate(
        what, value, error, df=float(path.clusters - 1), correction="CR1", counts=counts_of(panel),
        **{"warnings": few(np.arange(path.clusters)), **said},
    )  # fmt: skip


def counts_of(panel: Panel) -> dict[str, int]:
    """Count rows, periods, units by arm, and clusters."""
    made = {"rows": panel.rows, "periods": len(panel.periods)}
    for code, label in enumerate(panel.arms.labels):
        made[f"{panel.columns.unit}, {label!r}"] = len(np.unique(panel.units.codes[panel.arms.codes == code]))
    if panel.columns.clusters:
        made[panel.columns.clusters] = len(np.unique(panel.clusters.codes))
    return made


def staying(panel: Panel) -> tuple[Diagnostic, ...]:
    """Compare between the arms what share of units seen in the first period is seen in the last one.

    A treatment that drives units away changes who is compared: then the path of the effect is one of the mix too.
    """
    periods = panel.periods
    start = _units_at(panel, periods[0])
    last = _units_at(panel, periods[-1])
    stays, sizes = [], []
    arm_of = np.zeros(panel.units.count, np.int64)
    arm_of[panel.units.codes] = panel.arms.codes
    for arm in (0, 1):
        there = start[arm_of[start] == arm]
        sizes.append(len(there))
        stays.append(float(np.isin(there, last).mean()) if len(there) else 0.0)
    spread = float(np.sqrt(sum(s * (1 - s) / max(n, 1) for s, n in zip(stays, sizes, strict=True))))
    gap = stays[1] - stays[0]
    holds = None if min(sizes) == 0 else bool(abs(gap) <= 1.96 * spread) if spread > 0 else gap == 0
    said = (f"{stays[1]:.1%} against {stays[0]:.1%}; where the treatment decides who stays, the units compared late "
            "are others than those compared early")  # fmt: skip
    return (Diagnostic("share of units that stay to the last period, treated minus untreated", gap, said, holds),)


def _units_at(panel: Panel, period: float) -> Ints:
    return np.unique(panel.units.codes[panel.ages == period])


def same_cohorts(panel: Panel, cohorts: Floats, calendar: Floats, ages: Sequence[float]) -> Flags:
    """Flag the rows of cohorts that the data can show at all ages, and of those ages only."""
    wanted = np.asarray(ages)
    whole = calendar.max() - cohorts >= wanted.max()
    kept = whole & np.isin(panel.ages, wanted)
    if len(np.unique(panel.ages[kept])) < max(2, len(wanted)):
        raise BadInput(f"no cohort is seen at all of {listed([float(one) for one in wanted])}", where="oldest",
                       allowed="another oldest age, 1 or more, for which there are cohorts")  # fmt: skip
    return np.asarray(kept)
