"""By how much does an estimated mean make its own variance look too small, and on how many df does it rest?

The variance of Aronow and Samii is a quadratic form in outcomes. For weighted means it is taken of residuals, and the
fit has taken a part of them: where few units have an exposure, and these near one another, a large part. As Bell and
McCaffrey do for clusters, say what the form would be on average if outcomes were independent with one variance, with
residuals and without, and scale by the ratio; the same gives the df by Satterthwaite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.interference.horvitz import Seen, Summed, difference_variance, weights_of

MOST = 1_500  # units, twins as one, for which the form is written out; with more the correction would be small


@dataclass(frozen=True, eq=False)
class Form:
    """The estimated variance of a difference of two totals, as a quadratic form in what units of both exposures sum.

    Parameters
    ----------
    units
        Units that stand for themselves or their twins: those of the first exposure, then those of the second.
    matrix
        [unit, unit]
    """

    units: Ints
    matrix: Floats


@dataclass(frozen=True, eq=False)
class Fitted:
    """A weighted fit: of each unit in it, its place, its columns and its weight."""

    places: Ints
    x: Floats
    weight: Floats


def form_of(seen: Seen, level: int, other: int) -> Form | None:
    """Write the variance of the difference of two totals as a quadratic form; None where it would be too large."""
    first, second = Summed(seen, level), Summed(seen, other)
    count = len(first.rows) + len(second.rows)
    if count > MOST:
        return None
    place = np.full(len(seen.codes), -1)
    place[first.rows], place[second.rows] = np.arange(len(first.rows)), np.arange(len(first.rows), count)
    matrix = np.zeros((count, count))
    for one, two, sign in ((first, first, 1.0), (second, second, 1.0), (first, second, -1.0), (second, first, -1.0)):
        levels = tuple(level if part is first else other for part in (one, two))
        for part in seen.chances.pairs(levels[0], levels[1], one.rows):
            kept = one.counts[part.columns]
            i, j, together = part.rows[kept], part.columns[kept], part.chance[kept]
            never = i[together == 0]
            np.add.at(matrix, (place[never], place[never]), 1 / one.chance[never])
            both = two.has[j] & (together > 0)
            i, j, together = i[both], j[both], together[both]
            apart = one.chance[i] * two.chance[j]
            np.add.at(matrix, (place[i], place[j]), sign * (together - apart) / (together * apart))
    return Form(np.r_[first.rows, second.rows], matrix)


def above_zero(seen: Seen, values: Floats, pair: tuple[int, int], form: Form | None = None) -> tuple[float, bool]:
    """Estimate the variance of a difference; where that is not above 0, as if units were independent, and say so."""
    if form is None:
        made = difference_variance(seen, values, *pair)
    else:
        summed = sum(Summed(seen, level).total(values)[form.units] for level in pair)
        made = float(summed @ form.matrix @ summed)
    if made > 0:
        return made, False
    scores = values * (weights_of(seen, pair[0]) + weights_of(seen, pair[1]))
    return float((scores**2).sum()), bool(scores.any())


def reduced(matrix: Floats, sums: Any, fitted: Fitted) -> tuple[float, float]:  # noqa: ANN401 - a sparse matrix
    """Give the factor by which a variance is to be scaled, and its df.

    Parameters
    ----------
    matrix
        The variance as a quadratic form in sums of residuals, [sum, sum], or its diagonal where it has no more.
    sums
        How residuals of the fit enter the sums, [sum, unit of the fit], sparse.

    Examples
    --------
    Two means of three units each, of which the form is the plain sum of squares: the factor is 3 / 2, the df 4.

    >>> x = np.kron(np.eye(2), np.ones((3, 1)))
    >>> factor, df = reduced(np.ones(6), sparse.eye_array(6, format="csr"), Fitted(np.arange(6), x, np.ones(6)))
    >>> round(factor, 6), round(df, 6)
    (1.5, 4.0)

    Source: Bell and McCaffrey (2002), for variances by clusters.
    """
    x, weighted = fitted.x, fitted.x * fitted.weight[:, None]
    bread = np.linalg.inv(x.T @ weighted)
    own = sums @ sums.T
    # residuals are what the fit leaves: own - direct turned' - turned direct' + direct squared direct'
    direct, turned = np.asarray(sums @ x) @ bread, np.asarray(sums @ weighted)
    squared = weighted.T @ weighted
    if matrix.ndim == 1:
        plain, left, twice = _by_columns(matrix, own, np.column_stack([direct, turned]), squared)
    else:
        spread = own.toarray() - direct @ turned.T - turned @ direct.T + direct @ squared @ direct.T
        product = matrix @ spread
        plain, left = float(own.multiply(matrix).sum()), float(np.trace(product))
        twice = float((product * product.T).sum())
    if left <= 0 or plain <= 0:
        return 1.0, 1.0
    return max(1.0, plain / left), max(1.0, left**2 / twice)


def _by_columns(diagonal: Floats, own: Any, columns: Floats, squared: Floats) -> tuple[float, float, float]:  # noqa: ANN401
    """Give the traces for a diagonal form, without a table of the size of the sums squared."""
    root = np.sqrt(diagonal)
    scaled = sparse.diags_array(root) @ own @ sparse.diags_array(root)
    columns = columns * root[:, None]
    width = len(squared)
    middle = np.block([[squared, -np.eye(width)], [-np.eye(width), np.zeros((width, width))]])
    inner = columns.T @ columns
    plain = float(scaled.trace())
    across = float(np.sum(middle * (columns.T @ np.asarray(scaled @ columns))))
    twice = float(scaled.multiply(scaled).sum()) + 2 * across + float(np.trace(middle @ inner @ middle @ inner))
    return plain, plain + float(np.sum(middle * inner)), twice


def laid_out(rows: Ints, values: Floats, count: int) -> Any:  # noqa: ANN401 - a sparse matrix
    """Say how units enter sums where each enters one, or none: row -1; [sum, unit], sparse.

    Examples
    --------
    >>> laid_out(np.array([1, -1, 0]), np.array([2.0, 3.0, 4.0]), 2).toarray().tolist()
    [[0.0, 0.0, 4.0], [2.0, 0.0, 0.0]]
    """
    inside = np.flatnonzero(rows >= 0)
    return sparse.csr_array((values[inside], (rows[inside], inside)), shape=(count, len(rows)))
