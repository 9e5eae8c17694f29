"""Does a synthetic control hold up: at a time when nothing happened, and without any one of its donors?"""

from __future__ import annotations

from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.comparison.panel import read_panel
from liveloop.estimate.comparison.report import AVERAGE, Synthetic
from liveloop.estimate.comparison.synthetic import synthetic_control
from liveloop.estimate.frame import Frame, read_frame
from liveloop.estimate.result import Estimates
from liveloop.estimate.words import listed

_LIGHT = 1e-3  # a weight that is not worth leaving out


def placebo_in_time(
    data: Any,  # noqa: ANN401 - any table
    *,
    start: Any,  # noqa: ANN401 - the label of a period
    **arguments: Any,  # noqa: ANN401 - arguments of `synthetic_control`
) -> Synthetic:
    """Estimate as if the treatment had begun in an earlier period, from the time before it did.

    Parameters
    ----------
    start
        The label of the period in which it is said to begin.

    Raises
    ------
    BadInput
        When the period is not before the treatment, or fewer than two lie before it.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> unit, time = np.repeat(np.arange(8), 30), np.tile(np.arange(30), 8)
    >>> y = unit * time / 10 + 0.1 * normals(1, "y", range(240)) + 5 * ((unit == 3) & (time >= 27))
    >>> table = {"y": y, "t": (unit == 3) & (time >= 27), "unit": unit, "time": time}
    >>> made = placebo_in_time(table, start=22, outcome="y", treatment="t", unit="unit", time="time")
    >>> round(made["average"].value), len(made)
    (0, 6)

    Source: Abadie, Diamond and Hainmueller (2015), doi:10.1111/ajps.12116.
    """
    frame, panel = _read(data, arguments)
    first, at = int(panel.starts.min()), panel.place(start, "start")
    if not 2 <= at < first:
        raise BadInput(f"{start!r} has {at} periods before it; the treatment begins in {panel.times[first]!r}",
                       where="start", allowed="a period before the treatment with two or more before it")  # fmt: skip
    times, units = frame.groups(arguments["time"], "period"), frame.groups(arguments["unit"], "unit")
    earlier = times.codes < first
    name = arguments["treatment"]
    acting = np.isin(units.codes, panel.treated) & (times.codes >= at)
    column = frame.table.column_names.index(name)
    changed = Frame(frame.table.set_column(column, name, [acting.astype(np.int64)])).taking(earlier)
    return synthetic_control(changed, **arguments)


def leave_one_out(
    data: Any,  # noqa: ANN401 - any table
    **arguments: Any,  # noqa: ANN401 - arguments of `synthetic_control`
) -> Estimates:
    """Estimate the average effect without each donor that has a weight, one at a time; "all" is with all of them.

    Intervals are made only where `inference` is named.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> unit, time = np.repeat(np.arange(8), 30), np.tile(np.arange(30), 8)
    >>> y = unit * time / 10 + 0.1 * normals(1, "y", range(240))
    >>> table = {"y": y, "t": (unit == 6) & (time >= 27), "unit": unit, "time": time}
    >>> made = leave_one_out(table, outcome="y", treatment="t", unit="unit", time="time")
    >>> round(made["all"].value, 1), round(made["7"].value, 1)
    (0.1, 3.0)

    Source: Abadie, Diamond and Hainmueller (2015), doi:10.1111/ajps.12116.
    """
    asked = {"inference": "none", **arguments}
    frame, panel = _read(data, arguments)
    whole = synthetic_control(frame, **asked)
    units = frame.groups(arguments["unit"], "unit")
    rows = {"all": whole[AVERAGE]}
    if len(panel.donors) < 3:
        raise BadInput(f"{len(panel.donors)} donors: {listed([panel.units[at] for at in panel.donors])}", where="unit",
                       allowed="three donors or more, to leave one out")  # fmt: skip
    for at in panel.donors:
        name = str(panel.units[at])
        if abs(whole.weights[name]) > _LIGHT:
            rows[name] = synthetic_control(frame.taking(units.codes != at), **asked)[AVERAGE]
    return Estimates(f"{whole.what}, without one donor", rows)


def _read(data: Any, arguments: dict[str, Any]) -> tuple[Frame, Any]:  # noqa: ANN401 - any table
    frame = read_frame(data)
    names = {name: arguments[name] for name in ("outcome", "treatment", "unit", "time")}
    return frame, read_panel(frame, **names)
