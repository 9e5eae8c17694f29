"""What is the mean outcome under an exposure, weighted by how likely each unit had it, and how sure is a difference?

The variance of a Horvitz-Thompson total is known but for pairs of outcomes that can never be seen together: for those a
bound that holds whatever they are takes their place, so the estimate of the variance is never too small on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.interference.chances import Chances

BELOW = "the estimated variance is not above 0, as can happen in one draw; units are taken for independent instead"


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen: the exposure of each unit, and which units are in question.

    Parameters
    ----------
    codes
        The exposure of each unit.
    inside
        The units over which means are taken: those that could have each of the exposures that are compared.
    twins
        Numbers that units share which always share their exposure; their outcomes are summed before anything is
        bounded. None to bound unit by unit.
    """

    codes: Ints
    inside: Flags
    chances: Chances
    twins: Ints | None = None


def weights_of(seen: Seen, level: int) -> Floats:
    """Give 1 over the chance of the exposure for the units that have it, 0 for the others."""
    has = seen.inside & (seen.codes == level)
    made = np.zeros(len(has))
    made[has] = 1 / seen.chances.single[has, level]
    return made


def variance_of(seen: Seen, values: Floats, level: int) -> Floats:
    """Estimate the variance of the Horvitz-Thompson total of one exposure: the variance itself, and what bounds add.

    Parameters
    ----------
    values
        What is summed, by unit: outcomes, or residuals for a ratio; read only where the unit has the exposure.

    Source: Aronow and Samii (2017), doi:10.1214/16-AOAS1005, equation 7 and proposition 5.1.
    """
    unit = Summed(seen, level)
    value, chance = unit.total(values), unit.chance
    made, added = 0.0, 0.0
    for part in seen.chances.pairs(level, level, unit.rows):
        first, second, together = part.rows, part.columns, part.chance
        kept = unit.counts[second]
        first, second, together = first[kept], second[kept], together[kept]
        both = unit.has[second] & (together > 0)
        i, j = first[both], second[both]
        share = (together[both] - chance[i] * chance[j]) / together[both]
        made += float((share * value[i] / chance[i] * value[j] / chance[j]).sum())
        never = first[together == 0]
        added += float((value[never] ** 2 / chance[never]).sum())
    return np.array([made, added])


def covariance_of(seen: Seen, values: Floats, level: int, other: int) -> float:
    """Estimate the covariance of the totals of two exposures, at most as large as it is on average.

    Source: Aronow and Samii (2017), doi:10.1214/16-AOAS1005, equation 10.
    """
    unit, against = Summed(seen, level), Summed(seen, other)
    mine, theirs = unit.total(values), against.total(values)
    made = 0.0
    for part in seen.chances.pairs(level, other, unit.rows):
        kept = unit.counts[part.columns]
        first, second, together = part.rows[kept], part.columns[kept], part.chance[kept]
        both = against.has[second] & (together > 0)
        i, j = first[both], second[both]
        share = (together[both] - unit.chance[i] * against.chance[j]) / together[both]
        made += float((share * mine[i] / unit.chance[i] * theirs[j] / against.chance[j]).sum())
        never = first[together == 0]
        made -= float((mine[never] ** 2 / unit.chance[never]).sum()) / 2
    for part in seen.chances.pairs(other, level, against.rows):
        never = part.rows[unit.counts[part.columns] & (part.chance == 0)]
        made -= float((theirs[never] ** 2 / against.chance[never]).sum()) / 2
    return made


def difference_variance(seen: Seen, values: Floats, level: int, other: int) -> float:
    """Estimate the variance of the difference of two Horvitz-Thompson totals, at least as large as it is on average.

    In a single draw it can be below 0.

    Source: Aronow and Samii (2017), doi:10.1214/16-AOAS1005, equation 11.
    """
    alone = float(variance_of(seen, values, level).sum() + variance_of(seen, values, other).sum())
    return alone - 2 * covariance_of(seen, values, level, other)


class Summed:
    """Units of one exposure, twins summed into the first of them.

    `counts` says which units stand for their twins, `rows` which of these have the exposure.
    """

    def __init__(self, seen: Seen, level: int) -> None:
        count = len(seen.codes)
        self.chance = seen.chances.single[:, level]
        self.has = seen.inside & (seen.codes == level)
        self.counts = seen.inside
        self._first: Ints | None = None
        if seen.twins is not None:
            inside = np.flatnonzero(seen.inside)
            first = np.full(int(seen.twins.max()) + 1, -1)
            first[seen.twins[inside][::-1]] = inside[::-1]
            self._first = first[seen.twins]
            self.counts = seen.inside & (self._first == np.arange(count))
            self.has = self.has & self.counts
        self.rows = np.flatnonzero(self.has)
        self._seen = seen.inside & (seen.codes == level)

    def total(self, values: Floats) -> Floats:
        """Sum the values of twins that have the exposure."""
        kept = np.where(self._seen, values, 0.0)
        if self._first is None:
            return kept
        return np.asarray(np.bincount(self._first[self._seen], kept[self._seen], minlength=len(values)), np.float64)
