"""How do bounds, and a value with its interval look by look, look as a picture?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAND, _INNER, _ZERO = "#0b5c6e", "#7d8f89", "#9c3510"


class Bounded(Protocol):
    """A `LookPlan`, as far as it is drawn."""

    @property
    def times(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def upper(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def lower(self) -> tuple[float, ...]: ...  # noqa: D102


class Followed(Protocol):
    """A `ConfidenceSequence`, as far as it is drawn."""

    @property
    def what(self) -> str: ...  # noqa: D102
    @property
    def units(self) -> Any: ...  # noqa: ANN401, D102
    @property
    def value(self) -> Floats: ...  # noqa: D102
    @property
    def low(self) -> Floats: ...  # noqa: D102
    @property
    def high(self) -> Floats: ...  # noqa: D102
    @property
    def running_low(self) -> Floats: ...  # noqa: D102
    @property
    def running_high(self) -> Floats: ...  # noqa: D102


def draw_bounds(plan: Bounded, axes: Axes | None = None) -> Axes:
    """Draw bounds of z by information."""
    axes = axes or _empty()
    for bounds, name in ((plan.upper, "upper"), (plan.lower, "lower")):
        ends = np.asarray(bounds)
        there = np.isfinite(ends)
        axes.plot(np.asarray(plan.times)[there], ends[there], "o-", color=_BAND, markersize=4, label=name)
    axes.axhline(0, color=_ZERO, linewidth=1, linestyle="--")
    axes.set_xlabel("information, as a share of the planned")
    axes.set_ylabel("z")
    return _bare(axes)


def draw_sequence(sequence: Followed, axes: Axes | None = None) -> Axes:
    """Draw the value with its interval at each look, and what the intervals up to it have in common."""
    axes = axes or _empty()
    units = np.asarray(sequence.units)
    finite = np.concatenate([one[np.isfinite(one)] for one in (sequence.value, sequence.low, sequence.high)])
    middle = finite[len(finite) // 2 :] if len(finite) > 20 else finite
    room = 0.5 * (np.ptp(middle) or 1.0)
    ends = np.quantile(middle, 0.02) - room, np.quantile(middle, 0.98) + room
    low, high = (np.clip(one, *ends) for one in (sequence.low, sequence.high))
    axes.fill_between(units, low, high, color=_BAND, alpha=0.18, linewidth=0, label="interval")
    axes.plot(units, sequence.value, color=_BAND, linewidth=1.6, label="value")
    for one in (sequence.running_low, sequence.running_high):
        axes.plot(units, np.clip(one, *ends), color=_INNER, linewidth=1, linestyle=":")
    axes.axhline(0, color=_ZERO, linewidth=1, linestyle="--")
    axes.set_ylim(*ends)
    axes.set_xlabel("units so far")
    axes.set_ylabel(sequence.what)
    return _bare(axes)


def _empty() -> Axes:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and asked for only here
    except ImportError as missing:
        raise BadInput(
            "matplotlib is not installed", where="plot", allowed="pip install 'liveloop[plots]'"
        ) from missing
    return Figure(figsize=(7.0, 4.0), layout="constrained").subplots()


def _bare(axes: Axes) -> Axes:
    axes.spines[["top", "right"]].set_visible(False)
    return axes
