"""Which columns are outcome, treatments, instruments and covariates, and what do they hold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.words import listed

INTERCEPT = "intercept"


@dataclass(frozen=True)
class Roles:
    """Which columns play which part.

    Parameters
    ----------
    treatments
        What is taken, by choice: the endogenous columns.
    instruments
        What moves the treatments and touches the outcome in no other way.
    """

    outcome: str
    treatments: tuple[str, ...]
    instruments: tuple[str, ...]
    covariates: tuple[str, ...] = ()
    clusters: str | None = None
    weights: str | None = None

    def __post_init__(self) -> None:
        if not self.treatments or not self.instruments:
            part = "instrument" if self.treatments else "treatment"
            raise BadInput(f"no {part} was named", where=part, allowed="one column or more")
        if len(self.instruments) < len(self.treatments):
            raise BadInput(f"{len(self.instruments)} instruments for {len(self.treatments)} treatments",
                           where="instrument", allowed="as many instruments as treatments, or more")  # fmt: skip
        parts = (self.outcome, *self.treatments, *self.instruments, *self.covariates)
        twice = [name for name in dict.fromkeys(parts) if parts.count(name) > 1]
        if twice:
            raise BadInput(f"{listed(twice)} is named for two parts", where=twice[0],
                           allowed="each column as outcome, treatment, instrument or covariate")  # fmt: skip

    @property
    def named(self) -> tuple[str, ...]:
        """List all columns."""
        rest = tuple(one for one in (self.clusters, self.weights) if one)
        return (self.outcome, *self.treatments, *self.instruments, *self.covariates, *rest)


@dataclass(frozen=True, eq=False)
class Variables:
    """Columns as arrays, [row] or [row, column].

    Parameters
    ----------
    exogenous
        The intercept, if there is one, and the covariates.
    exogenous_names
        Of the columns of `exogenous`.
    clusters
        A code for each row; None where rows stand alone.
    """

    roles: Roles
    outcome: Floats
    treatments: Floats
    instruments: Floats
    exogenous: Floats
    exogenous_names: tuple[str, ...] = (INTERCEPT,)
    clusters: Ints | None = None
    weights: Floats | None = None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.outcome)

    @property
    def regressors(self) -> Floats:
        """Give what explains the outcome: the treatments, then what is exogenous."""
        return np.column_stack([self.treatments, self.exogenous])

    @property
    def regressor_names(self) -> tuple[str, ...]:
        """Name the regressors."""
        return (*self.roles.treatments, *self.exogenous_names)

    @property
    def outside(self) -> Floats:
        """Give what comes from outside: what is exogenous, then the instruments."""
        return np.column_stack([self.exogenous, self.instruments])

    @property
    def outside_names(self) -> tuple[str, ...]:
        """Name what comes from outside."""
        return (*self.exogenous_names, *self.roles.instruments)

    def counts(self) -> dict[str, int]:
        """Count rows, and clusters."""
        made = {"rows": self.rows}
        if self.clusters is not None:
            made[str(self.roles.clusters)] = len(np.unique(self.clusters))
        return made


def read_variables(data: Any, roles: Roles, *, intercept: bool = True) -> Variables:  # noqa: ANN401 - any table
    """Read the columns of an instrumental-variables fit.

    Raises
    ------
    BadInput
        When a column is not there, is missing in some rows, or does not vary where it must.

    Examples
    --------
    >>> roles = Roles("y", ("d",), ("z",))
    >>> read_variables({"y": [1.0, 2.0, 4.0], "d": [0, 0, 1], "z": [0, 1, 1]}, roles).regressors.tolist()
    [[0.0, 1.0], [0.0, 1.0], [1.0, 1.0]]
    """
    frame = read_frame(data, roles.named)
    treatments = frame.matrix(roles.treatments, "treatment")
    instruments = frame.matrix(roles.instruments, "instrument")
    refuse_constant(np.column_stack([treatments, instruments]), (*roles.treatments, *roles.instruments))
    groups = read_clusters(frame, roles.clusters)
    ones = [np.ones(frame.rows)] if intercept else []
    return Variables(
        roles, frame.numbers(roles.outcome, "outcome"), treatments, instruments,
        np.column_stack([*ones, frame.matrix(roles.covariates)]),
        (*((INTERCEPT,) if intercept else ()), *roles.covariates),
        None if groups is None else groups.codes, frame.weights(roles.weights),
    )  # fmt: skip


def read_clusters(frame: Frame, name: str | None) -> Groups | None:
    """Give the clusters, two or more of them; None where no column is named."""
    if name is None:
        return None
    groups = frame.groups(name, "cluster")
    if groups.count < 2:
        raise BadInput(f"cluster {name!r} has {groups.count} value in all {frame.rows} rows", where=name,
                       allowed="two clusters or more")  # fmt: skip
    return groups


def refuse_constant(columns: Floats, names: Sequence[str]) -> None:
    """Refuse a treatment or an instrument that does not vary."""
    for at, name in enumerate(names):
        if np.ptp(columns[:, at]) == 0:
            raise BadInput(f"{name!r} is {columns[0, at]:g} in all {len(columns)} rows", where=name,
                           allowed="a column that varies")  # fmt: skip
