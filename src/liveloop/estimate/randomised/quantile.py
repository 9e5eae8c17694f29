"""By how much does a treatment move a quantile, such as the median or the slowest hundredth?

The interval asks no density. In each arm the share of rows below the quantile has a standard error, by clusters where
there are any; it says of how many independent rows the arm is worth. Of so many, the order statistics that lie around
the quantile are known exactly, for a share below an order statistic has a beta distribution whatever the rows are
(Hutson 1999; Woodruff 1952 with clusters). Both intervals are put together as distances from both values, by squares
(Zou and Donner 2008). A density would have to be estimated where there are fewest rows; the bootstrap of one quantile
jumps from row to row; and neither notices that an arm has no row beyond its 99.9th hundredth. Here that end is open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import bdtrik
from scipy.stats import norm
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import refuse_level
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.difference import Columns, chosen_correction, counts_of, few_clusters
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, interval

BINOMIAL = "binomial"  # rows that are independent and count alike need no estimate of how many they are worth
_TIED = 0.05  # share of equal rows at which a quantile no longer moves smoothly
_FARTHEST = 8.0  # deviations; beyond it p is below 1e-15


def quantile_effect(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    quantile: float = 0.5,
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the difference of a quantile of the outcome between the arms.

    It is the effect on the distribution: how far the quantile moves. It is not the quantile of effects on units.

    Parameters
    ----------
    quantile
        Between 0 and 1: 0.5 for the median, 0.99 for the slowest hundredth.
    correction
        Of the standard error of the share of rows below the quantile: as for `difference`. Independent rows without
        weights need none: their share is binomial.

    Raises
    ------
    BadInput
        When the quantile is not between 0 and 1, or as for `difference`.

    Examples
    --------
    One row in ten becomes slower by 100. The median knows nothing of it:

    >>> slow = np.arange(400) % 10 == 9; arm = np.repeat([0, 1], 200)
    >>> data = {"seconds": np.arange(400) % 200 / 100 + 100 * (slow & (arm == 1)), "arm": arm}
    >>> [round(quantile_effect(data, outcome="seconds", treatment="arm", quantile=q).value, 1) for q in (0.5, 0.95)]
    [0.1, 99.1]

    Source: Hutson (1999), doi:10.1080/02664769922458; Woodruff (1952), doi:10.1080/01621459.1952.10483443; Zou and
    Donner (2008), doi:10.1002/sim.3095; Goldman and Kaplan (2018), doi:10.1111/ectj.12095, for quantile effects.
    """
    refuse_level(level)
    frame = read_frame(data, Columns(outcome, treatment, clusters, weights=weights).named)
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    heavy = frame.weights(weights)
    name = chosen_correction(correction, clustered=groups is not None)
    name = name if groups is not None or heavy is not None else BINOMIAL
    warned = few_clusters(groups, arms, name)
    sides = two_sides(frame.numbers(outcome, "outcome"), arms.codes, groups, heavy, _checked(quantile), name)
    low, high = (float(end[0]) for end in sides.ends(np.array([level])))
    value = sides.upper.value - sides.lower.value
    deviations = float(norm.ppf(0.5 + level / 2))
    error = (high - low) / (2 * deviations) if math.isfinite(high - low) else None
    return Estimate(
        f"difference of the {100 * quantile:g} % quantile of {outcome}, {arms.labels[1]!r} minus {arms.labels[0]!r} "
        f"of {treatment}", value, low, high, level, "difference of quantiles, interval by order statistics",
        standard_error=error, p_value=_p_value(sides), df=None, correction=name,
        counts=counts_of(arms, groups, clusters),
        assumes=_assumptions(clusters or "row"),
        diagnostics=_diagnostics(sides, arms),
        warnings=(*warned, *_warnings(sides, arms, low, high)),
        conventions=_sparsity(sides, level),
    )  # fmt: skip


def quantile_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    quantiles: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    correction: str = "",
    level: float = 0.95,
) -> Estimates:
    """Estimate the differences of several quantiles; each interval is of one quantile.

    Examples
    --------
    >>> made = quantile_effects({"y": list(range(40)) + list(range(5, 45)), "t": [0] * 40 + [1] * 40},
    ...                         outcome="y", treatment="t")
    >>> {name: round(one.value, 6) for name, one in made.rows.items()}
    {'10 %': 5.0, '25 %': 5.0, '50 %': 5.0, '75 %': 5.0, '90 %': 5.0}
    """
    if not quantiles:
        raise BadInput("no quantiles", where="quantiles", allowed="numbers between 0 and 1")
    frame = read_frame(data, Columns(outcome, treatment, clusters, weights=weights).named)
    rows = {
        f"{100 * one:g} %": quantile_effect(
            frame, outcome=outcome, treatment=treatment, quantile=one, clusters=clusters, weights=weights,
            control=control, correction=correction, level=level,
        )
        for one in quantiles
    }  # fmt: skip
    return Estimates(f"differences of quantiles of {outcome}", rows)


@dataclass(frozen=True, eq=False)
class Side:
    """One arm: its outcome in order, the cumulated place of each row from 0 to 1, and how many rows it is worth.

    Parameters
    ----------
    error, df
        Of the share of rows at or below the quantile.
    """

    ordered: Floats
    places: Floats
    quantile: float
    error: float
    df: float

    @property
    def value(self) -> float:
        """Give the quantile."""
        return self.at(self.quantile)

    @property
    def worth(self) -> float:
        """Give of how many independent rows the arm is worth, never more than it has."""
        rows = float(len(self.ordered))
        least = self.quantile * (1 - self.quantile) / rows
        return rows * least / max(self.error**2, least)

    def at(self, share: float) -> float:
        """Give the value at a share, linear between rows."""
        return float(np.interp(share, self.places, self.ordered))

    def ends(self, levels: Floats) -> Floats:
        """Give for each level the value that the quantile exceeds with that chance; open where no row is far enough."""
        worth, q = np.full_like(levels, self.worth), self.quantile
        if math.isfinite(self.df):  # of a few clusters the worth is uncertain: the t of their df widens
            worth *= np.divide(norm.ppf(levels), student.ppf(levels, self.df), out=np.ones_like(levels),
                               where=levels != 0.5) ** 2  # fmt: skip
        worth = np.maximum(worth, 2.0)
        # The chance that the order statistic k lies below the quantile is that of k rows or more below it.
        share = bdtrik(1 - levels, worth, q) / (worth - 1)
        made = np.interp(share, self.places, self.ordered)
        made = np.where(levels > 1 - (1 - q) ** worth, -np.inf, made)
        return np.asarray(np.where(levels < q**worth, np.inf, made))


@dataclass(frozen=True, eq=False)
class Sides:
    """Both arms, and how their shares go together where clusters have rows in both."""

    lower: Side
    upper: Side
    correlation: float

    def ends(self, levels: Floats) -> tuple[Floats, Floats]:
        """Put both intervals together, for each level."""
        rest = (1 - levels) / 2
        below, above = ((one.ends(1 - rest), one.ends(rest)) for one in (self.lower, self.upper))
        one, other = self.lower.value, self.upper.value
        low = _apart(other - above[0], below[1] - one, self.correlation)
        high = _apart(above[1] - other, one - below[0], self.correlation)
        return other - one - low, other - one + high


def _apart(one: Floats, other: Floats, correlation: float) -> Floats:
    one, other = np.maximum(one, 0.0), np.maximum(other, 0.0)
    open_end = np.isinf(one) | np.isinf(other)
    one, other = np.where(open_end, 0.0, one), np.where(open_end, 0.0, other)
    squares = one**2 + other**2 - 2 * correlation * one * other
    return np.where(open_end, np.inf, np.sqrt(np.maximum(squares, 0.0)))


def two_sides(
    outcome: Floats, arm: Ints, groups: Groups | None, weights: Floats | None, quantile: float, correction: str
) -> Sides:
    """Make both arms of the rows.

    Examples
    --------
    >>> sides = two_sides(np.arange(200.0) // 2, np.arange(200) % 2, None, None, 0.5, "HC2")
    >>> sides.lower.value, round(sides.lower.worth), [round(float(end[0])) for end in sides.ends(np.array([0.95]))]
    (49.5, 100, [-14, 14])
    """
    parts = [_placed(outcome[arm == one], None if weights is None else weights[arm == one]) for one in (0, 1)]
    if groups is None and weights is None:
        one, other = (
            Side(ordered, places, quantile, math.sqrt(quantile * (1 - quantile) / len(ordered)), math.inf)
            for ordered, places in parts
        )
        return Sides(one, other, 0.0)
    values = np.array([np.interp(quantile, places, ordered) for ordered, places in parts])
    below = (outcome <= values[arm]).astype(np.float64)
    design = np.column_stack([arm == 0, arm == 1]).astype(np.float64)
    fit = fit_rows(below, design, ["lower", "upper"], clusters=None if groups is None else groups.codes,
                   weights=weights)  # fmt: skip
    cov = fit.covariance(correction)
    errors = np.sqrt(np.maximum(np.diag(cov), 0.0))
    df = [fit.freedom(fit.contrast(name), correction) for name in fit.names]
    both = float(errors[0] * errors[1])
    correlation = float(np.clip(cov[0, 1] / both, 0.0, 1.0)) if both > 0 and groups is not None else 0.0
    one, other = (
        Side(ordered, places, quantile, float(error), float(free))
        for (ordered, places), error, free in zip(parts, errors, df, strict=True)
    )
    return Sides(one, other, correlation)


def _placed(outcome: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Order rows and place each from 0 to 1; with equal weights at (k - 1) / (n - 1), as numpy does."""
    order = np.argsort(outcome, kind="stable")
    count = len(outcome)
    if count < 2:
        raise BadInput(f"an arm has {count} rows", where="treatment", allowed="two rows or more in each arm")
    if weights is None:
        return outcome[order], np.arange(count) / (count - 1)
    heavy = weights[order]
    before = np.cumsum(heavy) - heavy
    places = (np.arange(count) * heavy + (count - 1) * before) / ((count - 1) * heavy.sum())
    return outcome[order], places


def _p_value(sides: Sides) -> float:
    """Give 1 minus the level at which the interval just reaches 0, searched by deviations."""
    low, high = 0.0, _FARTHEST
    for _ in range(3):
        tried = np.linspace(low, high, 65)[1:]
        ends = sides.ends(1 - 2 * norm.sf(tried))
        reached = np.flatnonzero((ends[0] <= 0) & (ends[1] >= 0))
        if not len(reached):
            return float(2 * norm.sf(high))
        low, high = tried[reached[0]] - (high - low) / 64, tried[reached[0]]
    return float(2 * norm.sf(high))


def _sparsity(sides: Sides, level: float) -> tuple[Convention, ...]:
    """Give the interval by an estimated density, with the bandwidth of Hall and Sheather, where it can be made."""
    variance, value = 0.0, sides.upper.value - sides.lower.value
    for side in (sides.lower, sides.upper):
        z, peak = float(norm.ppf(side.quantile)), float(norm.pdf(norm.ppf(side.quantile)))
        width = side.worth ** (-1 / 3) * norm.ppf(0.5 + level / 2) ** (2 / 3)
        width *= (1.5 * peak**2 / (2 * z**2 + 1)) ** (1 / 3)
        if side.quantile - width <= 0 or side.quantile + width >= 1:
            return ()
        slope = (side.at(side.quantile + width) - side.at(side.quantile - width)) / (2 * width)
        variance += side.quantile * (1 - side.quantile) / side.worth * slope**2
    error = math.sqrt(variance)
    low, high, p_value = interval(value, error, None, level)
    return (Convention("density by Hall and Sheather", error, None, low, high, p_value),)


def _checked(quantile: float) -> float:
    if not 0 < quantile < 1:
        raise BadInput(f"quantile is {quantile}", where="quantile", allowed="a number between 0 and 1")
    return float(quantile)


def _assumptions(unit: str) -> tuple[str, ...]:
    return (
        f"each {unit} got its arm by chance, independently of the others",
        f"no {unit} is touched by the arm of another (no interference)",
        "the outcome takes many values near the quantile: among a few values a quantile jumps or stays",
    )


def _diagnostics(sides: Sides, arms: Groups) -> tuple[Diagnostic, ...]:
    made = []
    for side, label in zip((sides.lower, sides.upper), arms.labels, strict=True):
        count = len(side.ordered)
        beyond = min(side.quantile, 1 - side.quantile) * side.worth
        same = float((side.ordered == side.value).mean())
        made += [
            Diagnostic(f"quantile of {label!r}", side.value, ""),
            Diagnostic(f"independent rows that {label!r} is worth", side.worth, f"of {count}"),
            Diagnostic(f"independent rows beyond the quantile of {label!r}", beyond, "fewer than 5 tell little",
                       beyond >= 5),
            Diagnostic(f"share of {label!r} that equals its quantile", same, "many equal values make it jump",
                       same < _TIED),
        ]  # fmt: skip
    return tuple(made)


def _warnings(sides: Sides, arms: Groups, low: float, high: float) -> tuple[str, ...]:
    made = []
    if math.isinf(low) or math.isinf(high):
        made.append("an end of the interval is open: an arm has too few rows beyond the quantile")
    for side, label in zip((sides.lower, sides.upper), arms.labels, strict=True):
        same = float((side.ordered == side.value).mean())
        if same >= _TIED:
            made.append(f"{same:.0%} of {label!r} equal the quantile: it can jump or stay where a mean moves")
    return tuple(made)
