"""What do given matches make of the outcomes, and how far off may that be?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.observed.influence import summed
from liveloop.estimate.observed.logistic import Logistic
from liveloop.estimate.observed.neighbours import Matches, coordinates, nearest
from liveloop.estimate.observed.table import Table

_LOCAL = 2  # rows near one score, the row itself among them, as Abadie and Imbens use


@dataclass(frozen=True, eq=False)
class Space:
    """Where each row lies.

    Parameters
    ----------
    points
        The coordinates that rows are matched on, [row, coordinate].
    scores
        The scores, where these are matched on.
    reach
        The distance beyond which rows are never matched; None for any.
    """

    points: Floats
    scores: Floats | None
    reach: float | None = None


@dataclass(frozen=True, eq=False)
class Matched:
    """A matching estimate.

    Parameters
    ----------
    apart
        Of each match: treated minus untreated outcome, bias corrected if asked for.
    gaps
        Of each row that is compared: treated minus untreated outcome, one of the two from its matches.
    wanted, target
        The weight of each row in the population meant, and that left where it has a match.
    used
        With what weight each row serves as a match.
    expected
        Outcomes of both arms by regression, [row, arm]; zeros without bias correction.
    leverage
        Of each row in the regression of its own arm.
    """

    value: float
    apart: Floats
    gaps: Floats
    wanted: Floats
    target: Floats
    used: Floats
    matches: Matches
    expected: Floats
    leverage: Floats

    def sets(self) -> Floats:
        """Give the gap of each matched set."""
        return self.gaps[self.target > 0]

    def error_of_sets(self) -> float:
        """Give the standard error with matched sets as draws."""
        share = self.target[self.target > 0]
        share = share / share.sum()
        off = share * (self.sets() - self.value)
        count = len(off)
        return float(np.sqrt(count / (count - 1) * (off @ off))) if count > 1 else 0.0


@dataclass(frozen=True)
class Variance:
    """A standard error, how it was made, and what other habits give."""

    name: str
    error: float
    others: dict[str, float] = field(default_factory=dict)


def matched_estimate(table: Table, matches: Matches, estimand: str, *, bias_correction: bool) -> Matched:
    """Compare each row with the mean of its matches, moved by regression to where the row is if asked for."""
    rows = table.rows
    wanted = table.weights * {"ATE": np.ones(rows), "ATT": table.treated, "ATC": 1 - table.treated}[estimand]
    target = np.where(matches.matched(rows) > 0, wanted, 0.0)
    used = summed(matches.other, target[matches.owner] * matches.share, rows)
    expected, leverage = np.zeros((rows, 2)), np.zeros(rows)
    for arm in (0, 1) if bias_correction else ():
        of_arm = table.is_treated == bool(arm)
        serving = np.where(of_arm, used, 0.0)
        if not serving.any():  # the arm meant: its regression moves nothing but the contributions
            serving = np.where(of_arm, target, 0.0)
        expected[:, arm], found = _regression(table, serving)
        leverage[of_arm] = found[of_arm]
    own = table.is_treated.astype(np.int64)
    moved = table.outcome[matches.other] + (
        expected[matches.owner, 1 - own[matches.owner]] - expected[matches.other, own[matches.other]]
    )
    apart = (2 * table.treated[matches.owner] - 1) * (table.outcome[matches.owner] - moved)
    gaps = summed(matches.owner, matches.share * apart, rows)
    return Matched(float(target @ gaps / target.sum()), apart, gaps, wanted, target, used, matches, expected,
                   leverage)  # fmt: skip


def _regression(table: Table, serving: Floats) -> tuple[Floats, Floats]:
    """Regress outcomes on the covariates, rows weighted by how much they serve; give what is expected, and leverage."""
    rows = serving > 0
    if rows.sum() <= table.design.shape[1]:
        raise BadInput(f"{int(rows.sum())} matched rows of an arm for {table.design.shape[1]} parameters of the bias "
                       "correction", where="bias_correction", allowed="False, or fewer covariates")  # fmt: skip
    root = np.sqrt(serving[rows])
    centre = np.average(table.design[rows], axis=0, weights=serving[rows])
    centre[0] = 0.0
    x = table.design - centre
    left, values, right = np.linalg.svd(x[rows] * root[:, None], full_matrices=False)
    known = values > 1e-10 * values[0]
    beta = right[known].T @ ((left[:, known].T @ (table.outcome[rows] * root)) / values[known])
    leverage = np.zeros(table.rows)
    leverage[rows] = (left[:, known] ** 2).sum(axis=1)
    return np.asarray(x @ beta), np.minimum(leverage, 1 - 1e-9)


def contributions_of(table: Table, made: Matched) -> Floats:
    """Give what each row adds to the error: its own effect, and its residual times all that it serves for."""
    own = table.is_treated.astype(np.int64)
    residual = (table.outcome - made.expected[np.arange(table.rows), own]) / (1 - made.leverage)  # as the jackknife
    sign = 2 * table.treated - 1
    effect = made.expected[:, 1] - made.expected[:, 0] - made.value
    return np.asarray((made.target * effect + sign * (made.target + made.used) * residual) / made.target.sum())


def variance(
    table: Table, space: Space, made: Matched, neighbours: int, model: Logistic | None, *, estimand: str
) -> Variance:
    """Give the standard error of Abadie and Imbens, for the population, not for these very rows."""
    noise = _noise(table, space, made, neighbours)
    again = summed(made.matches.other, (made.target[made.matches.owner] * made.matches.share) ** 2, table.rows)
    total = made.target.sum()
    between = float((made.target**2) @ (made.gaps - made.value) ** 2) / total**2
    within = float(noise @ (made.used**2 + 2 * made.target * made.used - again)) / total**2
    sample = float(noise @ (made.target + made.used) ** 2) / total**2
    kind = "one variance for all" if neighbours == 0 else f"{neighbours} neighbours for the variance"
    found, others = between + within, {}
    if model is not None:
        moved = _score_estimated(table, space, made, model, estimand)
        others["Abadie-Imbens, propensity taken as known"] = float(np.sqrt(found))
        found = max(found + moved, 0.25 * found)  # the correction is itself an estimate: it may not take all away
    others["Abadie-Imbens, for these rows alone"] = float(np.sqrt(sample))
    return Variance(f"Abadie-Imbens, {kind}", float(np.sqrt(max(found, 0.0))), others)


def _noise(table: Table, space: Space, made: Matched, neighbours: int) -> Floats:
    """Estimate each row's variance of the outcome among rows like it of its own arm."""
    if neighbours == 0:
        counted = made.target[made.matches.owner] * made.matches.share
        return np.full(table.rows, 0.5 * float(counted @ (made.apart - made.value) ** 2) / float(counted.sum()))
    noise = np.zeros(table.rows)
    for rows in (np.flatnonzero(table.is_treated), np.flatnonzero(~table.is_treated)):
        near = nearest(space.points, rows, rows, min(neighbours + 1, len(rows)))
        size = near.matched(table.rows)[rows]
        mean = near.mean(table.outcome, table.rows)
        squares = near.mean(table.outcome**2, table.rows)
        noise[rows] = np.maximum(0.0, squares[rows] - mean[rows] ** 2) * size / np.maximum(size - 1, 1)
    return noise


def _score_estimated(table: Table, space: Space, made: Matched, model: Logistic, estimand: str) -> float:
    """Give what it adds to the variance that the propensity was estimated (Abadie and Imbens 2016); often below 0."""
    assert space.scores is not None
    p, x = space.scores, table.design
    bread = model.influence.T @ model.influence if table.columns.weights else model.bread
    slope = table.weights * p * (1 - p)
    local = [_near_score(table, p, rows) for rows in (np.flatnonzero(~table.is_treated),
                                                      np.flatnonzero(table.is_treated))]  # fmt: skip
    (mean_zero, with_zero), (mean_one, with_one) = local
    if estimand == "ATE":
        pull = (with_one / p[:, None] + with_zero / (1 - p)[:, None]).T @ slope / table.weights.sum()
        return -float(pull @ bread @ pull)
    sign = 1.0 if estimand == "ATT" else -1.0  # of the derivative of the weight of the population meant
    effect = sign * (mean_one - mean_zero - made.value)
    one, zero = (np.ones_like(p), p / (1 - p)) if estimand == "ATT" else ((1 - p) / p, np.ones_like(p))
    crossed = with_one * one[:, None] + with_zero * zero[:, None]
    total = made.wanted.sum()
    pull = (x.T @ (slope * effect) + crossed.T @ slope) / total
    moved = x.T @ (slope * sign * (_alike(table) - made.value)) / total
    return float(moved @ bread @ moved - pull @ bread @ pull)


def _near_score(table: Table, scores: Floats, rows: Ints) -> tuple[Floats, Floats]:
    """Give the mean outcome of an arm near each row's score, and its covariance with the covariates there."""
    every = np.arange(table.rows)
    near = nearest(scores[:, None], every, rows, min(_LOCAL, len(rows)), ties=False)
    mean = near.mean(table.outcome, table.rows)
    off = table.outcome[near.other] - mean[near.owner]
    scale = _LOCAL / (_LOCAL - 1) * near.share
    columns = [summed(near.owner, scale * off * column[near.other], table.rows) for column in table.design.T]
    return mean, np.column_stack(columns)


def _alike(table: Table) -> Floats:
    """Give each row's effect by its nearest row of the other arm in all covariates."""
    points = coordinates(table.design[:, 1:], "mahalanobis", table.weights)
    made = np.zeros(table.rows)
    treated, control = np.flatnonzero(table.is_treated), np.flatnonzero(~table.is_treated)
    for of, among in ((treated, control), (control, treated)):
        near = nearest(points, of, among, 1)
        made[of] = (table.outcome - near.mean(table.outcome, table.rows))[of]
    return made * (2 * table.treated - 1)
