"""What is left of an interval when the data are looked at more than once?

With a number of planned looks the interval at each is the repeated one: as many standard errors wide as the bound of
that look, so that all of them hold together. With any number of looks it is that of a confidence sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.mixture import best_rho, critical, log_evidence, normal_of_t, t_of_normal
from liveloop.estimate.looks.plan import plan_looks
from liveloop.estimate.result import Convention, Estimate

ONE_LOOK = "one look"
Reach = Callable[[float | None], float]


def at_look(made: Estimate, *, looks: int, look: int = 0, units: int, tuned_for: float = 1_000) -> Estimate:
    """Widen an estimate's interval to one that holds at all looks together.

    Parameters
    ----------
    made
        With a standard error.
    looks
        Planned looks, at equal steps of information (bounds of O'Brien and Fleming's kind, by spending); 0 for any.
    look
        Which of them this is, from 1; 0 for the last.
    units
        How many there are by now.
    tuned_for
        For any number of looks: the number of units at which intervals are to be narrowest, chosen beforehand.

    Raises
    ------
    BadInput
        When there is no such look.

    Examples
    --------
    >>> from liveloop.estimate.result import normal_estimate
    >>> once = normal_estimate("an effect", 1.0, 0.4, method="by hand")
    >>> third, ever = at_look(once, looks=5, look=3, units=600), at_look(once, looks=0, units=600)
    >>> [round(one.low, 2) for one in (once, third, ever)]
    [0.22, -0.07, -0.22]

    Source: Jennison and Turnbull (1989), doi:10.1111/j.2517-6161.1989.tb01774.x, for repeated intervals; Waudby-Smith
    et al. (2024), doi:10.1214/24-AOS2408, for sequences.
    """
    if looks == 1 or made.standard_error is None:
        return made
    if looks == 0:
        reach, p_value, said = _ever(made, units, tuned_for)
    else:
        at = look or looks
        if not 1 <= at <= looks:
            raise BadInput(f"there is no look {at}", where="look", allowed=f"1 to {looks}, as planned")
        bound = plan_looks(looks, level=made.level).upper[at - 1]
        reach, p_value = (lambda df: _times(bound, df)), None
        said = f"the data are looked at {looks} times at most, at equal steps of information; this is look {at}"
    half = reach(made.df) * made.standard_error
    name = f"{ONE_LOOK}, {made.correction or made.method}"
    once = Convention(name, made.standard_error, made.df, made.low, made.high, made.p_value)
    wider = tuple(_wider(one, made.value, reach) for one in made.conventions)
    return replace(made, low=made.value - half, high=made.value + half, p_value=p_value,
                   method=f"{made.method}, held at all looks", assumes=(*made.assumes, said),
                   conventions=(once, *wider))  # fmt: skip


def _ever(made: Estimate, units: int, tuned_for: float) -> tuple[Reach, float, str]:
    ratio = np.asarray(units / best_rho(tuned_for, 1 - made.level))
    bound = float(critical(ratio, 1 - made.level))
    df = made.df if made.df is not None else np.inf
    z = np.asarray(made.value / made.standard_error if made.standard_error else 0.0)
    evidence = float(log_evidence(normal_of_t(z, df) if np.isfinite(df) else z, ratio))
    said = f"the data may be looked at as often as one likes; tuned for {tuned_for:,.0f} units"
    return (lambda df: _times(bound, df)), float(np.exp(-max(evidence, 0.0))), said


def _times(bound: float, df: float | None) -> float:
    """Give how many standard errors a normal bound is at some degrees of freedom."""
    return bound if df is None or not np.isfinite(df) else float(t_of_normal(np.asarray(bound), df))


def _wider(one: Convention, value: float, reach: Reach) -> Convention:
    half = reach(one.df) * one.standard_error
    return replace(one, low=value - half, high=value + half, p_value=None)
