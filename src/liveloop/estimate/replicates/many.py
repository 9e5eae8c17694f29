"""What do thousands of replicates of an experiment give, each with its interval?

The same numbers as `difference` and its like give one by one, from sums over clusters, for all replicates together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.replicates.batch import ONE, Batch

CHUNK = 250  # replicates at once: what they need stays in the cache
CORRECTIONS = ("CR0", "CR1", "CR3")


@dataclass(frozen=True, eq=False)
class Many:
    """Values and intervals, [replicate] each.

    Parameters
    ----------
    df
        Of the t distribution, one for all.
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
    return _chunked(batch, names, names, outcome, correction, level)


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
    return _chunked(batch, regressors, instruments, outcome, correction, level)


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
    both = {**batch.columns, "effect": batch.column(treatment) * batch.column(after)}
    names = (ONE, "effect", treatment, after)
    made = Batch(both, batch.starts, batch.rows, batch.replicates)
    return _chunked(made, names, names, outcome, correction, level)


def _chunked(
    batch: Batch, names: tuple[str, ...], instruments: tuple[str, ...], outcome: str, correction: str, level: float
) -> Many:
    if correction not in CORRECTIONS:
        raise BadInput(
            f"no correction {correction!r} for replicates", where="correction", allowed=", ".join(CORRECTIONS)
        )
    values, variances = np.empty(batch.replicates), np.empty(batch.replicates)
    for first in range(0, batch.replicates, CHUNK):
        last = min(first + CHUNK, batch.replicates)
        part = batch.part(first, last)
        values[first:last], variances[first:last] = _solved(part, names, instruments, outcome, correction)
    df = max(1, len(batch.starts) - 1)
    error = np.sqrt(variances)
    half = float(stdtrit(df, 0.5 + level / 2)) * error
    return Many(values, error, values - half, values + half, float(df))


def _solved(
    batch: Batch, names: tuple[str, ...], instruments: tuple[str, ...], outcome: str, correction: str
) -> tuple[Floats, Floats]:
    """Give value and variance of the second parameter: beta = (Z'X)^-1 Z'y, with the sums of each cluster."""
    crossed = _stacked(batch, instruments, names)  # [replicate, cluster, instrument, parameter]
    moment = np.stack(np.broadcast_arrays(*(batch.sums(one, outcome) for one in instruments)), axis=-1)
    total = crossed.sum(axis=1)
    try:
        inverse = np.linalg.inv(total)
    except np.linalg.LinAlgError:
        raise BadInput("in some replicate the columns are collinear, or an arm is empty", where="columns",
                       allowed="two arms, and covariates that vary") from None  # fmt: skip
    beta = np.einsum("rij,rj->ri", inverse, moment.sum(axis=1))
    scores = moment - np.einsum("rgij,rj->rgi", crossed, beta)
    if correction == "CR3":
        left = np.eye(len(names)) - crossed @ inverse[:, None]
        scores = np.linalg.solve(left, scores[..., None])[..., 0]
    influence = np.einsum("ri,rgi->rg", inverse[:, 1], scores)
    variance = np.einsum("rg,rg->r", influence, influence)
    groups, rank = len(batch.starts), len(names)
    if correction == "CR1":
        variance = variance * (groups / (groups - 1) * (batch.rows - 1) / (batch.rows - rank))
    return beta[:, 1], variance


def _stacked(batch: Batch, instruments: tuple[str, ...], names: tuple[str, ...]) -> Floats:
    known: dict[tuple[str, str], Floats] = {}
    made = np.empty((batch.replicates, len(batch.starts), len(instruments), len(names)))
    for row, one in enumerate(instruments):
        for column, other in enumerate(names):
            pair = (min(one, other), max(one, other))
            if pair not in known:
                known[pair] = batch.sums(*pair)
            made[:, :, row, column] = known[pair]
    return made
