"""What are the means of many cells, each a stratum in one arm, and the variance of a combination of them?

A regression on an indicator of each cell, written out: the leverage of a unit is its share of the weight of its cell.
So a million rows and hundreds of strata take no time. Covariates, and clusters that have rows in several cells, go
through `fit_rows`, with as many columns as cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.linear import CLUSTERS, Fit, fit_rows

DENSE = 64  # columns up to which the regression is made in full


@dataclass(frozen=True, eq=False)
class Units:
    """Rows, or clusters that lie within a cell: the cell of each, its weight, and its sum of w e."""

    cell: Ints
    weight: Floats
    score: Floats


@dataclass(frozen=True, eq=False)
class Cells:
    """Means of cells.

    Parameters
    ----------
    means, totals
        Mean and weight of each cell, [cell].
    count, squares
        How many rows there are, and the sum of w e^2 over them.
    fit
        The regression in full, where there are covariates or clusters in several cells; its first parameters are means.
    rows, clusters
        What rows and clusters give where there is no fit.
    """

    means: Floats
    totals: Floats
    count: int
    squares: float
    fit: Fit | None = None
    rows: Units | None = None
    clusters: Units | None = None

    def error(self, contrast: Floats, correction: str) -> float:
        """Give the standard error of a combination of the means."""
        return float(np.sqrt(max(0.0, float(contrast @ self.covariance(correction) @ contrast))))

    def covariance(self, correction: str) -> Floats:
        """Give the covariance of the means."""
        number = len(self.means)
        if self.fit is not None:
            return self.fit.covariance(correction)[:number, :number]
        left = max(1, self.count - number)
        if correction == "iid":
            return np.asarray(np.diag(self.squares / left / self.totals))
        units, kind = self._units(correction), correction[-1]
        free = np.maximum(1 - units.weight / self.totals[units.cell], 1e-12)
        scale = {"2": 1 / free, "3": 1 / free**2}.get(kind, np.ones_like(free))
        variance = np.bincount(units.cell, scale * units.score**2, minlength=number) / self.totals**2
        factor = 1.0
        if kind == "1":
            many = len(units.cell)
            factor = many / (many - 1) * (self.count - 1) / left if correction in CLUSTERS else self.count / left
        return np.asarray(np.diag(variance * factor))

    def _units(self, correction: str) -> Units:
        made = self.clusters if correction in CLUSTERS else self.rows
        if made is None:
            raise BadInput(f"{correction} needs {'clusters' if correction in CLUSTERS else 'rows'}",
                           where="correction", allowed="a correction at the level of the units")  # fmt: skip
        return made

    def freedom(self, contrast: Floats, correction: str) -> float:
        """Give the df: of Bell and McCaffrey for HC2, CR2 and CR3, else what the correction's convention says."""
        if self.fit is not None:
            longer = np.zeros(len(self.fit.names))
            longer[: len(contrast)] = contrast
            return self.fit.freedom(longer, correction)
        if correction not in ("HC2", "CR2", "CR3"):
            rows = self.count - len(self.means)
            return float(max(1, len(self._units(correction).cell) - 1 if correction in CLUSTERS else rows))
        units = self._units(correction)
        share = units.weight / self.totals[units.cell]
        square = contrast[units.cell] ** 2 / np.maximum(1 - share, 1e-12)
        sizes = square * units.weight / self.totals[units.cell] ** 2
        own = sizes * share
        across = np.bincount(units.cell, own, minlength=len(contrast))
        squares = float((across**2).sum() + (sizes**2).sum() - 2 * (sizes * own).sum())
        return max(1.0, float((sizes - own).sum()) ** 2 / squares) if squares > 0 else 1.0


def cell_means(
    outcome: Floats, cell: Ints, count: int, *, units: Ints | None, weights: Floats | None, x: Floats | None = None
) -> Cells:
    """Make the means of cells.

    Parameters
    ----------
    outcome, cell
        [row]; cells are counted from 0 to `count` - 1, each with rows.
    units
        The cluster of each row; None where rows stand alone.
    x
        Covariates with one slope each for all cells, [row, covariate]; the means are those at x = 0.

    Raises
    ------
    BadInput
        When there are covariates, or clusters with rows in several cells, and more than 64 cells, or as many as rows.

    Examples
    --------
    >>> made = cell_means(np.array([1.0, 3.0, 4.0, 8.0]), np.array([0, 0, 1, 1]), 2, units=None, weights=None)
    >>> made.means.round(6).tolist(), round(made.error(np.array([-1.0, 1.0]), "HC2"), 4)
    ([2.0, 6.0], 2.2361)
    """
    heavy = np.ones(len(outcome)) if weights is None else weights
    totals = np.asarray(np.bincount(cell, heavy, minlength=count), np.float64)
    across = _across(units, cell, count)
    if x is not None or across:
        width = count + (0 if x is None else x.shape[1])
        _refuse_wide(width, count, len(outcome), across)
        design = np.zeros((len(outcome), width))
        design[np.arange(len(outcome)), cell] = 1.0
        if x is not None:
            design[:, count:] = x
        fit = fit_rows(outcome, design, [str(one) for one in range(width)], clusters=units, weights=weights)
        return Cells(fit.beta[:count], totals, len(outcome), fit.squares, fit)
    means = np.bincount(cell, heavy * outcome, minlength=count) / totals
    residual = outcome - means[cell]
    rows = Units(cell, heavy, heavy * residual)
    squares = float((heavy * residual**2).sum())
    clusters = None if units is None else _summed(units, cell, rows)
    return Cells(np.asarray(means, np.float64), totals, len(outcome), squares, None, rows, clusters)


def _across(units: Ints | None, cell: Ints, count: int) -> int:
    """Count the clusters that have rows in several cells."""
    if units is None:
        return 0
    pairs = distinct(units * count + cell)
    return len(pairs) - len(distinct(pairs // count))


def _refuse_wide(width: int, count: int, rows: int, across: int) -> None:
    if width <= DENSE and width < rows:
        return
    if across:
        raise BadInput(f"{across} clusters have rows in several of {count} cells", where="clusters",
                       allowed=f"clusters within a stratum and an arm, or at most {DENSE} cells")  # fmt: skip
    raise BadInput(f"{count} cells and {width - count} covariates in {rows} rows", where="strata",
                   allowed=f"at most {DENSE} together, and fewer than rows")  # fmt: skip


def _summed(units: Ints, cell: Ints, rows: Units) -> Units:
    """Sum rows over clusters, each in one cell."""
    _, first, places = np.unique(units, return_index=True, return_inverse=True)
    weight, score = (np.asarray(np.bincount(places, one), np.float64) for one in (rows.weight, rows.score))
    return Units(cell[first], weight, score)


def lone(cell: Ints, count: int, units: Ints | None) -> Ints:
    """Give the cells that have fewer than two units: what varies inside them cannot be known.

    Examples
    --------
    >>> lone(np.array([0, 0, 1, 1]), 2, np.array([0, 1, 2, 2])).tolist()
    [1]
    """
    found = cell if units is None else distinct(units * count + cell) % count
    return np.flatnonzero(np.bincount(found, minlength=count) < 2)


def distinct(codes: Ints) -> Ints:
    """List the different codes, in order, by sorting: the hash of numpy.unique takes seconds for a million.

    Examples
    --------
    >>> distinct(np.array([3, 1, 3])).tolist(), distinct(np.array([], int)).tolist()
    ([1, 3], [])
    """
    ordered = np.sort(codes)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return np.asarray(ordered[first])
