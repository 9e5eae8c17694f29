"""With what probability does a test statistic cross its bounds, look by look?

The score S at information time t is a Brownian motion with drift: S ~ N(drift t, t), and Z = S / sqrt(t). Its density
among the experiments that still go on is carried from look to look by numerical integration. Under a drift the density
is that under none times exp(drift s - drift^2 t / 2), so one pass serves every drift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats

_REACH = 14.0  # standard deviations at which an open side is cut off: drifts to 6 lose less than 1e-14
_NODES = 10  # of Gauss and Legendre in a panel
_LEAST_STEP = 5e-4  # of information: the panels get as narrow as its root
_PANEL = (
    1.5  # width of a panel in standard deviations of the smaller step beside it; with 10 nodes an error below 1e-12
)


@dataclass(frozen=True, eq=False)
class Walk:
    """A statistic on its way through the looks.

    Parameters
    ----------
    times
        Information at each look of the plan, in units of its end.
    lower, upper
        Bounds of Z at the looks that were gone through; minus and plus infinity where there is none.
    nodes, mass
        For each of these looks: places of S where the walk goes on, and the probability at each, without a drift.
    """

    times: tuple[float, ...]
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    nodes: tuple[Floats, ...] = ()
    mass: tuple[Floats, ...] = ()

    def then(self, lower: float, upper: float) -> Walk:
        """Go through one more look with these bounds."""
        look = len(self.upper)
        nodes, weights = _grid(self.times, look, lower, upper)
        time = self.times[look]
        if look == 0:
            mass = weights * _density(nodes, time)
        else:
            step = time - self.times[look - 1]
            steps = _density(nodes[:, None] - self.nodes[-1][None, :], step)
            mass = weights * np.einsum("ij,j->i", steps, self.mass[-1])  # no threads for so little
        return Walk(self.times, (*self.lower, lower), (*self.upper, upper), (*self.nodes, nodes), (*self.mass, mass))

    def above(self, look: int, z: float, drift: float = 0.0) -> float:
        """Give the probability of going on until a look, counted from 0, and of Z at or above `z` there."""
        time, edge = self.times[look], z * self.times[look] ** 0.5
        if look == 0:
            return float(ndtr((drift * time - edge) / time**0.5))
        step = time - self.times[look - 1]
        return float(self._under(look - 1, drift) @ ndtr((self.nodes[look - 1] + drift * step - edge) / step**0.5))

    def below(self, look: int, z: float, drift: float = 0.0) -> float:
        """Give the probability of going on until a look, and of Z at or below `z` there."""
        mirrored = Walk(
            self.times, tuple(-one for one in self.upper), tuple(-one for one in self.lower),
            tuple(-one for one in self.nodes), self.mass,
        )  # fmt: skip
        return mirrored.above(look, -z, -drift)

    def goes_on(self, look: int, drift: float = 0.0) -> float:
        """Give the probability of going on beyond a look."""
        return float(self._under(look, drift).sum())

    def exits(self, drift: float = 0.0) -> tuple[Floats, Floats]:
        """Give the probabilities of crossing the upper and the lower bound first at each look."""
        looks = range(len(self.upper))
        up = [self.above(look, self.upper[look], drift) if self.upper[look] < np.inf else 0.0 for look in looks]
        down = [self.below(look, self.lower[look], drift) if self.lower[look] > -np.inf else 0.0 for look in looks]
        return np.asarray(up), np.asarray(down)

    def _under(self, look: int, drift: float) -> Floats:
        if drift == 0:
            return self.mass[look]
        return np.asarray(self.mass[look] * np.exp(drift * self.nodes[look] - drift**2 * self.times[look] / 2))


def walk(times: Sequence[float], lower: Sequence[float], upper: Sequence[float]) -> Walk:
    """Go through all looks with given bounds of Z.

    Examples
    --------
    Five looks at 1.96 are a test at 14 %, not at 5 %:

    >>> made = walk([0.2, 0.4, 0.6, 0.8, 1.0], [-1.96] * 5, [1.96] * 5)
    >>> round(float(sum(made.exits()).sum()), 3)
    0.142

    Source: Armitage, McPherson and Rowe (1969), doi:10.2307/2343787; Jennison and Turnbull (2000), chapter 19.
    """
    made = Walk(checked_times(times))
    for low, high in zip(lower, upper, strict=True):
        made = made.then(low, high)
    return made


def checked_times(times: Sequence[float]) -> tuple[float, ...]:
    """Give information times as a tuple; refuse those that do not increase, or are not above 0."""
    made = tuple(float(one) for one in times)
    if not made or not all(np.isfinite(made)) or min(np.diff((0.0, *made))) < _LEAST_STEP * made[-1]:
        raise BadInput(f"information times {list(made)}", where="times",
                       allowed=f"numbers above 0 that rise, by {_LEAST_STEP:g} of the last at least")  # fmt: skip
    return made


def _density(x: Floats, variance: float) -> Floats:
    return np.asarray(np.exp(x * x * (-0.5 / variance)) * (1 / (2 * np.pi * variance) ** 0.5))


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return np.asarray(nodes, np.float64), np.asarray(weights, np.float64)


def _grid(times: tuple[float, ...], look: int, lower: float, upper: float) -> tuple[Floats, Floats]:
    """Lay panels over the stretch of S where the walk goes on; the smaller step before or after sets their width."""
    root = times[look] ** 0.5
    left, right = max(lower, -_REACH) * root, min(upper, _REACH) * root
    if right <= left:
        return np.empty(0), np.empty(0)
    steps = [times[look] - (times[look - 1] if look else 0.0)]
    if look + 1 < len(times):
        steps.append(times[look + 1] - times[look])
    panels = max(1, int(np.ceil((right - left) / (_PANEL * min(steps) ** 0.5))))
    edges = np.linspace(left, right, panels + 1)
    half = (right - left) / panels / 2
    nodes, weights = _legendre()
    centres = (edges[:-1] + edges[1:]) / 2
    return (centres[:, None] + half * nodes).ravel(), np.tile(half * weights, panels)
