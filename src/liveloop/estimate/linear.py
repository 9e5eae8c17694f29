"""What does a least-squares fit give, and what is its covariance when rows of a cluster belong together?

All that a covariance by clusters needs are sums over each cluster: of x x', and of x e. The corrections CR2 and CR3 and
the Satterthwaite df of Bell and McCaffrey are made of these sums too, without a matrix of the size of a cluster: with
Q = X_g M^(1/2), (I - Q Q')^a changes only directions in the span of Q, and Q' Q is as small as there are parameters.
So a fit from rows, one from sums that a database made, and thousands of replicates at once go the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.result import Convention, convention
from liveloop.estimate.words import listed

ROWS = ("iid", "HC0", "HC1", "HC2", "HC3")
CLUSTERS = ("CR0", "CR1", "CR2", "CR3")
CORRECTIONS = (*ROWS, *CLUSTERS)
FEW = 20  # degrees of freedom; what clusters are worth below it CR2 does not hold to its level
_POWER = {"0": 0.0, "1": 0.0, "2": -0.5, "3": -1.0}  # of I - H
_SINGULAR = 1e-9  # relative: a column that the others make up to rounding
_SMALL = 0.02  # leverage of a cluster below which some terms of a series are exact to rounding
_FIXED = 1e-8  # 1 minus an eigenvalue of a leverage: a direction that one cluster alone settles


@dataclass(frozen=True, eq=False)
class Fit:
    """A weighted least-squares fit.

    Parameters
    ----------
    names
        Of the parameters.
    beta
        [parameter]
    bread
        (X'WX)^-1.
    count
        How many rows there are.
    rank
        How many parameters, those that were absorbed counted too.
    squares
        Sum of w e^2.
    rows
        What rows give that stand alone; None where only sums are known.
    clusters
        What clusters give; None where there are none.
    """

    names: tuple[str, ...]
    beta: Floats
    bread: Floats
    count: int
    rank: int
    squares: float
    rows: Rows | None = None
    clusters: Clusters | None = None

    @cached_property
    def root(self) -> Floats:
        """Give R with bread = R R'."""
        return np.asarray(np.linalg.cholesky((self.bread + self.bread.T) / 2), np.float64)

    @cached_property
    def spectrum(self) -> tuple[Floats, Floats]:
        """Give the eigenvalues and vectors of Q_g' Q_g, which are those of the leverage of each cluster."""
        assert self.clusters is not None
        small = np.einsum("ji,gjk,kl->gil", self.root, self.clusters.crossed, self.root, optimize=True)
        own, vectors = np.linalg.eigh((small + small.transpose(0, 2, 1)) / 2)
        return np.clip(own, 0.0, 1.0), vectors

    @cached_property
    def _worth(self) -> dict[tuple[bool, bytes], float]:
        """Keep the df of contrasts: one result asks for them several times."""
        return {}

    def covariance(self, correction: str) -> Floats:
        """Give the covariance of `beta` by a correction; refuse one that the fit has no sums for."""
        known = self.corrections
        if correction not in known:
            raise BadInput(f"no correction {correction!r} here", where="correction", allowed=", ".join(known))
        if correction == "iid":
            return self.bread * (self.squares / self._freedom())
        part = self.rows if correction in ROWS else self.clusters
        assert part is not None
        kind = correction[-1]
        power = _POWER[kind]
        scores = part.adjusted(power) if isinstance(part, Rows) else part.adjusted(self, power)
        factor = part.factor(self) if kind == "1" else 1.0
        pressed = scores @ self.bread
        made: Floats = pressed.T @ pressed * factor
        return made

    @property
    def corrections(self) -> tuple[str, ...]:
        """Which corrections this fit can give."""
        return ("iid", *(ROWS[1:] if self.rows else ()), *(CLUSTERS if self.clusters else ()))

    def freedom(self, contrast: Floats, correction: str) -> float:
        """Give the df of a contrast: of Bell and McCaffrey for HC2, CR2 and CR3, else clusters or rows less those lost.

        CR3 with clusters less 1, as others have it, is too short where few clusters were treated.
        """
        if correction in ("HC2", "CR2", "CR3"):
            part = self.rows if correction == "HC2" else self.clusters
            assert part is not None
            key = correction == "HC2", contrast.tobytes()
            if key not in self._worth:
                self._worth[key] = part.satterthwaite(self, contrast)
            return self._worth[key]
        if correction in CLUSTERS:
            assert self.clusters is not None
            return float(max(1, self.clusters.number - 1))
        return float(self._freedom())

    def settled(self, asked: str, *contrasts: Floats) -> str:
        """Give the correction that was asked for, else HC2 for rows, CR2 for clusters, CR3 where these are few.

        Few are clusters that are worth fewer than 20 degrees of freedom in some contrast: because there are few, or
        they are unequal, or few were treated. Only the design says so, never the outcome.
        """
        if asked or self.clusters is None:
            return asked or "HC2"
        return "CR3" if min(self.freedom(one, "CR2") for one in contrasts) < FEW else "CR2"

    def _freedom(self) -> int:
        return max(1, self.count - self.rank)

    def contrast(self, name: str) -> Floats:
        """Give the contrast that picks one parameter."""
        made = np.zeros(len(self.names))
        made[self.names.index(name)] = 1.0
        return made

    def error(self, contrast: Floats, correction: str) -> float:
        """Give the standard error of a contrast."""
        return float(max(0.0, float(contrast @ self.covariance(correction) @ contrast)) ** 0.5)

    def conventions(self, contrast: Floats, level: float, *, besides: str = "") -> tuple[Convention, ...]:
        """Give the contrast under every correction the fit can give, but one."""
        value = float(contrast @ self.beta)
        made = []
        for name in self.corrections:
            if name != besides and name not in ("HC0", "CR0"):
                df = self.freedom(contrast, name)
                made.append(convention(name, value, self.error(contrast, name), df, level))
        return tuple(made)


@dataclass(frozen=True, eq=False)
class Rows:
    """What rows that stand alone give: x [row, parameter] and residual, times the weight's root, and leverage."""

    x: Floats
    residual: Floats
    leverage: Floats

    def adjusted(self, power: float) -> Floats:
        """Give the scores with each residual scaled by its leverage."""
        scale = _powered(1 - self.leverage, power)
        return np.asarray(self.x * (self.residual * scale)[:, None])

    def factor(self, fit: Fit) -> float:
        """Give n / (n - k)."""
        return fit.count / max(1, fit.count - fit.rank)

    def satterthwaite(self, fit: Fit, contrast: Floats) -> float:
        """Give the df of HC2: each row a cluster of one."""
        direction = fit.bread @ contrast
        scale = _powered(1 - self.leverage, -0.5)
        pressed = (self.x @ direction) * scale
        return _freedom_of(self.x * pressed[:, None], pressed**2, fit)


@dataclass(frozen=True, eq=False)
class Clusters:
    """Sums over each cluster of x w e, [cluster, parameter], and of x w x', [cluster, parameter, parameter]."""

    scores: Floats
    crossed: Floats

    @property
    def number(self) -> int:
        """How many clusters there are."""
        return len(self.scores)

    def adjusted(self, fit: Fit, power: float) -> Floats:
        """Give X_g' (I - H_g)^power e_g of each cluster."""
        return self.scores if power == 0 else self._powered(fit, power, self.scores)

    def factor(self, fit: Fit) -> float:
        """Give G / (G - 1) times (n - 1) / (n - k)."""
        groups = self.number
        return groups / max(1, groups - 1) * (fit.count - 1) / max(1, fit.count - fit.rank)

    def satterthwaite(self, fit: Fit, contrast: Floats) -> float:
        """Give the df of Bell and McCaffrey, with independent errors of one variance as the working model.

        With A_g = (I - H_g)^-1/2 and p_g = A_g X_g M c, both X_g'p_g and p_g'p_g are made of X_g'X_g M c.
        """
        direction = fit.bread @ contrast
        plain = self.crossed @ direction
        sizes = self._powered(fit, -1.0, plain) @ direction
        return _freedom_of(self._powered(fit, -0.5, plain), sizes, fit)

    def _powered(self, fit: Fit, power: float, summed: Floats) -> Floats:
        """Give X_g' (I - H_g)^power v_g from X_g' v_g, for each cluster."""
        most = float(np.einsum("gij,ji->g", self.crossed, fit.bread).max(initial=0.0))
        if most < _SMALL:
            return self._series(fit, power, summed, 1 + int(-17 / min(-1e-9, math.log10(max(most, 1e-17)))))
        own, vectors = fit.spectrum
        gain = np.where(own > _FIXED, (_powered(1 - own, power) - 1) / np.maximum(own, _FIXED), -power)
        inner = np.einsum("gji,gj->gi", vectors, summed @ fit.root)
        outer = np.einsum("gij,gj->gi", vectors, gain * inner)
        return np.asarray(summed + np.einsum("gij,gj->gi", self.crossed @ fit.root, outer))

    def _series(self, fit: Fit, power: float, summed: Floats, terms: int) -> Floats:
        """Do so by the binomial series, which is exact to rounding where no cluster has much leverage."""
        made, term, coefficient = summed.copy(), summed, 1.0
        for number in range(1, terms + 1):
            term = np.einsum("gij,gj->gi", self.crossed, term @ fit.bread)
            coefficient *= (number - 1 - power) / number
            made += coefficient * term
        return np.asarray(made)


def _freedom_of(pressed: Floats, sizes: Floats, fit: Fit) -> float:
    """Give tr(P)^2 / tr(P^2), where P_gh = [g = h] p_g'p_g - (X_g'p_g)' M (X_h'p_h)."""
    rooted = pressed @ fit.root
    across = rooted.T @ rooted
    own = (rooted**2).sum(axis=1)
    trace = float(sizes.sum() - own.sum())
    squares = float((across**2).sum() + (sizes**2).sum() - 2 * (sizes * own).sum())
    return max(1.0, trace**2 / squares) if squares > 0 else 1.0


def _powered(left: Floats, power: float) -> Floats:
    """Raise 1 - leverage to a power; a direction that is settled alone is left as it is: its residual is 0."""
    made = np.ones_like(left)
    if power:
        free = left > _FIXED
        made[free] = left[free] ** power
    return made


def fit_rows(
    outcome: Floats,
    design: Floats,
    names: Sequence[str],
    *,
    clusters: Ints | None = None,
    weights: Floats | None = None,
    absorbed: int = 0,
) -> Fit:
    """Fit rows by least squares.

    Parameters
    ----------
    outcome, design
        [row] and [row, parameter]; the intercept is one of the columns.
    clusters
        The cluster of each row, from 0; None where rows stand alone.
    weights
        Of precision: the working variance of a row is 1 / weight.
    absorbed
        How many parameters were taken out before, such as means of groups.

    Raises
    ------
    BadInput
        When columns are collinear, with their names, or there are no more rows than parameters.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 4.0, 5.0]); t = np.array([0.0, 0.0, 1.0, 1.0])
    >>> fit = fit_rows(y, np.column_stack([np.ones(4), t]), ["one", "t"])
    >>> fit.beta.round(3).tolist(), round(fit.error(fit.contrast("t"), "iid"), 4)
    ([1.5, 3.0], 0.7071)

    Source: Bell and McCaffrey (2002); Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
    """
    count, width = design.shape
    if count <= width + absorbed:
        raise BadInput(f"{count} rows for {width + absorbed} parameters", where="rows",
                       allowed="more rows than parameters")  # fmt: skip
    scale = None if weights is None else np.sqrt(weights)
    x = design if scale is None else design * scale[:, None]
    y = outcome if scale is None else outcome * scale
    q, r = np.linalg.qr(x)
    _refuse_collinear(x, r, names)
    inverse = np.linalg.solve(r, np.eye(width))
    beta = inverse @ (q.T @ y)
    residual = y - x @ beta
    bread = inverse @ inverse.T
    leverage = np.minimum(1.0, (q**2).sum(axis=1))
    made = None
    if clusters is not None:
        made = sums_by_cluster(x, residual, clusters)
    return Fit(
        tuple(names), beta, bread, count, width + absorbed, float(residual @ residual),
        rows=Rows(x, residual, leverage), clusters=made,
    )  # fmt: skip


def sums_by_cluster(x: Floats, residual: Floats, clusters: Ints) -> Clusters:
    """Sum x e and x x' over the rows of each cluster."""
    order = np.argsort(clusters, kind="stable")
    sorted_codes = clusters[order]
    starts = np.flatnonzero(np.r_[True, sorted_codes[1:] != sorted_codes[:-1]])
    x, residual = x[order], residual[order]
    scores = np.add.reduceat(x * residual[:, None], starts, axis=0)
    width = x.shape[1]
    crossed = np.empty((len(starts), width, width))
    for at in range(width):
        summed = np.add.reduceat(x[:, at:] * x[:, at : at + 1], starts, axis=0)
        crossed[:, at, at:] = summed
        crossed[:, at:, at] = summed
    return Clusters(scores, crossed)


def _refuse_collinear(x: Floats, r: Floats, names: Sequence[str]) -> None:
    length = np.sqrt((x**2).sum(axis=0))
    left = np.abs(np.diag(r))
    bad = [name for name, one, size in zip(names, left, length, strict=True) if one <= _SINGULAR * max(size, 1e-300)]
    if bad:
        raise BadInput(f"{listed(bad)} can be made of the other columns: perfect collinearity", where=str(bad[0]),
                       allowed="columns of which none is a combination of the others")  # fmt: skip


def fit_sums(
    crossed: Floats,
    with_outcome: Floats,
    squared: float,
    count: int,
    names: Sequence[str],
    *,
    absorbed: int = 0,
) -> Fit:
    """Fit what is known of clusters by their sums alone, as a database makes them; the same as from the rows.

    Parameters
    ----------
    crossed, with_outcome
        Sums of x x' and of x y of each cluster: [cluster, parameter, parameter], [cluster, parameter].
    squared
        Sum of y^2 over all rows.
    count
        How many rows there are.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 4.0, 6.0]); x = np.column_stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]])
    >>> outer = x[:, :, None] * x[:, None, :]
    >>> fit = fit_sums(outer, x * y[:, None], float(y @ y), 4, ["one", "t"])
    >>> fit.beta.round(3).tolist(), round(fit.error(fit.contrast("t"), "CR2"), 4)
    ([1.5, 3.5], 1.118)

    Source: Wong et al. (2021), arXiv:2102.11297, for the compression.
    """
    width = len(names)
    if count <= width + absorbed:
        raise BadInput(f"{count} rows for {width + absorbed} parameters", where="rows",
                       allowed="more rows than parameters")  # fmt: skip
    total, moment = crossed.sum(axis=0), with_outcome.sum(axis=0)
    scale = np.sqrt(np.maximum(np.diag(total), 1e-300))  # columns of one length: what is collinear shows as such
    inverse = _inverse(total / np.outer(scale, scale), names) / np.outer(scale, scale)
    beta = inverse @ moment
    scores = with_outcome - crossed @ beta
    squares = max(0.0, squared - float(beta @ moment))
    return Fit(tuple(names), beta, inverse, count, width + absorbed, squares, clusters=Clusters(scores, crossed))


def _inverse(total: Floats, names: Sequence[str]) -> Floats:
    own, vectors = np.linalg.eigh(total)
    if own[0] <= _SINGULAR * max(own[-1], 1e-300):
        weights = np.abs(vectors[:, 0])
        bad = [name for name, weight in zip(names, weights, strict=True) if weight > 0.1 * weights.max()]
        raise BadInput(f"{listed(bad)} are combinations of one another: perfect collinearity", where=str(bad[-1]),
                       allowed="columns of which none is a combination of the others")  # fmt: skip
    return np.asarray((vectors / own) @ vectors.T)
