"""Which bounds hold the error of a group sequential test?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.looks.recursion import Walk, checked_times
from liveloop.estimate.looks.spending import Spend, spent_by

SHAPES = ("pocock", "obrien-fleming", "wang-tsiatis", "haybittle-peto")
_HAYBITTLE = 3.0
_LEAST = 1e-13  # of error: less than that is no stop at all; the integration is not finer
_FAR = 12.0  # bounds of Z are looked for up to here
_LOOSE = 1e-11  # what a root is found to, in Z


@dataclass(frozen=True)
class Rule:
    """How a group sequential test spends its error.

    Parameters
    ----------
    bound
        A shape of `SHAPES`, or empty where the error is spent by a function.
    spending
        By which the error is spent where there is no shape.
    parameter
        Of the shape or the function.
    error
        In all.
    sides
        2: both bounds reject, each with half of the error; 1: the upper bound rejects.
    futility
        Lower bounds of Z at all looks but the last, or a way of spending the error of the second kind; None for none.
    binding
        Whether the upper bounds count on a stop at the lower ones.
    miss
        Error of the second kind.
    """

    error: float
    sides: int
    miss: float
    bound: str = ""
    spending: Spend = "obrien-fleming"
    parameter: float | None = None
    futility: Spend | None = None
    futility_parameter: float | None = None
    binding: bool = False

    @property
    def on_one_side(self) -> float:
        """Give the error at the upper bound."""
        return self.error / self.sides

    @property
    def spends_misses(self) -> bool:
        """Whether lower bounds are made by spending the error of the second kind."""
        return isinstance(self.futility, str) or callable(self.futility)


@dataclass(frozen=True)
class Bounds:
    """Bounds of Z at each look, and the drift at which the power is as planned."""

    lower: tuple[float, ...]
    upper: tuple[float, ...]
    drift: float


def bounds_for(rule: Rule, times: Sequence[float]) -> Bounds:
    """Find bounds and drift.

    Examples
    --------
    >>> two_sided = Rule(0.05, 2, 0.2, bound="pocock")
    >>> made = bounds_for(two_sided, [0.2, 0.4, 0.6, 0.8, 1.0])
    >>> [round(one, 3) for one in made.upper]
    [2.413, 2.413, 2.413, 2.413, 2.413]

    Source: Jennison and Turnbull (2000), chapters 2, 4, 7 and 19.
    """
    times = checked_times(times)
    if rule.spends_misses:
        return _spending_misses(rule, times)
    futile, upper = _given_futility(rule, len(times)), upper_bounds(rule, times)
    lower = tuple(-one for one in upper) if rule.sides == 2 else (*futile, upper[-1] if rule.futility else -np.inf)
    return Bounds(lower, upper, drift_for(times, lower, upper, rule.miss))


def upper_bounds(rule: Rule, times: tuple[float, ...]) -> tuple[float, ...]:
    """Find the upper bounds of a rule whose lower ones are given, or do not bind."""
    free = (-np.inf,) * (len(times) - 1)
    return _upper(rule, times, _given_futility(rule, len(times)) if rule.binding else free)


def drift_for(times: Sequence[float], lower: Sequence[float], upper: Sequence[float], miss: float) -> float:
    """Find the drift under which the upper bound is crossed with probability 1 - miss."""
    made = gone_through(tuple(times), lower, upper)

    def left(drift: float) -> float:
        return float(made.exits(drift)[0].sum()) - (1 - miss)

    most = 1.0
    while left(most) < 0:
        most *= 2
        if most > 64:
            raise BadInput("these bounds cannot reach the power", where="power", allowed="a lower power, other bounds")
    return float(brentq(left, 0.0, most, xtol=_LOOSE))


def gone_through(times: tuple[float, ...], lower: Sequence[float], upper: Sequence[float]) -> Walk:
    """Go through looks whose times are known to be good."""
    made = Walk(times)
    for low, high in zip(lower, upper, strict=True):
        made = made.then(low, high)
    return made


def _given_futility(rule: Rule, looks: int) -> tuple[float, ...]:
    if rule.futility is None:
        return (-np.inf,) * (looks - 1)
    given: Any = rule.futility
    made = tuple(float(one) for one in given)
    if len(made) != looks - 1:
        raise BadInput(f"{len(made)} futility bounds for {looks} looks", where="futility",
                       allowed=f"{looks - 1} bounds of Z, one for each look but the last")  # fmt: skip
    return made


def _upper(rule: Rule, times: tuple[float, ...], futile: tuple[float, ...]) -> tuple[float, ...]:
    if not rule.bound:
        return _spending_error(rule, times, futile)
    if rule.bound == "haybittle-peto":
        first = _HAYBITTLE if rule.parameter is None else rule.parameter
        return _last(rule, times, futile, (first,) * (len(times) - 1))
    weights = _shape(rule.bound, times, rule.parameter)

    def over(constant: float) -> float:
        upper = tuple(constant * weights)
        lower = tuple(-one for one in upper) if rule.sides == 2 else (*futile, -np.inf)
        made = gone_through(times, lower, upper)
        crossed = float(made.exits()[0].sum()) if rule.binding else 1 - made.goes_on(len(times) - 1)
        return crossed - rule.error

    least, most = float(-ndtri(rule.on_one_side)), float(-ndtri(rule.on_one_side / len(times)))
    if rule.binding or weights.min() < 1 or len(times) == 1:  # else one look and Bonferroni are on either side of it
        least, most = 1e-6 if rule.sides == 2 else -_FAR, _FAR
    constant = float(brentq(over, least, most, xtol=_LOOSE))
    return tuple(float(one) for one in constant * weights)


def _shape(bound: str, times: tuple[float, ...], parameter: float | None) -> Floats:
    """Give the bounds up to a constant: t^(parameter - 1/2)."""
    powers = {"pocock": 0.5, "obrien-fleming": 0.0, "wang-tsiatis": 0.25 if parameter is None else parameter}
    one_of(bound, "bound", SHAPES)
    return np.asarray((np.asarray(times) / times[-1]) ** (powers[bound] - 0.5))


def _last(
    rule: Rule, times: tuple[float, ...], futile: tuple[float, ...], first: tuple[float, ...]
) -> tuple[float, ...]:
    """Find the last bound, with the others given."""
    made, spent = Walk(times), 0.0
    for look, high in enumerate(first):
        spent += made.above(look, high)
        made = made.then(-high if rule.sides == 2 else futile[look], high)
    if spent >= rule.on_one_side:
        raise BadInput(f"the looks before the last spend {rule.sides * spent:.3g} of the error {rule.error:g}",
                       where="parameter", allowed="larger bounds at the first looks")  # fmt: skip
    return (*first, _root(lambda z: made.above(len(first), z), rule.on_one_side - spent))


def _spending_error(rule: Rule, times: tuple[float, ...], futile: tuple[float, ...]) -> tuple[float, ...]:
    planned = spent_by(times, rule.on_one_side, rule.spending, rule.parameter)
    made, spent, upper = Walk(times), 0.0, []
    for look, aim in enumerate(planned):
        high = _high(made, look, float(aim) - spent)
        spent += made.above(look, high) if high < np.inf else 0.0
        upper.append(high)
        if look + 1 < len(times):
            made = made.then(-high if rule.sides == 2 else futile[look], high)
    return tuple(upper)


def _high(made: Walk, look: int, amount: float) -> float:
    """Find the upper bound that spends an amount at a look."""
    if amount < _LEAST:
        return float(np.inf)
    return _root(lambda z: made.above(look, z), amount)


def _low(made: Walk, look: int, amount: float, drift: float, most: float) -> float:
    """Find the lower bound that spends an amount at a look under a drift, `most` at most."""
    if amount < _LEAST:
        return float(-np.inf)
    if made.below(look, most, drift) <= amount:
        return most
    return -_root(lambda z: made.below(look, -z, drift), amount, least=-most)


def _root(chance: Callable[[float], float], aim: float, least: float = -_FAR) -> float:
    if chance(_FAR) >= aim:
        return float(np.inf)
    if chance(least) <= aim:
        return least
    return float(brentq(lambda z: chance(z) - aim, least, _FAR, xtol=_LOOSE))


def _spending_misses(rule: Rule, times: tuple[float, ...]) -> Bounds:
    """Find lower bounds that spend the error of the second kind under the drift that they themselves decide."""
    if rule.binding and rule.bound:
        raise BadInput("binding bounds that spend the error of the second kind, and a shape of the upper ones",
                       where="futility", allowed="a spending function for both, or binding=False")  # fmt: skip
    free = None if rule.binding else upper_bounds(rule, times)
    misses = spent_by(times, rule.miss, rule.futility or "obrien-fleming", rule.futility_parameter)

    def missed(drift: float) -> tuple[float, Bounds]:
        return _missed(rule, times, drift, misses, free)

    least = most = float(-ndtri(rule.on_one_side) - ndtri(rule.miss)) * 0.9
    while missed(most)[0] > rule.miss:
        most *= 1.1
        if most > 64:
            raise BadInput("these bounds cannot reach the power", where="power", allowed="a lower power, other bounds")
    while missed(least)[0] < rule.miss:
        least *= 0.8
    drift = float(brentq(lambda one: missed(one)[0] - rule.miss, least, most, xtol=_LOOSE))
    return missed(drift)[1]


def _missed(
    rule: Rule, times: tuple[float, ...], drift: float, misses: Floats, free: tuple[float, ...] | None
) -> tuple[float, Bounds]:
    """Give the error of the second kind under a drift, with the bounds that spend it as planned but for the last."""
    planned = spent_by(times, rule.on_one_side, rule.spending, rule.parameter)
    made, lower, upper, spent, lost = Walk(times), [], [], 0.0, 0.0
    for look in range(len(times)):
        high = _high(made, look, float(planned[look]) - spent) if free is None else free[look]
        spent += made.above(look, high) if high < np.inf else 0.0
        last = look + 1 == len(times)
        low = high if last else _low(made, look, float(misses[look]) - lost, drift, high)
        lost += made.below(look, low, drift) if low > -np.inf else 0.0
        lower.append(low)
        upper.append(high)
        if not last:
            made = made.then(low, high)
    return lost, Bounds(tuple(lower), tuple(upper), drift)
