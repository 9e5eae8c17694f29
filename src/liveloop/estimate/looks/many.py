"""What do thousands of experiments give that are all looked at a thousand times?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.looks.accrual import ROUNDED
from liveloop.estimate.looks.mixture import best_rho, critical, t_of_normal

Moments = tuple[Floats, Floats, Floats]
_CHUNK = 50  # experiments at once: what they need stays in the cache


@dataclass(frozen=True, eq=False)
class ManySequences:
    """Values and intervals, [experiment, look].

    Parameters
    ----------
    reach
        Half the width; infinite, and the value of no use, where an arm has fewer than `least` units or does not vary.
    """

    value: Floats
    standard_error: Floats
    reach: Floats

    @property
    def low(self) -> Floats:
        """Lower ends."""
        return np.asarray(self.value - self.reach)

    @property
    def high(self) -> Floats:
        """Upper ends."""
        return np.asarray(self.value + self.reach)

    def holds(self, truth: float = 0.0) -> Flags:
        """Say in which experiments all intervals hold the truth."""
        return np.asarray((np.abs(self.value - truth) <= self.reach).all(axis=1))


def many_sequences(  # noqa: PLR0913 - what a sequence may vary in
    outcome: Floats,
    treatment: Floats,
    *,
    size: Floats | None = None,
    looks: Ints | None = None,
    tuned_for: float = 1_000,
    least: int = 10,
    naive: bool = False,
    level: float = 0.95,
) -> ManySequences:
    """Follow many experiments at once, as `asymptotic_sequence` follows one; each unit has its place in the order.

    Parameters
    ----------
    outcome
        [experiment, unit], in the order of arrival: a unit is a row, or a complete cluster with its sum.
    treatment
        0 or 1: [unit], the same in all experiments (faster), or [experiment, unit].
    size
        Of a cluster or a ratio: [unit] or [experiment, unit]; None for means of units.
    looks
        How many units there are at each look; after every unit by default.
    naive
        Whether to give the interval of a test with one look instead, at each look.

    Raises
    ------
    BadInput
        When the shapes do not fit.

    Examples
    --------
    Peeking after each of 500 units:

    >>> from liveloop.base.seeds import stream
    >>> draw = stream(1, "doc").standard_normal((400, 500)); arm = np.tile([0.0, 1.0], 250)
    >>> naive, sequence = (many_sequences(draw, arm, tuned_for=500, naive=one).holds() for one in (True, False))
    >>> bool(naive.mean() < 0.7), bool(sequence.mean() > 0.95)
    (True, True)
    """
    outcome = np.asarray(outcome, np.float64)
    if outcome.ndim != 2 or np.shape(treatment) not in (outcome.shape, outcome.shape[1:]):
        raise BadInput(f"outcome of the shape {outcome.shape}, treatment of {np.shape(treatment)}", where="outcome",
                       allowed="[experiment, unit] and [unit], or both [experiment, unit]")  # fmt: skip
    units = outcome.shape[1]
    ends = np.arange(1, units + 1) if looks is None else np.asarray(looks, np.int64)
    if not len(ends) or ends[0] < 1 or ends[-1] > units or (np.diff(ends) <= 0).any():
        raise BadInput("looks are no numbers of units", where="looks", allowed=f"numbers that rise, from 1 to {units}")
    arm = np.atleast_2d(np.asarray(treatment, np.float64))
    big = None if size is None else np.atleast_2d(np.asarray(size, np.float64))
    value, error, reach = (np.empty((len(outcome), len(ends))) for _ in range(3))
    wide = None if naive else critical(ends / best_rho(tuned_for, 1 - level), 1 - level)
    for start in range(0, len(outcome), _CHUNK):
        cut = slice(start, start + _CHUNK)
        part = _Part(outcome[cut], _some(arm, cut), None if big is None else _some(big, cut), ends)
        value[cut], error[cut], df = part.compare(least)
        safe = np.where(df > 0, df, 1.0)
        times = stdtrit(safe, 0.5 + level / 2) if wide is None else t_of_normal(wide, safe)
        reach[cut] = np.where((error[cut] > 0) & (df > 0), times * error[cut], np.inf)
    return ManySequences(value, error, reach)


def _some(rows: Floats, cut: slice) -> Floats:
    return rows if len(rows) == 1 else rows[cut]


@dataclass(frozen=True, eq=False)
class _Part:
    """Some experiments, with one row of arms or sizes for all of them, or one for each."""

    outcome: Floats
    arm: Floats
    size: Floats | None
    ends: Ints

    def compare(self, least: int) -> tuple[Floats, Floats, Floats]:
        """Give value, standard error and df at each look; df 0 where there are too few units."""
        middle = self.outcome.mean(axis=1, keepdims=True)
        if self.size is not None:
            middle = self.outcome.sum(axis=1, keepdims=True) / np.broadcast_to(self.size, self.outcome.shape).sum(
                axis=1, keepdims=True)  # fmt: skip
        outcome = self.outcome - middle * (1.0 if self.size is None else self.size)
        squared = outcome * outcome
        sides = [self._arm(outcome, squared, one) for one in (self.arm, 1 - self.arm)]
        (one, spread, worth), (other, spread_other, worth_other) = (self._moments(*side, least=least) for side in sides)
        enough = (sides[0][0] >= least) & (sides[1][0] >= least)
        apart, summed = 1 / worth, 1 / worth_other
        df = (apart + summed) ** 2 / (apart**2 / (worth - 1) + summed**2 / (worth_other - 1))
        return one - other, np.sqrt(spread + spread_other), np.where(enough, df, 0.0)

    def _arm(self, outcome: Floats, squared: Floats, own: Floats) -> tuple[Floats, ...]:
        """Sum over the units of one arm: count, outcome, its square; where there are sizes: size, square, both."""
        made = (self._summed(own), self._summed(own * outcome), self._summed(own * squared))
        if self.size is None:
            return made
        sized = own * self.size
        return (*made, self._summed(sized), self._summed(sized * self.size), self._summed(sized * outcome))

    def _summed(self, values: Floats) -> Floats:
        if len(self.ends) < values.shape[1]:
            starts = np.concatenate([[0], self.ends[:-1]])
            values = np.add.reduceat(values[:, : self.ends[-1]], starts, axis=1)
        return np.asarray(np.cumsum(values, axis=1))

    @staticmethod
    def _moments(count: Floats, total: Floats, squares: Floats, *sized: Floats, least: int) -> Moments:
        """Give the arm's value, its squared error, and how many equal units it is worth."""
        if not sized:
            mean, worth = total / np.maximum(count, 1.0), np.maximum(count, 2.0)
            left = squares - total * mean
            return mean, np.where(left > ROUNDED * squares, left, 0.0) / (worth * (worth - 1)), worth
        size, size_squared, both = sized
        size = np.maximum(size, 1e-300)
        mean = total / size
        worth = np.maximum(size**2 / np.maximum(size_squared, 1e-300), 1 + 1e-9)
        left = squares - 2 * mean * both + mean**2 * size_squared
        left = np.where(left > ROUNDED * squares, left, 0.0)
        enough = count >= least
        spread = np.where(enough, left * worth / (worth - 1), 0.0) / np.where(enough, size, 1.0) ** 2
        return mean, np.asarray(spread), worth
