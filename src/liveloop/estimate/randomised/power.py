"""How large an effect could an experiment see, how likely would it see one, and how many units does it need?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scipy.optimize import brentq
from scipy.special import nctdtr
from scipy.stats import norm, t

from liveloop.base.errors import BadInput
from liveloop.estimate.words import short

LAWS = ("", "welch", "pooled", "normal")
BETTER = ("higher", "lower")
MOST_UNITS = 10**10
_NO_TAIL = 8.0  # standard errors: beyond it the other side rejects with a chance that rounds to 0
_FAR = 60.0  # standard errors: there power is 1 for any use


@dataclass(frozen=True)
class Trial:
    """An experiment of two arms, before it is run.

    Parameters
    ----------
    units
        How many are randomised, both arms together: users, or clusters of them.
    size
        Rows of a unit, on average.
    size_variation
        Standard deviation of the units' sizes over their mean.
    icc
        Share of the variance of rows that lies between units.
    deviation, treated_deviation
        Standard deviation of a row's outcome; in the treated arm the same, if not said.
    share
        For an outcome of 0 or 1: its mean in the control arm; deviations then follow from it and the effect.
    pooled
        For such an outcome: whether the test takes its variance from both arms together, as under the null.
    treated
        Share of units that are treated.
    correlation, unit_correlation
        Of the outcome with what was known before and is adjusted for (CUPED), among rows of a unit and among units;
        the latter the same, if not said.
    explained
        Share of the variance between units that strata explain.
    sides
        2 or 1.
    margin, better
        For non-inferiority, one-sided: how much worse may be let pass, above 0, and which side is better.
    comparisons
        How many tests share the error, by Bonferroni.
    level
        1 less the error of the test.
    law
        Of the statistic: "welch", t with the df of Satterthwaite, which variation of sizes lowers; "pooled", t with
        units less 2; "normal". By default the first, and the last for shares of single rows.

    Raises
    ------
    BadInput
        When a number is out of range.

    Examples
    --------
    >>> Trial(units=40, size=25, icc=0.1).inflation
    3.4

    Source: Eldridge, Ashby and Kerry (2006), doi:10.1093/ije/dyl129, for sizes that vary.
    """

    units: int = 0
    size: float = 1.0
    size_variation: float = 0.0
    icc: float = 0.0
    deviation: float = 1.0
    treated_deviation: float | None = None
    share: float | None = None
    pooled: bool = False
    treated: float = 0.5
    correlation: float = 0.0
    unit_correlation: float | None = None
    explained: float = 0.0
    sides: int = 2
    margin: float = 0.0
    better: str = "higher"
    comparisons: int = 1
    level: float = 0.95
    law: str = ""

    def __post_init__(self) -> None:
        between = self.correlation if self.unit_correlation is None else self.unit_correlation
        for name, fine, allowed in (
            ("units", self.units == 0 or self.units >= 4, "4 or more; 0 where they are asked for"),
            ("size", self.size >= 1, "1 or more"),
            ("size_variation", self.size_variation >= 0, "0 or more"),
            ("icc", 0 <= self.icc <= 1, "0 to 1"),
            ("deviation", self.deviation > 0, "above 0"),
            ("treated_deviation", self.treated_deviation is None or self.treated_deviation > 0, "above 0"),
            ("share", self.share is None or 0 < self.share < 1, "between 0 and 1"),
            ("pooled", not self.pooled or (self.share is not None and not self.margin), "a share, and no margin"),
            ("treated", 0 < self.treated < 1, "between 0 and 1"),
            ("correlation", abs(self.correlation) < 1, "between -1 and 1"),
            ("unit_correlation", abs(between) < 1, "between -1 and 1"),
            ("explained", 0 <= self.explained < 1, "0 to below 1"),
            ("sides", self.sides in (1, 2), "1 or 2"),
            ("margin", self.margin == 0 or (self.margin > 0 and self.sides == 1), "0; above 0 with sides=1"),
            ("better", self.better in BETTER, ", ".join(BETTER)),
            ("comparisons", self.comparisons >= 1, "1 or more"),
            ("level", 0 < self.level < 1, "between 0 and 1"),
            ("law", self.law in LAWS, ", ".join(LAWS[1:])),
        ):
            if not fine:
                raise BadInput(f"{name} is {getattr(self, name)!r}", where=name, allowed=allowed)

    @property
    def inflation(self) -> float:
        """Give how many times the variance is that of as many independent rows, not adjusted for anything."""
        between = self.correlation if self.unit_correlation is None else self.unit_correlation
        shared = self.icc * self.size * (1 + self.size_variation**2) * (1 - between**2)
        own = (1 - self.icc) * (1 - self.correlation**2)
        # Strata hold whole units, so of a unit that is one row they explain all that is explained.
        return (shared + own) * (1 - self.explained) if self.size == 1 else shared * (1 - self.explained) + own

    @property
    def error(self) -> float:
        """Give the error of one test, on one side."""
        return (1 - self.level) / self.comparisons / self.sides

    def variances(self, effect: float) -> tuple[float, float]:
        """Give the variance of the mean of the treated and of the control arm."""
        rows = self.units * self.size / self.inflation
        if self.share is None:
            treated = self.deviation if self.treated_deviation is None else self.treated_deviation
            both = treated**2, self.deviation**2
        else:
            moved = self.share + effect
            if not 0 <= moved <= 1:
                raise BadInput(f"a share of {self.share:g} moved by {effect:g}", where="effect",
                               allowed="an effect that leaves the share between 0 and 1")  # fmt: skip
            both = moved * (1 - moved), self.share * (1 - self.share)
        return both[0] / (rows * self.treated), both[1] / (rows * (1 - self.treated))

    def freedom(self, effect: float) -> float:
        """Give the df of the test; infinite for the normal law."""
        law = self.law or ("normal" if self.share is not None and self.size == 1 else "welch")
        if law == "normal":
            return math.inf
        if law == "pooled":
            return float(self.units - 2)
        parts = self.variances(effect)
        # Units of sizes that vary count as fewer, the same as in the df of Bell and McCaffrey.
        alike = self.units / (1 + self.size_variation**2)
        arms = [max(1.0, alike * share - 1) for share in (self.treated, 1 - self.treated)]
        squares = sum(part**2 / number for part, number in zip(parts, arms, strict=True))
        return sum(parts) ** 2 / squares if squares > 0 else sum(arms)


@dataclass(frozen=True)
class Planned:
    """What a trial could be expected to show.

    Parameters
    ----------
    effect
        The true effect that is supposed.
    power
        The chance that the test then rejects.
    units, rows
        How many are randomised, both arms together, and their rows.
    standard_error, df
        Of the estimate, under that effect.
    """

    what: str
    effect: float
    power: float
    units: int
    rows: int
    standard_error: float
    df: float | None
    trial: Trial
    assumes: tuple[str, ...] = field(default_factory=tuple)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self).items()}

    def __str__(self) -> str:
        return (
            f"{self.what}: an effect of {short(self.effect)} is seen with power {self.power:.3f}, "
            f"{self.units:,} units, {self.rows:,} rows, standard error {short(self.standard_error)}"
        )


def power(trial: Trial, effect: float = 0.0) -> Planned:
    """Give the chance that the test rejects if the effect is so large.

    With a margin, the null is that the effect is worse than the margin, and 0 is a true effect like another.

    Examples
    --------
    A thousand sessions, were they a thousand users:

    >>> rows = power(Trial(units=1_000, deviation=1.0), effect=0.2).power
    >>> nested = power(Trial(units=40, size=25, icc=0.1, deviation=1.0), effect=0.2).power
    >>> round(rows, 2), round(nested, 2)
    (0.88, 0.39)
    """
    _known(trial)
    return _planned("power", trial, effect)


def minimum_detectable_effect(trial: Trial, power: float = 0.8, *, direction: int = 1) -> Planned:
    """Give the smallest effect that the test finds with a power.

    Parameters
    ----------
    direction
        1 for a rise, -1 for a fall; for a share they differ.

    With `sides=1` and no margin, this is also the smallest margin that would show no harm where there is none.

    Examples
    --------
    Half of the variance known before is worth twice the users:

    >>> plain = minimum_detectable_effect(Trial(units=2_000)).effect
    >>> cuped = minimum_detectable_effect(Trial(units=1_000, correlation=0.5**0.5)).effect
    >>> round(plain, 3), round(cuped, 3)
    (0.125, 0.125)
    """
    _known(trial)
    _wanted(trial, power)
    if direction not in (1, -1):
        raise BadInput(f"direction is {direction}", where="direction", allowed="1 or -1")
    good = 1 if trial.better == "higher" else -1
    towards = good if trial.margin else direction
    start = -good * trial.margin
    end = start + towards * _FAR * math.sqrt(sum(trial.variances(0.0)))
    if trial.share is not None:
        end = min(1 - trial.share, end) if towards > 0 else max(-trial.share, end)
        start = min(1 - trial.share, max(-trial.share, start))
    if _rejects(trial, end, towards) < power:
        raise BadInput(f"no effect up to {end:g} is found with power {power:g}", where="power",
                       allowed="more units, or less power")  # fmt: skip
    if _rejects(trial, start, towards) >= power:
        return _planned("smallest effect", trial, start)
    # Of two sides, the wrong one can add to the power near 0: it is no detection of this effect, but below 0.1 %.
    found = float(brentq(lambda effect: _rejects(trial, effect, towards) - power, start, end, xtol=1e-14, rtol=1e-12))
    return _planned("smallest effect", trial, found)


def units_needed(trial: Trial, effect: float, power: float = 0.8) -> Planned:
    """Give the smallest number of units with which an effect is found with a power.

    Examples
    --------
    >>> units_needed(Trial(share=0.10), effect=0.01).units, units_needed(Trial(share=0.10), effect=0.02).units
    (29497, 7677)
    """
    _wanted(trial, power)
    found = _smallest(lambda units: _rejects(replace(trial, units=units), effect) >= power, 4, MOST_UNITS)
    if found is None:
        raise BadInput(f"an effect of {effect:g} is not found with power {power:g} by {MOST_UNITS:,} units",
                       where="effect", allowed="a larger effect, or a margin that it clears")  # fmt: skip
    return _planned("units needed", replace(trial, units=found), effect)


def size_needed(trial: Trial, effect: float, power: float = 0.8) -> Planned:
    """Give the smallest number of rows in each unit with which an effect is found with a power.

    Raises
    ------
    BadInput
        When no number of rows is enough: what the units share does not average out.

    Examples
    --------
    >>> size_needed(Trial(units=40, icc=0.05), effect=0.3).trial.size
    17.0
    >>> size_needed(Trial(units=40, icc=0.2), effect=0.3)
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: size: 40 units find an effect of 0.3 with power 0.54 at most. Allowed: more units.
    """
    _known(trial)
    _wanted(trial, power)
    found = _smallest(lambda size: _rejects(replace(trial, size=float(size)), effect) >= power, 1, MOST_UNITS)
    if found is None:
        most = _rejects(replace(trial, size=float(MOST_UNITS)), effect)
        raise BadInput(f"{trial.units} units find an effect of {effect:g} with power {most:.2f} at most",
                       where="size", allowed="more units")  # fmt: skip
    return _planned("rows needed in each unit", replace(trial, size=float(found)), effect)


def ratio_deviation(
    mean_top: float, mean_bottom: float, deviation_top: float, deviation_bottom: float, correlation: float
) -> float:
    """Give the standard deviation of a unit of a ratio of means, by the delta method; the `deviation` of a trial.

    Examples
    --------
    Clicks over views, 0.2 on average, of users who view more and click more:

    >>> round(ratio_deviation(2.0, 10.0, 3.0, 12.0, 0.9), 3)
    0.134

    Source: Deng, Knoblich and Lu (2018), doi:10.1145/3219819.3219919.
    """
    if mean_bottom == 0 or abs(correlation) > 1:
        raise BadInput("a mean below the line of 0, or a correlation beyond 1", where="mean_bottom", allowed="another")
    ratio = mean_top / mean_bottom
    square = deviation_top**2 - 2 * ratio * correlation * deviation_top * deviation_bottom
    return math.sqrt(max(0.0, square + ratio**2 * deviation_bottom**2)) / abs(mean_bottom)


def _known(trial: Trial) -> None:
    if not trial.units:
        raise BadInput("units are not said", where="units", allowed="how many units there are; or ask for units_needed")


def _wanted(trial: Trial, power: float) -> None:
    if not trial.error < power < 1:
        raise BadInput(f"power is {power:g}", where="power",
                       allowed=f"above the error of {trial.error:g} and below 1")  # fmt: skip


def _rejects(trial: Trial, effect: float, towards: int = 0) -> float:
    """Give the chance that the test rejects; one that `towards` says, or that of the effect, where it has two sides."""
    good = 1 if trial.better == "higher" else -1
    beyond = effect + good * trial.margin
    if trial.sides == 1:
        sign = good if trial.margin else (towards or (1 if effect >= 0 else -1))
        beyond *= sign
    parts = trial.variances(effect)
    spread = math.sqrt(sum(parts))
    if spread == 0:
        return 1.0
    df = trial.freedom(effect)
    under = _under_null(trial, effect) / spread
    if math.isinf(df):
        limit = float(norm.isf(trial.error)) * under
        made = float(norm.sf(limit - beyond / spread))
        return made + float(norm.cdf(-limit - beyond / spread)) * (trial.sides == 2)
    limit = float(t.isf(trial.error, df)) * under
    shift = beyond / spread
    if abs(shift) > _FAR / 2:  # the non-central t is slow and no better there
        return float(norm.sf(limit - abs(shift))) if shift > 0 or trial.sides == 2 else 0.0
    made = 1 - float(nctdtr(df, shift, limit))
    if trial.sides == 1 or shift > _NO_TAIL:
        return made
    return made + (float(nctdtr(df, shift, -limit)) if shift >= 0 else 1 - float(nctdtr(df, -shift, limit)))


def _under_null(trial: Trial, effect: float) -> float:
    """Give the standard error that the test uses; other than that of the estimate only where it pools two shares."""
    if trial.share is None or not trial.pooled:
        return math.sqrt(sum(trial.variances(effect)))
    mean = trial.share + trial.treated * effect
    rows = trial.units * trial.size / trial.inflation
    return math.sqrt(mean * (1 - mean) / rows * (1 / trial.treated + 1 / (1 - trial.treated)))


def _smallest(enough: Callable[[int], bool], least: int, most: int) -> int | None:
    """Give the smallest number that is enough, where all above it are too."""
    if enough(least):
        return least
    low, high = least, least
    while not enough(high):
        low, high = high, high * 2
        if high > most:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _planned(what: str, trial: Trial, effect: float) -> Planned:
    df = trial.freedom(effect)
    assumes = ["the spread, the ICC and the sizes of the experiment are those that were said"]
    if trial.correlation or trial.unit_correlation:
        assumes.append("what is adjusted for was known before, and moves the outcome as it did")
    if trial.size > 1:
        assumes.append("whole units are randomised, and analysed as such")
    return Planned(
        what, effect, min(1.0, _rejects(trial, effect)), trial.units, round(trial.units * trial.size),
        math.sqrt(sum(trial.variances(effect))), None if math.isinf(df) else df, trial, tuple(assumes),
    )  # fmt: skip
