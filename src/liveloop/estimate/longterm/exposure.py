"""How does the effect change with the time since a unit first met the change?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.frame import read_frame
from liveloop.estimate.longterm.path import (
    Columns,
    Panel,
    Path,
    fit_path,
    flat_p_value,
    flat_said,
    joint_p_value,
    read_panel,
    row_of,
    same_cohorts,
    staying,
)
from liveloop.estimate.observed.table import between
from liveloop.estimate.result import Estimates


def effect_path(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    period: str,
    first: str = "",
    clusters: str = "",
    covariates: Sequence[str] = (),
    weights: str = "",
    control: object = None,
    oldest: float | None = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate the effect in each period, or by time since first exposure, with the errors that periods share.

    Parameters
    ----------
    data
        A row for each unit and period in which it was seen.
    outcome, treatment, covariates, weights, control
        As everywhere; the treatment is that which the unit was assigned.
    unit, clusters
        The column of units; errors are by unit, or by `clusters` where these were randomised.
    period
        The column of periods, as numbers.
    first
        The column of the period in which a unit first met the change, or, of the control arm, would have met it. The
        effect is then by `period` minus `first`, and calendar time falls out.
    oldest
        With `first`: the largest time since. Cohorts that the data cannot show for that long are left out, so that
        every point is of the same cohorts; else late points are of early cohorts alone.

    Returns
    -------
    Estimates
        By period; `joint_p_value` is of the null that there is no effect in any.

    Examples
    --------
    A novelty: half of the effect is gone each period.

    >>> from liveloop.base.seeds import normals
    >>> unit = np.repeat(np.arange(400), 5); day = np.tile(np.arange(5), 400); arm = unit % 2
    >>> y = 0.5 ** day * arm + normals(1, "unit", unit) + normals(1, "row", range(2000))
    >>> made = effect_path({"y": y, "arm": arm, "user": unit, "day": day}, outcome="y", treatment="arm", unit="user",
    ...                    period="day")
    >>> [made[name].excludes_zero for name in made], made.diagnostics[0].holds
    ([True, True, False, False, False], False)

    Source: Hohnhold, O'Brien and Tang (2015), doi:10.1145/2783258.2788583.
    """
    between(level, 0, 1, "level")
    if oldest is not None and not first:
        raise BadInput("oldest without first", where="oldest", allowed="the column of the first exposure in `first`")
    columns = Columns(outcome, treatment, unit, period, first, clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    panel = read_panel(frame, columns, control=control)
    warnings = []
    if first:
        cohorts, calendar = frame.numbers(first, "first exposure"), frame.numbers(period, "period")
        if oldest is not None:
            ages = [float(one) for one in panel.periods if one <= oldest]
            panel = panel.taking(same_cohorts(panel, cohorts, calendar, ages))
        elif np.ptp(cohorts) > 0:
            warnings.append("late times since exposure are of early cohorts alone: see `oldest`")
    path = fit_path(panel)
    return told(panel, path, level, tuple(warnings))


def told(panel: Panel, path: Path, level: float, warnings: tuple[str, ...]) -> Estimates:
    """Put a path into words."""
    columns = panel.columns
    since = f"{columns.period} since {columns.first}" if columns.first else columns.period
    said: dict[str, Any] = {
        "level": level, "method": "difference by period" if not columns.covariates else "adjusted difference by period",
        "assumes": (f"each {columns.clusters or columns.unit} got its arm by chance",
                    "the treatment does not decide who is still seen late"),
    }  # fmt: skip
    shares = np.eye(len(path.periods))
    rows = {
        f"{period:g}": row_of(path, panel, shares[at], f"effect of {columns.treatment} on {columns.outcome} at {since} "
                              f"{period:g}", said)
        for at, period in enumerate(path.periods)
    }  # fmt: skip
    return Estimates(
        f"effect of {columns.treatment} on {columns.outcome} by {since}", rows,
        covariance=tuple(tuple(row) for row in path.covariance.tolist()), joint_p_value=joint_p_value(path, shares),
        diagnostics=(*flat_said(flat_p_value(path)), *staying(panel)),
        warnings=warnings,
    )  # fmt: skip
