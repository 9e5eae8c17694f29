"""What shall the synthetic unit have in common with the treated one, besides its outcomes?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.panel import Panel
from liveloop.estimate.words import listed


@dataclass(frozen=True)
class Predictor:
    """The mean of a column over some periods before the treatment.

    Parameters
    ----------
    column
        May be the outcome.
    first, last
        Labels of periods. Without `last` it is the value of one period; without both, the mean of all before the
        treatment.
    periods
        Labels of the periods, where they do not follow one another.

    Examples
    --------
    >>> Predictor("income", 1980, 1988).name, Predictor("sales", 1975).name
    ('income, 1980 to 1988', 'sales, 1975')
    """

    column: str
    first: Any = None
    last: Any = None
    periods: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """Say which it is."""
        if self.periods:
            return f"{self.column}, {' and '.join(map(str, self.periods))}"
        if self.first is None:
            return self.column
        return f"{self.column}, {self.first}" + ("" if self.last is None else f" to {self.last}")


def listed_predictors(covariates: Sequence[str | Predictor]) -> tuple[Predictor, ...]:
    """Make predictors of what was named: a column's name is its mean before the treatment."""
    return tuple(one if isinstance(one, Predictor) else Predictor(one) for one in covariates)


def predictor_table(panel: Panel, predictors: Sequence[Predictor], outcome: str, start: int) -> Floats:
    """Give each unit's means, [predictor, unit], for a treatment that begins in a period; missing values are left out.

    Raises
    ------
    BadInput
        When a period is not there or not before the treatment, or a unit has no value at all in one.
    """
    made = []
    for one in predictors:
        column = (panel.outcome if one.column == outcome else panel.extra[one.column])[:, _places(one, panel, start)]
        there = np.isfinite(column)
        wanted = np.r_[panel.treated, panel.donors]
        empty = [panel.units[at] for at in wanted if not there[at].any()]
        if empty:
            raise BadInput(f"{one.name!r} has no value for {len(empty)} units: {listed(empty)}", where=one.column,
                           allowed="one value or more for each unit in these periods")  # fmt: skip
        made.append(np.where(there, column, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1))
    return np.array(made)


def _places(one: Predictor, panel: Panel, start: int) -> list[int]:
    """Give the places of a predictor's periods; refuse those that are not before the treatment."""
    if one.periods:
        made = [panel.place(label, one.column) for label in one.periods]
    elif one.first is None:
        made = list(range(start))
    else:
        first = panel.place(one.first, one.column)
        made = list(range(first, first + 1 if one.last is None else panel.place(one.last, one.column) + 1))
    if not made or max(made) >= start:
        raise BadInput(f"{one.name!r} is not before the treatment, which begins in {panel.times[start]!r}",
                       where=one.column, allowed="periods before it, the first one first")  # fmt: skip
    return made


def standardised(table: Floats, units: Sequence[int]) -> Floats:
    """Divide each predictor by its standard deviation over some units; one that does not vary is left out as zeros."""
    spread = table[:, units].std(axis=1, ddof=1)
    size = np.abs(table[:, units]).max(axis=1)
    varies = spread > 1e-12 * np.maximum(size, 1e-300)
    return np.where(varies[:, None], table / np.where(varies, spread, 1.0)[:, None], 0.0)
