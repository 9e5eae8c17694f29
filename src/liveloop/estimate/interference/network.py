"""Who can touch whom?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.words import listed


@dataclass(frozen=True, eq=False)
class Network:
    """Which units touch which.

    Parameters
    ----------
    touches
        A sparse matrix, [unit, neighbour]: the weight with which the arm of the neighbour counts for the unit.

    Examples
    --------
    >>> line = network_of(edges={"source": ["a", "b"], "target": ["b", "c"]}, units=("a", "b", "c"))
    >>> line.sizes.tolist(), line.treated(np.array([True, False, False])).tolist()
    ([1.0, 2.0, 1.0], [0.0, 1.0, 0.0])
    """

    touches: Any

    @property
    def count(self) -> int:
        """How many units there are."""
        return int(self.touches.shape[0])

    @property
    def sizes(self) -> Floats:
        """Sum the weights of each unit's neighbours."""
        return np.asarray(self.touches.sum(axis=1), np.float64).ravel()

    @property
    def neighbours(self) -> Ints:
        """Count the neighbours of each unit."""
        return np.asarray(np.diff(self.touches.indptr), np.int64)

    @property
    def weighted(self) -> bool:
        """Whether some neighbours count more than others."""
        return bool((self.touches.data != 1).any())

    def treated(self, arms: Any) -> Floats:  # noqa: ANN401 - flags, one assignment or many
        """Sum the weights of each unit's treated neighbours: [unit], or [draw, unit] of arms [draw, unit]."""
        arms = np.asarray(arms, np.float64)
        if arms.ndim == 1:
            return np.asarray(self.touches @ arms, np.float64)
        return np.ascontiguousarray((self.touches @ arms.T).T)

    def shares(self, arms: Any) -> Floats:  # noqa: ANN401 - flags, one assignment or many
        """Give the share of each unit's neighbours that is treated; 0 for a unit without neighbours."""
        sizes = self.sizes
        return np.asarray(self.treated(arms) / np.where(sizes > 0, sizes, 1.0))

    def onto(self, coins: Ints, count: int) -> Network:
        """Give who touches whom among coins: [unit, coin], each coin once, however many neighbours follow it."""
        rows, columns = self.touches.nonzero()
        made = sparse.csr_array((np.ones(len(rows)), (rows, coins[columns])), shape=(self.count, count))
        made.sum_duplicates()
        made.data[:] = 1.0
        return Network(made)

    def repeated(self, coins: Ints) -> bool:
        """Say whether some unit has several neighbours that follow one coin."""
        return bool((self.onto(coins, int(coins.max()) + 1).neighbours < self.neighbours).any())


def network_of(
    edges: Any = None,  # noqa: ANN401 - any table, or a matrix
    *,
    units: Sequence[Any],
    groups: Groups | None = None,
    ends: tuple[str, str] = ("source", "target"),
    weight: str | None = None,
    directed: bool = False,
) -> Network:
    """Make a network of edges, of a matrix, or of groups in which all touch all.

    Parameters
    ----------
    edges
        A table with one row for each edge, or a square matrix in the order of the rows: [unit, neighbour].
    units
        The name of each unit, in the order of the rows.
    groups
        Groups whose members all touch one another.
    ends, weight
        The columns of the table. A directed edge goes from the unit that touches to the one that is touched.

    Raises
    ------
    BadInput
        When there are no edges, an edge has an end that is no unit, or a weight is not above 0.
    """
    if (edges is None) == (groups is None):
        raise BadInput("who touches whom is given twice or not at all", where="edges", allowed="edges or groups")
    if groups is not None:
        return _all_in(groups)
    if sparse.issparse(edges) or (isinstance(edges, np.ndarray) and edges.ndim == 2):
        return _matrix(edges, len(units))
    frame = read_frame(edges, (*ends, *((weight,) if weight else ())))
    place = {label: at for at, label in enumerate(units)}
    source, target = (_places(frame, end, place) for end in ends)
    weights = np.ones(frame.rows) if weight is None else frame.numbers(weight, "weight")
    if not directed:
        source, target, weights = np.r_[source, target], np.r_[target, source], np.r_[weights, weights]
    made = sparse.csr_array((weights, (target, source)), shape=(len(units), len(units)))
    return _cleaned(made, once=weight is None)


def _places(frame: Frame, end: str, place: dict[Any, int]) -> Ints:
    found = frame.groups(end, "end of an edge")
    unknown = [label for label in found.labels if label not in place]
    if unknown:
        raise BadInput(f"{len(unknown)} ends of edges are no units of the table: {listed(unknown)}", where=end,
                       allowed="edges between units that have a row")  # fmt: skip
    return np.array([place[label] for label in found.labels], np.int64)[found.codes]


def _matrix(matrix: Any, count: int) -> Network:  # noqa: ANN401 - dense or sparse
    if matrix.shape != (count, count):
        raise BadInput(
            f"the matrix has shape {matrix.shape} for {count} rows", where="edges", allowed="a square matrix"
        )
    return _cleaned(sparse.csr_array(matrix).astype(np.float64), once=False)


def _all_in(groups: Groups) -> Network:
    member = sparse.csr_array((np.ones(len(groups.codes)), (np.arange(len(groups.codes)), groups.codes)))
    return _cleaned(sparse.csr_array(member @ member.T), once=True)


def _cleaned(matrix: Any, *, once: bool) -> Network:  # noqa: ANN401 - a sparse matrix
    """Leave out what touches itself; count an edge that is listed twice once, unless it has weights."""
    matrix.setdiag(0.0)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    if not matrix.nnz:
        raise BadInput("no unit touches another", where="edges", allowed="at least one edge between two units")
    if not (np.isfinite(matrix.data) & (matrix.data > 0)).all():
        raise BadInput(f"{int((~(matrix.data > 0)).sum())} weights are not above 0", where="edges",
                       allowed="weights above 0")  # fmt: skip
    if once:
        matrix.data[:] = 1.0
    return Network(matrix)
