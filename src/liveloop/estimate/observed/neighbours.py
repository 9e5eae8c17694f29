"""Which rows of the other arm are nearest, and how far apart are two rows?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.observed.influence import summed

METRICS = ("mahalanobis", "inverse variance", "euclidean", "score", "logit")
_TIE = 1e-9  # relative: distances that rounding alone keeps apart
_LARGEST = 40_000_000  # entries of a matrix of distances, for an optimal matching


@dataclass(frozen=True, eq=False)
class Matches:
    """Who is matched to whom: `owner` and `other` are rows, `share` is 1 over how many matches the owner has."""

    owner: Ints
    other: Ints
    share: Floats

    def mean(self, values: Floats, rows: int) -> Floats:
        """Give each owner the mean of a value over its matches; 0 for a row without any."""
        return summed(self.owner, self.share * values[self.other], rows)

    def matched(self, rows: int) -> Ints:
        """Count the matches of each row."""
        return np.bincount(self.owner, minlength=rows)


def coordinates(covariates: Floats, metric: str, weights: Floats) -> Floats:
    """Give coordinates in which the plain distance is that of the metric.

    Examples
    --------
    >>> x = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 200.0], [2.0, 200.0]])
    >>> made = coordinates(x, "inverse variance", np.ones(4))
    >>> [round(float(np.linalg.norm(made[at] - made[0])), 3) for at in (1, 2)]
    [1.732, 1.732]
    """
    if metric == "euclidean":
        return covariates
    centred = covariates - np.average(covariates, axis=0, weights=weights)
    spread = (centred * weights[:, None]).T @ centred / weights.sum()
    spread *= len(weights) / (len(weights) - 1)
    if metric == "inverse variance":
        return np.asarray(centred / np.sqrt(np.diag(spread)))
    own, vectors = np.linalg.eigh(spread / np.sqrt(np.outer(np.diag(spread), np.diag(spread))))
    return np.asarray((centred / np.sqrt(np.diag(spread))) @ (vectors / np.sqrt(own)))


def nearest(points: Floats, of: Ints, among: Ints, count: int, *, ties: bool = True,
            caliper: float | None = None) -> Matches:  # fmt: skip
    """Match each row of `of` to the `count` nearest rows of `among`, with replacement.

    Parameters
    ----------
    points
        [row, coordinate]
    ties
        Whether rows as near as the last one count too; else some of them by their order.
    caliper
        The largest distance allowed.

    Raises
    ------
    BadInput
        When there are not as many rows to match to.
    """
    if len(among) < count:
        raise BadInput(f"{len(among)} rows to match to, {count} wanted", where="neighbours",
                       allowed=f"at most {len(among)} neighbours")  # fmt: skip
    tree = cKDTree(points[among])
    wanted = min(count + 1, len(among)) if ties else count
    far, near = tree.query(points[of], k=np.arange(1, wanted + 1))
    reach = far[:, count - 1] * (1 + _TIE) + 1e-12
    owner, other = np.repeat(of, count), among[near[:, :count].reshape(-1)]
    distance = far[:, :count].reshape(-1)
    if ties and wanted > count:
        tied = np.flatnonzero(far[:, count] <= reach)
        if tied.size:
            owner, other, distance = _with_ties(tree, points, (of, among), (owner, other, distance), (tied, reach))
    if caliper is not None:
        kept = distance <= caliper
        owner, other = owner[kept], other[kept]
    found = np.bincount(owner, minlength=len(points))
    return Matches(owner, other, 1.0 / found[owner])


def _with_ties(tree: cKDTree, points: Floats, rows: tuple[Ints, Ints], made: tuple[Ints, Ints, Floats],
               tied: tuple[Ints, Floats]) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Put all that are as near as the last one in the place of those found for the rows with ties."""
    of, among = rows
    places, reach = tied
    lists = tree.query_ball_point(points[of[places]], reach[places])
    sizes = np.array([len(one) for one in lists])
    more_owner = np.repeat(of[places], sizes)
    more_other = among[np.concatenate([np.asarray(one, np.int64) for one in lists])]
    more_distance = np.sqrt(((points[more_owner] - points[more_other]) ** 2).sum(axis=1))
    simple = ~np.isin(made[0], of[places])
    return (np.r_[made[0][simple], more_owner], np.r_[made[1][simple], more_other],
            np.r_[made[2][simple], more_distance])  # fmt: skip


def paired(points: Floats, of: Ints, among: Ints, count: int, *, optimal: bool,
           caliper: float | None = None) -> Matches:  # fmt: skip
    """Match each row of `of` to `count` rows of `among`, no row of which is used twice.

    Parameters
    ----------
    of
        In the order in which they choose, where the matching is not optimal.
    optimal
        Whether the sum of all distances is made least; else each row takes the nearest that are left.

    Raises
    ------
    BadInput
        When there are too few rows to match to.
    """
    if len(among) < count * len(of) and caliper is None:
        raise BadInput(f"{len(of)} rows to match to {count} each, but {len(among)} of the other arm", where="replace",
                       allowed="replace=True, fewer neighbours, or a caliper")  # fmt: skip
    if len(of) * len(among) * count > _LARGEST:
        raise BadInput(f"{len(of)} x {len(among)} distances", where="replace",
                       allowed=f"replace=True, or at most {_LARGEST:,} distances")  # fmt: skip
    far = cdist(points[of], points[among])
    most = np.inf if caliper is None else caliper
    owner, other = _optimal(far, count, most) if optimal else _greedy(far, count, most)
    found = np.bincount(owner, minlength=len(of))
    return Matches(of[owner], among[other], 1.0 / found[owner])


def _optimal(far: Floats, count: int, most: float) -> tuple[Ints, Ints]:
    cost = np.where(far <= most, far, 1e6 * (1 + far.max())) if np.isfinite(most) else far
    owner, other = linear_sum_assignment(np.repeat(cost, count, axis=0))
    owner = owner // count
    kept = far[owner, other] <= most
    return owner[kept].astype(np.int64), other[kept].astype(np.int64)


def _greedy(far: Floats, count: int, most: float) -> tuple[Ints, Ints]:
    left = far.copy()
    owner, other = [], []
    for _ in range(count):
        for row in range(len(left)):
            best = int(np.argmin(left[row]))
            if left[row, best] <= most and np.isfinite(left[row, best]):
                owner.append(row)
                other.append(best)
                left[:, best] = np.inf
    return np.asarray(owner, np.int64), np.asarray(other, np.int64)
