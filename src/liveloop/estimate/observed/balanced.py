"""What is the effect when rows are weighted so that the arms agree in the covariates' means exactly?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import logsumexp

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.observed.influence import by_contributions
from liveloop.estimate.observed.overlap import POPULATIONS, diagnostics_of, warnings_of
from liveloop.estimate.observed.report import arms_said, assumed, counted
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table, refuse_collinear
from liveloop.estimate.result import Estimate

MEANT = ("ATT", "ATC", "ATE")
_STEPS = 200
_CLOSE = 1e-11  # what is left of a difference of means, in standard deviations
_NEAR = 1e-5  # from there a whole step is right, and what it wins is below rounding


def entropy_balance(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    estimand: str = "ATT",
    moments: int = 1,
    level: float = 0.95,
) -> Estimate:
    """Estimate an average effect by entropy balancing: the weights nearest to equal that make the arms agree.

    Parameters
    ----------
    data, outcome, treatment, covariates, clusters, weights, control
        As everywhere.
    estimand
        "ATT": the untreated are weighted to look like the treated; "ATC" the other way; "ATE": both like all.
    moments
        1 for means, 2 for means and squares too, 3 for cubes.

    Raises
    ------
    BadInput
        When no weights make the arms agree: the means wanted lie outside of what rows of the arm can be averaged to.

    Examples
    --------
    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = range(2000); x = normals(1, "x", rows); t = uniforms(1, "t", rows) < 1 / (1 + np.exp(1 - x))
    >>> data = {"y": t + 2 * x + normals(1, "y", rows), "t": t, "x": x}
    >>> made = entropy_balance(data, outcome="y", treatment="t", covariates=["x"])
    >>> bool(made.low < 1 < made.high), round(abs(made.diagnostics[-1].value), 6)
    (True, 0.0)

    Source: Hainmueller (2012), doi:10.1093/pan/mpr025; Zhao and Percival (2017), doi:10.1515/jci-2016-0010, who show
    that the effect on the treated is right if either the outcomes are linear or the odds of treatment loglinear.
    """
    one_of(estimand, "estimand", MEANT)
    if moments not in (1, 2, 3):
        raise BadInput(f"moments is {moments}", where="moments", allowed="1, 2 or 3")
    columns = Columns(outcome, treatment, need_covariates(covariates), clusters, weights)
    table = read_table(data, columns, control=control)
    wanted = powers(table, moments)
    value, contributions, known, given = balanced(table, wanted, estimand)
    return by_contributions(
        f"effect of {arms_said(table)} on {outcome}, mean over {POPULATIONS[estimand]}",
        value, contributions, clusters=table.codes, level=level, method=f"entropy balancing, {moments} moments"
        if moments > 1 else "entropy balancing", besides={"weights taken as known": known}, counts=counted(table),
        assumes=assumed(table, "outcomes are linear in what is balanced, or the log of the odds of treatment is"),
        diagnostics=diagnostics_of(table, given, None, estimand), warnings=warnings_of(table, given),
    )  # fmt: skip


def powers(table: Table, moments: int) -> Floats:
    """Give what is to be balanced, in standard deviations: the covariates and their powers, but those that repeat."""
    made, names = [], []
    for at, name in enumerate(table.columns.covariates, start=1):
        column = table.design[:, at]
        column = (column - column.mean()) / column.std()
        for power in range(1, moments + 1):
            raised = column**power
            raised = (raised - raised.mean()) / max(float(raised.std()), 1e-300)
            if power == 1 or len(np.unique(column)) > power:  # the square of 0 and 1 says nothing new
                made.append(raised)
                names.append(name if power == 1 else f"{name}^{power}")
    wanted = np.column_stack(made)
    refuse_collinear(np.column_stack([np.ones(table.rows), wanted]), ("intercept", *names))
    return wanted


def balanced(table: Table, wanted: Floats, estimand: str) -> tuple[float, Floats, Floats, Floats]:
    """Give the value, what each row adds to its error with the weights' own error counted and without, the weights.

    To first order an arm's mean is that of its weighted residuals from a weighted regression on what is balanced; the
    rows of the population meant add their own place on that regression.
    """
    s, y = table.weights, table.outcome
    of = {"ATE": np.ones(table.rows), "ATT": table.treated, "ATC": 1 - table.treated}[estimand]
    meant = s * of / float(s @ of)
    target = meant @ wanted
    value, contributions, known, given = 0.0, np.zeros(table.rows), np.zeros(table.rows), np.zeros(table.rows)
    for arm, sign in ((True, 1.0), (False, -1.0)):
        rows = table.is_treated == arm
        off = wanted[rows] - target
        own = tilt(off, s[rows], f"rows with {table.columns.treatment} = {_label(table, arm=arm)!r}")
        mean = float(own @ y[rows])
        centred = y[rows] - mean
        slope = np.linalg.solve((off * own[:, None]).T @ off, off.T @ (own * centred))
        value += sign * mean
        given[rows] = own * float(s[rows].sum())
        known[rows] += sign * own * centred
        contributions[rows] += sign * own * (centred - off @ slope)
        contributions += sign * meant * ((wanted - target) @ slope)
    return value, contributions, known, given


def _label(table: Table, *, arm: bool) -> object:
    assert table.arms is not None
    return table.arms.labels[int(arm)]


def tilt(off: Floats, base: Floats, what: str) -> Floats:
    """Find weights that add up to 1, proportional to base * exp(off @ slope), under which `off` has mean 0.

    Examples
    --------
    >>> tilt(np.array([[-1.0], [1.0]]) + 0.5, np.ones(2), "rows").round(3).tolist()
    [0.75, 0.25]
    """
    slope = np.zeros(off.shape[1])
    logs = np.log(base)
    reached = float(logsumexp(logs))
    for _ in range(_STEPS):
        weights = np.exp(logs + off @ slope - logsumexp(logs + off @ slope))
        gap = weights @ off
        if float(np.abs(gap).max()) < _CLOSE:
            return np.asarray(weights)
        curve = (off * weights[:, None]).T @ off - np.outer(gap, gap)
        curve[np.diag_indices_from(curve)] += 1e-12
        move = -np.linalg.lstsq(curve, gap, rcond=1e-12)[0]
        size, near = 1.0, float(np.abs(gap).max()) < _NEAR
        while True:
            tried = float(logsumexp(logs + off @ (slope + size * move)))
            if near or size < 1e-8 or tried <= reached + 1e-4 * size * float(gap @ move):
                break
            size /= 2
        slope, reached = slope + size * move, tried
        if np.abs(off @ slope).max() > 500:
            break
    if float(np.abs(gap).max()) < 1e-8:  # rounding does not let it come nearer
        return np.asarray(weights)
    raise BadInput(f"no weights of the {len(off)} {what} reach the means wanted", where="covariates",
                   allowed="covariates in which the arms overlap, fewer of them, or fewer moments")  # fmt: skip
