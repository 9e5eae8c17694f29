"""How much of what a column tells of the label is left when it is computed again as it was known?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints, stream

DRAWS = 400
TOLERANCE = 1e-9  # of a number: databases add in whatever order their threads come


@dataclass(frozen=True)
class Power:
    """What one column tells of a label, as it came and as it was known.

    Parameters
    ----------
    imported, known
        Chance that a positive row ranks above a negative one (area under the ROC curve), whichever way round it tells
        more as imported; rows where nothing stands rank together, below all others.
    vanishes
        The share of what was beyond chance that is gone: 1 - (known - 1/2) / (imported - 1/2).
    low, high
        95 % interval of `imported - known`, by a bootstrap of groups.
    differ
        In how many rows the two are not the same.
    """

    imported: float
    known: float
    vanishes: float
    low: float
    high: float
    differ: int

    @property
    def is_clear(self) -> bool:
        """Say whether it is clear that the column told more than was known."""
        return self.low > 0


def area(score: Floats, label: Flags) -> float:
    """Give the area under the ROC curve; half where there is one label only.

    Examples
    --------
    >>> area(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    0.75
    """
    positive = int(label.sum())
    negative = len(label) - positive
    if not positive or not negative:
        return 0.5
    ranks = rankdata(score)
    return float((ranks[label].sum() - positive * (positive + 1) / 2) / (positive * negative))


def differing(one: Floats, other: Floats) -> Ints:
    """Give the places where two columns are not the same, but for the order of addition; NaN is the same as NaN."""
    with np.errstate(invalid="ignore"):
        near = np.abs(one - other) <= TOLERANCE * np.maximum(np.abs(one), np.abs(other))
    return np.flatnonzero(~(near | (one == other) | (np.isnan(one) & np.isnan(other))))


def power(imported: Floats, known: Floats, label: Flags, groups: Ints | None = None, *, seed: int = 0) -> Power:
    """Compare a column with the same computed as known.

    Parameters
    ----------
    imported, known
        [row]; NaN where nothing stands.
    label
        [row]
    groups
        Rows of one group are alike (a user's); None where each stands alone.

    Examples
    --------
    >>> label = np.arange(200) % 2 == 0
    >>> made = power(label + 0.0, np.zeros(200), label)
    >>> made.imported, made.known, made.vanishes, made.is_clear
    (1.0, 0.5, 1.0, True)
    """
    if not len(imported) == len(known) == len(label):
        raise BadInput(f"{len(imported)}, {len(known)} and {len(label)} rows", where="power", allowed="as many of each")
    if not len(label):
        return Power(0.5, 0.5, 0.0, 0.0, 0.0, 0)
    mine, theirs = (np.where(np.isnan(one), -np.inf, one) for one in (imported, known))
    sign = 1.0 if area(mine, label) >= 0.5 else -1.0
    mine, theirs = sign * mine, sign * theirs
    one, other = area(mine, label), area(theirs, label)
    codes = np.arange(len(label)) if groups is None else np.unique(groups, return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max(initial=-1) + 2))
    chance, gaps = stream(seed, "power"), np.empty(DRAWS)
    for draw in range(DRAWS):
        drawn = chance.integers(0, len(starts) - 1, len(starts) - 1)
        rows = np.concatenate([order[starts[group] : starts[group + 1]] for group in drawn])
        gaps[draw] = area(mine[rows], label[rows]) - area(theirs[rows], label[rows])
    low, high = np.quantile(gaps, [0.025, 0.975])
    gone = 1 - (other - 0.5) / (one - 0.5) if one > 0.5 else 0.0
    differ = len(differing(imported, known))
    return Power(one, other, gone, float(low), float(high), differ)
