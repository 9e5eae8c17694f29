"""What is the effect when each row is compared with the rows of the other arm most like it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.observed.influence import by_contributions, summed
from liveloop.estimate.observed.logistic import Logistic
from liveloop.estimate.observed.matched import Matched, Space, contributions_of, matched_estimate, variance
from liveloop.estimate.observed.neighbours import METRICS, Matches, coordinates, nearest, paired
from liveloop.estimate.observed.overlap import POPULATIONS, diagnostics_of, fit_scores, scores_of
from liveloop.estimate.observed.report import arms_said, assumed, counted
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table
from liveloop.estimate.result import Diagnostic, Estimate, convention, normal_estimate

MEANT = ("ATE", "ATT", "ATC")
SCORES = ("score", "logit")


@dataclass(frozen=True)
class Plan:
    """How rows are matched."""

    estimand: str
    neighbours: int
    metric: str
    replace: bool
    optimal: bool
    ties: bool
    caliper: float | None
    bias_correction: bool
    variance_neighbours: int
    level: float


def match(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    estimand: str = "ATT",
    neighbours: int = 1,
    metric: str = "mahalanobis",
    replace: bool = True,
    optimal: bool = True,
    ties: bool = True,
    caliper: float | None = None,
    exact: Sequence[str] = (),
    bias_correction: bool | None = None,
    variance_neighbours: int = 1,
    ridge: float = 0.0,
    level: float = 0.95,
) -> Estimate:
    """Estimate an average effect by matching each row to the nearest rows of the other arm.

    Parameters
    ----------
    data, outcome, treatment, covariates, clusters, weights, control
        As everywhere; a weight says how many rows of the population a row stands for. Each row has `neighbours`
        matches all the same, which count by their weights.
    estimand
        "ATT" on the treated, "ATC" on the untreated, "ATE" on all.
    neighbours
        How many rows of the other arm each row is compared with.
    metric
        Of distance: "mahalanobis", "inverse variance" (each covariate in its standard deviation), "euclidean", all of
        the covariates; "score" or "logit" of the propensity (the logit in its standard deviation).
    replace
        Whether a row may serve as a match many times. If not, `optimal` makes the sum of distances least, else rows
        choose in the order of falling scores (for a metric of the score) or of the data.
    ties
        Whether all rows as near as the last one count.
    caliper
        The largest distance allowed, in the metric's units. Rows without a match are left out: another estimand.
    exact
        Columns, of any kind, in which a row and its match must be equal.
    bias_correction
        Whether what is left of differences in the covariates is taken out by a regression on them (Abadie and Imbens
        2011). By default where covariates are matched; for scores and where there are no replacements, not.
    variance_neighbours
        How many rows of the same arm the variance of a row's outcome is made from; 0 takes one variance for all.
    ridge
        A penalty on the slopes of the propensity.

    Raises
    ------
    BadInput
        When no row has a match, or clusters are given for a way of matching whose variance by clusters is not known.

    Examples
    --------
    With several covariates the nearest row is not very near, and the correction matters:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = range(1000); x = [normals(1, name, rows) for name in "abcd"]
    >>> t = uniforms(1, "t", rows) < 1 / (1 + np.exp(-sum(x) / 2 + 1))
    >>> data = {"y": t + 2 * sum(x) + normals(1, "y", rows), "t": t} | dict(zip("abcd", x))
    >>> plain = match(data, outcome="y", treatment="t", covariates=list("abcd"), bias_correction=False)
    >>> made = match(data, outcome="y", treatment="t", covariates=list("abcd"))
    >>> bool(plain.low > 1), bool(made.low < 1 < made.high)
    (True, True)

    Source: Abadie and Imbens (2006), doi:10.1111/j.1468-0262.2006.00655.x; (2011), doi:10.1198/jbes.2009.07333;
    (2016), doi:10.3982/ECTA11293, for scores; Abadie and Spiess (2022), doi:10.1080/01621459.2020.1840383, without
    replacement; Otsu and Rai (2017), doi:10.1080/01621459.2016.1231613, for the sums by clusters.
    """
    one_of(estimand, "estimand", MEANT)
    one_of(metric, "metric", METRICS)
    if bias_correction is None:
        bias_correction = clusters is not None or (replace and metric not in SCORES)
    plan = Plan(estimand, neighbours, metric, replace, optimal, ties, caliper, bias_correction, variance_neighbours,
                level)  # fmt: skip
    _refuse(plan, clusters)
    columns = Columns(outcome, treatment, need_covariates(covariates), clusters, weights)
    frame = read_frame(data, (*columns.named, *exact))
    table = read_table(frame, columns, control=control)
    model = fit_scores(table, ridge) if metric in SCORES else None
    space = space_of(table, model, metric, exact=[frame.groups(one, "exact column") for one in exact])
    matches = _matches(table, space, plan)
    made = matched_estimate(table, matches, estimand, bias_correction=bias_correction)
    return _told(table, space, made, plan, model)


def _refuse(plan: Plan, clusters: str | None) -> None:
    if plan.neighbours < 1:
        raise BadInput(f"neighbours is {plan.neighbours}", where="neighbours", allowed="1 or more")
    if plan.variance_neighbours < 0:
        raise BadInput(f"variance_neighbours is {plan.variance_neighbours}", where="variance_neighbours",
                       allowed="0 or more")  # fmt: skip
    if plan.caliper is not None and not plan.caliper > 0:
        raise BadInput(f"caliper is {plan.caliper:g}", where="caliper", allowed="a distance above 0")
    refuse_level(plan.level)
    if not plan.replace and plan.estimand == "ATE":
        raise BadInput("ATE without replacement", where="replace", allowed="ATT or ATC, or replace=True")
    if clusters and not plan.replace:
        raise BadInput("clusters without replacement: a pair may lie in two clusters", where="clusters",
                       allowed="replace=True")  # fmt: skip
    if clusters and not plan.bias_correction:
        raise BadInput("clusters without bias_correction", where="clusters", allowed="bias_correction=True")


def space_of(table: Table, model: Logistic | None, metric: str, exact: Sequence[Groups] = ()) -> Space:
    """Give the coordinates that rows are matched on, and their scores where these are.

    Rows that differ in a column that is to be equal are put out of reach of one another.
    """
    scores = None
    if model is None:
        points = coordinates(table.design[:, 1:], metric, table.weights)
    else:
        scores = scores_of(model, table.design)
        logit = np.log(scores / (1 - scores))
        points = (scores if metric == "score" else logit / logit.std())[:, None]
    if not exact:
        return Space(points, scores)
    reach = 10 * (1 + float(np.linalg.norm(np.ptp(points, axis=0))))
    apart = [one.codes * (2 * reach) for one in exact]
    return Space(np.column_stack([points, *apart]), scores, reach)


def _matches(table: Table, space: Space, plan: Plan) -> Matches:
    treated, control = np.flatnonzero(table.is_treated), np.flatnonzero(~table.is_treated)
    pairs = {"ATT": [(treated, control)], "ATC": [(control, treated)],
             "ATE": [(treated, control), (control, treated)]}[plan.estimand]  # fmt: skip
    made = [_one_way(space, of, among, plan) for of, among in pairs]
    owner = np.concatenate([one.owner for one in made])
    matched = len(np.unique(owner))
    if matched < 2:
        raise BadInput(f"{matched} rows have a match", where="caliper",
                       allowed="two or more: a larger caliper, or fewer columns in exact")  # fmt: skip
    other = np.concatenate([one.other for one in made])
    total = summed(owner, table.weights[other], table.rows)
    return Matches(owner, other, table.weights[other] / total[owner])


def _one_way(space: Space, of: Ints, among: Ints, plan: Plan) -> Matches:
    limits = [one for one in (plan.caliper, space.reach) if one is not None]
    caliper = min(limits) if limits else None
    if plan.replace:
        return nearest(space.points, of, among, plan.neighbours, ties=plan.ties, caliper=caliper)
    if space.scores is not None:
        rare_first = -space.scores[of] if plan.estimand == "ATT" else space.scores[of]
        of = of[np.argsort(rare_first, kind="stable")]
    return paired(space.points, of, among, plan.neighbours, optimal=plan.optimal, caliper=caliper)


def _told(table: Table, space: Space, made: Matched, plan: Plan, model: Logistic | None) -> Estimate:
    left = int(((made.target == 0) & (made.wanted > 0)).sum())
    only = ", of those with a match only" if left else ""
    what = f"effect of {arms_said(table)} on {table.columns.outcome}, mean over {POPULATIONS[plan.estimand]}{only}"
    on = f"the {plan.metric} of the propensity" if plan.metric in SCORES else f"{plan.metric} distance"
    method = f"matching on {on}, {plan.neighbours} nearest" + ("" if plan.replace else ", without replacement") + (
        ", bias corrected" if plan.bias_correction else "")  # fmt: skip
    counts = counted(table) | ({"rows without a match": left} if left else {})
    said: dict[str, Any] = {
        "counts": counts, "diagnostics": _diagnostics(table, made, space, plan), "warnings": _warnings(made),
        "assumes": _assumptions(table, plan),
    }  # fmt: skip
    if table.groups is not None or (plan.metric in SCORES and plan.bias_correction and plan.replace):
        return by_contributions(what, made.value, contributions_of(table, made), clusters=table.codes, level=plan.level,
                                method=method, **said)  # fmt: skip
    if not plan.replace:
        name, error, df = "by matched sets", made.error_of_sets(), float(len(made.sets()) - 1)
        others: dict[str, float] = {}
    else:
        found = variance(table, space, made, plan.variance_neighbours, model, estimand=plan.estimand)
        name, error, df, others = found.name, found.error, None, found.others
    if not error > 0:
        raise BadInput(f"{what}: matched outcomes do not vary", where=table.columns.outcome,
                       allowed="an outcome that varies")  # fmt: skip
    return normal_estimate(
        what, made.value, error, df=df, level=plan.level, method=method, correction=name,
        conventions=tuple(convention(other, made.value, size, df, plan.level) for other, size in others.items()),
        **said,
    )  # fmt: skip


def _assumptions(table: Table, plan: Plan) -> tuple[str, ...]:
    more = []
    if plan.metric in SCORES:
        more.append("the logistic regression of the treatment has the right form")
    elif len(table.columns.covariates) > 1 and not plan.bias_correction:
        more.append("matches are so close that what is left of differences does not matter")
    return assumed(table, *more)


def _warnings(made: Matched) -> tuple[str, ...]:
    most = float(made.used.max())
    if most > 0.05 * made.target.sum():
        return (f"one row is a match in {most / made.target.sum():.0%} of the comparisons",)
    return ()


def _diagnostics(table: Table, made: Matched, space: Space, plan: Plan) -> tuple[Diagnostic, ...]:
    far = np.sqrt(((space.points[made.matches.owner] - space.points[made.matches.other]) ** 2).sum(axis=1))
    used = made.target + made.used
    return (
        Diagnostic("mean distance of matches", float(np.average(far, weights=made.matches.share)),
                   "in the units of the metric"),
        *diagnostics_of(table, used, space.scores, plan.estimand),
    )  # fmt: skip
