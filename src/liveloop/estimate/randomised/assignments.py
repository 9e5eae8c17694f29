"""Which other assignments could the design have made, and what would the difference have been under each?

The sharp null is that the effect is b for every unit. Then outcomes less b where treated are the same under every
assignment, so the difference and its variance are polynomials in b: one pass over the assignments serves every null.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints, stream
from liveloop.estimate.randomised.inversion import not_rejected

ALL_DRAWS = 10_000  # as many are enumerated however few draws are asked for
MOST_DRAWS = 1_000_000
AT_ONCE = 4_000_000  # numbers
_NO_SPREAD = 1e-6  # relative: the root of what is left of a variance by rounding
_TIE = 1e-9  # relative: two assignments of one statistic differ by rounding


@dataclass(frozen=True, eq=False)
class Units:
    """What was randomised, in the order of the rows or clusters.

    Parameters
    ----------
    treated
        [unit]
    stratum
        The stratum of each unit, from 0.
    sizes
        Sum of weights of each.
    summed, moved
        Sum of the outcome of each, and how much it falls for each unit of the null: its treated weight, if there are no
        covariates.
    """

    treated: Flags
    stratum: Ints
    sizes: Floats
    summed: Floats
    moved: Floats

    def shifted(self, null: float, unit: float) -> Units:
        """Give the same with a null taken out, and further nulls counted in `unit` from there."""
        return Units(self.treated, self.stratum, self.sizes, self.summed - null * self.moved, unit * self.moved)


@dataclass(frozen=True, eq=False)
class Spread:
    """The difference and its variance under each assignment, [assignment], as functions of the null u.

    Parameters
    ----------
    first, second
        The difference is first - u second.
    squares
        a, b and c of the variance a - 2 u b + u^2 c.
    """

    first: Floats
    second: Floats
    squares: tuple[Floats, Floats, Floats]

    def difference(self, u: Any) -> Any:  # noqa: ANN401 - a number or an array
        """Give the difference at a null."""
        return self.first - u * self.second

    def variance(self, u: Any) -> Any:  # noqa: ANN401 - a number or an array
        """Give its variance at a null."""
        a, b, c = self.squares
        return a - 2 * u * b + u**2 * c


@dataclass(frozen=True, eq=False)
class Assigned:
    """All assignments beside the one that was made; a null is value + unit u, and `error` is the standard error."""

    value: float
    error: float
    unit: float
    made: Spread
    drawn: Spread
    studentised: bool
    whole: bool

    def p_values(self, nulls: Floats) -> Floats:
        """Give the p-value of each value as the null."""
        u = ((nulls - self.value) / self.unit)[:, None]
        ours, theirs = self.made.difference(u) ** 2, self.drawn.difference(u) ** 2
        if self.studentised:
            ours, theirs = ours * self.drawn.variance(u), theirs * self.made.variance(u)
        count = (theirs >= ours * (1 - _TIE)).sum(axis=1)
        draws = len(self.drawn.first)
        return np.asarray(count / draws if self.whole else (1 + count) / (1 + draws))

    def interval(self, level: float) -> tuple[float, float]:
        """Give the ends of the values that are not rejected."""
        return not_rejected(self.p_values, self.value, self.unit, level)


def number_of_assignments(units: Units) -> int:
    """Count the assignments with as many treated units in each stratum as there were.

    Examples
    --------
    >>> flags = np.array([True, False, False, True, True, False])
    >>> number_of_assignments(Units(flags, np.array([0, 0, 0, 0, 1, 1]), *(np.ones(6),) * 3))
    12
    """
    return math.prod(math.comb(len(here), int(units.treated[here].sum())) for here in _strata(units))


def assigned(units: Units, *, studentised: bool, draws: int, seed: int) -> tuple[Assigned, Assigned]:
    """Lay all assignments, or so many, beside the one made: for the statistic that is asked for, and for the other.

    Raises
    ------
    BadInput
        When the number of draws is out of range, the outcome does not vary, or the covariates are the treatment.
    """
    if not 99 <= draws <= MOST_DRAWS:
        raise BadInput(f"{draws} draws", where="draws", allowed=f"99 to {MOST_DRAWS:,}")
    begin = _spread(units, [units.treated[None, here] for here in _strata(units)])
    if abs(begin.second[0]) <= _TIE:
        raise BadInput("the covariates tell the arm: nothing of the treatment is left", where="covariates",
                       allowed="covariates that were known before, and strata in strata=")  # fmt: skip
    value = float(begin.first[0] / begin.second[0])
    error = float(np.sqrt(max(0.0, float(begin.variance(value)[0])))) / abs(float(begin.second[0]))
    width = float(np.abs(units.summed - value * units.moved).sum() / units.sizes.sum())
    if error <= _NO_SPREAD * width:  # pairs have no variance within an arm; any width does to look for the ends
        error = 0.0
    unit = error or width
    if unit <= 0:
        raise BadInput("the outcome does not vary", where="outcome", allowed="an outcome that varies")
    shifted = units.shifted(value, unit)
    made = _spread(shifted, [units.treated[None, here] for here in _strata(units)])
    whole = number_of_assignments(units) <= max(draws, ALL_DRAWS)
    parts = [_spread(shifted, some) for some in (_every(units) if whole else _some(units, draws, seed))]
    drawn = Spread(
        np.concatenate([one.first for one in parts]), np.concatenate([one.second for one in parts]),
        (*(np.concatenate(ones) for ones in zip(*(one.squares for one in parts), strict=True)),),  # type: ignore[arg-type]
    )  # fmt: skip
    both = [Assigned(value, error, unit, made, drawn, kind, whole) for kind in (studentised, not studentised)]
    return both[0], both[1]


def _strata(units: Units) -> list[Ints]:
    """List the places of the units of each stratum."""
    order = np.argsort(units.stratum, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(units.stratum[order])) + 1)


def _every(units: Units) -> Iterator[list[Flags]]:
    """Give every assignment, all in one part: [assignment, unit] for each stratum."""
    within = []
    for here in _strata(units):
        chosen = np.array(list(combinations(range(len(here)), int(units.treated[here].sum()))), np.int64)
        made = np.zeros((len(chosen), len(here)), bool)
        np.put_along_axis(made, chosen, values=True, axis=1)
        within.append(made)
    number = math.prod(len(one) for one in within)
    stride, places = 1, np.arange(number)
    for at, one in enumerate(within):
        within[at] = one[places // stride % len(one)]
        stride *= len(one)
    yield within


def _some(units: Units, draws: int, seed: int) -> Iterator[list[Flags]]:
    """Draw assignments in parts of bounded size."""
    chance, strata = stream(seed, "assignment"), _strata(units)
    step = max(1, AT_ONCE // len(units.treated))
    for begin in range(0, draws, step):
        many = min(step, draws - begin)
        made = []
        for here in strata:
            treated = int(units.treated[here].sum())
            ranked = np.argpartition(chance.random((many, len(here))), treated - 1, axis=1)[:, :treated]
            flags = np.zeros((many, len(here)), bool)
            np.put_along_axis(flags, ranked, values=True, axis=1)
            made.append(flags)
        yield made


def _spread(units: Units, chosen: Sequence[Flags]) -> Spread:
    """Give difference and variance under each assignment, strata weighted by their sizes."""
    count = len(chosen[0])
    first, second, a, b, c = (np.zeros(count) for _ in range(5))
    whole = units.sizes.sum()
    for here, flags in zip(_strata(units), chosen, strict=True):
        n, s, d = units.sizes[here], units.summed[here], units.moved[here]
        columns = np.stack([n, s, d, n * n, n * s, n * d, s * s, s * d, d * d], axis=1)
        treated = flags.astype(np.float64) @ columns
        share, number = n.sum() / whole, int(flags[0].sum())
        for sign, sums, units_here in (
            (1.0, treated, number),
            (-1.0, columns.sum(axis=0) - treated, len(here) - number),
        ):
            mean, slope, squares = _arm(sums, units_here)
            first += sign * share * mean
            second += sign * share * slope
            for total, part in zip((a, b, c), squares, strict=True):
                total += share**2 * part
    return Spread(first, second, (a, b, c))


def _arm(sums: Floats, number: int) -> tuple[Floats, Floats, tuple[Floats, Floats, Floats]]:
    """Give the mean p - u q of an arm and its variance a - 2 u b + u^2 c, from sums over its units.

    That is G / (G - 1) times the sum of (s_g - n_g mean)^2 over n^2: rows of one unit count as one draw.
    """
    n, s, d, nn, ns, nd, ss, sd, dd = sums.T
    p, q = s / n, d / n
    scale = number / max(1, number - 1) / n**2
    a = ss - 2 * p * ns + p**2 * nn
    b = sd - p * nd - q * ns + p * q * nn
    c = dd - 2 * q * nd + q**2 * nn
    return p, q, (a * scale, b * scale, c * scale)
