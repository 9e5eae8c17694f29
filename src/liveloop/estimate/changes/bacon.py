"""Which comparisons is a two-way regression made of, and how much of it compares with what is treated already?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.panel import Balanced, Panel, Roles, balanced, read_panel
from liveloop.estimate.words import short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEVER_TREATED = "treated and never treated"
EARLIER = "earlier and later treated"
LATER = "later and earlier treated"
ALWAYS = "treated and always treated"
KINDS = (NEVER_TREATED, EARLIER, LATER, ALWAYS)
FORBIDDEN = (LATER, ALWAYS)  # compare with what is treated already
_COLOURS = ("#0b5c6e", "#5a8f3c", "#9c3510", "#b8860b")


@dataclass(frozen=True)
class Comparison:
    """One two-by-two comparison: of a cohort with another, with its weight in the regression."""

    kind: str
    treated: str
    compared_with: str
    weight: float
    value: float


@dataclass(frozen=True)
class Decomposition:
    """A two-way coefficient as a weighted sum of comparisons.

    Parameters
    ----------
    coefficient
        The sum: what the two-way regression gives.
    comparisons
        Their weights are above 0 and add up to 1.
    """

    coefficient: float
    comparisons: tuple[Comparison, ...]

    def weight(self, kind: str) -> float:
        """Give the weight of all comparisons of a kind."""
        return sum(one.weight for one in self.comparisons if one.kind == kind)

    def value(self, kind: str) -> float | None:
        """Give the weighted mean of all comparisons of a kind; None where there are none."""
        total = self.weight(kind)
        return sum(one.weight * one.value for one in self.comparisons if one.kind == kind) / total if total else None

    @property
    def forbidden(self) -> float:
        """Give the weight of comparisons with what is treated already, which are wrong where effects change."""
        return sum(self.weight(kind) for kind in FORBIDDEN)

    @property
    def allowed_value(self) -> float | None:
        """Give the weighted mean of the other comparisons."""
        left = [one for one in self.comparisons if one.kind not in FORBIDDEN]
        total = sum(one.weight for one in left)
        return sum(one.weight * one.value for one in left) / total if total else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say what makes the coefficient doubtful."""
        if self.forbidden <= 0:
            return ()
        rest = "" if self.allowed_value is None else f"; without them it is {short(self.allowed_value)}"
        return (f"{self.forbidden:.1%} of the coefficient compares with what is treated already{rest}",)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        kinds = {kind: {"weight": self.weight(kind), "value": self.value(kind)} for kind in KINDS if self.weight(kind)}
        return {"coefficient": self.coefficient, "forbidden": self.forbidden, "kinds": kinds,
                "comparisons": [asdict(one) for one in self.comparisons], "warnings": list(self.warnings)}  # fmt: skip

    def __str__(self) -> str:
        lines = [f"two-way coefficient {short(self.coefficient)}"]
        for kind in KINDS:
            value = self.value(kind)
            if value is not None:
                lines.append(f"  {self.weight(kind):.4f} x {short(value)}: {kind}")
        return "\n".join([*lines, *(f"  {one}" for one in self.warnings)])

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw each comparison, its weight across and its value up; on `axes` where given."""
        try:
            from matplotlib.figure import Figure  # noqa: PLC0415 - heavy, and asked for only here
        except ImportError as missing:
            allowed = "pip install 'liveloop[plots]'"
            raise BadInput("matplotlib is not installed", where="plot", allowed=allowed) from missing
        if axes is None:
            axes = Figure(figsize=(7.0, 4.2), layout="constrained").subplots()
        for kind, colour in zip(KINDS, _COLOURS, strict=True):
            some = [one for one in self.comparisons if one.kind == kind]
            if some:
                axes.plot([one.weight for one in some], [one.value for one in some], "o", color=colour, label=kind)
        axes.axhline(self.coefficient, color="#7d8f89", linewidth=1, linestyle="--")
        axes.set_xlabel("weight")
        axes.set_ylabel("difference in differences")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        return axes


@dataclass(frozen=True, eq=False)
class _Group:
    """A cohort: its start, its share of the weight, the share of periods in which it is treated, its means."""

    name: str
    start: float
    share: float
    treated: float
    means: Floats


def bacon_decomposition(
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    period: str,
    weights: str | None = None,
) -> Decomposition:
    """Take a two-way coefficient apart into comparisons of two cohorts, before and after, with their weights.

    Parameters
    ----------
    data
        A panel: one row for each unit and period.
    treatment
        1 in the treated rows, 0 in the others; once treated, units stay so.
    weights
        The same in all periods of a unit.

    Raises
    ------
    BadInput
        When the panel has holes, the treatment ends again, or weights change.

    Examples
    --------
    The effect grows by 1 in each period. What compares with the cohort that is treated already turns the sum around:

    >>> unit, period = np.repeat(np.arange(2), 12), np.tile(np.arange(12.0), 2)
    >>> since = np.repeat([2.0, 6.0], 12)
    >>> data = {"y": np.maximum(0, period - since + 1), "d": period >= since, "unit": unit, "period": period}
    >>> made = bacon_decomposition(data, outcome="y", treatment="d", unit="unit", period="period")
    >>> round(made.coefficient, 2), round(made.allowed_value, 2), round(made.forbidden, 2)
    (-0.5, 2.5, 0.75)

    Source: Goodman-Bacon (2021), doi:10.1016/j.jeconom.2021.03.014.
    """
    panel = read_panel(data, Roles(outcome, period, unit, None, treatment, None, None, (), weights, None))
    laid = balanced(panel)
    changing = int((laid.weights != laid.weights[:, :1]).any(axis=1).sum())
    if changing:
        raise BadInput(f"weight {weights!r} has more than one value in {changing} units", where=str(weights),
                       allowed="one weight for all rows of a unit")  # fmt: skip
    groups = _groups(laid, panel)
    found = [one for early, late in _pairs(groups) for one in _compared(early, late, laid.times)]
    total = sum(weight for _, weight in found)
    if total <= 0:
        raise BadInput("no two cohorts differ in when they are treated", where=treatment,
                       allowed="units that become treated at different times, or never")  # fmt: skip
    comparisons = tuple(
        Comparison(one.kind, one.treated, one.compared_with, weight / total, one.value) for one, weight in found
    )
    return Decomposition(sum(one.weight * one.value for one in comparisons), comparisons)


def _groups(laid: Balanced, panel: Panel) -> list[_Group]:
    weights = laid.weights[:, 0]
    made = []
    for start in np.unique(laid.cohort):
        own = laid.cohort == start
        treated = float((laid.times >= start).mean())
        name = "never" if np.isinf(start) else "always" if treated == 1 else panel.label(float(start))
        means = weights[own] @ laid.outcome[own] / weights[own].sum()
        made.append(_Group(name, float(start), float(weights[own].sum() / weights.sum()), treated, means))
    return made


def _pairs(groups: list[_Group]) -> Iterator[tuple[_Group, _Group]]:
    for at, early in enumerate(groups):
        for late in groups[at + 1 :]:
            yield early, late


def _compared(early: _Group, late: _Group, times: Floats) -> Iterator[tuple[Comparison, float]]:
    """Give the comparisons of two cohorts, the first treated earlier, with weights that are not yet shares."""
    both = early.share * late.share
    d_early, d_late = early.treated, late.treated
    if d_early < 1:  # the earlier is seen to change while the later is not treated
        kind = NEVER_TREATED if d_late == 0 else EARLIER
        weight = both * (d_early - d_late) * (1 - d_early)
        yield Comparison(kind, early.name, late.name, 0.0, _change(early, late, times, times < late.start)), weight
    if d_late > 0:  # the later changes while the earlier is treated
        kind = ALWAYS if d_early == 1 else LATER
        weight = both * d_late * (d_early - d_late)
        yield Comparison(kind, late.name, early.name, 0.0, _change(late, early, times, times >= early.start)), weight


def _change(treated: _Group, other: _Group, times: Floats, seen: Any) -> float:  # noqa: ANN401 - flags
    gap = treated.means - other.means
    after = seen & (times >= treated.start)
    return float(gap[after].mean() - gap[seen & ~after].mean())
