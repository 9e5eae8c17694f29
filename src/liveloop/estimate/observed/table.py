"""Which columns of data that nobody randomised play which part, as arrays?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.words import listed

_SINGULAR = 1e-9  # relative: a column that the others make up to rounding


@dataclass(frozen=True)
class Columns:
    """Which columns play which part; `outcome` is empty where only the treatment is looked at."""

    outcome: str
    treatment: str
    covariates: tuple[str, ...] = ()
    clusters: str | None = None
    weights: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        rest = (one for one in (self.outcome, self.clusters, self.weights) if one)
        return (self.treatment, *rest, *self.covariates)


@dataclass(frozen=True, eq=False)
class Table:
    """The data as arrays.

    Parameters
    ----------
    outcome, treated
        [row]; `treated` is 0 or 1, or a dose where there are no arms.
    design
        An intercept and the covariates, [row, parameter].
    weights
        [row], of any scale, above 0; all 1 where none were given.
    arms
        None where the treatment is a dose.
    groups
        The clusters; None where rows stand alone.
    """

    columns: Columns
    outcome: Floats
    treated: Floats
    design: Floats
    weights: Floats
    arms: Groups | None = None
    groups: Groups | None = None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.treated)

    @property
    def names(self) -> tuple[str, ...]:
        """Name the columns of the design."""
        return ("intercept", *self.columns.covariates)

    @property
    def codes(self) -> Ints | None:
        """Give the cluster of each row."""
        return None if self.groups is None else self.groups.codes

    @property
    def given_weights(self) -> Floats | None:
        """Give the weights where there are any."""
        return self.weights if self.columns.weights else None

    @cached_property
    def is_treated(self) -> Flags:
        """Flag the treated rows."""
        return np.asarray(self.treated > 0.5)


def read_table(
    data: Any,  # noqa: ANN401 - any table
    columns: Columns,
    *,
    control: object = None,
    dose: bool = False,
) -> Table:
    """Read the columns; `dose` where the treatment may be any number.

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, there is one arm, an arm has one row, covariates are
        collinear, there is one cluster only.
    """
    frame = read_frame(data, columns.named)
    groups = frame.groups(columns.clusters, "cluster") if columns.clusters else None
    if groups is not None and groups.count < 2:
        raise BadInput(f"cluster {columns.clusters!r} has one value only in all {frame.rows} rows",
                       where=str(columns.clusters), allowed="two clusters or more")  # fmt: skip
    arms = None if dose else _arms(frame, columns.treatment, control)
    treated = frame.numbers(columns.treatment, "treatment") if arms is None else arms.codes.astype(np.float64)
    if arms is None and float(np.ptp(treated)) == 0:
        raise BadInput(f"treatment {columns.treatment!r} is {treated[0]:g} in all {frame.rows} rows",
                       where=columns.treatment, allowed="a treatment that varies")  # fmt: skip
    outcome = frame.numbers(columns.outcome, "outcome") if columns.outcome else np.zeros(frame.rows)
    if columns.outcome and float(np.ptp(outcome)) == 0:
        raise BadInput(f"outcome {columns.outcome!r} is {outcome[0]:g} in all {frame.rows} rows", where=columns.outcome,
                       allowed="an outcome that varies")  # fmt: skip
    weights = positive_weights(frame, columns.weights)
    design = np.column_stack([np.ones(frame.rows), frame.matrix(columns.covariates)])
    refuse_collinear(design, ("intercept", *columns.covariates))
    return Table(columns, outcome, treated, design, weights, arms, groups)


def _arms(frame: Frame, treatment: str, control: object) -> Groups:
    arms = frame.two_arms(treatment, control=control)
    sizes = arms.sizes()
    if sizes.min() < 2:
        label = arms.labels[int(sizes.argmin())]
        raise BadInput(f"treatment {treatment!r} is {label!r} in {sizes.min()} of {frame.rows} rows", where=treatment,
                       allowed="two rows or more in each arm")  # fmt: skip
    return arms


def positive_weights(frame: Frame, name: str | None) -> Floats:
    """Give weights, 1 for each row where no column is named; refuse those that are not above 0."""
    weights = frame.weights(name)
    return np.ones(frame.rows) if weights is None else weights


def need_covariates(covariates: Sequence[str]) -> tuple[str, ...]:
    """Give the covariates; refuse to go without any."""
    if isinstance(covariates, str):
        raise BadInput(f"covariates is the text {covariates!r}", where="covariates", allowed=f"[{covariates!r}]")
    if not covariates:
        raise BadInput("no covariates", where="covariates",
                       allowed="one or more columns that were known before the treatment")  # fmt: skip
    return tuple(covariates)


def between(value: float, low: float, high: float, where: str) -> float:
    """Give a number that lies strictly between two others; refuse another."""
    if not low < value < high:
        raise BadInput(f"{where} is {value:g}", where=where, allowed=f"a number between {low:g} and {high:g}")
    return value


def refuse_collinear(design: Floats, names: Sequence[str]) -> None:
    """Refuse columns that the others make.

    Examples
    --------
    >>> refuse_collinear(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]), ("intercept", "age"))
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: age: 'age' can be made of the other columns: perfect collinearity. Allowed: ...
    """
    if design.shape[0] <= design.shape[1]:
        raise BadInput(f"{design.shape[0]} rows for {design.shape[1]} parameters", where="rows",
                       allowed="more rows than parameters")  # fmt: skip
    length = np.sqrt((design**2).sum(axis=0))
    left = np.abs(np.diag(np.linalg.qr(design / np.maximum(length, 1e-300), mode="r")))
    bad = [name for name, one, size in zip(names, left, length, strict=True) if one <= _SINGULAR or size == 0]
    if bad:
        raise BadInput(f"{listed(bad)} can be made of the other columns: perfect collinearity", where=str(bad[0]),
                       allowed="columns of which none is a combination of the others")  # fmt: skip
