"""How was the experiment set up, and which estimator, standard error and df does that leave?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.errors import BadInput
from liveloop.estimate.door import as_names, refuse_level
from liveloop.estimate.frame import Frame, read_frame
from liveloop.estimate.randomised.difference import split_clusters
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
    assigned_at
        The column of the moment at which a unit was assigned; empty where it is not known. A covariate `x` whose clock
        is there, as a column `x_at`, is then refused where it was measured later.
    uptake
        The column of the treatment that was taken up in fact; empty where all comply.
    exposure
        The column of the group whose members touch one another, such as the team: what a unit gets through others is
        the share of them that are treated. Empty where units do not touch one another.
    looks
        How often the data are looked at: 1, or the number of planned looks, or 0 for as often as one likes. It fixes
        how wide intervals are.
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
    assigned_at: str = ""
    uptake: str = ""
    exposure: str = ""
    looks: int = 1
    level: float = 0.95

    def __post_init__(self) -> None:
        refuse_level(self.level)
        for name in ("clusters", "covariates"):
            object.__setattr__(self, name, as_names(getattr(self, name)))
        if not isinstance(self.shares, Mapping):
            raise BadInput(f"shares are {self.shares!r}", where="shares", allowed="a share for each arm, by its label")
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
        unit = self.repeated_unit(frame)
        return tuple(dict.fromkeys((*((unit,) if unit else ()), *self.clusters)))

    def repeated_unit(self, frame: Frame) -> str | None:
        """Give the column of the unit where it has more than one row; None where rows are units."""
        return self.unit if self.unit and frame.groups(self.unit, "unit").count < frame.rows else None

    def shares_in(self, frame: Frame) -> dict[Any, float] | None:
        """Give the planned shares by the labels that the data have; None for equal ones."""
        if not self.shares:
            return None
        labels = frame.arms(self.treatment, control=self.control).labels
        named = {name_of(label): label for label in labels}
        return {named.get(name, name): share for name, share in self.shares.items()}

    def read(self, data: Any, *outcomes: str) -> Frame:  # noqa: ANN401 - any table
        """Read the columns of the design and some outcomes, and refuse data that this design cannot have made.

        Raises
        ------
        BadInput
            When units have rows in more than one arm, or an arm of the plan is not there.
        """
        clocks = [f"{name}_at" for name in self.covariates] + [self.assigned_at] if self.assigned_at else []
        frame = read_frame(data, (*self.columns, *outcomes, *clocks))
        arms = frame.arms(self.treatment, control=self.control)
        if self.unit:
            split = split_clusters(frame.groups(self.unit, "unit"), arms.codes, arms.count)
            if split:
                raise BadInput(f"{split} values of {self.unit!r} have rows in more than one arm of {self.treatment!r}",
                               where=self.unit, allowed="one arm for each unit that was randomised")  # fmt: skip
        self._refuse_late(frame)
        unknown = [label for label in arms.labels if self.shares and name_of(label) not in self.shares]
        if unknown:
            raise BadInput(f"arms that the plan does not have: {listed(unknown)}", where=self.treatment,
                           allowed=listed(list(self.shares)))  # fmt: skip
        return frame

    def _refuse_late(self, frame: Frame) -> None:
        """Refuse covariates that were measured after the unit was assigned, by their own clock."""
        if not self.assigned_at:
            return
        if not frame.has(self.assigned_at):
            raise BadInput(f"there is no column {self.assigned_at!r}", where=self.assigned_at,
                           allowed=listed(frame.table.column_names))  # fmt: skip
        for name in self.covariates:
            clock = f"{name}_at"
            if not frame.has(clock):
                continue
            try:
                late = pc.greater(frame.table.column(clock), frame.table.column(self.assigned_at))
            except pa.ArrowException as error:
                raise BadInput(f"{clock!r} and {self.assigned_at!r} cannot be compared", where=clock,
                               allowed="moments of one kind") from error  # fmt: skip
            count = int(pc.sum(late).as_py() or 0)
            if count:
                said = f"covariate {name!r} was measured after the treatment began in {count} of {frame.rows} rows"
                raise BadInput(said, where=clock, allowed=f"what was known before {self.assigned_at}")


def name_of(label: object) -> str:
    """Give the name by which a plan calls an arm: 1, 1.0 and True are one.

    Examples
    --------
    >>> name_of(1.0), name_of(True), name_of("b")
    ('1', '1', 'b')
    """
    whole = isinstance(label, (bool, int)) or (isinstance(label, float) and label.is_integer())
    return str(int(label)) if whole else str(label)  # type: ignore[call-overload]
