"""What do the arms give at each look, and how far has the statistic walked since the look before?

Pure arrays. A row is a unit, or a cluster is. Clusters may be open: rows of a cluster that was there at an early look
keep arriving. Then the statistic is no sum of independent steps and the number of clusters is no clock for it. Its
clock is made from what it does: the correlation of the statistic between looks, from the clusters' scores at both. A
Brownian motion has the correlation sqrt(time / later time), so times are chosen such that no two looks are less
correlated than theirs: by Slepian's inequality the statistic then crosses a bound on either side no more often than
a Brownian motion on this clock does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Floats, Ints

ROUNDED = 1e-12  # of a sum of squares: what is left below that is rounding
_FIXED = 1e-9  # 1 minus the share of an arm that one unit holds
_FAINT = 1e-4  # correlation below which two looks count as unrelated


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows with the look at which each is there first.

    Parameters
    ----------
    outcome, size, weight
        [row]: the arm's value is the sum of weight x outcome over that of weight x size; size is 1 for a mean.
    covariates
        [row, covariate], centred.
    arm
        0 or 1.
    look
        From 0; rows of no look have `looks`.
    cluster
        From 0; None where each row is a unit.
    looks
        How many there are.
    """

    outcome: Floats
    size: Floats
    weight: Floats
    covariates: Floats
    arm: Ints
    look: Ints
    cluster: Ints | None
    looks: int


@dataclass(frozen=True, eq=False)
class Accrual:
    """What the arms give at each look, [look] and [look, arm].

    Parameters
    ----------
    time
        Intrinsic time: the number of units, or for open clusters what they are worth as a clock.
    standard_error
        0 where an arm does not vary yet.
    """

    rows: Ints
    units: Ints
    means: Floats
    standard_error: Floats
    df: Floats
    time: Floats
    correction: str

    @property
    def value(self) -> Floats:
        """Arm 1 minus arm 0."""
        return np.asarray(self.means[:, 1] - self.means[:, 0])

    def since(self, first: int) -> Accrual:
        """Leave the looks before one out."""
        cut = slice(first, None)
        return Accrual(self.rows[cut], self.units[cut], self.means[cut], self.standard_error[cut], self.df[cut],
                       self.time[cut], self.correction)  # fmt: skip


def accrue(rows: Rows, *, least: int, complete: bool = False) -> Accrual | None:
    """Work out all looks that have at least `least` units in each arm, more with covariates; None where there is none.

    Parameters
    ----------
    complete
        Whether all rows of a cluster are there at its first look: the number of clusters is the clock then.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 4.0, 8.0, 3.0, 7.0]); one = np.ones(6)
    >>> made = accrue(Rows(y, one, one, np.empty((6, 0)), np.array([0, 0, 1, 1, 0, 1]), np.array([0, 0, 0, 0, 1, 1]),
    ...                    None, 2), least=2)
    >>> made.value.round(3).tolist(), made.standard_error.round(3).tolist(), made.df.tolist()
    ([4.5, 4.333], [2.062, 1.333], [2.0, 4.0])
    """
    return _by_row(rows, least) if rows.cluster is None else _by_cluster(rows, rows.cluster, least, complete=complete)


def _totals(rows: Rows, values: Floats) -> Floats:
    """Sum over the rows there are at each look, by arm: [look, arm]."""
    kept = rows.look < rows.looks
    places = rows.look[kept] * 2 + rows.arm[kept]
    made = np.bincount(places, values[kept], 2 * rows.looks).reshape(rows.looks, 2)
    return np.asarray(made.cumsum(axis=0))


def slopes(rows: Rows) -> Floats:
    """Give the slopes of the outcome on the covariates within the arms at each look: [look, covariate]."""
    width = rows.covariates.shape[1]
    made = np.zeros((rows.looks, width))
    if not width:
        return made
    total = _totals(rows, rows.weight)
    columns = [rows.covariates[:, at] for at in range(width)] + [rows.outcome]
    sums = [_totals(rows, rows.weight * one) for one in columns]
    crossed = np.empty((rows.looks, width, width + 1))
    for at in range(width):
        for other in range(width + 1):
            inner = _totals(rows, rows.weight * columns[at] * columns[other])
            within = inner - sums[at] * sums[other] / np.maximum(total, 1e-300)
            crossed[:, at, other] = within.sum(axis=1)
    inverse = np.linalg.pinv(crossed[:, :, :width], rcond=1e-10, hermitian=True)
    return np.asarray(np.einsum("kij,kj->ki", inverse, crossed[:, :, width]))


def _by_row(rows: Rows, least: int) -> Accrual | None:
    beta = slopes(rows)
    width = beta.shape[1]
    parts = [rows.outcome, *(rows.covariates[:, at] for at in range(width))]
    gains = np.column_stack([np.ones(rows.looks), -beta])  # [look, part]
    squared = rows.weight**2
    size = _totals(rows, rows.weight * rows.size)
    first = np.stack([_totals(rows, rows.weight * one) for one in parts], axis=2)
    sized = np.stack([_totals(rows, squared * rows.size * one) for one in parts], axis=2)
    second = np.empty((rows.looks, 2, width + 1, width + 1))
    for at, one in enumerate(parts):
        for other in range(at + 1):
            second[:, :, at, other] = second[:, :, other, at] = _totals(rows, squared * one * parts[other])
    squares = _totals(rows, squared * rows.size**2)
    count = _totals(rows, np.ones(len(rows.arm))).astype(np.int64)
    start = _start(count, size, least + width)
    if start is None:
        return None
    count = count[start:]
    size, first, sized, second, squares, gains = (one[start:] for one in (size, first, sized, second, squares, gains))
    mean = np.einsum("kap,kp->ka", first, gains) / size
    raw = np.einsum("kp,kapq,kq->ka", gains, second, gains)
    left = raw - 2 * mean * np.einsum("kap,kp->ka", sized, gains) + mean**2 * squares
    worth = size**2 / squares  # of equal rows; the number of rows where all are of one size
    left = np.where(left > ROUNDED * raw, left, 0.0)
    spread = left / size**2 * worth / np.maximum(worth - 1, 1e-9)
    parts_of_df = 1 / worth
    df = parts_of_df.sum(axis=1) ** 2 / (parts_of_df**2 / np.maximum(worth - 1, 1e-9)).sum(axis=1)
    plain = bool((rows.size == 1).all() and (rows.weight == 1).all()) and not width
    units = count.sum(axis=1)
    error, df = _for_slopes(np.sqrt(spread.sum(axis=1)), df, units, width)
    return Accrual(units, count, mean, error, df, units.astype(np.float64), "HC2" if plain else "n / (n - 1)")


def _start(count: Ints, size: Floats, least: int) -> int | None:
    enough = np.flatnonzero((count >= least).all(axis=1) & (size > 0).all(axis=1))
    return int(enough[0]) if len(enough) else None


def _for_slopes(error: Floats, df: Floats, units: Ints, slopes: int) -> tuple[Floats, Floats]:
    """Count the slopes that were estimated beside the two means."""
    wider = (units - 2) / np.maximum(units - 2 - slopes, 1)
    return np.asarray(error * np.sqrt(wider)), np.maximum(df - slopes, 1.0)


def _by_cluster(rows: Rows, cluster: Ints, least: int, *, complete: bool) -> Accrual | None:
    groups = int(cluster.max()) + 1
    arm = np.zeros(groups, np.int64)
    arm[cluster] = rows.arm
    kept = rows.look < rows.looks
    places = rows.look[kept] * groups + cluster[kept]

    def cells(values: Floats) -> Floats:
        made = np.bincount(places, values[kept], rows.looks * groups).reshape(rows.looks, groups)
        return np.asarray(made.cumsum(axis=0))

    sides = np.eye(2)[arm]  # [cluster, arm]
    there = cells(np.ones(len(cluster)))
    count, size, beta = np.rint((there > 0) @ sides).astype(np.int64), cells(rows.weight * rows.size), slopes(rows)
    start = _start(count, size @ sides, least + beta.shape[1])
    if start is None:
        return None
    size, total = size[start:], cells(rows.weight * rows.outcome)[start:]
    for at in range(beta.shape[1]):
        total -= beta[start:, at : at + 1] * cells(rows.weight * rows.covariates[:, at])[start:]
    whole = size @ sides
    mean = (total @ sides) / whole
    share = size / whole[:, arm]
    free = 1 - np.minimum(share, 1 - _FIXED)
    scores = (total - mean[:, arm] * size) / whole[:, arm] / np.sqrt(free)  # CR2: one cluster's leverage is its share
    rounding = ROUNDED * (np.abs(total) + np.abs(mean[:, arm]) * size) / whole[:, arm]
    scores = np.where(np.abs(scores) > rounding, scores, 0.0)
    own, across = share / free, share**2 / free
    squares = (own**2) @ sides - 2 * ((own * across) @ sides) + (across @ sides) ** 2
    df = np.maximum(1.0, (1 / whole).sum(axis=1) ** 2 / (squares / whole**2).sum(axis=1))
    count = count[start:]
    units = count.sum(axis=1)
    error, df = _for_slopes(np.sqrt((scores**2).sum(axis=1)), df, units, beta.shape[1])
    time = clock(scores * np.where(arm == 1, 1.0, -1.0), float(units[0]))
    return Accrual(np.rint(there.sum(axis=1)).astype(np.int64)[start:], count, mean, error, df,
                   units.astype(np.float64) if complete else time, "CR2")  # fmt: skip


def clock(scores: Floats, first: float) -> Floats:
    """Give times at which a Brownian motion is correlated between any two looks at most as the scores are.

    Parameters
    ----------
    scores
        [look, cluster]: what each cluster adds to the error of the value at each look.
    first
        The time of the first look.

    Examples -------- Clusters that are there from the start, each with ever more rows: the statistic moves less and
    less, and so does time.

    >>> shared = np.array([1.0, -1.0, 2.0, -2.0]); own = np.array([[1.0, 1.0, -1.0, -1.0]])
    >>> clock(shared + own / np.array([[1.0], [2.0], [4.0], [8.0]]), 4.0).round(2).tolist()
    [4.0, 4.28, 4.37, 4.4]

    Source: Slepian (1962), doi:10.1002/j.1538-7305.1962.tb02419.x.
    """
    own = (scores**2).sum(axis=1)
    made = np.full(len(scores), first)
    moved = np.flatnonzero(own > 0)
    if len(moved):
        made[moved] = _times(scores[moved], own[moved], first)
    return np.asarray(np.maximum.accumulate(made))


def _times(scores: Floats, own: Floats, first: float) -> Floats:
    alike = np.clip(scores @ scores.T / np.sqrt(np.outer(own, own)), _FAINT, 1 - 1e-15)
    count = np.maximum((scores != 0).sum(axis=1), 5)
    # Of looks far apart there are many pairs, and the least correlation of many is chance: two errors' grace for each.
    likely = np.tanh(np.arctanh(alike.T) + 2 / np.sqrt(count - 3)) ** -2  # [later look, look]
    times = np.full(len(scores), first)
    for look in range(1, len(scores)):
        reached = times[look - 1] / alike[look - 1, look] ** 2
        if look > 1:
            reached = max(reached, float((times[: look - 1] * likely[look, : look - 1]).max()))
        times[look] = min(reached, first / _FAINT)
    return times
