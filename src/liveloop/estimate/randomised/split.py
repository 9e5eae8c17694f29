"""Which rows are in which stratum and arm, and what is the effect in each stratum?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import as_names
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.cells import Cells, cell_means, distinct, lone
from liveloop.estimate.randomised.difference import Columns, counts_of
from liveloop.estimate.words import listed


@dataclass(frozen=True, eq=False)
class Split:
    """The data, cut into strata and arms.

    Parameters
    ----------
    effects, sizes, precision
        Of each stratum: its effect, its weight, and what its effect tells under equal variances.
    """

    columns: Columns
    outcome: Floats
    arms: Groups
    groups: Groups | None
    strata: Groups
    weights: Floats | None
    cells: Cells
    effects: Floats
    sizes: Floats
    precision: Floats

    @property
    def cell(self) -> Ints:
        """Give the cell of each row."""
        return np.asarray(self.strata.codes * 2 + self.arms.codes)

    @property
    def units(self) -> int:
        """Count clusters, or rows."""
        return len(self.outcome) if self.groups is None else self.groups.count

    def contrast(self, shares: Floats) -> Floats:
        """Give the combination of cells that is the average of effects by shares."""
        return np.column_stack([-shares, shares]).ravel()

    def effects_covariance(self, correction: str) -> Floats:
        """Give the covariance of the effects of strata."""
        apart = np.kron(np.eye(self.strata.count), np.array([[-1.0, 1.0]]))
        return np.asarray(apart @ self.cells.covariance(correction) @ apart.T)

    def counts(self) -> dict[str, int]:
        """Count rows, clusters and strata."""
        return {**counts_of(self.arms, self.groups, self.columns.clusters), "strata": self.strata.count}

    def refuse_lone(self) -> None:
        """Refuse strata that have one unit in an arm."""
        units = None if self.groups is None else self.groups.codes
        found = distinct(lone(self.cell, 2 * self.strata.count, units) // 2)
        if len(found):
            unit = self.columns.clusters or "row"
            raise BadInput(
                f"{len(found)} of {self.strata.count} strata have one {unit} only in an arm: "
                f"{listed([self.strata.labels[at] for at in found])}", where="strata",
                allowed="two or more in each arm of each stratum; coarser strata; correction='pairs' for pairs",
            )  # fmt: skip


def crossed(frame: Frame, names: Sequence[str]) -> Groups:
    """Cross columns: each combination of labels that is there is a group.

    Examples
    --------
    >>> frame = read_frame({"a": [1, 1, 2], "b": ["x", "y", "x"]})
    >>> crossed(frame, ["a", "b"]).labels, crossed(frame, ["a"]).labels
    (((1, 'x'), (1, 'y'), (2, 'x')), (1, 2))
    """
    if not names:
        raise BadInput("no column of strata", where="strata", allowed="one column or more")
    parts = [frame.groups(name, "stratum") for name in names]
    if len(parts) == 1:
        return parts[0]
    found, codes = np.unique(np.column_stack([one.codes for one in parts]), axis=0, return_inverse=True)
    labels = tuple(tuple(one.labels[at] for one, at in zip(parts, row, strict=True)) for row in found)
    return Groups(codes.ravel().astype(np.int64), labels)


def split_by(data: Any, columns: Columns, strata: str | Sequence[str], control: object) -> Split:  # noqa: ANN401
    """Cut the data into strata and arms; refuse a stratum that has no rows in an arm."""
    frame = read_frame(data, (*columns.named, *as_names(strata)))
    arms = frame.two_arms(columns.treatment, control=control)
    groups = frame.groups(columns.clusters, "cluster") if columns.clusters else None
    found = crossed(frame, as_names(strata))
    outcome, weights = frame.numbers(columns.outcome, "outcome"), frame.weights(columns.weights)
    cell = found.codes * 2 + arms.codes
    rows = np.bincount(cell, minlength=2 * found.count).reshape(-1, 2)
    empty = np.flatnonzero((rows == 0).any(axis=1))
    if len(empty):
        said = [f"{found.labels[at]!r} ({rows[at, 0]} of {arms.labels[0]!r}, {rows[at, 1]} of {arms.labels[1]!r})"
                for at in empty[:5]]  # fmt: skip
        raise BadInput(f"{len(empty)} of {found.count} strata have no rows in an arm: {', '.join(said)}",
                       where="strata", allowed="rows of both arms in each stratum; coarser strata")  # fmt: skip
    x = frame.matrix(columns.covariates) if columns.covariates else None
    x = None if x is None else x - np.average(x, axis=0, weights=weights)
    units = None if groups is None else groups.codes
    cells = cell_means(outcome, cell, 2 * found.count, units=units, weights=weights, x=x)
    mean, total = cells.means.reshape(-1, 2), cells.totals.reshape(-1, 2)
    effects, sizes = mean[:, 1] - mean[:, 0], total.sum(axis=1)
    return Split(columns, outcome, arms, groups, found, weights, cells, effects, sizes, total.prod(axis=1) / sizes)


def sampled_shares(
    split: Split, stratum: Ints, unit: Ints | None, weights: Floats, shares: Floats, correction: str
) -> float:
    """Give the variance that shares have as those of a sample of rows, less what noise in the effects adds to it.

    Parameters
    ----------
    stratum, unit, weights
        Of each row of the sample that the shares were counted in; `unit` is None where rows stand alone.
    """
    away = split.effects - shares @ split.effects
    total = float(weights.sum())
    centred = np.eye(split.strata.count) - shares
    noise = centred @ split.effects_covariance(correction) @ centred.T
    if unit is None:
        size = np.bincount(stratum, (weights / total) ** 2, minlength=split.strata.count)
        return max(0.0, float(size @ (away**2 - np.diag(noise))))
    added = np.bincount(unit, weights * away[stratum]) / total
    pairs, places = np.unique(unit * split.strata.count + stratum, return_inverse=True)
    wide = np.zeros((int(unit.max()) + 1, split.strata.count))
    wide[pairs // split.strata.count, pairs % split.strata.count] = np.bincount(places, weights) / total
    spurious = float(((wide @ noise) * wide).sum())
    return max(0.0, float((added**2).sum()) - spurious)
