"""Which rows lie below and which above the cutoff, and what of them is used?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import Frame
from liveloop.estimate.threshold.local import Side


@dataclass(frozen=True)
class Columns:
    """Which columns play which part."""

    outcome: str
    running: str
    treatment: str | None = None
    clusters: str | None = None
    covariates: tuple[str, ...] = ()
    weights: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        rest = (one for one in (self.treatment, self.clusters, self.weights) if one)
        return (self.outcome, self.running, *rest, *self.covariates)


def read_sides(frame: Frame, columns: Columns, cutoff: float, donut: float = 0.0) -> tuple[Side, Side]:
    """Read both sides in order of the running variable; rows at the cutoff are above it.

    Parameters
    ----------
    donut
        Rows nearer to the cutoff than this are left out.

    Raises
    ------
    BadInput
        When a side has no rows, or a weight is not above 0.
    """
    x = frame.numbers(columns.running, "running variable") - cutoff
    values = [frame.numbers(columns.outcome, "outcome")]
    values += [frame.numbers(columns.treatment, "treatment")] if columns.treatment else []
    table = np.column_stack([*values, frame.matrix(columns.covariates)])
    weights = np.ones(frame.rows) if columns.weights is None else _weights(frame, columns.weights)
    clusters = frame.groups(columns.clusters, "cluster").codes if columns.clusters else None
    if donut < 0:
        raise BadInput(
            f"the donut is {donut:g} wide", where="donut", allowed="0 or more, in the running variable's unit"
        )
    order = np.argsort(x, kind="stable")
    order = order[np.abs(x[order]) >= donut] if donut else order
    both_sides(x[order], columns.running, cutoff)
    made = []
    for name, rows in (("below", order[x[order] < 0]), ("above", order[x[order] >= 0])):
        made.append(Side(name, x[rows], table[rows], weights[rows], None if clusters is None else clusters[rows]))
    return made[0], made[1]


def both_sides(x: Floats, running: str, cutoff: float, least: int = 1) -> None:
    """Refuse data that lie on one side of the cutoff, `x` less than 0 below it."""
    below, above = int((x < 0).sum()), int((x >= 0).sum())
    if min(below, above) < least:
        raise BadInput(f"running variable {running!r} has {below} rows below {cutoff:g} and {above} at it or above",
                       where="cutoff", allowed="a cutoff with rows on both sides")  # fmt: skip


def taken_up(below: Side, above: Side) -> str:
    """Say how the second column, the treatment, depends on the side: "sharp", "turned" or "fuzzy".

    "turned" is sharp with those below the cutoff treated.
    """
    shares = []
    for side in (below, above):
        treated = np.unique(side.columns[:, 1])
        if len(treated) != 1:
            return "fuzzy"
        shares.append(float(treated[0]))
    if shares[0] == shares[1]:
        raise BadInput(f"the treatment is {shares[0]:g} on both sides of the cutoff", where="treatment",
                       allowed="a treatment that crossing the cutoff moves")  # fmt: skip
    return {(0.0, 1.0): "sharp", (1.0, 0.0): "turned"}.get((shares[0], shares[1]), "fuzzy")


def repeated_share(sides: Sequence[Side]) -> float:
    """Give the share of rows whose value of the running variable another row has too, the larger of both sides'."""
    return max(1 - len(side.points) / len(side.x) for side in sides)


def _weights(frame: Frame, name: str) -> Floats:
    weights = frame.numbers(name, "weight")
    bad = int((weights <= 0).sum())
    if bad:
        raise BadInput(f"weight {name!r} is not above 0 in {bad} of {frame.rows} rows", where=name,
                       allowed="numbers above 0")  # fmt: skip
    return weights
