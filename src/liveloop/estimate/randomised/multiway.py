"""What is the covariance when rows share several things at once: the firm and the year, the user and the day?

The covariances by each set of columns are added and taken off in turn: by firm, plus by year, less by firm and year
together. Each is a sum of squares; their combination need not be, so it can come out with a variance below 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of
from liveloop.estimate.linear import CLUSTERS, Clusters, Fit, Rows, sums_by_cluster

FACTORS = ("each", "smallest", "none")
MOST_WAYS = 6  # 63 covariances
MOST_NUMBERS = 20_000_000  # of the sums of x x', for CR2 and CR3
_BELOW = -1e-10  # relative: an eigenvalue under it is no rounding


@dataclass(frozen=True, eq=False)
class Multiway:
    """A covariance by several groupings.

    Parameters
    ----------
    covariance
        [parameter, parameter]
    numbers
        How many clusters each grouping has.
    smallest
        The smallest eigenvalue over the largest, in units of the iid standard errors; under 0 the combination is no
        covariance.
    repaired
        Whether a variance was below 0, so that eigenvalues below 0 were set to 0.
    """

    covariance: Floats
    numbers: tuple[int, ...]
    smallest: float
    repaired: bool

    @property
    def df(self) -> float:
        """Give the smallest number of clusters less 1."""
        return float(max(1, min(self.numbers) - 1))

    @property
    def indefinite(self) -> bool:
        """Say whether the combination is no covariance."""
        return self.smallest < _BELOW


def multiway(
    fit: Fit, groupings: Sequence[Ints], *, correction: str = "CR1", factor: str = "each", rank: int | None = None
) -> Multiway:
    """Combine covariances by clusters in several ways.

    Parameters
    ----------
    fit
        From rows: `fit_rows`.
    groupings
        The cluster of each row, from 0, for each way.
    correction
        "CR0", "CR1"; "CR2" and "CR3" apply theirs to each part.
    factor
        Of CR1, beside (n - 1) / (n - k): "each" part its own G / (G - 1) (Cameron, Gelbach and Miller; statsmodels);
        "smallest", that of the way with the fewest clusters for all parts (fixest, reghdfe); "none".
    rank
        How many parameters count in n - k; as many as there are, if not said.

    Raises
    ------
    BadInput
        When a name is unknown, the fit has no rows, a way has one cluster only, there are too many ways.

    Examples
    --------
    Two years are two clusters, however many firms there are:

    >>> from liveloop.estimate.linear import fit_rows
    >>> y = np.array([1.0, 2.0, 4.0, 5.0, 3.0, 7.0]); x = np.column_stack([np.ones(6), [0.0, 1, 0, 1, 1, 0]])
    >>> made = multiway(fit_rows(y, x, ["one", "t"]), [np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])])
    >>> made.numbers, made.df
    ((3, 2), 1.0)

    Source: Cameron, Gelbach and Miller (2011), doi:10.1198/jbes.2010.07136.
    """
    rows = _asked(fit, groupings, correction, factor)
    numbers = tuple(int(one.max()) + 1 for one in groupings)
    least = min(numbers)
    if least < 2:
        raise BadInput("a way of clustering has one cluster only", where="clusters", allowed="two clusters or more")
    ranked = fit if rank is None else replace(fit, rank=rank)
    total = np.zeros((len(fit.names),) * 2)
    for many in range(1, len(groupings) + 1):
        for chosen in combinations(groupings, many):
            part = _part(ranked, rows, _joined(chosen), correction)
            if correction == "CR1":
                part = part * _factor_over(factor, int(_joined(chosen).max()) + 1, least)
            total += part if many % 2 else -part
    return _checked(total, fit, numbers)


def _asked(fit: Fit, groupings: Sequence[Ints], correction: str, factor: str) -> Rows:
    if correction not in CLUSTERS:
        raise BadInput(f"no correction {correction!r} by clusters", where="correction", allowed=", ".join(CLUSTERS))
    one_of(factor, "factor", FACTORS)
    if not 1 <= len(groupings) <= MOST_WAYS:
        raise BadInput(f"{len(groupings)} ways of clustering", where="clusters", allowed=f"1 to {MOST_WAYS}")
    if fit.rows is None:
        raise BadInput("only sums by one cluster are known", where="clusters", allowed="a fit from rows")
    return fit.rows


def _joined(groupings: Sequence[Ints]) -> Ints:
    """Give each combination of groups that occurs a code from 0."""
    codes = groupings[0]
    for one in groupings[1:]:
        codes = np.unique(codes * (int(one.max()) + 1) + one, return_inverse=True)[1].astype(np.int64)
    return codes


def _part(fit: Fit, rows: Rows, codes: Ints, correction: str) -> Floats:
    """Give one covariance; that of CR1 with (n - 1) / (n - k), and without G / (G - 1)."""
    width, number = len(fit.names), int(codes.max()) + 1
    if correction in ("CR0", "CR1"):
        scores = summed_scores(rows, codes) @ fit.bread
        scale = 1.0 if correction == "CR0" else (fit.count - 1) / max(1, fit.count - fit.rank)
        return np.asarray(scores.T @ scores * scale)
    if number * width**2 > MOST_NUMBERS:
        raise BadInput(f"{correction} of {width} parameters in {number} clusters", where="correction",
                       allowed="CR0 or CR1 at this size")  # fmt: skip
    return replace(fit, clusters=sums_by_cluster(rows.x, rows.residual, codes)).covariance(correction)


def summed_scores(rows: Rows, codes: Ints) -> Floats:
    """Sum x e over the rows of each cluster: [cluster, parameter]."""
    number = int(codes.max()) + 1
    return np.stack([np.bincount(codes, one * rows.residual, minlength=number) for one in rows.x.T], axis=1)


def by_scores(fit: Fit, codes: Ints) -> Clusters:
    """Give what CR0 and CR1 need of clusters, without the sums of x x', where those would be too many."""
    assert fit.rows is not None
    return Clusters(summed_scores(fit.rows, codes), np.empty((0, 0, 0)))


def _factor_over(factor: str, number: int, least: int) -> float:
    if factor == "none":
        return 1.0
    groups = number if factor == "each" else least
    return groups / max(1, groups - 1)


def _checked(total: Floats, fit: Fit, numbers: tuple[int, ...]) -> Multiway:
    scale = np.sqrt(np.diag(fit.bread) * max(fit.squares, 1e-300) / max(1, fit.count - fit.rank))
    own, vectors = np.linalg.eigh((total + total.T) / 2 / np.outer(scale, scale))
    smallest = float(own[0] / max(own[-1], 1e-300))
    repaired = bool((np.diag(total) < 0).any()) and smallest < _BELOW
    if repaired:
        total = (vectors * np.maximum(own, 0.0)) @ vectors.T * np.outer(scale, scale)
    return Multiway(total, numbers, smallest, repaired)
