"""What may be said of the effect after a stop at a planned look?

A stopped experiment has a surprise in its last look: it stopped because of it. Results are ordered by the look of the
stop: crossing the upper bound early speaks more for a large effect than crossing it late, and crossing the lower
bound early speaks more for a small one. p-value, interval and estimate follow from that order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scipy.optimize import brentq

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.recursion import Walk

_FARTHEST = 60.0  # drift


@dataclass(frozen=True)
class Stopped:
    """What a stop says, in units of the drift: the effect over its standard error at information 1.

    Parameters
    ----------
    p_value
        Of no drift; on two sides, or on the upper one.
    low, high
        Ends of the interval with equal tails.
    median
        The drift under which a result at least as large has probability one half: as often too low as too high.
    """

    p_value: float
    low: float
    high: float
    median: float


def stopped(walked: Walk, look: int, z: float, *, error: float = 0.05, sides: int = 2) -> Stopped:
    """Order results by the look of the stop, and give p-value, interval and median unbiased estimate.

    Parameters
    ----------
    walked
        Through the bounds of the looks before, at least.
    look
        At which the experiment stopped, counted from 1.
    z
        The statistic there.
    error
        1 minus the level of the interval, half of it at each end; with one side, all of it at each end.

    Raises
    ------
    BadInput
        When the walk has not come to that look.

    Examples
    --------
    A stop at the third of five looks, just over the bound: z = 2.5 says less than it would alone.

    >>> from liveloop.estimate.looks.plan import plan_looks
    >>> made = stopped(plan_looks(5, bound="pocock").walk, 3, 2.5)
    >>> naive = 2.5 / 0.6**0.5  # drift, as if there had been one look; its p-value would be 0.0124
    >>> round(made.p_value, 4), round(made.median / naive, 2)
    (0.0341, 0.94)

    Source: Tsiatis, Rosner and Mehta (1984), doi:10.2307/2531159; Armitage (1957), doi:10.1093/biomet/44.1-2.9.
    """
    if not 1 <= look <= len(walked.times) or len(walked.upper) < look - 1:
        raise BadInput(f"look {look} of a walk of {len(walked.times)}", where="look", allowed="a look it came to")

    def larger(drift: float) -> float:
        earlier = sum(walked.above(at, walked.upper[at], drift) for at in range(look - 1))
        return float(earlier) + walked.above(look - 1, z, drift)

    tail = error / sides
    at_none = larger(0.0)
    p_value = at_none if sides == 1 else min(1.0, 2 * min(at_none, 1 - at_none))
    near = z / walked.times[look - 1] ** 0.5
    return Stopped(p_value, *(_drift_at(larger, aim, near) for aim in (tail, 1 - tail, 0.5)))


def _drift_at(larger: Callable[[float], float], aim: float, near: float) -> float:
    """Find the drift under which results at least as large have a given probability; it rises with the drift."""
    width = 1.0
    low, high = near - width, near + width
    while larger(low) > aim and low > -_FARTHEST:
        width *= 2
        low = near - width
    while larger(high) < aim and high < _FARTHEST:
        width *= 2
        high = near + width
    return float(brentq(lambda drift: larger(drift) - aim, low, high, xtol=1e-9))
