"""What is the effect when each row is weighted by how unlikely its arm was?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.observed.influence import by_contributions
from liveloop.estimate.observed.logistic import Logistic
from liveloop.estimate.observed.overlap import (
    ESTIMANDS,
    POPULATIONS,
    cut_of,
    diagnostics_of,
    fit_scores,
    inside,
    scores_of,
    tilted,
    tilts,
    warnings_of,
)
from liveloop.estimate.observed.report import arms_said, assumed, counted, kept_said, restricted
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table
from liveloop.estimate.result import Estimate


@dataclass(frozen=True, eq=False)
class Weighted:
    """A weighted difference: its value, and what each row adds to its error with the first step counted and without."""

    value: float
    contributions: Floats
    known: Floats


def ipw(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    estimand: str = "ATE",
    normalise: bool = True,
    trim: str | float | None = None,
    ridge: float = 0.0,
    level: float = 0.95,
) -> Estimate:
    """Estimate an average effect by inverse probability weighting.

    The standard error counts that the propensity was estimated: by the same rows, which as a rule makes the effect
    more certain, not less. What it would be with the weights taken as known stands among the conventions.

    Parameters
    ----------
    data, outcome, treatment, clusters, weights, control
        As everywhere; `weights` are those of a sample, and multiply the ones made here.
    covariates
        Columns of numbers that decide on treatment and outcome, known before the treatment.
    estimand
        "ATE" on all, "ATT" on the treated, "ATC" on the untreated, "ATO" on those who could be in either arm
        (overlap weights, Li et al. 2018).
    normalise
        Whether the weights of each arm are made to add up to 1 (Hajek), or not (Horvitz-Thompson).
    trim
        Leave out rows with a score outside `trim` to 1 - `trim`; "crump" finds the best cut. The effect is then that
        on the rows that stay.
    ridge
        A penalty on the slopes of the propensity, on columns of standard deviation 1.

    Raises
    ------
    BadInput
        When the covariates separate the arms, trimming leaves an arm with less than two rows, besides what every
        method refuses.

    Examples
    --------
    The ill are treated more often and fare worse. The plain difference has the wrong sign:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = range(2000); ill = normals(1, "ill", rows); t = uniforms(1, "t", rows) < 1 / (1 + np.exp(-ill))
    >>> y = 0.5 * t - ill + normals(1, "y", rows)
    >>> round(float(y[t].mean() - y[~t].mean()), 2)
    -0.33
    >>> made = ipw({"y": y, "t": t, "ill": ill}, outcome="y", treatment="t", covariates=["ill"])
    >>> round(made.value, 2), bool(made.standard_error < made.conventions[0].standard_error)
    (0.51, True)

    Source: Hirano, Imbens and Ridder (2003), doi:10.1111/1468-0262.00442; Lunceford and Davidian (2004),
    doi:10.1002/sim.1903.
    """
    one_of(estimand, "estimand", ESTIMANDS)
    columns = Columns(outcome, treatment, need_covariates(covariates), clusters, weights)
    table = read_table(data, columns, control=control)
    model = fit_scores(table, ridge)
    scores = scores_of(model, table.design)
    cut = cut_of(trim, scores, table.weights)
    kept = inside(scores, cut)
    refuse_empty(table, kept, cut)
    made = weighted(table, scores, model, estimand, kept=kept, normalise=normalise)
    left = restricted(table, kept)
    given = left.weights * tilted(left.treated, scores[kept], estimand)
    return by_contributions(
        f"effect of {arms_said(table)} on {outcome}, mean over {POPULATIONS[estimand]}{kept_said(cut)}",
        made.value, made.contributions, clusters=table.codes, level=level,
        method=f"inverse probability weighting, {'Hajek' if normalise else 'Horvitz-Thompson'}",
        besides={"weights taken as known": made.known}, counts=counted(table, kept),
        assumes=assumed(table, "the logistic regression of the treatment has the right form"),
        diagnostics=diagnostics_of(left, given, scores[kept], estimand), warnings=warnings_of(left, given),
    )  # fmt: skip


def weighted(
    table: Table, scores: Floats, model: Logistic, estimand: str, *, kept: Flags, normalise: bool = True
) -> Weighted:
    """Weight the rows kept; the scores were fitted on all of them.

    With h the weight of the population meant, w1 = h/p and w0 = h/(1-p): each arm's mean adds its own residuals, and
    by the derivative of the weights what each row adds to the error of the propensity's slopes.
    """
    s, t, y = table.weights * kept, table.treated, table.outcome
    treated_tilt, control_tilt = tilts(scores, estimand)
    slope_one, slope_zero, slope_all = _slopes(scores, estimand)
    own_one, own_zero = s * t * treated_tilt, s * (1 - t) * control_tilt
    if normalise:
        total_one, total_zero = own_one.sum(), own_zero.sum()
        mean_one, mean_zero = float(own_one @ y / total_one), float(own_zero @ y / total_zero)
        value = mean_one - mean_zero
        known = own_one * (y - mean_one) / total_one - own_zero * (y - mean_zero) / total_zero
        pull = s * t * slope_one * (y - mean_one) / total_one - s * (1 - t) * slope_zero * (y - mean_zero) / total_zero
    else:
        meant = s * _population(scores, estimand)
        total = meant.sum()
        value = float((own_one @ y - own_zero @ y) / total)
        known = ((own_one - own_zero) * y - meant * value) / total
        pull = s * ((t * slope_one - (1 - t) * slope_zero) * y - slope_all * value) / total
    return Weighted(value, known + model.influence @ (table.design.T @ pull), known)


def _population(scores: Floats, estimand: str) -> Floats:
    one = np.ones_like(scores)
    return {"ATE": one, "ATT": scores, "ATC": 1 - scores, "ATO": scores * (1 - scores)}[estimand]


def _slopes(p: Floats, estimand: str) -> tuple[Floats, Floats, Floats]:
    """Give the derivatives of h/p, of h/(1-p) and of h by the linear part of the propensity."""
    q, none = 1 - p, np.zeros_like(p)
    if estimand == "ATE":
        return -q / p, p / q, none
    if estimand == "ATT":
        return none, p / q, p * q
    if estimand == "ATC":
        return -q / p, none, -p * q
    return -p * q, p * q, p * q * (1 - 2 * p)


def refuse_empty(table: Table, kept: Flags, cut: float) -> None:
    """Refuse a cut that leaves fewer than two rows of an arm."""
    for name, rows in (("treated", table.is_treated), ("untreated", ~table.is_treated)):
        left = int((rows & kept).sum())
        if left < 2:
            raise BadInput(f"{left} of {int(rows.sum())} {name} rows have a score from {cut:g} to {1 - cut:g}",
                           where="trim", allowed="a smaller trim, or other covariates")  # fmt: skip
