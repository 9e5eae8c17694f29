"""What do thousands of replicates of an experiment give, each with its interval?

The same values and standard errors as `difference` and its like give one by one, from sums over clusters, for all
replicates together; the df is that of all, clusters less 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.replicates.batch import ONE, Batch

CHUNK = 250  # replicates at once: what they need stays in the cache
CORRECTIONS = ("CR0", "CR1", "CR3")


@dataclass(frozen=True, eq=False)
class Many:
    """Values and intervals, [replicate] each.

    Parameters
    ----------
    df
        Of the t distribution, one for all: clusters less 1.
    """

    value: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    df: float

    def holds(self, truth: float | Floats) -> Flags:
        """Say which intervals hold the truth."""
        return np.asarray((self.low <= truth) & (truth <= self.high))


def many_differences(
    batch: Batch,
    *,
    outcome: str = "y",
    treatment: str = "t",
    covariates: Sequence[str] = (),
    correction: str = "CR1",
    level: float = 0.95,
) -> Many:
    """Estimate the difference of means in every replicate, adjusted for covariates with one slope (CUPED).

    Examples
    --------
    >>> from liveloop.base.seeds import stream
    >>> draw = stream(1, "doc").standard_normal((500, 200)); arm = np.repeat([0.0, 1.0], 100)
    >>> from liveloop.estimate.replicates.batch import batch_of
    >>> made = many_differences(batch_of({"y": draw, "t": arm}, range(0, 200, 10)))
    >>> bool(0.92 < made.holds(0.0).mean() < 0.98)
    True
    """
    names = (ONE, treatment, *covariates)
    return _chunked(batch, _plan(names, names, outcome), correction, level)


def many_effects_on_takers(  # noqa: PLR0913 - the calling convention of all estimators
    batch: Batch,
    *,
    outcome: str = "y",
    treatment: str = "d",
    instrument: str = "z",
    covariates: Sequence[str] = (),
    correction: str = "CR1",
    level: float = 0.95,
) -> Many:
    """Estimate by two-stage least squares, one instrument for one treatment, in every replicate."""
    regressors, instruments = (ONE, treatment, *covariates), (ONE, instrument, *covariates)
    return _chunked(batch, _plan(regressors, instruments, outcome), correction, level)


def many_changes(
    batch: Batch,
    *,
    outcome: str = "y",
    treatment: str = "t",
    after: str = "post",
    correction: str = "CR1",
    level: float = 0.95,
) -> Many:
    """Estimate the difference in differences of two groups before and after, in every replicate.

    `treatment` and `after` are 0 or 1 in each row; the coefficient of their product is the effect.
    """
    names = (ONE, "effect", treatment, after)

    def changed(part: Batch) -> Batch:
        for name in (treatment, after):
            _refuse_more_than_two(part.column(name), name)
        both = {**part.columns, "effect": part.column(treatment) * part.column(after)}
        return Batch(both, part.starts, part.rows, part.replicates)

    # Of 0 and 1, most products are a column that is there.
    same = {("effect", "effect"): "effect", ("effect", treatment): "effect", ("effect", after): "effect",
            (treatment, treatment): treatment, (after, after): after, (treatment, after): "effect"}  # fmt: skip
    return _chunked(batch, _plan(names, names, outcome, same), correction, level, changed)


def _refuse_more_than_two(column: Floats, name: str) -> None:
    if not np.array_equal(column * column, column):
        raise BadInput(f"{name!r} holds more than 0 and 1", where=name, allowed="0 or 1 in each row")


@dataclass(frozen=True, eq=False)
class _Plan:
    """Which sums of clusters are wanted (pairs of columns), and where each stands in Z'X and Z'y."""

    pairs: list[tuple[str, str]]
    crossed: Ints  # [instrument, parameter]
    moment: Ints  # [instrument]


def _plan(
    names: Sequence[str], instruments: Sequence[str], outcome: str, same: Mapping[tuple[str, str], str] | None = None
) -> _Plan:
    alike = {tuple(sorted(pair)): tuple(sorted((ONE, column))) for pair, column in (same or {}).items()}
    places: dict[tuple[str, ...], int] = {}

    def place(one: str, other: str) -> int:
        pair = tuple(sorted((one, other)))
        return places.setdefault(alike.get(pair, pair), len(places))

    crossed = np.array([[place(one, other) for other in names] for one in instruments])
    moment = np.array([place(one, outcome) for one in instruments])
    return _Plan([(one, other) for one, other in places], crossed, moment)


def _chunked(
    batch: Batch, plan: _Plan, correction: str, level: float, changed: Callable[[Batch], Batch] = lambda part: part
) -> Many:
    if correction not in CORRECTIONS:
        raise BadInput(
            f"no correction {correction!r} for replicates", where="correction", allowed=", ".join(CORRECTIONS)
        )
    values, variances = np.empty(batch.replicates), np.empty(batch.replicates)
    for first in range(0, batch.replicates, CHUNK):
        last = min(first + CHUNK, batch.replicates)
        part = changed(batch.part(first, last))
        values[first:last], variances[first:last] = _solved(part, plan, correction)
    df = max(1, len(batch.starts) - 1)
    error = np.sqrt(variances)
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    return Many(values, error, values - half, values + half, float(df))


def _solved(batch: Batch, plan: _Plan, correction: str) -> tuple[Floats, Floats]:
    """Give value and variance of the second parameter: beta = (Z'X)^-1 Z'y, with the sums of each cluster."""
    groups, rank = len(batch.starts), len(plan.moment)
    sums = np.empty((batch.replicates, len(plan.pairs), groups))
    for number, pair in enumerate(plan.pairs):
        sums[:, number] = batch.sums(*pair)
    total = sums.sum(axis=2)
    try:
        inverse = np.linalg.inv(total[:, plan.crossed])
    except np.linalg.LinAlgError:
        raise BadInput("in some replicate the columns are collinear, or an arm is empty", where="columns",
                       allowed="two arms, and covariates that vary") from None  # fmt: skip
    beta = np.einsum("rij,rj->ri", inverse, total[:, plan.moment])
    influence = (_left_out if correction == "CR3" else _influence)(sums, plan, inverse, beta)
    variance = np.einsum("rg,rg->r", influence, influence)
    if correction == "CR1":
        variance = variance * (groups / (groups - 1) * (batch.rows - 1) / (batch.rows - rank))
    return beta[:, 1], variance


def _influence(sums: Floats, plan: _Plan, inverse: Floats, beta: Floats) -> Floats:
    """Give what each cluster moves the second parameter by, [replicate, cluster]: one weighted sum of its sums."""
    weights = np.zeros(sums.shape[:2])
    for row, place in enumerate(plan.moment):
        weights[:, place] += inverse[:, 1, row]
        for column, crossed in enumerate(plan.crossed[row]):
            weights[:, crossed] -= inverse[:, 1, row] * beta[:, column]
    return np.asarray((weights[:, None, :] @ sums)[:, 0])


def _left_out(sums: Floats, plan: _Plan, inverse: Floats, beta: Floats) -> Floats:
    """Give the same with each cluster's residuals as they would be had it been left out (CR3)."""
    by_cluster = sums.transpose(0, 2, 1)
    crossed = by_cluster[:, :, plan.crossed]  # [replicate, cluster, instrument, parameter]
    scores = by_cluster[:, :, plan.moment] - np.einsum("rgij,rj->rgi", crossed, beta)
    left = np.eye(len(plan.moment)) - crossed @ inverse[:, None]
    return np.asarray(np.einsum("ri,rgi->rg", inverse[:, 1], np.linalg.solve(left, scores[..., None])[..., 0]))
