"""How do many replicates of one experiment lie in arrays, and what are the sums of each cluster in each of them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.words import listed

ONE = "1"


@dataclass(frozen=True, eq=False)
class Batch:
    """Replicates that share their clusters.

    Parameters
    ----------
    columns
        [replicate, row] each; or [row], the same in all replicates.
    starts
        The first row of each cluster; rows of a cluster lie together.
    rows
        How many rows a replicate has.
    replicates
        How many there are.
    """

    columns: Mapping[str, Floats]
    starts: Ints
    rows: int
    replicates: int

    @cached_property
    def sizes(self) -> Floats:
        """Count the rows of each cluster."""
        return np.diff(np.append(self.starts, self.rows)).astype(np.float64)

    @cached_property
    def even(self) -> int:
        """Give the size of all clusters where they are of one size; else 0."""
        first = int(self.sizes[0])
        return first if (self.sizes == first).all() else 0

    def column(self, name: str) -> Floats:
        """Give one column; refuse one that is not there."""
        if name not in self.columns:
            raise BadInput(f"there is no column {name!r}", where=name, allowed=listed(list(self.columns)))
        return self.columns[name]

    def sums(self, one: str, other: str = ONE) -> Floats:
        """Sum a column, or the product of two, over each cluster: [replicate, cluster], or [1, cluster]."""
        if one == ONE and other == ONE:
            return self.sizes[None, :]
        left = np.atleast_2d(self.column(other if one == ONE else one))
        if ONE in (one, other):
            return self._summed(left)
        return self._product(left, np.atleast_2d(self.column(other)))

    def _summed(self, values: Floats) -> Floats:
        if self.even:
            flat = values.reshape(-1, self.even) @ np.ones((self.even, 1))  # one product, not one for each replicate
            return np.asarray(flat.reshape(len(values), -1))
        return np.asarray(np.add.reduceat(values, self.starts, axis=1))

    def _product(self, left: Floats, right: Floats) -> Floats:
        if self.even:
            return np.asarray(np.einsum("rgi,rgi->rg", *np.broadcast_arrays(*map(self._by_cluster, (left, right)))))
        return np.asarray(np.add.reduceat(left * right, self.starts, axis=1))

    def _by_cluster(self, values: Floats) -> Floats:
        return values.reshape(len(values), len(self.starts), self.even)

    def part(self, first: int, last: int) -> Batch:
        """Give some of the replicates."""
        some = {name: one if one.ndim == 1 else one[first:last] for name, one in self.columns.items()}
        return Batch(some, self.starts, self.rows, last - first)


def batch_of(columns: Mapping[str, Floats], starts: Sequence[int] | Ints | None = None) -> Batch:
    """Lay replicates out.

    Parameters
    ----------
    columns
        [replicate, row], or [row] where a column is the same in all replicates.
    starts
        The first row of each cluster; None where each row is one.

    Examples
    --------
    >>> made = batch_of({"y": np.arange(12.0).reshape(2, 6)}, [0, 2, 5])
    >>> made.sums("y").tolist(), made.sums("y", "y")[0].tolist(), made.even
    ([[1.0, 9.0, 5.0], [13.0, 27.0, 11.0]], [1.0, 29.0, 25.0], 0)
    """
    made = {name: np.ascontiguousarray(one, np.float64) for name, one in columns.items()}
    rows = {one.shape[-1] for one in made.values()}
    replicates = {len(one) for one in made.values() if one.ndim == 2}
    if len(rows) != 1 or len(replicates) > 1 or any(one.ndim not in (1, 2) for one in made.values()):
        shapes = listed([one.shape for one in made.values()])
        raise BadInput(
            f"columns of the shapes {shapes}", where="columns", allowed="[replicate, row] or [row], all alike"
        )
    count = rows.pop()
    first = np.arange(count) if starts is None else np.asarray(starts, np.int64)
    if not len(first) or first[0] != 0 or (np.diff(first) <= 0).any() or first[-1] >= count:
        raise BadInput("starts are no first rows of clusters", where="starts", allowed="0, then larger and larger rows")
    return Batch(made, first, count, replicates.pop() if replicates else 1)
