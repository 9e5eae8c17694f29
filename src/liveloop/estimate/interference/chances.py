"""How likely is each exposure for each unit, and for each two units together?

Three ways: by counting coins, where the rule asks only how many of them fell on treated and all coins are alike
(`counted.py`); over every assignment, where there are few; over many draws of the design otherwise. What is drawn is
the design, never the outcomes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.seeds import Floats, Ints

_ENOUGH = 20  # draws in which independent units would be seen together: none at all then says that they cannot be
CHUNK = 256  # rows that are looked at together: bounds memory at 256 times the number of units


@dataclass(frozen=True, eq=False)
class Pairs:
    """Two units each, and the chance that they have two given exposures; whoever is not named is independent."""

    rows: Ints
    columns: Ints
    chance: Floats


class Chances(ABC):
    """Exposure probabilities of a design.

    Attributes
    ----------
    single
        [unit, level]
    how
        "exact", or how many assignments were drawn.
    """

    single: Floats
    how: str

    @abstractmethod
    def pairs(self, level: int, other: int, rows: Ints) -> Iterator[Pairs]:
        """Give the chance that a unit of `rows` has `level` while another one has `other`, in parts."""

    @abstractmethod
    def twins(self) -> Ints:
        """Number the units such that those that always share their exposure share a number."""

    @property
    def exact(self) -> bool:
        """Whether no chance is estimated."""
        return self.how == "exact"


class DrawnChances(Chances):
    """Probabilities as shares of assignments.

    Parameters
    ----------
    codes
        The exposure of each unit in each assignment, [assignment, unit].
    weights
        The probability of each assignment, where every one is there; None for draws, which count alike.
    near
        Which units can depend on one another, [unit, unit], sparse, so that others are not taken from draws, which
        would be noise; None where all may.

    Examples
    --------
    >>> both = DrawnChances(np.array([[0, 1], [1, 0]]), 2, np.array([0.5, 0.5]))
    >>> both.single.tolist(), [float(one) for one in next(both.pairs(1, 1, np.array([0]))).chance]
    ([[0.5, 0.5], [0.5, 0.5]], [0.5, 0.0])
    """

    def __init__(self, codes: Any, levels: int, weights: Floats | None = None, near: Any = None) -> None:  # noqa: ANN401
        self.codes, self.near = codes.astype(np.int16), near
        self.how = "exact" if weights is not None else f"from {len(codes):,} draws of the design"
        self.weights = np.full(len(codes), 1 / len(codes)) if weights is None else weights
        self.single = np.column_stack([self.weights @ (codes == level) for level in range(levels)])

    def pairs(self, level: int, other: int, rows: Ints) -> Iterator[Pairs]:  # noqa: D102
        for at in range(0, len(rows), CHUNK):
            chunk = rows[at : at + CHUNK]
            if self.near is None:
                columns = np.arange(self.codes.shape[1])
                made = _flat(chunk, self._together(level, other, chunk, columns))
                yield made if self.exact else self._told(made, level, other)
                continue
            row, column = self.near[chunk].nonzero()
            columns, place = np.unique(column, return_inverse=True)
            yield Pairs(chunk[row], column.astype(np.int64), self._together(level, other, chunk, columns)[row, place])

    def _together(self, level: int, other: int, rows: Ints, columns: Ints) -> Floats:
        """Give the share of assignments in which units of rows have one exposure and units of columns the other."""
        mine, theirs = self.codes[:, rows] == level, self.codes[:, columns] == other
        if not self.exact:  # counts of draws: whole numbers, exact in single precision
            return np.asarray(mine.astype(np.float32).T @ theirs.astype(np.float32), np.float64) / len(self.codes)
        made: Floats = (mine * self.weights[:, None]).T @ theirs.astype(np.float64)
        made[made < 0.5 * self.weights.min()] = 0.0  # rounding of a product of floats
        return made

    def _told(self, made: Pairs, level: int, other: int) -> Pairs:
        """Take units for independent that were never seen together, where so few draws could have shown it."""
        apart = self.single[made.rows, level] * self.single[made.columns, other]
        unsure = (made.chance == 0) & (apart * len(self.codes) < _ENOUGH) & (made.rows != made.columns)
        return Pairs(made.rows, made.columns, np.where(unsure, apart, made.chance))

    def twins(self) -> Ints:  # noqa: D102
        seen: dict[bytes, int] = {}
        small = np.ascontiguousarray(self.codes.T)
        return np.array([seen.setdefault(row.tobytes(), len(seen)) for row in small], np.int64)


class GivenChances(Chances):
    """Probabilities that are known from elsewhere.

    Parameters
    ----------
    joint
        By two levels: the chance that one unit has the first while another has the second, [unit, unit].
    """

    def __init__(self, single: Floats, joint: Mapping[tuple[int, int], Floats]) -> None:
        self.single, self.joint, self.how = single, joint, "exact"

    def pairs(self, level: int, other: int, rows: Ints) -> Iterator[Pairs]:  # noqa: D102
        yield _flat(rows, self.joint[level, other][rows])

    def twins(self) -> Ints:  # noqa: D102
        return np.arange(len(self.single))


def _flat(rows: Ints, table: Floats) -> Pairs:
    count = table.shape[1]
    return Pairs(np.repeat(rows, count), np.tile(np.arange(count), len(rows)), np.asarray(table).ravel())


def joined(count: int, rows: Ints, columns: Ints) -> Ints:
    """Number units such that those that are linked, through others too, share a number.

    Examples
    --------
    >>> joined(4, np.array([0, 1]), np.array([1, 3])).tolist()
    [0, 0, 1, 0]
    """
    linked = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    return np.asarray(sparse.csgraph.connected_components(linked, directed=False)[1], np.int64)
