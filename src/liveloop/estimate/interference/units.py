"""Are the units, weights and choices such as an analysis can use, and did the coins fall as planned?"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import Frame
from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.result import Diagnostic

FEW = 20  # clusters, blocks or units of an exposure; below it an interval by a large-sample law is warned of
_UNLIKELY = 1e-3  # a share of treated this far from the plan says that the plan was another


def unit_labels(frame: Frame, unit: str | None) -> tuple[Any, ...]:
    """Name the unit of each row: by a column, else by its place.

    Raises
    ------
    BadInput
        When a unit has several rows.
    """
    if unit is None:
        return tuple(range(frame.rows))
    groups = frame.groups(unit, "unit")
    if groups.count < frame.rows:
        repeated = int((groups.sizes() > 1).sum())
        raise BadInput(f"{repeated} values of {unit!r} have several rows", where=unit, allowed="one row for each unit")
    return tuple(groups.labels[code] for code in groups.codes)


def unit_weights(frame: Frame, name: str | None) -> Floats:
    """Give a column of weights, or 1 for each row.

    Raises
    ------
    BadInput
        When a weight is not above 0.
    """
    weights = frame.weights(name)
    return np.ones(frame.rows) if weights is None else weights


def drawn_as_planned(design: Assignment) -> tuple[Diagnostic, ...]:
    """Say whether as many coins fell on treated as the plan lets expect; nothing where the plan fixes the number."""
    if design.kind != "bernoulli":
        return ()
    expected, spread = design.chance.sum(), (design.chance * (1 - design.chance)).sum() ** 0.5
    far = float(2 * norm.sf(abs(design.treated.sum() - expected) / spread))
    said = f"p-value of {int(design.treated.sum())} treated of {design.count}, where {expected:.4g} were planned"
    return (Diagnostic("treated as planned", far, said, far > _UNLIKELY),)


def off_plan(design: Assignment) -> tuple[str, ...]:
    """Warn where hardly any draw of the design has as many treated as there are."""
    return tuple(
        f"the design that was named hardly gives so many treated (p = {one.value:.2g}): see design, probability"
        for one in drawn_as_planned(design)
        if one.holds is False
    )


def few_of(count: int, name: str) -> tuple[str, ...]:
    """Warn of few clusters.

    Examples
    --------
    >>> few_of(8, "town")
    ('only 8 of town: the interval rests on the t distribution; see a permutation test beside it',)
    """
    if count >= FEW:
        return ()
    return (f"only {count} of {name}: the interval rests on the t distribution; see a permutation test beside it",)
