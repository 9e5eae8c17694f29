"""Which effects does the Anderson-Rubin test not reject: an interval, two rays, all of them, or none?

The test of an effect b compares g(b) = (instruments on outcome) - b (instruments on treatment) with its covariance
V(b). b is kept where g' V^-1 g <= c, which is where c V(b) - g(b) g(b)' has no eigenvalue below 0. This matrix is
quadratic in b: the ends of the set are roots of its determinant, found all at once as eigenvalues, without a grid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.linalg import eig

from liveloop.estimate.compliance.reduced import Reduced
from liveloop.estimate.words import short

_REAL = 1e-7  # relative: a root with a smaller imaginary part is real to rounding


@dataclass(frozen=True)
class ConfidenceSet:
    """Effects that are not rejected.

    Parameters
    ----------
    pieces
        Their intervals from left to right, each with its two ends; an end may be infinite.

    Examples
    --------
    >>> rays = ConfidenceSet(((-math.inf, -1.0), (2.0, math.inf)))
    >>> print(rays, rays.holds(0.0), rays.holds(3.0), rays.low)
    two rays: -∞ to -1 and 2 to ∞ False True -inf
    """

    pieces: tuple[tuple[float, float], ...]

    @property
    def kind(self) -> str:
        """Say what it is in a word or two."""
        if not self.pieces:
            return "empty"
        if len(self.pieces) > 1:
            rays = self.pieces[0][0] == -math.inf and self.pieces[-1][1] == math.inf
            return "two rays" if rays and len(self.pieces) == 2 else f"{len(self.pieces)} pieces"
        open_ends = sum(map(math.isinf, self.pieces[0]))
        return ("interval", "ray", "whole line")[open_ends]

    @property
    def low(self) -> float:
        """Give the lower end of its hull; infinite for the empty set, so that it holds nothing."""
        return self.pieces[0][0] if self.pieces else math.inf

    @property
    def high(self) -> float:
        """Give the upper end of its hull; minus infinity for the empty set."""
        return self.pieces[-1][1] if self.pieces else -math.inf

    def holds(self, effect: float) -> bool:
        """Say whether it holds an effect."""
        return any(low <= effect <= high for low, high in self.pieces)

    def __str__(self) -> str:
        said = " and ".join(f"{short(low)} to {short(high)}" for low, high in self.pieces)
        return f"{self.kind}: {said}" if said else self.kind


def invert(reduced: Reduced, critical: float) -> ConfidenceSet:
    """Give the effects whose Anderson-Rubin statistic is at most `critical`.

    Examples
    --------
    With an F of the first stage below the critical value, the data bound no effect from both sides:

    >>> one = np.array([[1.0]])
    >>> print(invert(Reduced(np.array([3.0]), np.array([5.0]), one, 0 * one, one, 99.0), 3.94))
    interval: 0.1955 to 1.229
    >>> print(invert(Reduced(np.array([3.0]), np.array([1.0]), one, 0 * one, one, 99.0), 3.94))
    two rays: -∞ to -2.682 and 0.6416 to ∞
    >>> print(invert(Reduced(np.array([1.0]), np.array([1.0]), one, 0 * one, one, 99.0), 3.94))
    whole line: -∞ to ∞

    Source: Anderson and Rubin (1949), doi:10.1214/aoms/1177730090; Dufour and Taamouti (2005),
    doi:10.1111/j.1468-0262.2005.00618.x for the closed form.
    """
    across = float(np.trace(reduced.within_treatment)) + float(reduced.treatment @ reduced.treatment)
    scale = math.sqrt(float(np.trace(reduced.within_outcome)) / across) or 1.0
    ends = [scale * one for one in _roots(reduced, critical * reduced.count, scale)]
    if not ends:
        return ConfidenceSet(((-math.inf, math.inf),) if reduced.statistic(0.0) <= critical else ())
    spread = max(1.0, ends[-1] - ends[0]) if len(ends) > 1 else max(1.0, abs(ends[0]))
    inner = [(one + other) / 2 for one, other in pairwise(ends)]
    within = [reduced.statistic(one) <= critical for one in (ends[0] - spread, *inner, ends[-1] + spread)]
    borders = [-math.inf, *ends, math.inf]
    pieces: list[tuple[float, float]] = []
    for at, kept in enumerate(within):
        if kept and pieces and pieces[-1][1] == borders[at]:
            pieces[-1] = (pieces[-1][0], borders[at + 1])
        elif kept:
            pieces.append((borders[at], borders[at + 1]))
    return ConfidenceSet(tuple(pieces))


def _roots(reduced: Reduced, bound: float, scale: float) -> list[float]:
    """Give the real roots of det(A0 + b A1 + b^2 A2) in order, the effect in units of `scale`."""
    first, last = reduced.outcome / scale, reduced.treatment
    turned = (reduced.across + reduced.across.T) / scale
    none = bound * reduced.within_outcome / scale**2 - np.outer(first, first)
    once = np.outer(first, last) + np.outer(last, first) - bound * turned
    twice = bound * reduced.within_treatment - np.outer(last, last)
    if reduced.count == 1:
        return _real(np.roots([twice[0, 0], once[0, 0], none[0, 0]]))
    zero, one = np.zeros_like(none), np.eye(reduced.count)
    found = eig(np.block([[zero, one], [-none, -once]]), np.block([[one, zero], [zero, twice]]), right=False)
    return _real(found[np.isfinite(found)])


def _real(found: Any) -> list[float]:  # noqa: ANN401 - complex numbers or real ones
    found = np.asarray(found, complex)
    return sorted(found.real[np.abs(found.imag) <= _REAL * (1 + np.abs(found.real))].tolist())
