"""Would the periods after the treatment stand out from those before it, if the effect were so large?

The effect that is tested is taken off, the weights are made anew from all periods, and the residuals after the
treatment are compared with those of as many periods in a row elsewhere. Effects that are not refused make up the
interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.fit import Case, Recipe, refit

_HALVINGS = 40
_DOUBLINGS = 30
_SCAN = 32  # quarters of a step, to either side
_FINE = 1e-6  # of the step: how exactly an end is found
_TIE = 1e-9


def conformal_p_value(cases: Sequence[Case], recipes: Sequence[Recipe], effect: Floats, *, power: float = 1.0) -> float:
    """Give the p-value of an effect in each treated period.

    Parameters
    ----------
    cases, recipes
        Of as many periods each, the treatment at one place; of several, the mean of the residuals is compared.
    effect
        [treated period]
    power
        Of the residuals that are summed: 1 for effects that last, more for effects of a few periods.

    Source: Chernozhukov, Wüthrich and Zhu (2021), doi:10.1080/01621459.2021.1920957, moving blocks.
    """
    residuals = np.zeros(len(cases[0].target))
    for case, recipe in zip(cases, recipes, strict=True):
        target = case.target.copy()
        target[case.start :] -= effect
        residuals += refit(Case(target, case.donors, case.start), recipe)
    sizes = np.abs(residuals / len(cases)) ** power
    block = len(residuals) - cases[0].start
    around = np.cumsum(np.r_[0.0, sizes, sizes[: block - 1]])
    blocks = around[block:] - around[:-block]  # the last one is the treated periods
    observed = blocks[cases[0].start]
    return float((blocks >= observed - _TIE * max(observed, 1e-300)).mean())


def conformal_interval(
    cases: Sequence[Case], recipes: Sequence[Recipe], middle: float, scale: float, level: float, *, power: float = 1.0
) -> tuple[float, float, float]:
    """Give the constant effects that are not refused, as an interval, and the p-value of 0.

    Parameters
    ----------
    middle, scale
        An effect at which to begin, and the size of a step.

    Both ends are infinite where the periods are too few to refuse anything, or all constant effects are refused.
    """

    def p_value(effect: float) -> float:
        block = len(cases[0].target) - cases[0].start
        return conformal_p_value(cases, recipes, np.full(block, effect), power=power)

    zero = p_value(0.0)
    if 1 / len(cases[0].target) > 1 - level + _TIE:
        return -np.inf, np.inf, zero  # not even the largest residual of all would be refused
    inner = _inner(p_value, middle, scale, level)
    if inner is None:
        return -np.inf, np.inf, zero
    ends = [_end(p_value, start, step, level) for start, step in zip(inner, (-scale, scale), strict=True)]
    return ends[0], ends[1], zero


def _inner(p_value: Callable[[float], float], middle: float, scale: float, level: float) -> tuple[float, float] | None:
    """Give effects that are not refused, the least and the largest that are seen; None where all are refused.

    That happens where no constant effect leaves residuals like those before, because the effect changes.
    """
    refused = 1 - level + _TIE
    if p_value(middle) > refused:
        return middle, middle
    steps = np.arange(1, _SCAN + 1) / 4
    around = [middle + sign * step * scale for step in steps for sign in (-1.0, 1.0)]
    kept = [effect for effect in around if p_value(effect) > refused]
    return (min(kept), max(kept)) if kept else None


def _end(p_value: Callable[[float], float], middle: float, step: float, level: float) -> float:
    """Find where effects begin to be refused, by doubling and then halving a step."""
    refused = 1 - level + _TIE
    inside, outside = middle, middle + step
    for _ in range(_DOUBLINGS):
        if p_value(outside) <= refused:
            break
        inside, outside = outside, outside + 2 * (outside - middle)
    else:
        return float(np.copysign(np.inf, step))
    for _ in range(_HALVINGS):
        half = (inside + outside) / 2
        if abs(outside - inside) <= _FINE * abs(step):
            break
        if p_value(half) <= refused:
            outside = half
        else:
            inside = half
    return outside
