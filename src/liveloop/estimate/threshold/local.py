"""What does a polynomial fitted near the cutoff say about the mean there, or a derivative of it?

Whatever is estimated is a weighted sum of the outcomes, so that all standard errors come from one vector of weights and
one of residuals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.threshold.kernels import kernel_weights
from liveloop.estimate.threshold.neighbours import neighbour_residuals

ROWS = ("NN", "HC0", "HC1", "HC2", "HC3")
CLUSTERS = ("CR0", "CR1", "CR2", "CR3")
CORRECTIONS = (*ROWS, *CLUSTERS)
_POWER = {"0": 0.0, "1": 0.0, "2": -0.5, "3": -1.0}
_FREE = 1e-8  # 1 minus a leverage: below it a row or cluster settles a direction alone, and its residual is 0


@dataclass(frozen=True, eq=False)
class Side:
    """The rows on one side of the cutoff, in order of the running variable.

    Parameters
    ----------
    name
        "below" or "above".
    x
        Running variable minus cutoff.
    columns
        [row, column]: the outcome, then the treatment where it is fuzzy, then covariates.
    weights
        Of the rows, beyond the kernel's.
    clusters
        The cluster of each row; None where rows stand alone.
    """

    name: str
    x: Floats
    columns: Floats
    weights: Floats
    clusters: Ints | None = None

    def within(self, bandwidth: float, kernel: str) -> Side:
        """Give the rows that have a weight within a bandwidth."""
        distance = np.abs(self.x)
        kept = distance <= bandwidth if kernel == "uniform" else distance < bandwidth
        clusters = None if self.clusters is None else self.clusters[kept]
        return Side(self.name, self.x[kept], self.columns[kept], self.weights[kept], clusters)

    @property
    def reach(self) -> float:
        """How far the rows reach from the cutoff."""
        return float(np.abs(self.x).max())

    @cached_property
    def points(self) -> Floats:
        """Distances of the different values of the running variable, the nearest first."""
        return np.unique(np.abs(self.x))


@dataclass(frozen=True, eq=False)
class Polynomial:
    """A polynomial fitted to a side by weighted least squares, in powers of x / bandwidth."""

    side: Side
    bandwidth: float
    order: int
    weights: Floats
    basis: Floats
    inverse: Floats

    def picks(self, power: int) -> Floats:
        """Give the weights of the rows in the coefficient of a power of x."""
        made = (self.basis * self.weights[:, None]) @ self.inverse[power]
        return np.asarray(made / self.bandwidth**power)

    def coefficients(self, power: int) -> Floats:
        """Give the coefficient of a power of x for each column."""
        return np.asarray(self.picks(power) @ self.side.columns)

    def residuals(self) -> Floats:
        """Give the residuals of each column."""
        beta = self.inverse @ ((self.basis * self.weights[:, None]).T @ self.side.columns)
        return np.asarray(self.side.columns - self.basis @ beta)

    @cached_property
    def pressed(self) -> Floats:
        """Give Q with leverages Q Q': the rows of the basis, weighted, at right angles."""
        root = np.linalg.cholesky((self.inverse + self.inverse.T) / 2)
        return np.asarray((self.basis * np.sqrt(self.weights)[:, None]) @ root)

    def products(self) -> Floats:
        """Give sums of products, weighted, of what the polynomial leaves of the columns."""
        left = self.residuals()
        return np.asarray((left * self.weights[:, None]).T @ left)


def fit_side(side: Side, bandwidth: float, order: int, kernel: str) -> Polynomial:
    """Fit a polynomial; refuse a bandwidth that holds too few different values for it."""
    weights = kernel_weights(side.x, bandwidth, kernel) * side.weights
    points = len(np.unique(side.x[weights > 0]))
    if points <= order:
        raise BadInput(
            f"only {points} different values of the running variable {side.name} the cutoff within a bandwidth of "
            f"{bandwidth:.4g}, for a polynomial of order {order}", where="bandwidth",
            allowed=f"at least {order + 1}: a larger bandwidth, or a lower order")  # fmt: skip
    basis = np.vander(side.x / bandwidth, order + 1, increasing=True)
    root = np.linalg.qr(basis * np.sqrt(weights)[:, None], mode="r")
    try:
        unrooted = np.linalg.solve(root, np.eye(order + 1))
    except np.linalg.LinAlgError as error:
        raise BadInput(
            f"no polynomial of order {order} can be fitted {side.name} the cutoff within {bandwidth:.4g}",
            where="bandwidth", allowed="a larger bandwidth, or a lower order") from error  # fmt: skip
    return Polynomial(side, bandwidth, order, weights, basis, unrooted @ unrooted.T)


def row_residuals(fit: Polynomial, mix: Floats, correction: str, neighbours: int) -> Floats:
    """Give residuals of a mix of the columns, made fit for a correction of rows (or of none, for clusters)."""
    if correction == "NN":
        return neighbour_residuals(fit.side.x, (fit.side.columns @ mix)[:, None], neighbours)[:, 0]
    made = fit.residuals() @ mix
    if correction[0] == "C":
        return np.asarray(made)
    kind = correction[-1]
    if kind == "1":
        rows = len(made)
        return np.asarray(made * math.sqrt(rows / max(1, rows - fit.order - 1)))
    left = np.maximum(1 - (fit.pressed**2).sum(axis=1), 0.0)
    scale = np.ones_like(left)
    free = left > _FREE
    scale[free] = left[free] ** _POWER[kind]
    return np.asarray(made * scale)


def cluster_residuals(residuals: Floats, pressed: Floats, weights: Floats, clusters: Ints, power: float) -> Floats:
    """Give (I - H_g)^power times the residuals of each cluster g, weighted rows taken for alike.

    Source: Bell and McCaffrey (2002); Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
    """
    if power == 0:
        return residuals
    root = np.sqrt(weights)
    number = int(clusters.max()) + 1
    width = pressed.shape[1]
    crossed = np.zeros((number, width, width))
    np.add.at(crossed, clusters, pressed[:, :, None] * pressed[:, None, :])
    summed = np.zeros((number, width))
    np.add.at(summed, clusters, pressed * (root * residuals)[:, None])
    own, vectors = np.linalg.eigh(crossed)
    own = np.clip(own, 0.0, 1.0)
    left = np.maximum(1 - own, 0.0)
    scale = np.ones_like(left)
    scale[left > _FREE] = left[left > _FREE] ** power
    gain = np.where(own > _FREE, (scale - 1) / np.maximum(own, _FREE), -power)
    turned = np.einsum("gij,gj->gi", vectors, gain * np.einsum("gji,gj->gi", vectors, summed))
    added = (pressed * turned[clusters]).sum(axis=1)
    safe = np.where(root > 0, root, 1.0)
    return np.asarray(residuals + np.where(root > 0, added / safe, 0.0))


def power_of(correction: str) -> float:
    """Give the power of 1 minus leverage in a correction."""
    return _POWER[correction[-1]]


def summed_squares(scores: Floats, clusters: Ints | None) -> float:
    """Sum the squares of scores, of rows or of clusters."""
    if clusters is None:
        return float(scores @ scores)
    sums = np.bincount(clusters, weights=scores)
    return float(sums @ sums)
