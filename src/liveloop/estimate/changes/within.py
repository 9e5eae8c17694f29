"""What is left of columns when the means of units, of periods and of other groups are taken out?

One factor goes out by its means. Of two and more, the largest goes out by its means, and what the others add is the
solution of a system as small as they are; where that is too large, the means of each are taken out in turn until
nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, hstack

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import Groups

MOST_SOLVED = 2_000  # levels besides those of the largest factor: a dense system of that size takes a second
_TURNS = 20_000
_SETTLED = 1e-11  # relative change of a turn
_NOTHING = 1e-10  # relative: a direction that the largest factor makes up already


def taken_out(columns: Floats, factors: Sequence[Groups], weights: Floats | None = None) -> tuple[Floats, int]:
    """Take the means of factors out of columns, [row, column]; give what is left and how many parameters that took.

    Examples
    --------
    Of what is a sum of something of the unit and something of the period, nothing is left:

    >>> unit, period = np.repeat(np.arange(3), 4), np.tile(np.arange(4), 3)
    >>> column = (10.0 * unit + period**2)[:, None]
    >>> left, rank = taken_out(column, [Groups(unit, (0, 1, 2)), Groups(period, (0, 1, 2, 3))])
    >>> bool(abs(left).max() < 1e-12), rank
    (True, 6)
    """
    ordered = sorted(factors, key=lambda one: -one.count)
    given = np.ones(len(columns)) if weights is None else weights
    if not ordered:
        return columns, 0
    first, rest = ordered[0], ordered[1:]
    if not rest:
        return columns - _means(columns, first, given), first.count
    if sum(one.count for one in rest) <= MOST_SOLVED:
        return _solved(columns, first, rest, given)
    return _in_turns(columns, ordered, given), sum(one.count for one in ordered) - len(rest)


def _means(columns: Floats, factor: Groups, weights: Floats) -> Floats:
    total = np.bincount(factor.codes, weights, minlength=factor.count)
    made = np.empty((factor.count, columns.shape[1]))
    for at in range(columns.shape[1]):
        made[:, at] = np.bincount(factor.codes, weights * columns[:, at], minlength=factor.count) / total
    return made[factor.codes]


def _solved(columns: Floats, first: Groups, rest: Sequence[Groups], weights: Floats) -> tuple[Floats, int]:
    rows = len(columns)
    flags = hstack([_flags(one, rows) for one in rest]).tocsr()
    weighted = flags * weights[:, None]
    total = np.bincount(first.codes, weights, minlength=first.count)
    together = _flags(first, rows).T.tocsr() @ weighted  # [level of the first, level of the rest]
    left = (flags.T @ weighted).toarray() - (together.T @ (together / total[:, None])).toarray()
    own, vectors = np.linalg.eigh((left + left.T) / 2)
    kept = own > _NOTHING * max(own[-1], 1e-300)
    inverse = (vectors[:, kept] / own[kept]) @ vectors[:, kept].T
    partly = columns - _means(columns, first, weights)
    effects = inverse @ (weighted.T @ partly)
    summed = flags @ effects
    return partly - summed + _means(summed, first, weights), first.count + int(kept.sum())


def _flags(factor: Groups, rows: int) -> csr_array:
    return csr_array((np.ones(rows), (np.arange(rows), factor.codes)), shape=(rows, factor.count))


def _in_turns(columns: Floats, factors: Sequence[Groups], weights: Floats) -> Floats:
    left = columns.copy()
    size = np.maximum(np.abs(columns).max(axis=0), 1e-300)
    for _ in range(_TURNS):
        before = left
        for factor in factors:
            left = left - _means(left, factor, weights)
        if (np.abs(left - before).max(axis=0) <= _SETTLED * size).all():
            return left
    raise BadInput(f"the means of the groups do not settle in {_TURNS} turns", where="effects",
                   allowed="fewer groups, or groups that share more rows")  # fmt: skip
