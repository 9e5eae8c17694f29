"""When will the data be looked at, which result stops the experiment, and what does that cost?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.bounds import SHAPES, Rule, bounds_for, gone_through, upper_bounds
from liveloop.estimate.looks.recursion import Walk, checked_times
from liveloop.estimate.looks.spending import Spend

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LOOKS = 200


@dataclass(frozen=True)
class LookPlan:
    """A group sequential test, decided before the data come.

    Parameters
    ----------
    times
        Information at each look, as a share of that at the last.
    upper, lower
        Bounds of the z statistic. One side: the upper bound rejects, the lower one is for futility. Infinite for none.
    rule
        How the bounds were made.
    level
        1 minus the error in all.
    power
        Under `drift`.
    drift
        Effect over its standard error at the last look, under which the power is as planned.
    spent
        Error spent up to each look, on all sides that reject, if nothing stops for futility unless that is binding.
    inflation
        Largest size over that of a test with one look, for the same power.
    expected_sizes
        Mean size at the stop over that of a test with one look: with no effect, half the effect, the effect.
    reached
        Power up to each look.

    Examples
    --------
    >>> plan = plan_looks(5, bound="obrien-fleming")
    >>> [round(one, 2) for one in plan.upper], round(plan.inflation, 3)
    ([4.56, 3.23, 2.63, 2.28, 2.04], 1.028)
    """

    times: tuple[float, ...]
    upper: tuple[float, ...]
    lower: tuple[float, ...]
    rule: Rule
    level: float
    power: float
    drift: float
    spent: tuple[float, ...]
    inflation: float
    expected_sizes: Mapping[str, float]
    reached: tuple[float, ...]

    @property
    def looks(self) -> int:
        """How many looks there are."""
        return len(self.times)

    @property
    def sides(self) -> int:
        """How many sides reject."""
        return self.rule.sides

    @property
    def nominal(self) -> tuple[float, ...]:
        """The p-value that stops at each look, on all sides that reject."""
        return tuple(float(self.sides * ndtr(-one)) for one in self.upper)

    @cached_property
    def walk(self) -> Walk:
        """The walk through the bounds, those for futility counted only where they bind."""
        return gone_through(self.times, ruling_lower(self.rule, self.lower), self.upper)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold; no bound is None."""
        made = {name: getattr(self, name) for name in (
            "times", "upper", "lower", "nominal", "spent", "reached", "level", "sides", "power", "drift", "inflation",
        )}  # fmt: skip
        finite = {name: [_finite(one) for one in value] if isinstance(value, tuple) else value
                  for name, value in made.items()}  # fmt: skip
        rule = {"bound": self.rule.bound, "spending": "" if self.rule.bound else _said(self.rule.spending),
                "futility": _said(self.rule.futility), "binding": self.rule.binding}  # fmt: skip
        return {**finite, "expected_sizes": dict(self.expected_sizes), **rule}

    def __str__(self) -> str:
        lines = [f"{self.looks} looks, {'two sides' if self.sides == 2 else 'one side'}, level {self.level:.4g}, power "
                 f"{self.power:.3g}: at most {self.inflation:.3f} times the size of one look, "
                 f"{self.expected_sizes['the effect']:.3f} times if the effect is as planned"]  # fmt: skip
        lines += ["  " + ", ".join(cells) for cells in self._cells()]
        return "\n".join(lines)

    def _cells(self) -> list[tuple[str, ...]]:
        futile = self.sides == 1 and self.rule.futility is not None
        return [
            (f"look {look + 1} at {self.times[look]:.4g}", f"stop at |z| {self.upper[look]:.3f}" if self.sides == 2
             else f"stop at z {self.upper[look]:.3f}", f"p {self.nominal[look]:.4g}",
             f"error spent {self.spent[look]:.4g}", f"power {self.reached[look]:.3g}",
             *((f"give up at z {self.lower[look]:.3f}",) if futile else ()))
            for look in range(self.looks)
        ]  # fmt: skip

    def _repr_html_(self) -> str:
        """Show in a notebook."""
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in cells) + "</tr>" for cells in self._cells()
        )
        return f"<p>{escape(str(self).splitlines()[0])}</p><table>{rows}</table>"

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the bounds of z by information, on `axes` where given."""
        from liveloop.estimate.looks.picture import draw_bounds  # noqa: PLC0415 - matplotlib is heavy

        return draw_bounds(self, axes)


def plan_looks(  # noqa: PLR0913 - what a plan may fix
    looks: int = 5,
    *,
    times: Sequence[float] | None = None,
    sides: int = 2,
    bound: str = "",
    spending: Spend = "obrien-fleming",
    parameter: float | None = None,
    futility: Spend | None = None,
    futility_parameter: float | None = None,
    binding: bool = False,
    power: float = 0.8,
    level: float = 0.95,
) -> LookPlan:
    """Plan a group sequential test: the bounds by exact recursion, and what they cost.

    Parameters
    ----------
    looks
        How many, at equal steps of information.
    times
        Instead: information at each look, as a share of that planned for the end.
    sides
        2, or 1: then the upper bound alone rejects, with the whole error 1 - level.
    bound
        "pocock", "obrien-fleming", "wang-tsiatis" (with `parameter`, 0.25 unless given), "haybittle-peto" (with
        `parameter`, 3 unless given). Empty: bounds follow from `spending`.
    spending
        "obrien-fleming", "pocock", "power", "hwang-shih-decani" (with `parameter`, 2 and -4 unless given); a function
        of time that gives the share spent; or the amounts spent on each side up to each look.
    futility
        With one side: bounds of z at all looks but the last, or one of the ways of `spending` for the error of the
        second kind, with `futility_parameter`.
    binding
        Whether the upper bounds count on a stop for futility. If not (the default), going on costs no error.

    Raises
    ------
    BadInput
        When there is no such bound or spending, times do not increase, or futility is asked for with two sides.

    Examples
    --------
    Bounds that spend the error late hardly need more data than one look would:

    >>> late, even = plan_looks(5), plan_looks(5, bound="pocock")
    >>> round(late.inflation, 3), round(even.inflation, 3)
    (1.025, 1.229)
    >>> [round(one, 3) for one in late.upper]
    [4.877, 3.357, 2.68, 2.29, 2.031]

    Source: Pocock (1977), doi:10.1093/biomet/64.2.191; O'Brien and Fleming (1979), doi:10.2307/2530245; Wang and
    Tsiatis (1987), doi:10.2307/2531959; Lan and DeMets (1983), doi:10.1093/biomet/70.3.659.
    """
    when = checked_times(
        times if times is not None else [(one + 1) / looks for one in range(looks)] if looks > 0 else []
    )
    rule = Rule(1 - level, sides, 1 - power, bound, spending, parameter, futility, futility_parameter, binding)
    _refuse(rule, len(when))
    return planned(rule, when)


def planned(rule: Rule, times: tuple[float, ...]) -> LookPlan:
    """Work a rule out for information times."""
    made = bounds_for(rule, times)
    walked = gone_through(times, made.lower, made.upper)
    ruling = gone_through(times, ruling_lower(rule, made.lower), made.upper)
    fixed = float(-ndtri(rule.on_one_side) - ndtri(rule.miss))
    inflation = (made.drift / fixed) ** 2 * times[-1]
    sizes = {name: inflation * expected_time(walked, share * made.drift) / times[-1]
             for name, share in (("no effect", 0.0), ("half the effect", 0.5), ("the effect", 1.0))}  # fmt: skip
    spent = rule.sides * np.cumsum(ruling.exits()[0])
    reached = np.cumsum(walked.exits(made.drift)[0])
    return LookPlan(
        times, made.upper, made.lower, rule, 1 - rule.error, 1 - rule.miss, made.drift, tuple(spent.tolist()),
        inflation, sizes, tuple(reached.tolist()),
    )  # fmt: skip


def expected_time(walked: Walk, drift: float) -> float:
    """Give the mean information at the stop under a drift."""
    up, down = walked.exits(drift)
    stops = up + down
    stops[-1] += 1 - stops.sum()
    return float(stops @ np.asarray(walked.times))


def repeated_p_value(plan: LookPlan, look: int, z: float) -> float:
    """Give the least error at which this plan would have stopped for the effect at a look, counted from 1.

    It may be read at any look, also without a stop.

    Examples
    --------
    >>> plan = plan_looks(5, bound="pocock")
    >>> round(repeated_p_value(plan, 2, 2.413), 3), round(repeated_p_value(plan, 2, 1.96), 3)
    (0.05, 0.142)

    Source: Jennison and Turnbull (1989), doi:10.1111/j.2517-6161.1989.tb01433.x.
    """
    if not 1 <= look <= plan.looks:
        raise BadInput(f"look {look} of {plan.looks}", where="look", allowed=f"1 to {plan.looks}")
    if not (plan.rule.bound or isinstance(plan.rule.spending, str)):
        raise BadInput("the error is spent by given amounts", where="plan", allowed="a bound or a spending by name")
    aim = abs(z) if plan.sides == 2 else z
    free = replace(plan.rule, futility=None, binding=False) if plan.rule.spends_misses else plan.rule

    def left(logit: float) -> float:
        error = 1 / (1 + np.exp(-logit))
        return upper_bounds(replace(free, error=float(error)), plan.times)[look - 1] - aim

    least, most = -30.0, 3.5
    if left(most) > 0:
        return 1.0
    if left(least) < 0:
        return float(np.exp(least))
    return float(1 / (1 + np.exp(-brentq(left, least, most, xtol=1e-9))))


def ruling_lower(rule: Rule, lower: Sequence[float]) -> tuple[float, ...]:
    """Give the lower bounds that the error counts on: those of a test with two sides, and binding ones."""
    return tuple(lower) if rule.sides == 2 or rule.binding else (-np.inf,) * len(lower)


def _refuse(rule: Rule, looks: int) -> None:
    if rule.sides not in (1, 2):
        raise BadInput(f"sides is {rule.sides}", where="sides", allowed="1 or 2")
    if not 0 < rule.error < 0.5:
        raise BadInput(f"level is {1 - rule.error:g}", where="level", allowed="a number between 0.5 and 1")
    if not rule.error < 1 - rule.miss < 1:
        raise BadInput(f"power is {1 - rule.miss:g}", where="power", allowed=f"a number between {rule.error:g} and 1")
    if looks > MOST_LOOKS:
        raise BadInput(f"{looks} looks", where="looks",
                       allowed=f"at most {MOST_LOOKS}; a confidence sequence allows any number")  # fmt: skip
    if rule.bound and rule.bound not in SHAPES:
        raise BadInput(f"no bound {rule.bound!r}", where="bound", allowed=", ".join(SHAPES))
    if rule.futility is not None and rule.sides == 2:
        raise BadInput("futility with two sides", where="futility", allowed="sides=1, or no futility")
    if rule.binding and rule.futility is None:
        raise BadInput("binding, but no futility bounds", where="binding", allowed="futility=")


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _said(spending: Spend | None) -> Any:  # noqa: ANN401 - a name or amounts
    if spending is None or isinstance(spending, str):
        return spending or ""
    return "a function" if callable(spending) else list(spending)
