"""What is left of an interval when the data are looked at more than once?

With a number of planned looks the interval at each is the repeated one: as many standard errors wide as the bound of
that look, so that all of them hold together. With any number of looks it is that of a confidence sequence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.looks.mixture import best_rho, critical, log_evidence, normal_of_t, t_of_normal
from liveloop.estimate.looks.plan import plan_looks
from liveloop.estimate.result import Convention, Estimate

ONE_LOOK = "one look"


@dataclass(frozen=True)
class Look:
    """How often the data are looked at, and which time this is.

    Parameters
    ----------
    looks
        Planned looks, at equal steps of information (bounds that spend error as O'Brien and Fleming's do); 0 for any.
    look
        Which of the planned ones this is, from 1; 0 where there are none to tell apart.
    units
        How many there are by now.
    tuned_for
        For any number of looks: the number of units at which intervals are to be narrowest, chosen beforehand.

    Raises
    ------
    BadInput
        When there is no such look, or it is not said which of several this is.
    """

    looks: int = 1
    look: int = 0
    units: int = 0
    tuned_for: float = 1_000

    def __post_init__(self) -> None:
        if self.looks > 1 and not 1 <= self.look <= self.looks:
            wrong = (
                f"there is no look {self.look}" if self.look else f"it is not said which of {self.looks} looks this is"
            )
            raise BadInput(wrong, where="look", allowed=f"1 to {self.looks}, as planned")
        if self.looks <= 1 and self.look:
            raise BadInput(
                f"look {self.look}, where no number of looks was planned", where="look", allowed="planned looks"
            )

    @property
    def says(self) -> str:
        """What it rests on."""
        if self.looks == 0:
            return f"the data may be looked at as often as one likes; tuned for {self.tuned_for:,.0f} units"
        often = f"the data are looked at {self.looks} times at most, at equal steps of information"
        return f"{often}; this is look {self.look}"

    def bound(self, level: float, sides: int = 2) -> float:
        """Give how many standard errors, of a normal law, an interval reaches that holds at all looks.

        Examples
        --------
        >>> [round(Look(5, at).bound(0.95), 2) for at in (1, 3, 5)], round(Look(0, units=1_000).bound(0.95), 2)
        ([4.88, 2.68, 2.03], 3.04)
        """
        if self.looks == 0:
            return float(critical(self.ratio(level, sides), 1 - level, two_sided=sides == 2))
        if self.looks == 1:
            return float(ndtri(1 - (1 - level) / sides))
        return _bounds(self.looks, level, sides)[self.look - 1]

    def ratio(self, level: float, sides: int = 2) -> Floats:
        """Give intrinsic time over the mixture's rho."""
        return np.asarray(self.units / best_rho(self.tuned_for, 1 - level, two_sided=sides == 2))


@lru_cache(maxsize=64)
def _bounds(looks: int, level: float, sides: int) -> tuple[float, ...]:
    return plan_looks(looks, level=level, sides=sides).upper


def at_look(made: Estimate, look: Look) -> Estimate:
    """Widen an estimate's interval to one that holds at all looks together.

    Examples
    --------
    >>> from liveloop.estimate.result import normal_estimate
    >>> once = normal_estimate("an effect", 1.0, 0.4, method="by hand")
    >>> third, ever = at_look(once, Look(5, 3)), at_look(once, Look(0, units=600))
    >>> [round(one.low, 2) for one in (once, third, ever)]
    [0.22, -0.07, -0.22]

    Source: Jennison and Turnbull (1989), doi:10.1111/j.2517-6161.1989.tb01774.x, for repeated intervals; Waudby-Smith
    et al. (2024), doi:10.1214/24-AOS2408, for sequences.
    """
    if look.looks == 1 or made.standard_error is None:
        return made
    bound = look.bound(made.level)
    half = times(bound, made.df) * made.standard_error
    name = f"{ONE_LOOK}, {made.correction or made.method}"
    once = Convention(name, made.standard_error, made.df, made.low, made.high, made.p_value)
    wider = tuple(_wider(one, made.value, bound) for one in made.conventions)
    return replace(made, low=made.value - half, high=made.value + half, p_value=_ever(made, look),
                   method=f"{made.method}, held at all looks", assumes=(*made.assumes, look.says),
                   conventions=(once, *wider))  # fmt: skip


def inflation(looks: int, *, level: float = 0.95, power: float = 0.8) -> float:
    """Give how many times the units of one look an experiment needs for the same power.

    For any number of looks it is what the bound at the planned end costs; an effect that is there ends it sooner.

    Examples
    --------
    >>> [round(inflation(looks), 2) for looks in (1, 5, 0)]
    [1.0, 1.02, 1.91]
    """
    if looks == 1:
        return 1.0
    if looks > 1:
        return plan_looks(looks, level=level, power=power).inflation
    reach, reserve = Look(0, units=1_000).bound(level), float(ndtri(power))
    return ((reach + reserve) / (float(ndtri(0.5 + level / 2)) + reserve)) ** 2


def _ever(made: Estimate, look: Look) -> float | None:
    """Give the p-value that holds at any look; repeated intervals have none."""
    if look.looks:
        return None
    df = made.df if made.df is not None else np.inf
    z = np.asarray(made.value / made.standard_error if made.standard_error else 0.0)
    evidence = float(log_evidence(normal_of_t(z, df) if np.isfinite(df) else z, look.ratio(made.level)))
    return float(np.exp(-max(evidence, 0.0)))


def times(bound: float, df: float | None) -> float:
    """Give how many standard errors a normal bound is at some degrees of freedom."""
    return bound if df is None or not np.isfinite(df) else float(t_of_normal(np.asarray(bound), df))


def _wider(one: Convention, value: float, bound: float) -> Convention:
    half = times(bound, one.df) * one.standard_error
    return replace(one, low=value - half, high=value + half, p_value=None)
