"""Which cohort is compared with what, from which period to which, and what comes of each comparison?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.changes.adjusted import ADJUSTMENTS, Change, Sections, panel_change, sections_change
from liveloop.estimate.changes.panel import Balanced, Panel

COMPARISONS = ("never", "not-yet")
BASES = ("varying", "universal")


@dataclass(frozen=True)
class Plan:
    """How cohorts are compared.

    Parameters
    ----------
    comparison
        "never": with what is never treated; "not-yet": with all that is not treated yet in either period.
    anticipation
        How many periods before treatment units may react to it.
    base
        Before treatment, each period is compared with the one before it ("varying"), or with the last one before
        treatment ("universal").
    """

    comparison: str = "never"
    adjust: str = "dr"
    anticipation: int = 0
    base: str = "varying"

    def __post_init__(self) -> None:
        for name, given, allowed in (("comparison", self.comparison, COMPARISONS),
                                     ("adjust", self.adjust, ADJUSTMENTS), ("base", self.base, BASES)):  # fmt: skip
            if given not in allowed:
                raise BadInput(f"no {name} {given!r}", where=name, allowed=", ".join(allowed))
        if self.anticipation < 0:
            raise BadInput(f"anticipation is {self.anticipation}", where="anticipation", allowed="0 or more periods")


@dataclass(frozen=True)
class Cell:
    """One comparison: of a cohort, at a period, since a base; `limit` is the time by which others are not treated."""

    cohort: float
    at: int
    base: int
    limit: float


@dataclass(frozen=True, eq=False)
class GroupTimes:
    """The effect for each cohort at each time, and what each contributor adds to it.

    Parameters
    ----------
    cohort, time, value
        [cell]
    influence
        [cell, contributor], on the scale of the estimate; a contributor is a unit, or a row where there are none.
    cohort_of, weights, clusters
        [contributor]
    periods
        [period]: all of them.
    notes
        What was left out, in words.
    """

    cohort: Floats
    time: Floats
    value: Floats
    influence: Floats
    cohort_of: Floats
    weights: Floats
    clusters: Ints
    periods: Floats
    notes: tuple[str, ...] = field(default=())

    @property
    def after(self) -> Flags:
        """Say which cells are of treated cohorts."""
        return np.asarray(self.time >= self.cohort)

    def summed(self, influence: Floats) -> Floats:
        """Sum influences, [effect, contributor], over clusters: [effect, cluster]."""
        count = int(self.clusters.max()) + 1
        if count == influence.shape[1]:
            return influence
        return np.stack([np.bincount(self.clusters, one, minlength=count) for one in influence])


def planned(times: Floats, cohorts: Floats, plan: Plan, *, never: bool) -> Iterator[Cell]:
    """List the comparisons of each cohort; without anybody never treated, the last cohort only serves as comparison.

    Examples
    --------
    >>> [(cell.at, cell.base) for cell in planned(np.arange(4.0), np.array([2.0]), Plan(), never=True)]
    [(1, 0), (2, 1), (3, 1)]
    """
    for cohort in cohorts if never else cohorts[:-1]:
        early = np.flatnonzero(times + plan.anticipation < cohort)
        if not len(early):
            continue  # treated from the start: there is no before
        last = int(early[-1])
        for at in range(len(times)):
            base = last if plan.base == "universal" or times[at] >= cohort else at - 1
            if base >= 0 and base != at:
                yield Cell(float(cohort), at, base, float(times[max(at, base)]) + plan.anticipation)


def compared(cohort_of: Floats, cell: Cell, plan: Plan) -> tuple[Flags, Flags]:
    """Say who is of the cohort, and who it is compared with."""
    ours = cohort_of == cell.cohort
    if plan.comparison == "never":
        return ours, np.isinf(cohort_of)
    return ours, (cohort_of > cell.limit) & ~ours


@dataclass(frozen=True, eq=False)
class _Given:
    """What all comparisons share."""

    times: Floats
    cohort_of: Floats
    weights: Floats
    clusters: Ints


def panel_cells(data: Balanced, plan: Plan) -> GroupTimes:
    """Compare changes of units: [unit, period] in."""
    x = _with_one(data.covariates)

    def change(cell: Cell, ours: Flags, others: Flags) -> tuple[Ints, Change]:
        kept = np.flatnonzero(ours | others)
        early = min(cell.at, cell.base)  # covariates and weights as they were before
        moved = data.outcome[kept, cell.at] - data.outcome[kept, cell.base]
        made = panel_change(moved, ours[kept], x[kept, early], data.weights[kept, early], adjust=plan.adjust)
        return kept, made

    def seen(cell: Cell, some: Flags) -> bool:
        del cell
        return bool(some.any())

    return _cells(_Given(data.times, data.cohort, data.weights[:, 0], data.clusters), plan, change, seen)


def section_cells(panel: Panel, plan: Plan) -> GroupTimes:
    """Compare changes of means, of other rows in each period; rows of one cluster count as one draw."""
    x = _with_one(panel.covariates)
    weights = np.ones(panel.rows) if panel.weights is None else panel.weights
    clusters = np.arange(panel.rows) if panel.clusters is None else panel.clusters.codes

    def change(cell: Cell, ours: Flags, others: Flags) -> tuple[Ints, Change]:
        late = panel.period == cell.at
        kept = np.flatnonzero((ours | others) & (late | (panel.period == cell.base)))
        rows = Sections(panel.outcome[kept], ours[kept], late[kept], x[kept], weights[kept])
        made = sections_change(rows, adjust=plan.adjust)
        return kept, made

    def seen(cell: Cell, some: Flags) -> bool:
        return all((some & (panel.period == at)).any() for at in (cell.at, cell.base))

    return _cells(_Given(panel.times, panel.cohort, _sizes(panel, weights), clusters), plan, change, seen)


def _sizes(panel: Panel, weights: Floats) -> Floats:
    """Count each unit once, with its mean weight, at its first row: a cohort's size is in units, not in rows."""
    if panel.unit is None:
        return weights
    rows = np.bincount(panel.unit.codes, minlength=panel.unit.count)
    mean = np.bincount(panel.unit.codes, weights, minlength=panel.unit.count) / rows
    first = np.unique(panel.unit.codes, return_index=True)[1]
    made = np.zeros(panel.rows)
    made[first] = mean
    return made


def _cells(
    given: _Given,
    plan: Plan,
    change: Callable[[Cell, Flags, Flags], tuple[Ints, Change]],
    seen: Callable[[Cell, Flags], bool],
) -> GroupTimes:
    cohorts = np.unique(given.cohort_of[np.isfinite(given.cohort_of)])
    never = bool(np.isinf(given.cohort_of).any())
    if plan.comparison == "never" and not never:
        raise BadInput("no unit is never treated", where="comparison",
                       allowed="comparison='not-yet', which compares with those that are treated later")  # fmt: skip
    found: list[tuple[Cell, float]] = []
    influence, without, likely = [], 0, 0
    for cell in planned(given.times, cohorts, plan, never=never):
        ours, others = compared(given.cohort_of, cell, plan)
        if not (seen(cell, ours) and seen(cell, others)):
            without += 1
            continue
        try:
            kept, made = change(cell, ours, others)
        except BadInput as wrong:
            place = f"cohort {cell.cohort:g} at {given.times[cell.at]:g}"
            raise BadInput(f"{place}: {wrong.wrong}", where=wrong.where, allowed=wrong.allowed) from wrong
        spread = np.zeros(len(given.cohort_of))
        spread[kept] = made.influence
        influence.append(spread)
        found.append((cell, made.value))
        likely += made.left_out
    if not found:
        raise BadInput("no cohort can be compared with any other before and after", where="cohort",
                       allowed="a cohort with a period before its treatment, and others not treated yet")  # fmt: skip
    return GroupTimes(
        np.asarray([cell.cohort for cell, _ in found]), given.times[[cell.at for cell, _ in found]],
        np.asarray([value for _, value in found]), np.stack(influence), given.cohort_of, given.weights, given.clusters,
        given.times, _notes(given, cohorts, plan, never=never, without=without, likely=likely),
    )  # fmt: skip


def _notes(given: _Given, cohorts: Floats, plan: Plan, *, never: bool, without: int, likely: int) -> tuple[str, ...]:
    made = []
    early = int((given.cohort_of <= given.times[0] + plan.anticipation).sum())
    if early:
        made.append(f"{early} contributors are treated from the first period on, have no before, and are left out")
    if not never:
        made.append(f"none is never treated: the last cohort, {cohorts[-1]:g}, only serves as comparison")
    if without:
        made.append(f"{without} comparisons have nobody to compare or to compare with, and are left out")
    if likely:
        made.append(f"{likely} times a comparison row was all but sure to be treated, and left out")
    small = [f"{one:g}" for one in cohorts if (given.cohort_of == one).sum() < 5]
    if small:
        made.append(f"cohorts of fewer than 5: {', '.join(small)}; their standard errors are too small")
    return tuple(made)


def _with_one(covariates: Floats) -> Floats:
    return np.concatenate([np.ones((*covariates.shape[:-1], 1)), covariates], axis=-1)
