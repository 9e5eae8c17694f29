"""What did users learn who met a change every day, against users who meet it today for the first time?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.longterm.path import Columns, Panel, Path, fit_path, flat_p_value, flat_said, read_panel, row_of
from liveloop.estimate.observed.table import between
from liveloop.estimate.result import Estimate, Estimates
from liveloop.estimate.words import listed

CONTRASTS = {"total": ("always", "control"), "direct": ("fresh", "control"), "learned": ("always", "fresh")}


def cookie_day(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    period: str,
    always: object,
    fresh: object,
    clusters: str = "",
    covariates: Sequence[str] = (),
    weights: str = "",
    window: int | None = None,
    level: float = 0.95,
) -> Estimates:
    """Separate learning from the direct effect while the change is on, by units that meet it on one day only.

    The cookie-cookie-day design: one arm has the change always, another never, and each day some fresh units have it
    that day alone. Always minus fresh, on the same day, is what was learned; fresh minus never is direct.

    Parameters
    ----------
    data
        A row for each unit and period. Rows of a fresh unit are those of the period in which it has the change.
    treatment
        The column of the arm: the labels `always`, `fresh`, and one other, which is the control.
    outcome, unit, period, clusters, covariates, weights
        As in `effect_path`.
    window
        How many of the last periods the rows "total", "direct" and "learned" are means of; all by default.

    Returns
    -------
    Estimates
        "total", "direct", "learned" over the window, then "learned, 3" and so on by period.

    Raises
    ------
    BadInput
        When there are not three arms, or one of them is missing in some period.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> day = np.tile(np.arange(6), 900); unit = np.repeat(np.arange(900), 6)
    >>> arm = np.array(["always", "fresh", "never"])[unit % 3]
    >>> own = np.where(arm == "fresh", 1000 + unit * 6 + day, unit)  # each day other fresh units
    >>> y = (arm != "never") * 1.0 - 0.1 * day * (arm == "always") + normals(1, "row", range(5400))
    >>> made = cookie_day({"y": y, "arm": arm, "user": own, "day": day}, outcome="y", treatment="arm", unit="user",
    ...                   period="day", always="always", fresh="fresh", window=2)
    >>> [round(made[name].value, 1) for name in ("total", "direct", "learned")]
    [0.5, 1.0, -0.4]

    Source: Hohnhold, O'Brien and Tang (2015), doi:10.1145/2783258.2788583.
    """
    between(level, 0, 1, "level")
    columns = Columns(outcome, treatment, unit, period, "", clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    panel = _ordered(read_panel(frame, columns, arms=3), always, fresh)
    places = {"control": 0, "fresh": 1, "always": 2}
    paths = {name: fit_path(_of(panel, places[one], places[other]))
             for name, (one, other) in CONTRASTS.items()}  # fmt: skip
    learned = paths["learned"]
    count = len(learned.periods)
    if any(len(path.periods) != count for path in paths.values()):
        raise BadInput(f"an arm of {treatment!r} is missing in some periods", where=period, allowed="all arms in each")
    size = count if window is None else window
    if not 1 <= size <= count:
        raise BadInput(f"window is {size}", where="window", allowed=f"1 to {count}")
    shares = np.zeros(count)
    shares[-size:] = 1 / size
    rows = {name: _told(paths[name], panel, shares, name, size, level) for name in CONTRASTS}
    for at, moment in enumerate(learned.periods):
        rows[f"learned, {moment:g}"] = _told(learned, panel, np.eye(count)[at], "learned", float(moment), level)
    return Estimates(
        f"effect of {treatment} on {outcome}: direct and learned", rows,
        diagnostics=flat_said(flat_p_value(learned), "as much learned in all periods"),
    )  # fmt: skip


def _ordered(panel: Panel, always: object, fresh: object) -> Panel:
    labels = panel.arms.labels
    others = [one for one in labels if one not in (always, fresh)]
    if always == fresh or always not in labels or fresh not in labels or len(others) != 1:
        raise BadInput(f"treatment {panel.columns.treatment!r} has the arms {listed(labels)}",
                       where=panel.columns.treatment, allowed="three: `always`, `fresh` and one other")  # fmt: skip
    order = (others[0], fresh, always)
    place = np.array([order.index(one) for one in labels])
    arms = Groups(place[panel.arms.codes], order)
    return Panel(panel.columns, panel.outcome, arms, panel.units, panel.clusters, panel.ages, panel.covariates,
                 panel.weights)  # fmt: skip


def _of(panel: Panel, one: int, other: int) -> Panel:
    """Give the rows of two arms, coded 1 and 0."""
    two = panel.taking(np.isin(panel.arms.codes, (one, other)))
    return Panel(two.columns, two.outcome, Groups((two.arms.codes == one).astype(np.int64), two.arms.labels), two.units,
                 two.clusters, two.ages, two.covariates, two.weights)  # fmt: skip


def _told(path: Path, panel: Panel, shares: Any, name: str, when: float, level: float) -> Estimate:  # noqa: ANN401
    columns = panel.columns
    said = {"total": "always minus never", "direct": "fresh minus never", "learned": "always minus fresh"}[name]
    span = f"period {when:g}" if (shares > 0).sum() == 1 and when == float(path.periods[int(shares.argmax())]) else (
        f"the last {when:g} periods")  # fmt: skip
    return row_of(path, panel, shares, f"{name} effect of {columns.treatment} on {columns.outcome}, {span}: {said}", {
        "level": level, "method": "cookie-cookie-day",
        "assumes": (f"each {columns.clusters or columns.unit} got its arm by chance",
                    "one day with the change teaches nothing",
                    "units seen in the arm that always has it are not others for having it"),
    })  # fmt: skip
