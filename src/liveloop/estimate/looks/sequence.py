"""What is known at each look, with intervals that all hold the truth at once?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.show import html_of
from liveloop.estimate.words import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHOWN = 12  # looks in a notebook
_EMPTY = "the intervals of different looks have no value in common: the effect changed, or an assumption fails"


@dataclass(frozen=True, eq=False)
class ConfidenceSequence:
    """Intervals by look; with probability `estimate.level` the truth lies in all of them.

    Parameters
    ----------
    estimate
        What is known at the last look, with the interval of that look.
    at
        The arrival at which each look was.
    rows, units
        How many there were: rows, and what was randomised.
    value, low, high
        At each look; infinite ends where the data leave them open.
    p_values
        Of no effect, valid at whatever look one stops: the least so far. Empty where the method has none.

    Examples
    --------
    >>> made = ConfidenceSequence(
    ...     Estimate("an effect", 0.5, 0.1, 0.9, 0.95, "by hand"), (1, 2, 3), np.arange(3), np.arange(3),
    ...     np.array([0.9, 0.6, 0.5]), np.array([-1.0, 0.2, 0.1]), np.array([2.8, 1.0, 0.9]))
    >>> made.running_low.tolist(), made.first_excluding_zero
    ([-1.0, 0.2, 0.2], 2)
    """

    estimate: Estimate
    at: tuple[Any, ...]
    rows: Ints
    units: Ints
    value: Floats
    low: Floats
    high: Floats
    p_values: Floats | None = None

    def __len__(self) -> int:
        return len(self.at)

    @property
    def what(self) -> str:
        """The estimand in words."""
        return self.estimate.what

    @cached_property
    def running_low(self) -> Floats:
        """The lower end of what all intervals so far have in common."""
        return np.asarray(np.maximum.accumulate(self.low))

    @cached_property
    def running_high(self) -> Floats:
        """The upper end of what all intervals so far have in common."""
        return np.asarray(np.minimum.accumulate(self.high))

    @property
    def first_excluding_zero(self) -> Any:  # noqa: ANN401 - a value of the arrival column
        """The arrival at which 0 was first excluded; None if it never was."""
        out = np.flatnonzero((self.low > 0) | (self.high < 0))
        return self.at[int(out[0])] if len(out) else None

    @property
    def intersection(self) -> Estimate:
        """The last estimate with what all intervals have in common; its low is above its high where that is nothing.

        Narrower than `estimate`, and right as long as the effect stays the same.
        """
        low, high = float(self.running_low[-1]), float(self.running_high[-1])
        said = (*self.estimate.warnings, *((_EMPTY,) if low > high else ()))
        return replace(self.estimate, low=low, high=high, conventions=(), warnings=said)

    def look(self, at: Any) -> tuple[float, float, float] | None:  # noqa: ANN401 - a value of the arrival column
        """Give value, low and high of the last look that was not after an arrival; None before the first."""
        before = [place for place, one in enumerate(self.at) if one <= at]
        if not before:
            return None
        place = before[-1]
        return float(self.value[place]), float(self.low[place]), float(self.high[place])

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold; an end that is open is None."""
        path = {
            "rows": self.rows.tolist(), "units": self.units.tolist(), "value": _listed(self.value),
            "low": _listed(self.low), "high": _listed(self.high), "running_low": _listed(self.running_low),
            "running_high": _listed(self.running_high),
            "p_values": None if self.p_values is None else _listed(self.p_values),
        }  # fmt: skip
        first = self.first_excluding_zero
        return {"estimate": self.estimate.to_dict(), "at": [_plain(one) for one in self.at],
                "first_excluding_zero": _plain(first), **path}  # fmt: skip

    def __str__(self) -> str:
        first = self.first_excluding_zero
        said = "0 in every interval" if first is None else f"0 first excluded at {first}"
        return f"{self.estimate}; {len(self)} looks, {said}"

    def _repr_html_(self) -> str:
        """Show in a notebook."""
        places = np.unique(np.linspace(0, len(self) - 1, min(len(self), _SHOWN)).astype(int))
        head = "".join(f"<th>{one}</th>" for one in ("at", "units", "value", "low", "high", "in common"))
        rows = "".join(
            f"<tr><td>{escape(str(self.at[one]))}</td><td>{int(self.units[one])}</td>"
            f"<td>{short(float(self.value[one]))}</td><td>{short(float(self.low[one]))}</td>"
            f"<td>{short(float(self.high[one]))}</td>"
            f"<td>{short(float(self.running_low[one]))} to {short(float(self.running_high[one]))}</td></tr>"
            for one in places
        )
        return f"{html_of(self.estimate)}<p>{len(self)} looks</p><table><tr>{head}</tr>{rows}</table>"

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw value, interval and what the intervals have in common by the number of units, on `axes` where given."""
        from liveloop.estimate.looks.picture import draw_sequence  # noqa: PLC0415 - matplotlib is heavy

        return draw_sequence(self, axes)


def in_common(low: Floats, high: Floats) -> Diagnostic:
    """Say whether the intervals of all looks have a value in common."""
    width = float(np.minimum.accumulate(high)[-1] - np.maximum.accumulate(low)[-1])
    return Diagnostic(
        "width of what all looks have in common", width,
        "below 0 no one effect is in all intervals: it changed, or an assumption fails", False if width < 0 else None,
    )  # fmt: skip


def _listed(numbers: Floats) -> list[float | None]:
    return [float(one) if math.isfinite(one) else None for one in numbers]


def _plain(value: Any) -> Any:  # noqa: ANN401 - a value of the arrival column
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def least_so_far(p_values: Floats | Sequence[float]) -> Floats:
    """Give the least p-value so far at each look, 1 at most."""
    return np.asarray(np.minimum(1.0, np.minimum.accumulate(np.asarray(p_values, np.float64))))
