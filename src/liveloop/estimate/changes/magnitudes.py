"""What interval holds the effect when trends part after treatment by at most some multiple of what they did before?

The bound is a union of sets, one for each step before treatment that may have been the largest, up or down. For each,
a value of the effect is held against the inequalities that it implies, with the other effects free, by the hybrid of a
least favourable and a conditional test (Andrews, Roth and Pakes). Its optimum is at a corner of a polytope of few
dimensions: all corners are listed once, and every value is then a matter of products.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import ndtr, ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, stream

MOST_AFTER = 8  # periods: more of them have hundreds of thousands of corners
_DRAWS = 5_000  # for the least favourable value, which is only the first stage
_POINTS = 401
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class _Side:
    """One polyhedron: the moments at an effect of 0, how they move with it, their covariance, and the corners."""

    start: Floats
    slope: Floats
    covariance: Floats
    corners: Floats
    limit: float


@dataclass(frozen=True, eq=False)
class Magnitudes:
    """A test of each value of the effect, for one multiple."""

    sides: tuple[_Side, ...]
    level: float

    def holds(self, effects: Floats) -> Flags:
        """Say which values of the effect the data do not speak against."""
        made = np.zeros(len(effects), bool)
        for side in self.sides:
            left = ~made
            if left.any():
                made[left] = _held(side, effects[left], self.level)
        return made


def magnitudes(
    values: Floats, covariance: Floats, before: int, effect: Floats, *, multiple: float, level: float
) -> Magnitudes:
    """Prepare the test for one multiple.

    Parameters
    ----------
    values, covariance
        Of `before` gaps, in order, and the effects from treatment on; the reference period between them is left out.
    effect
        [period after]: the weights of the effect that is wanted.

    Source: Rambachan and Roth (2023), doi:10.1093/restud/rdad018, section 3; Andrews, Roth and Pakes (2023),
    doi:10.1093/restud/rdac060.
    """
    after = len(effect)
    if after > MOST_AFTER:
        raise BadInput(f"{after} periods after treatment", where="estimates", allowed=f"at most {MOST_AFTER} of them")
    turned = _turned(effect)
    sides = []
    for step in range(before):
        for sign in (1.0, -1.0):
            rows = _inequalities(before, after, step, sign * multiple)
            shape = rows @ covariance @ rows.T
            late = rows[:, before:] @ turned
            corners = _corners(np.sqrt(np.maximum(np.diag(shape), 0)), late[:, 1:])
            sides.append(_Side(rows @ values, -late[:, 0], shape, corners, _least_favourable(shape, corners, level)))
    return Magnitudes(tuple(sides), level)


def interval_of(test: Magnitudes, centre: float, scale: float) -> tuple[float, float]:
    """Give the least and the largest value that the test holds, around an estimate with a standard error."""
    reach = 20.0
    while True:
        grid = centre + scale * np.linspace(-reach, reach, _POINTS)
        held = test.holds(grid)
        if not (held[0] or held[-1]) or reach > 1e6:
            break
        reach *= 4
    if not held.any():
        return centre, centre
    first, last = int(np.argmax(held)), len(held) - 1 - int(np.argmax(held[::-1]))
    return _end(test, grid[max(0, first - 1)], grid[first]), _end(test, grid[min(len(grid) - 1, last + 1)], grid[last])


def _end(test: Magnitudes, out: float, inside: float) -> float:
    for _ in range(3):
        grid = np.linspace(out, inside, 41)
        first = int(np.argmax(test.holds(grid)))
        out, inside = float(grid[max(0, first - 1)]), float(grid[first])
    return inside


def _turned(effect: Floats) -> Floats:
    """Give effects after treatment as something of the wanted one and the others."""
    pivot = int(np.argmax(np.abs(effect)))
    rows = np.vstack([effect, np.delete(np.eye(len(effect)), pivot, axis=0)])
    return np.asarray(np.linalg.inv(rows))


def _inequalities(before: int, after: int, step: int, multiple: float) -> Floats:
    """Give rows a of a' gaps <= 0: each step after treatment is at most `multiple` times one step before, up or down.

    With `multiple` below 0, the step before was down.
    """
    steps = np.zeros((before + after, before + after))
    for at in range(before):  # gaps before, then 0 in the reference period, then after
        steps[at, at] = -1
        if at + 1 < before:
            steps[at, at + 1] = 1
    for at in range(after):
        steps[before + at, before + at] = 1
        if at:
            steps[before + at, before + at - 1] = -1
    bound = multiple * steps[step]
    return np.vstack([steps[before:] - bound, -steps[before:] - bound])


def _corners(deviations: Floats, free: Floats) -> Floats:
    """List the corners of all weights of moments, 0 or more, that do not move with the free effects and sum to 1."""
    count, width = free.shape[0], free.shape[1] + 1
    system = np.column_stack([deviations, free])
    chosen = np.asarray(list(combinations(range(count), width)))
    parts = system[chosen].transpose(0, 2, 1)  # [set, equation, moment]
    sizes = np.abs(np.linalg.det(parts / np.maximum(np.abs(parts).max(axis=2, keepdims=True), 1e-300)))
    chosen, parts = chosen[sizes > _NOTHING], parts[sizes > _NOTHING]
    aim = np.zeros((width, 1))
    aim[0] = 1.0
    solved = np.linalg.solve(parts, np.broadcast_to(aim, (len(parts), width, 1)))[..., 0]
    scale = np.maximum(np.abs(solved).max(axis=1, keepdims=True), 1e-300)
    fine = (solved >= -_NOTHING * scale).all(axis=1)
    made = np.zeros((int(fine.sum()), count))
    np.put_along_axis(made, chosen[fine], np.maximum(solved[fine], 0.0), axis=1)
    size = np.maximum(np.abs(made).max(), 1e-300)
    return made[np.unique(np.round(made / size, 9), axis=0, return_index=True)[1]]


def _least_favourable(shape: Floats, corners: Floats, level: float) -> float:
    own, vectors = np.linalg.eigh((shape + shape.T) / 2)
    root = vectors * np.sqrt(np.maximum(own, 0))
    drawn = stream(0, "least favourable").standard_normal((_DRAWS, len(shape)))
    return float(np.quantile((drawn @ (corners @ root).T).max(axis=1), 1 - (1 - level) / 10))


def _held(side: _Side, effects: Floats, level: float) -> Flags:
    """Test values of the effect on one polyhedron."""
    first = (1 - level) / 10
    rest = (1 - level - first) / (1 - first)
    seen = (side.corners @ side.start)[:, None] + (side.corners @ side.slope)[:, None] * effects
    best = seen.argmax(axis=0)
    top = seen[best, np.arange(len(effects))]
    made = np.asarray(top <= side.limit)
    for corner in np.unique(best[made]):
        some = np.flatnonzero(made & (best == corner))
        made[some] = _conditionally(side, int(corner), seen[:, some], top[some], rest)
    return made


def _conditionally(side: _Side, corner: int, seen: Floats, top: Floats, rest: float) -> Flags:
    """Compare the optimum with the normal distribution between the values for which this corner stays the optimum."""
    chosen = side.corners[corner]
    variance = float(chosen @ side.covariance @ chosen)
    if variance <= 0:
        return np.asarray(top <= 0)
    moves = side.corners @ (side.covariance @ chosen) / variance  # how each corner's value moves with this one's
    still = seen - moves[:, None] * top
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = still / (1 - moves)[:, None]
    below, above = moves < 1 - _NOTHING, moves > 1 + _NOTHING
    low = ends[below].max(axis=0, initial=-np.inf)
    high = np.minimum(ends[above].min(axis=0, initial=np.inf), side.limit)
    deviation = variance**0.5
    critical = np.maximum(0.0, _between(1 - rest, low / deviation, high / deviation))
    return np.asarray(top / deviation <= critical)


def _between(share: float, low: Floats, high: Floats) -> Floats:
    """Give a quantile of a standard normal number that lies between two ends, exact far out too."""
    flip = low > 0
    first, last = np.where(flip, -high, low), np.where(flip, -low, high)
    wanted = np.where(flip, 1 - share, share)
    inside = ndtr(first) + wanted * (ndtr(last) - ndtr(first))
    made = np.where(inside > 0, ndtri(np.clip(inside, 1e-320, 1.0)), last)
    made = np.clip(made, first, last)
    return np.asarray(np.where(flip, -made, made))
