"""By how much more did the treated change than the others, from before to after?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.changes.panel import changes_within
from liveloop.estimate.door import as_names
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import CLUSTERS, CORRECTIONS, Fit, fit_rows
from liveloop.estimate.result import Diagnostic, Estimate, interval, normal_estimate

EFFECT = "effect"
FEW = 20


@dataclass(frozen=True)
class Names:
    """Which columns play which part."""

    outcome: str
    treatment: str
    after: str | None = None
    period: str | None = None
    since: Any = None
    unit: str | None = None
    clusters: str | None = None
    covariates: tuple[str, ...] = ()
    weights: str | None = None
    placebo: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        some = (self.outcome, self.treatment, self.after, self.period, self.unit, self.clusters, self.weights,
                self.placebo)  # fmt: skip
        return (*(one for one in some if one), *self.covariates)


@dataclass(frozen=True, eq=False)
class Rows:
    """What is fitted: [row] each."""

    outcome: Floats
    treated: Flags
    after: Flags
    covariates: Floats
    weights: Floats | None
    unit: Groups | None
    clusters: Groups | None

    def taking(self, kept: Flags) -> Rows:
        """Give some of the rows."""
        weights = None if self.weights is None else self.weights[kept]
        return Rows(self.outcome[kept], self.treated[kept], self.after[kept], self.covariates[kept], weights,
                    _kept(self.unit, kept), _kept(self.clusters, kept))  # fmt: skip


def difference_in_differences(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    after: str | None = None,
    period: str | None = None,
    since: Any = None,  # noqa: ANN401 - of the kind of the periods
    unit: str | None = None,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    placebo: str | None = None,
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the average effect on the treated from one change, before and after.

    Parameters
    ----------
    data
        Any table: rows of units at several times, or other people in each period.
    outcome, treatment
        Columns: numbers, and who is treated in the end, the same before and after.
    after
        1 in the rows after treatment began; or `period` with `since`, the first period of treatment. With `period` and
        two periods or more before, the last of these is tried as if treatment had begun in it.
    unit
        The column of who is measured several times. Each unit is then one change, its mean after minus its mean before:
        no serial correlation is left to go wrong (Bertrand, Duflo and Mullainathan 2004). None: all rows are fitted.
    clusters
        What was treated together: rows, or changes, of one cluster count as one draw.
    covariates
        Numbers known before; with units, their mean before explains the change; without, they explain the level.
    placebo
        An outcome that the treatment cannot move: it should show nothing.
    correction
        By default "CR2" with clusters, "CR3" where these are worth fewer than 20 degrees of freedom, "HC2" without, all
        with the df of Bell and McCaffrey; also the others of `liveloop.estimate.linear`.

    Raises
    ------
    BadInput
        When one of the four groups has no rows, units have no row before or after, something is missing.

    Examples
    --------
    The treated were 10 above the others before, and both rose by 2; the effect is 1:

    >>> y = [0.0, 1.0, 2.0, 3.0, 10.0, 11.0, 13.0, 14.0]
    >>> data = {"y": y, "t": [0] * 4 + [1] * 4, "post": [0, 0, 1, 1] * 2}
    >>> round(difference_in_differences(data, outcome="y", treatment="t", after="post").value, 6)
    1.0

    Source: Card and Krueger (1994), AER 84; Bertrand, Duflo and Mullainathan (2004), doi:10.1162/003355304772839588.
    """
    names = Names(outcome, treatment, after, period, since, unit, clusters, as_names(covariates), weights, placebo)
    frame = read_frame(data, names.named)
    arms = frame.two_arms(treatment, control=control)
    before, late = _periods(frame, names)
    rows = Rows(
        frame.numbers(outcome, "outcome"), arms.codes == 1, late, frame.matrix(names.covariates),
        frame.weights(weights), frame.groups(unit, "unit") if unit else None,
        frame.groups(clusters, "cluster") if clusters else None,
    )  # fmt: skip
    fit, small = _fit(rows, names)
    contrast = fit.contrast(EFFECT)
    name = fit.settled(_correction(correction, clustered=clusters is not None), contrast)
    return normal_estimate(
        f"effect of {treatment} on {outcome} for the treated: their change minus that of the others",
        float(fit.beta[fit.names.index(EFFECT)]), fit.error(contrast, name), df=fit.freedom(contrast, name),
        level=level, method="difference in differences" + (" of unit means" if unit else ""), correction=name,
        counts=_counts(rows, names), assumes=_assumptions(names),
        diagnostics=_diagnostics(frame, rows, names, before, name),
        warnings=_warnings(small, names, name),
        conventions=fit.conventions(contrast, level, besides=name),
    )  # fmt: skip


def _periods(frame: Frame, names: Names) -> tuple[Groups | None, Flags]:
    """Give the periods, where they are known, and which rows are after."""
    if (names.after is None) == (names.period is None):
        raise BadInput("say either which rows are after or in which period it began", where="after",
                       allowed="after=, or period= with since=")  # fmt: skip
    if names.after is not None:
        return None, np.asarray(frame.two_arms(names.after).codes == 1)
    found = frame.groups(str(names.period), "period")
    comparable = isinstance(names.since, type(found.labels[0])) or (
        isinstance(names.since, (int, float)) and isinstance(found.labels[0], (int, float))
    )
    if not comparable or not found.labels[0] < names.since <= found.labels[-1]:
        raise BadInput(f"since is {names.since!r}", where="since",
                       allowed=f"a period after {found.labels[0]!r}, up to {found.labels[-1]!r}")  # fmt: skip
    late = np.asarray([label >= names.since for label in found.labels])
    return found, late[found.codes]


def _fit(rows: Rows, names: Names) -> tuple[Fit, Rows]:
    """Fit, and give what was fitted: rows, or one change for each unit."""
    for kind, is_treated in (("treated", True), ("not treated", False)):
        for time, is_late in (("before", False), ("after", True)):
            if not ((rows.treated == is_treated) & (rows.after == is_late)).any():
                raise BadInput(f"no row is {kind} and {time}", where=names.treatment,
                               allowed="rows in all four groups")  # fmt: skip
    if rows.unit is not None:
        rows = _changes(rows, names)
        design, called = [np.ones(len(rows.outcome)), rows.treated.astype(np.float64)], ["intercept", EFFECT]
    else:
        t, late = rows.treated.astype(np.float64), rows.after.astype(np.float64)
        design, called = [np.ones(len(t)), t, late, t * late], ["intercept", "treated", "after", EFFECT]
    x = np.column_stack([*design, rows.covariates])
    codes = None if rows.clusters is None else rows.clusters.codes
    return fit_rows(rows.outcome, x, [*called, *names.covariates], clusters=codes, weights=rows.weights), rows


def _changes(rows: Rows, names: Names) -> Rows:
    """Give each unit's mean after minus its mean before, and its covariates' mean before."""
    unit = rows.unit
    assert unit is not None
    first = np.zeros(unit.count, np.int64)
    first[unit.codes[::-1]] = np.arange(len(unit.codes))[::-1]
    fixed: list[tuple[str, str, Floats | Ints]] = [("treatment", names.treatment, rows.treated.astype(np.int64))]
    fixed += [("weight", str(names.weights), rows.weights)] if rows.weights is not None else []
    fixed += [("cluster", str(names.clusters), rows.clusters.codes)] if rows.clusters is not None else []
    for role, name, values in fixed:
        changing = changes_within(values, unit)
        if changing:
            raise BadInput(f"{role} {name!r} has more than one value in {changing} of {unit.count} units", where=name,
                           allowed="one value for all rows of a unit")  # fmt: skip
    after = np.asarray(np.bincount(unit.codes, rows.after, minlength=unit.count), np.float64)
    before = np.asarray(np.bincount(unit.codes, ~rows.after, minlength=unit.count), np.float64)
    holes = int(((after == 0) | (before == 0)).sum())
    if holes:
        raise BadInput(f"{holes} of {unit.count} units have no row before or no row after", where=str(names.unit),
                       allowed="rows before and after for each unit; leave the others out")  # fmt: skip

    def mean(values: Floats, chosen: Flags, count: Floats) -> Floats:
        return np.asarray(np.bincount(unit.codes, values * chosen, minlength=unit.count) / count)

    change = mean(rows.outcome, rows.after, after) - mean(rows.outcome, ~rows.after, before)
    known = [mean(column, ~rows.after, before) for column in rows.covariates.T]
    clusters = None if rows.clusters is None else Groups(rows.clusters.codes[first], rows.clusters.labels)
    return Rows(
        change, rows.treated[first], np.ones(unit.count, bool),
        np.column_stack(known) if known else np.empty((unit.count, 0)),
        None if rows.weights is None else rows.weights[first], None, clusters,
    )  # fmt: skip


def _correction(correction: str, *, clustered: bool) -> str:
    if not correction:
        return ""
    if correction not in CORRECTIONS or (correction in CLUSTERS and not clustered):
        allowed = CORRECTIONS if clustered else [one for one in CORRECTIONS if one not in CLUSTERS]
        raise BadInput(f"no correction {correction!r} here", where="correction", allowed=", ".join(allowed))
    return correction


def _counts(rows: Rows, names: Names) -> dict[str, int]:
    made = {"rows": len(rows.outcome)}
    for kind, is_treated in (("treated", True), ("others", False)):
        for time, is_late in (("before", False), ("after", True)):
            made[f"rows, {kind}, {time}"] = int(((rows.treated == is_treated) & (rows.after == is_late)).sum())
    for name, groups in ((names.unit, rows.unit), (names.clusters, rows.clusters)):
        if groups is not None:
            made[str(name)] = groups.count
            made[f"{name}, treated"] = len(np.unique(groups.codes[rows.treated]))
    return made


def _assumptions(names: Names) -> tuple[str, ...]:
    made = ["without the treatment, the treated would have changed as the others did (parallel trends)",
            "nobody reacted before it began, and the others are not touched by it"]  # fmt: skip
    if names.unit is None:
        made.append("who is measured after is of the same kind as who is measured before")
    made.append(f"each {names.clusters or names.unit or 'row'} is a draw of its own")
    return tuple(made)


def _warnings(rows: Rows, names: Names, correction: str) -> tuple[str, ...]:
    if rows.clusters is None:
        few = min(int(rows.treated.sum()), int((~rows.treated).sum()))
        return (f"only {few} rows in the smaller group",) if few < 5 else ()
    least = min(len(np.unique(rows.clusters.codes[rows.treated == one])) for one in (True, False))
    made = []
    if least == 1:
        made.append(f"one group is a single value of {names.clusters}: no standard error can tell its treatment from "
                    "whatever else happened there; see synthetic control and permutation")  # fmt: skip
    elif rows.clusters.count < FEW or least < 5:
        made.append(f"only {rows.clusters.count} clusters, {least} in the smaller group: see the wild bootstrap")
    if correction not in CLUSTERS:
        made.append(f"{correction} takes rows for independent, though clusters were given")
    return tuple(made)


def _diagnostics(
    frame: Frame, rows: Rows, names: Names, periods: Groups | None, correction: str
) -> tuple[Diagnostic, ...]:
    made = []
    if names.placebo is not None:
        there = replace(rows, outcome=frame.numbers(names.placebo, "placebo"))
        made.append(_tried(there, names, correction, f"effect on {names.placebo}, which it cannot move"))
    if periods is not None:
        before = sorted({periods.labels[code] for code in np.unique(periods.codes[~rows.after])})
        if len(before) > 1:
            early = ~rows.after
            last = np.asarray([label == before[-1] for label in periods.labels])[periods.codes]
            there = replace(rows, after=last).taking(early)
            made.append(_tried(there, names, correction, f"effect in {before[-1]!r}, before it began"))
    return tuple(made)


def _tried(rows: Rows, names: Names, correction: str, called: str) -> Diagnostic:
    fit, _ = _fit(rows, names)
    contrast = fit.contrast(EFFECT)
    value, error = float(contrast @ fit.beta), fit.error(contrast, correction)
    p_value = interval(value, error, fit.freedom(contrast, correction), 0.95)[2]
    return Diagnostic(called, value, f"p {p_value:.3g}; an effect here speaks against parallel trends", p_value >= 0.05)


def _kept(groups: Groups | None, kept: Flags) -> Groups | None:
    if groups is None:
        return None
    found, codes = np.unique(groups.codes[kept], return_inverse=True)
    return Groups(codes.astype(np.int64), tuple(groups.labels[at] for at in found))
