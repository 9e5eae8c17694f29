"""What does each unit add to a ratio of two totals, and to one that is adjusted for covariates?

Written down once. Units u (clusters, or rows) of arm a have sums Y_u and D_u of numerator and denominator.

    R_a = sum Y_u / sum D_u,   its first-order change by unit u:  (Y_u - R_a D_u) / sum D_u

which is the score of a regression of y/d on the arms with weights d. So CR0 is the delta method, and the leverage of a
unit is its share D_u / sum D_u: CR3 is the jackknife over units, exactly. A covariate is a ratio too, C_a = sum N_u /
sum M_u; a plain column has N_u = its mean over the rows of the unit and M_u = 1, which the treatment cannot move by
changing how many rows there are. Adjusted for covariates with slopes q_a:

    R_a - q_a'(C_a - C),   changed by unit u by  (Y_u - R_a D_u) / sum D_u - q_a'(N_u - C_a M_u) / sum M_u  (its arm)
                                                 + q_a'(N_u - C M_u) / sum M_u  (both arms, in C)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.linear import Clusters, Fit

WELCH = "welch"
_POWER = {"0": 0.0, "1": 0.0, "2": -0.5, "3": -1.0}


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over the rows of each unit: a cluster in one arm, or a row.

    Parameters
    ----------
    outcome, denominator, arm, cluster
        [unit]; `arm` is 0 or 1, `cluster` a code.
    upper, lower
        Numerators and denominators of the covariates, [unit, covariate].
    row_unit, rows
        The unit of each row, and how many rows each unit has.
    """

    outcome: Floats
    denominator: Floats
    arm: Ints
    cluster: Ints
    upper: Floats
    lower: Floats
    row_unit: Ints
    rows: Ints

    def of(self, values: Floats) -> Floats:
        """Sum a column of the rows over each unit."""
        return np.asarray(np.bincount(self.row_unit, values, minlength=len(self.rows)), np.float64)


@dataclass(frozen=True, eq=False)
class RatioFit:
    """The ratio of each arm, and what each unit adds to it.

    Parameters
    ----------
    fit
        Of y/d on the arms with weights d: its parameters are the ratios of the control and of the treated arm.
    shared
        What each cluster adds to both ratios through the pooled mean of the covariates, [cluster, arm].
    slopes
        How many slopes were estimated.
    left
        Share of the variance of the difference that the adjustment leaves.
    sizes
        The denominator of each unit, by arm.
    """

    fit: Fit
    shared: Floats
    slopes: int
    left: float
    sizes: tuple[Floats, Floats]

    @property
    def units(self) -> tuple[int, int]:
        """Count the units of each arm."""
        return len(self.sizes[0]), len(self.sizes[1])

    def influence(self, correction: str) -> Floats:
        """Give what each cluster adds to the ratio of each arm, [cluster, arm]; its square sums to the variance."""
        assert self.fit.clusters is not None
        if correction == WELCH:
            own = self.fit.clusters.scores @ self.fit.bread
            return np.asarray(own * np.sqrt([n / (n - 1) for n in self.units]))
        kind, groups = correction[-1], self.fit.clusters.number
        left = groups - 2 - self.slopes
        if left < 1:
            raise BadInput(f"{groups} units for {2 + self.slopes} parameters", where="covariates",
                           allowed="more units than parameters")  # fmt: skip
        factor = (groups - 2) / left  # each slope takes one df, as in least squares
        factor *= self.fit.clusters.factor(self.fit) if kind == "1" else 1.0
        made = self.fit.clusters.adjusted(self.fit, _POWER[kind]) @ self.fit.bread + self.shared
        return np.asarray(made * math.sqrt(factor))

    def error(self, contrast: Floats, correction: str) -> float:
        """Give the standard error of a combination of both ratios."""
        return float(np.linalg.norm(self.influence(correction) @ contrast))

    def freedom(self, contrast: Floats, correction: str) -> float:
        """Give the df of a combination of both ratios."""
        if correction == WELCH:
            parts = ((self.influence(WELCH) * contrast) ** 2).sum(axis=0)
            squares = sum(part**2 / (n - 1) for part, n in zip(parts, self.units, strict=True))
            return float(parts.sum() ** 2 / squares) if squares > 0 else float(sum(self.units) - 2)
        kind = correction[-1]
        df = float(sum(self.units) - 2)
        if kind == "2" or correction == "CR3":
            df = min(self.fit.freedom(contrast, "CR2"), self._unit_freedom(contrast))
        elif correction.startswith("CR"):
            df = self.fit.freedom(contrast, "CR" + kind)
        return max(1.0, df - self.slopes)

    def _unit_freedom(self, contrast: Floats) -> float:
        """Give the df by Satterthwaite where the ratios of units, not their rows, vary alike.

        With V the sum of a_u (r_u - R)^2 and R the mean of r_u weighted by p_u, V is r'Br with
        B = diag(a) - p a' - a p' + (sum a) p p'.
        """
        trace, squares = 0.0, 0.0
        for arm, weight in enumerate(contrast):
            size = self.sizes[arm]
            p = size / size.sum()
            a = weight**2 * p**2 / np.maximum(1 - p, 1e-12)
            trace += float(a.sum() * (1 + p @ p) - 2 * (p @ a))
            both, inner = np.column_stack([p, a]), np.array([[a.sum(), -1.0], [-1.0, 0.0]])
            turned = inner @ (both.T @ both)
            squares += float(a @ a + 2 * np.trace(inner @ (both.T @ (a[:, None] * both))) + np.trace(turned @ turned))
        return max(1.0, trace**2 / squares) if squares > 0 else 1.0


def summed_by_unit(parts: tuple[Floats, Floats], arm: Ints, cluster: Ints | None, weights: Floats | None) -> Sums:
    """Sum numerator and denominator over the rows of each unit.

    Examples
    --------
    >>> made = summed_by_unit((np.arange(4.0), np.ones(4)), np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), None)
    >>> made.outcome.tolist(), made.denominator.tolist(), made.arm.tolist()
    ([1.0, 5.0], [2.0, 2.0], [0, 1])
    """
    code = np.arange(len(arm)) if cluster is None else cluster
    found, row_unit = np.unique(code * 2 + arm, return_inverse=True)
    heavy = np.ones(len(arm)) if weights is None else weights
    count = len(found)
    rows = np.bincount(row_unit, minlength=count).astype(np.int64)
    y, d = (np.asarray(np.bincount(row_unit, one * heavy, minlength=count), np.float64) for one in parts)
    _, codes = np.unique(found // 2, return_inverse=True)
    none = np.empty((count, 0))
    return Sums(y, d, found % 2, codes.astype(np.int64), none, none, row_unit.astype(np.int64), rows)


def ratio_fit(sums: Sums, adjust: str = "none", *, labels: tuple[str, Sequence[object]] = ("", (0, 1))) -> RatioFit:
    """Fit the ratios of both arms, adjusted for the covariates that the sums hold.

    Examples
    --------
    >>> sums = summed_by_unit((np.array([1.0, 3.0, 4.0, 6.0]), np.array([2.0, 2.0, 4.0, 1.0])),
    ...                       np.array([0, 0, 1, 1]), None, None)
    >>> ratio_fit(sums).fit.beta.tolist()
    [1.0, 2.0]
    """
    sides = np.column_stack([1.0 - sums.arm, sums.arm]).astype(np.float64)
    units = tuple(int(one) for one in sides.sum(axis=0))
    for label, one in zip(labels[1], units, strict=True):
        if one < 2:
            raise BadInput(f"arm {label!r} has {one} unit", where="treatment", allowed="two units or more in each arm")
    total = sums.denominator @ sides
    for label, one in zip(labels[1], total, strict=True):
        if one <= 0:
            raise BadInput(f"denominator {labels[0]!r} adds up to 0 in arm {label!r}", where=labels[0],
                           allowed="a sum above 0 in each arm")  # fmt: skip
    beta = (sums.outcome @ sides) / total
    scores = (sums.outcome - sums.denominator * beta[sums.arm])[:, None] * sides
    plain, shared, slopes = scores, np.zeros_like(scores), 0
    if adjust != "none" and sums.upper.shape[1]:
        moved, scores, shared, slopes = _adjusted(sums, sides, scores / total, adjust)
        beta, scores = beta - moved, scores * total
    clusters = int(sums.cluster.max()) + 1
    crossed = np.zeros((clusters, 2, 2))
    for arm in (0, 1):
        crossed[:, arm, arm] = np.bincount(sums.cluster, sums.denominator * sides[:, arm], minlength=clusters)
    grouped, plain, shared = (_by_cluster(one, sums.cluster, clusters) for one in (scores, plain, shared))
    bread = np.diag(1 / total)
    fit = Fit(("control", "treated"), beta, bread, int(sums.rows.sum()), 2, 0.0, clusters=Clusters(grouped, crossed))
    apart = np.array([-1.0, 1.0])
    before = float(((plain @ bread @ apart) ** 2).sum())
    left = float(((grouped @ bread @ apart + shared @ apart) ** 2).sum()) / before if before > 0 else 1.0
    sizes = sums.denominator[sums.arm == 0], sums.denominator[sums.arm == 1]
    return RatioFit(fit, shared, slopes, left, sizes)


def _adjusted(sums: Sums, sides: Floats, changes: Floats, adjust: str) -> tuple[Floats, Floats, Floats, int]:
    """Give by how much each arm's ratio is moved, the changes that are left, those in both arms, and the slopes."""
    lower = np.einsum("ua,uk->ak", sides, sums.lower)
    means = np.einsum("ua,uk->ak", sides, sums.upper) / lower  # [arm, covariate]
    pooled = sums.upper.sum(axis=0) / sums.lower.sum(axis=0)
    units = sides.sum(axis=0)
    own = (sums.upper - sums.lower * means[sums.arm]) / lower[sums.arm]
    all_own = (sums.upper - sums.lower * pooled) / sums.lower.sum(axis=0)
    outcome = changes.sum(axis=1)
    # Changes times the number of units are the linearised values: of one size, however unequal the arms.
    each = units[sums.arm]
    if adjust == "pooled":
        total = sums.denominator.sum()
        together = (sums.outcome - sums.denominator * sums.outcome.sum() / total) / total
        slopes = np.tile(_slope(all_own, together), (2, 1))
    elif adjust == "lin":
        slopes = np.vstack([_slope(own[sums.arm == arm], outcome[sums.arm == arm]) for arm in (0, 1)])
    else:
        slopes = np.tile(_slope(own * each[:, None], outcome * each), (2, 1))
    left = (outcome - (own * slopes[sums.arm]).sum(axis=1))[:, None] * sides
    moved = (slopes * (means - pooled)).sum(axis=1)
    return moved, left, all_own @ slopes.T, slopes.size if adjust == "lin" else slopes.shape[1]


def _slope(x: Floats, y: Floats) -> Floats:
    length = np.sqrt((x**2).sum(axis=0))
    flat = np.flatnonzero(length <= 1e-12 * np.abs(x).max(initial=1e-300))
    found, _, rank, _ = np.linalg.lstsq(x / np.where(length > 0, length, 1.0), y, rcond=1e-9)
    if flat.size or rank < x.shape[1]:
        raise BadInput(f"the {x.shape[1]} covariates have rank {int(rank)} within the arms", where="covariates",
                       allowed="covariates that vary, none a combination of the others")  # fmt: skip
    return np.asarray(found / length)


def _by_cluster(values: Floats, cluster: Ints, count: int) -> Floats:
    return np.column_stack([np.bincount(cluster, one, minlength=count) for one in values.T])
