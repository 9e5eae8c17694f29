"""Which units are observed when, which are treated from when on, and which never?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.frame import Frame, read_frame
from liveloop.estimate.words import listed


@dataclass(frozen=True, eq=False)
class Panel:
    """Every unit in every period.

    Parameters
    ----------
    outcome
        [unit, period]
    treated, starts
        Places of the treated units, and the first treated period of each.
    donors
        Places of the units that are never treated.
    extra
        Further columns, [unit, period], NaN where there is no value.
    """

    units: tuple[Any, ...]
    times: tuple[Any, ...]
    outcome: Floats
    treated: Ints
    starts: Ints
    donors: Ints
    extra: Mapping[str, Floats] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Count units and periods."""
        first, periods = int(self.starts.min()), len(self.times)
        return {"units": len(self.units), "treated units": len(self.treated), "donors": len(self.donors),
                "periods": periods, "periods before": first, "periods after": periods - first}  # fmt: skip

    def place(self, label: object, where: str) -> int:
        """Give the place of a period; refuse one that is not there."""
        if label not in self.times:
            raise BadInput(f"there is no period {label!r}", where=where, allowed=listed(self.times))
        return self.times.index(label)


def read_panel(
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    time: str,
    extra: Sequence[str] = (),
) -> Panel:
    """Read a long table: one row for each unit and period.

    Parameters
    ----------
    treatment
        A column of 0 and 1 (or False and True): 1 for a treated unit from its first treated period on.
    extra
        Further columns of numbers, in which values may be missing.

    Raises
    ------
    BadInput
        When a unit has no row or two in a period, the treatment ends again, nobody or everybody is treated, or there
        are fewer than two periods before it.
    """
    frame = read_frame(data, [outcome, treatment, unit, time, *extra])
    units, times = frame.groups(unit, "unit"), frame.groups(time, "period")
    cells = units.codes * times.count + times.codes
    seen = np.bincount(cells, minlength=units.count * times.count)
    _refuse_holes(seen.reshape(units.count, times.count), units.labels, times.labels)
    order = np.argsort(cells)
    shape = units.count, times.count
    flags = frame.numbers(treatment, "treatment")[order].reshape(shape)
    treated, starts = _starts(flags, treatment, units.labels, times.labels)
    donors = np.setdiff1d(np.arange(units.count), treated)
    if len(donors) < 2:
        raise BadInput(f"{len(donors)} of {units.count} units are never treated", where=treatment,
                       allowed="two donors or more")  # fmt: skip
    return Panel(
        units.labels, times.labels, frame.numbers(outcome, "outcome")[order].reshape(shape), treated, starts, donors,
        {name: _with_holes(frame, name)[order].reshape(shape) for name in dict.fromkeys(extra)},
    )  # fmt: skip


def _refuse_holes(seen: Ints, units: Sequence[Any], times: Sequence[Any]) -> None:
    if (seen > 1).any():
        unit, time = np.argwhere(seen > 1)[0]
        raise BadInput(f"{int((seen > 1).sum())} pairs of unit and period have more than one row, such as "
                       f"{units[unit]!r} in {times[time]!r}", where="unit", allowed="one row for each")  # fmt: skip
    if (seen == 0).any():
        unit, time = np.argwhere(seen == 0)[0]
        raise BadInput(f"{int((seen == 0).sum())} pairs of unit and period have no row, such as {units[unit]!r} in "
                       f"{times[time]!r}", where="unit", allowed="one row for each")  # fmt: skip


def _starts(flags: Floats, name: str, units: Sequence[Any], times: Sequence[Any]) -> tuple[Ints, Ints]:
    odd = int((~np.isin(flags, (0.0, 1.0))).sum())
    if odd:
        raise BadInput(f"treatment {name!r} is neither 0 nor 1 in {odd} of {flags.size} rows", where=name,
                       allowed="0 and 1")  # fmt: skip
    ended: Flags = np.asarray((np.diff(flags, axis=1) < 0).any(axis=1))
    if ended.any():
        some = [unit for unit, one in zip(units, ended, strict=True) if one]
        raise BadInput(f"the treatment ends again for {len(some)} units: {listed(some)}", where=name,
                       allowed="a treatment that lasts; leave out what comes after its end")  # fmt: skip
    treated = np.flatnonzero(flags.any(axis=1))
    if not len(treated):
        raise BadInput(f"treatment {name!r} is 0 in all {flags.size} rows", where=name, allowed="1 where it is treated")
    starts = flags[treated].argmax(axis=1)
    if starts.min() < 2:
        at = int(starts.argmin())
        raise BadInput(f"{units[treated[at]]!r} has {int(starts[at])} periods before its treatment, which begins in "
                       f"{times[starts[at]]!r}", where=name, allowed="two periods or more")  # fmt: skip
    return treated, starts


def _with_holes(frame: Frame, name: str) -> Floats:
    """Give a column as numbers, NaN where there is none."""
    if not frame.has(name):
        raise BadInput(f"there is no covariate {name!r}", where=name, allowed=listed(frame.table.column_names))
    column = frame.table.column(name)
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
            or pa.types.is_decimal(kind)):  # fmt: skip
        raise BadInput(f"covariate {name!r} holds {kind}", where=name, allowed="numbers")
    made = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    return np.where(np.isfinite(made), made, np.nan)
