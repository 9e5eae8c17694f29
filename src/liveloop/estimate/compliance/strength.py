"""How strongly do the instruments move the treatments, and is it enough for the normal law of the estimate?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import ncx2

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.hypothesis import wald
from liveloop.estimate.compliance.reduced import Reduced, joint_covariance, of_one_stage, reduce_to
from liveloop.estimate.compliance.stages import Stages
from liveloop.estimate.linear import fit_rows

T = TypeVar("T")
TOLERATED = 0.10  # of the worst bias that two-stage least squares can have


@dataclass(frozen=True)
class Strength:
    """How strongly instruments move treatments.

    Parameters
    ----------
    f
        By treatment: F of the null that no instrument moves it; empty where clusters are too few to tell.
    conditional_f
        By treatment, where there are several: F of what moves it besides the others (Sanderson and Windmeijer).
    partial_r2, shea_r2
        By treatment: the share of its variance, apart from the covariates, that the instruments explain; the same
        apart from the other treatments.
    cragg_donald, kleibergen_paap
        F statistics of the null that some combination of the treatments is not moved: for errors of one variance, and
        by the correction. With one treatment both are its F. None where clusters are too few to tell.
    effective_f
        Of Montiel Olea and Pflueger, for one treatment; None for several.
    critical
        By tolerated bias, relative to the worst: what the effective F must exceed to tell at 5 % that the bias is
        smaller. Empty for several treatments.
    critical_simple
        The same without regard to how the errors go together: larger, and needs no outcome.
    """

    correction: str
    f: Mapping[str, float]
    partial_r2: Mapping[str, float]
    cragg_donald: float
    kleibergen_paap: float | None
    shea_r2: Mapping[str, float] = field(default_factory=dict)
    conditional_f: Mapping[str, float] = field(default_factory=dict)
    effective_f: float | None = None
    critical: Mapping[float, float] = field(default_factory=dict)
    critical_simple: Mapping[float, float] = field(default_factory=dict)

    @property
    def weak(self) -> bool | None:
        """Say whether the bias may exceed a tenth of the worst, by the simple value; None where none is known."""
        return None if self.effective_f is None else self.effective_f <= self.critical_simple[TOLERATED]


def strength_of(stages: Stages, correction: str) -> Strength:
    """Measure how strong the instruments are.

    Source: Cragg and Donald (1993), doi:10.1017/S0266466600007519; Kleibergen and Paap (2006),
    doi:10.1016/j.jeconom.2005.02.011; Sanderson and Windmeijer (2016), doi:10.1016/j.jeconom.2015.06.004; Montiel Olea
    and Pflueger (2013), doi:10.1080/00401706.2013.806694; Shea (1997), doi:10.1162/rest.1997.79.2.348.
    """
    used = of_one_stage(correction, stages.first[0])
    names = stages.scaled.roles.treatments
    partial, shea = (dict(zip(names, found, strict=True)) for found in (_partial_r2(stages), _shea_r2(stages)))
    if len(names) == 1:
        reduced = reduce_to(stages, used)
        found = unless_untold(reduced.strength)
        every = {} if found is None else {names[0]: found}
        made = Strength(used, every, partial, reduce_to(stages, "iid").strength(), found, shea)
        squares = stages.apart.instruments.T @ stages.apart.instruments
        effective, simple, full = effective_f(reduced, squares)
        return replace(made, effective_f=effective, critical=full, critical_simple=simple)
    last = stages.scaled.instruments.shape[1]
    found = unless_untold(lambda: rank_f(stages, used))
    made = Strength(used, {}, partial, rank_f(stages, "iid"), found, shea)
    if found is None:
        return made
    every = {name: _f(fit.beta[-last:], joint_covariance([fit], used, last=last))
             for name, fit in zip(names, stages.first, strict=True)}  # fmt: skip
    return replace(made, f=every, conditional_f={one: _conditional_f(stages, at, used) for at, one in enumerate(names)})


def unless_untold(made: Callable[[], T]) -> T | None:
    """Give what can be told; None where clusters are fewer than what is tested, or a treatment is settled."""
    try:
        return made()
    except BadInput:
        return None


def _f(values: Floats, covariance: Floats) -> float:
    if float(np.trace(covariance)) <= 1e-20 * float(values @ values):
        return math.inf
    return wald(values, covariance) / len(values)


def _partial_r2(stages: Stages) -> list[float]:
    apart = stages.apart
    q, _ = np.linalg.qr(apart.instruments)
    return [float(((q.T @ one) ** 2).sum() / (one @ one)) for one in apart.treatments.T]


def _shea_r2(stages: Stages) -> list[float]:
    """Give (X'X)^-1 over (Xhat'Xhat)^-1, both apart from what is exogenous."""
    d = stages.apart.treatments
    q, _ = np.linalg.qr(stages.apart.instruments)
    moved = q.T @ d
    return [float(one) for one in np.diag(np.linalg.inv(d.T @ d)) / np.diag(np.linalg.inv(moved.T @ moved))]


def _conditional_f(stages: Stages, at: int, correction: str) -> float:
    """Take the other treatments, as the instruments move them, out of one, and ask what moves the rest."""
    apart, last = stages.apart, stages.scaled.instruments.shape[1]
    one, others = apart.treatments[:, at], np.delete(apart.treatments, at, axis=1)
    q, _ = np.linalg.qr(apart.instruments)
    slope = np.linalg.lstsq(q.T @ others, q.T @ one, rcond=None)[0]
    scaled = stages.scaled
    rest = scaled.treatments[:, at] - np.delete(scaled.treatments, at, axis=1) @ slope
    fit = fit_rows(rest, scaled.outside, scaled.outside_names, clusters=scaled.clusters)
    # One direction for each other treatment is used up: the coefficients have K - m + 1 free ones.
    free = last - others.shape[1]
    return float(wald(fit.beta[-last:], joint_covariance([fit], correction, last=last)) / free)


def rank_f(stages: Stages, correction: str) -> float:
    """Give the rank statistic of Kleibergen and Paap over the number of instruments; that of Cragg and Donald for iid.

    The smallest singular value of the instruments' coefficients, in units of the errors, against its own variance.
    """
    apart, count = stages.apart, len(stages.first)
    last = stages.scaled.instruments.shape[1]
    slopes = np.column_stack([fit.beta[-last:] for fit in stages.first])
    if count == 1:
        return _f(slopes[:, 0], joint_covariance(stages.first, correction, last=last))
    left = np.linalg.cholesky(apart.instruments.T @ apart.instruments).T
    residuals = np.column_stack([fit.rows.residual for fit in stages.first if fit.rows is not None])
    right = _inverse_root(residuals.T @ residuals / stages.first[0].count)
    u, s, vt = np.linalg.svd(left @ slopes @ right)
    free = last - count + 1
    a, b = _across(u[:, -free:], count - 1), _across(vt.T[:, -1:], count - 1)
    theta = np.zeros((last, count))
    theta[np.arange(count), np.arange(count)] = s
    smallest = a.T @ (u @ theta @ vt) @ b
    turn = np.kron((right @ b).T, a.T @ left)
    covariance = turn @ joint_covariance(stages.first, correction, last=last) @ turn.T
    return float(wald(smallest[:, 0], covariance) / last)


def _inverse_root(covariance: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(np.linalg.cholesky(covariance)).T)
    except np.linalg.LinAlgError as error:
        raise BadInput("the instruments settle a combination of the treatments entirely", where="treatment",
                       allowed="treatments that are chosen, besides covariates") from error  # fmt: skip


def _across(block: Floats, top: int) -> Floats:
    """Turn the last singular vectors so that their lower block is symmetric, as Kleibergen and Paap do."""
    lower = block[top:]
    own, vectors = np.linalg.eigh(lower @ lower.T)
    root = (vectors * np.sqrt(np.maximum(own, 0))) @ vectors.T
    return np.asarray(block @ np.linalg.solve(lower, root))


def effective_f(
    reduced: Reduced, squares: Floats, tolerated: tuple[float, ...] = (0.05, 0.10, 0.20, 0.30)
) -> tuple[float, dict[float, float], dict[float, float]]:
    """Give the effective F, its simple and its full critical values at 5 %.

    Parameters
    ----------
    squares
        Z'Z of the instruments apart from the covariates.

    Examples
    --------
    With one instrument the critical value for a tenth of the worst bias is 23.1, not 10:

    >>> one = np.array([[1.0]])
    >>> found, simple, full = effective_f(Reduced(np.array([1.0]), np.array([4.0]), one, 0 * one, one, 99.0), one)
    >>> found, round(simple[0.1], 1), round(full[0.1], 1)
    (16.0, 23.1, 23.1)
    """
    root = np.linalg.cholesky(squares).T
    outcome, across, treatment = (
        root @ one @ root.T for one in (reduced.within_outcome, reduced.across, reduced.within_treatment)
    )
    moved = root @ reduced.treatment
    trace = float(np.trace(treatment))
    found = math.inf if trace <= 1e-20 * float(moved @ moved) else float(moved @ moved) / trace
    worst = 1.0 if reduced.count == 1 or trace <= 0 else _worst_bias(outcome, across, treatment)
    simple = {one: _critical(treatment, 1.0 / one) for one in tolerated}
    return found, simple, {one: _critical(treatment, worst / one) for one in tolerated}


def _critical(within: Floats, x: float) -> float:
    """Give the 95 % point by the approximation of Patnaik, as Montiel Olea and Pflueger have it."""
    trace, largest = float(np.trace(within)), float(np.linalg.eigvalsh(within)[-1])
    if trace <= 0:
        return _point(1.0, x)
    alike = trace**2 * (1 + 2 * x) / (float((within**2).sum()) + 2 * x * trace * largest)
    return _point(round(alike, 9), x)


@lru_cache(maxsize=1024)
def _point(df: float, x: float) -> float:
    return float(ncx2.ppf(0.95, df, x * df)) / df


def _worst_bias(outcome: Floats, across: Floats, treatment: Floats) -> float:
    """Give the largest Nagar bias of two-stage least squares over its benchmark, over all effects and directions."""
    trace = float(np.trace(treatment))

    def bias(angle: float) -> float:
        effect = math.tan(angle)
        here = across - effect * treatment
        turned = across + across.T
        there = outcome - effect * turned + effect**2 * treatment
        own = np.linalg.eigvalsh((here + here.T) / 2)
        largest = max(abs(float(np.trace(here)) - 2 * own[0]), abs(float(np.trace(here)) - 2 * own[-1]))
        return float(largest) / math.sqrt(max(float(np.trace(there)) * trace, 1e-300))

    scale = math.sqrt(float(np.trace(outcome)) / trace)
    grid = np.arctan(scale * np.tan(np.linspace(-math.pi / 2, math.pi / 2, 102)[1:-1]))
    values = [bias(one) for one in grid]
    best = int(np.argmax(values))
    low, high = grid[max(0, best - 1)], grid[min(len(grid) - 1, best + 1)]
    finest = minimize_scalar(lambda one: -bias(one), bounds=(low, high), method="bounded")
    return float(max(values[best], -finest.fun))
