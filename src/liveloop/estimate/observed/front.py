"""What is the effect when treatment and outcome share a hidden cause, but all goes through something that is seen?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.observed.influence import by_contributions, summed
from liveloop.estimate.observed.report import counted
from liveloop.estimate.observed.table import Columns, Table, read_table, refuse_collinear
from liveloop.estimate.result import Diagnostic, Estimate, interval
from liveloop.estimate.words import listed

WAYS = ("linear", "cells")


@dataclass(frozen=True, eq=False)
class Front:
    """A front-door effect, what each row adds to its error, and what the data say about the way there."""

    value: float
    contributions: Floats
    diagnostics: tuple[Diagnostic, ...]


def front_door(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    mediators: Sequence[str],
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    way: str = "linear",
    level: float = 0.95,
) -> Estimate:
    """Estimate an effect by the front door: from treatment to mediators, and from these to the outcome.

    Parameters
    ----------
    data, outcome, treatment, clusters, weights, control
        As everywhere.
    mediators
        Columns through which all of the effect goes.
    covariates
        Columns that the mediator shares with treatment or outcome, known before the treatment; for "linear" only.
    way
        "linear": the product of two regressions, mediators of numbers, any treatment that is a number or has two arms.
        "cells": standardisation over one mediator of few values, a treatment of two arms, nothing linear.

    Raises
    ------
    BadInput
        When a value of the mediator has rows of one arm only, besides what every method refuses.

    Examples
    --------
    A hidden cause makes the plain difference three times too large:

    >>> from liveloop.base.seeds import normals
    >>> rows = range(4000); hidden = normals(1, "hidden", rows)
    >>> t = (hidden + normals(1, "t", rows) > 0) * 1.0; seen = t + normals(1, "seen", rows)
    >>> data = {"y": seen + 2 * hidden + normals(1, "y", rows), "t": t, "seen": seen}
    >>> made = front_door(data, outcome="y", treatment="t", mediators=["seen"])
    >>> plain = data["y"][t == 1].mean() - data["y"][t == 0].mean()
    >>> bool(made.low < 1 < made.high), bool(plain > 3)
    (True, True)

    Source: Pearl (1995), doi:10.1093/biomet/82.4.669; Fulcher et al. (2020), doi:10.1111/rssb.12345, for the error.
    """
    one_of(way, "way", WAYS)
    if isinstance(mediators, str) or not mediators:
        raise BadInput("no list of mediators", where="mediators", allowed="one or more columns, in a list")
    if way == "cells" and (len(mediators) > 1 or covariates):
        raise BadInput(f"{len(mediators)} mediators and {len(covariates)} covariates with way='cells'", where="way",
                       allowed="one mediator of few values and no covariates, or way='linear'")  # fmt: skip
    columns = Columns(outcome, treatment, tuple(covariates), clusters, weights)
    frame = read_frame(data, (*columns.named, *mediators))
    table = read_table(frame, columns, control=control, dose=way == "linear" and control is None
                       and frame.groups(treatment, "treatment").count > 2)  # fmt: skip
    if way == "linear":
        made = by_lines(table, frame.matrix(mediators, "mediator"), tuple(mediators), level)
    else:
        made = by_cells(table, frame.groups(mediators[0], "mediator"), mediators[0])
    through = ", ".join(mediators)
    between = f" among rows alike in {', '.join(covariates)}" if covariates else ""
    return by_contributions(
        f"effect of {treatment} on {outcome} through {through}, all of it if it has no other way",
        made.value, made.contributions, clusters=table.codes, level=level,
        method="front door, product of two regressions" if way == "linear" else "front door, standardised over cells",
        counts=counted(table), diagnostics=made.diagnostics,
        assumes=(f"all of the effect goes through {through}",
                 f"nothing hidden drives both {treatment} and {through}{between}",
                 f"nothing hidden drives both {through} and {outcome}, but for what goes through {treatment}{between}",
                 *(("the regressions are linear, and the mediator matters alike in all rows",) if way == "linear"
                   else ("each value of the mediator occurs in both arms",))),
    )  # fmt: skip


def by_lines(table: Table, mediators: Floats, names: tuple[str, ...], level: float) -> Front:
    """Multiply the effect on each mediator with that of the mediator on the outcome, and add up."""
    treatment = table.columns.treatment
    first = np.column_stack([table.design, table.treated])
    second = np.column_stack([first, mediators])
    refuse_collinear(second, (*table.names, treatment, *names))
    fit = _fit(table, table.outcome, second, (*table.names, treatment, *names))
    value, contributions = 0.0, np.zeros(table.rows)
    for at, name in enumerate(names):
        way = _fit(table, mediators[:, at], first, (*table.names, treatment))
        to, on = float(way.beta[way.names.index(treatment)]), float(fit.beta[fit.names.index(name)])
        value += to * on
        contributions += on * _added(table, way, first, mediators[:, at], treatment)
        contributions += to * _added(table, fit, second, table.outcome, name)
    left = fit.contrast(treatment)
    correction = "CR1" if table.groups is not None else "HC1"
    error = fit.error(left, correction)
    p_value = interval(float(left @ fit.beta), error, fit.freedom(left, correction), level)[2]
    return Front(value, contributions, (
        Diagnostic("treatment with the mediators held", float(left @ fit.beta),
                   f"slope, p = {p_value:.3g}; either a hidden cause or another way: the data do not say which"),
    ))  # fmt: skip


def _fit(table: Table, outcome: Floats, design: Floats, names: tuple[str, ...]) -> Fit:
    return fit_rows(outcome, design, names, clusters=table.codes, weights=table.given_weights)


def _added(table: Table, fit: Fit, design: Floats, outcome: Floats, name: str) -> Floats:
    """Give what each row adds to the error of one slope."""
    direction = fit.bread[fit.names.index(name)]
    return np.asarray((design @ direction) * table.weights * (outcome - design @ fit.beta))


def by_cells(table: Table, cells: Groups, name: str) -> Front:
    """Standardise over the mediator's values: P(m | arm) times the mean outcome at m, averaged over the arms."""
    count, treated, s = cells.count, table.is_treated.astype(np.int64), table.weights
    place = treated * count + cells.codes
    size = summed(place, s, 2 * count).reshape(2, count)
    empty = [cells.labels[at] for at in np.flatnonzero((size == 0).any(axis=0))]
    if empty:
        raise BadInput(f"mediator {name!r} has rows of one arm only at {listed(empty)}", where=name,
                       allowed="values that occur in both arms, or way='linear'")  # fmt: skip
    mean = summed(place, s * table.outcome, 2 * count).reshape(2, count) / size
    arm = size.sum(axis=1)
    share, chance = arm / arm.sum(), size / arm[:, None]  # of each arm; of each value in each arm
    standard = share @ mean  # the outcome at each value, over both arms
    gap = chance[1] - chance[0]
    value = float(gap @ standard)
    centred = standard[cells.codes] - (chance @ standard)[treated]
    by_mediator = (2 * treated - 1) * centred / arm[treated]
    outcome_weight = gap[cells.codes] * share[treated] / size[treated, cells.codes]
    by_outcome = outcome_weight * (table.outcome - mean[treated, cells.codes])
    by_share = ((mean @ gap)[treated] - value) / arm.sum()
    contributions = s * (by_mediator + by_outcome + by_share)
    least = size.min()
    return Front(value, contributions, (
        Diagnostic("smallest cell", float(least), "rows of one arm at one value of the mediator, by weight"),
        Diagnostic("change of the mediator", float(np.abs(gap).sum() / 2),
                   "share of rows that the treatment moves to another value, at the least"),
    ))  # fmt: skip
