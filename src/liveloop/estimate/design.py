"""How was the experiment set up, and which estimator, standard error and df does that leave?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.words import listed

COMPLIANCE = ("full", "one-sided", "two-sided")


@dataclass(frozen=True)
class Design:
    """What was decided before the data came. It fixes estimator, standard error and df.

    Parameters
    ----------
    unit
        The column whose values were randomised: "user", "account"; empty where each row was.
    treatment
        The column of the arm that was assigned.
    control
        The label of the control arm; None for the first.
    shares
        The planned share of each arm, by label; empty for equal ones.
    strata
        The column within whose values units were randomised; empty for none.
    clusters
        Further columns that rows share beyond the unit, such as the day; standard errors are made for all of them.
    covariates
        Columns to adjust for, known before the treatment began.
    uptake
        The column of the treatment that was taken up in fact; empty where all comply.
    exposure
        The column of the exposure that each unit got through others; empty where units do not touch one another.
    looks
        How often the data are looked at: 1, or the number of planned looks, or 0 for as often as one likes.
    level
        Nominal coverage.

    Examples
    --------
    Users were randomised, rows are sessions: rows taken for independent are refused.

    >>> design = Design(unit="user", treatment="arm")
    >>> design.clusters_for(read_frame({"user": [1, 1, 2, 2], "arm": [0, 0, 1, 1]}))
    ('user',)
    """

    unit: str = ""
    treatment: str = "treatment"
    control: Any = None
    shares: Mapping[str, float] = field(default_factory=dict)
    strata: str = ""
    clusters: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    uptake: str = ""
    exposure: str = ""
    looks: int = 1
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise BadInput(f"level is {self.level}", where="level", allowed="a number between 0 and 1")
        if self.looks < 0:
            raise BadInput(f"looks is {self.looks}", where="looks", allowed="0 for any number, or a number of looks")
        bad = [label for label, share in self.shares.items() if not 0 < share < 1]
        if bad or (self.shares and abs(sum(self.shares.values()) - 1) > 1e-6):
            raise BadInput("shares of the arms do not add up to 1", where="shares", allowed="shares between 0 and 1")

    @property
    def columns(self) -> tuple[str, ...]:
        """List the columns that the design names."""
        named = (self.unit, self.treatment, self.strata, *self.clusters, *self.covariates, self.uptake, self.exposure)
        return tuple(dict.fromkeys(name for name in named if name))

    def clusters_for(self, frame: Frame) -> tuple[str, ...]:
        """Give the columns by which standard errors are clustered; the unit only where it has more than one row."""
        repeated = bool(self.unit) and frame.groups(self.unit, "unit").count < frame.rows
        return tuple(dict.fromkeys((*((self.unit,) if repeated else ()), *self.clusters)))

    def read(self, data: Any, *outcomes: str) -> Frame:  # noqa: ANN401 - any table
        """Read the columns of the design and some outcomes, and refuse data that this design cannot have made.

        Raises
        ------
        BadInput
            When units have rows in more than one arm, or an arm of the plan is not there.
        """
        frame = read_frame(data, (*self.columns, *outcomes))
        arms = frame.arms(self.treatment, control=self.control)
        if self.unit:
            split = split_units(frame.groups(self.unit, "unit"), arms)
            if split:
                raise BadInput(f"{split} values of {self.unit!r} have rows in more than one arm of {self.treatment!r}",
                               where=self.unit, allowed="one arm for each unit that was randomised")  # fmt: skip
        unknown = [label for label in arms.labels if self.shares and str(label) not in self.shares]
        if unknown:
            raise BadInput(f"arms that the plan does not have: {listed(unknown)}", where=self.treatment,
                           allowed=listed(list(self.shares)))  # fmt: skip
        return frame


def split_units(units: Groups, arms: Groups) -> int:
    """Count the units that have rows in more than one arm.

    Examples
    --------
    >>> frame = read_frame({"user": [1, 1, 2], "arm": [0, 1, 1]})
    >>> split_units(frame.groups("user"), frame.groups("arm"))
    1
    """
    seen = np.zeros((units.count, arms.count), bool)
    seen[units.codes, arms.codes] = True
    return int((seen.sum(axis=1) > 1).sum())
