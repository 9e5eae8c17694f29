"""Is an effect there only at first, or only later, and where does it come to rest?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import read_frame
from liveloop.estimate.longterm.path import (
    Columns,
    Path,
    fit_path,
    flat_p_value,
    flat_said,
    read_panel,
    row_of,
    staying,
)
from liveloop.estimate.observed.influence import few
from liveloop.estimate.observed.table import between
from liveloop.estimate.result import Diagnostic, Estimate, Estimates
from liveloop.estimate.words import short

_RATES = 240  # half-lives that are tried
_SHORTEST = 0.2  # periods; what goes faster than that is there in the first period alone


@dataclass(frozen=True)
class Rest:
    """Where an effect comes to rest: value and interval, the half-life that fits best, and the misfit."""

    value: float
    low: float
    high: float
    half_life: float
    misfit: float


def novelty(  # noqa: PLR0913 - the one calling convention of all estimators
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
    longest: float | None = None,
    level: float = 0.95,
) -> Estimates:
    """Say how an effect changes with time since exposure, and extrapolate to where it comes to rest.

    Rows of the result: "mean" over all periods, "first" and "last" period, "change" from first to last, "trend" for
    each period (by least squares through all), and "steady state": what is left when a part that halves in equal times
    is gone. Its interval covers whatever the half-life is, up to `longest`.

    Parameters
    ----------
    data, outcome, treatment, unit, period, first, clusters, covariates, weights, control
        As in `effect_path`.
    longest
        The longest half-life that is believed, in periods; a third of the time seen by default. The data cannot say
        that nothing moves more slowly.

    Raises
    ------
    BadInput
        With fewer than four periods, besides what every method refuses.

    Examples
    --------
    The mean over two weeks says 0.34. Nine tenths of the effect at first are a novelty:

    >>> from liveloop.base.seeds import normals
    >>> unit = np.repeat(np.arange(2000), 14); day = np.tile(np.arange(14), 2000); arm = unit % 2
    >>> y = (0.1 + 0.9 * 0.7 ** day) * arm + normals(1, "unit", unit) + normals(1, "row", range(28000))
    >>> data = {"y": y, "arm": arm, "user": unit, "day": day}
    >>> made = novelty(data, outcome="y", treatment="arm", unit="user", period="day")
    >>> rest = made["steady state"]
    >>> bool(made["mean"].low > 0.2), made["change"].excludes_zero, bool(rest.low < 0.1 < rest.high)
    (True, True, True)

    Source: Hohnhold, O'Brien and Tang (2015), doi:10.1145/2783258.2788583; Sadeghi et al. (2022),
    doi:10.1080/00401706.2021.1962981.
    """
    between(level, 0, 1, "level")
    columns = Columns(outcome, treatment, unit, period, first, clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    panel = read_panel(frame, columns, control=control)
    path = fit_path(panel)
    count = len(path.periods)
    if count < 4:
        raise BadInput(f"{count} periods", where=period, allowed="four or more, to tell a steady state from a trend")
    span = float(np.ptp(path.periods))
    longest = span / 3 if longest is None else between(longest, 0, np.inf, "longest")
    assumes = (f"each {clusters or unit} got its arm by chance", "the treatment does not decide who is still seen late")
    said: dict[str, Any] = {"level": level, "method": "differences by period", "assumes": assumes}
    name = f"effect of {treatment} on {outcome}"
    ends = np.eye(count)
    centred = path.periods - path.periods.mean()
    rows: dict[str, Estimate] = {
        "mean": row_of(path, panel, np.full(count, 1 / count), f"{name}, mean over {count} periods", said),
        "first": row_of(path, panel, ends[0], f"{name} in the first period", said),
        "last": row_of(path, panel, ends[-1], f"{name} in the last period", said),
        "change": row_of(path, panel, ends[-1] - ends[0], f"{name}, last period minus first", said),
        "trend": row_of(path, panel, centred / float(centred @ centred), f"change of the {name} in each period", said),
    }
    rest = steady_state(path, longest, level)
    rows["steady state"] = Estimate(
        f"{name} in the long run", rest.value, rest.low, rest.high, level,
        f"what is left when a part that halves every {short(rest.half_life)} periods is gone",
        correction="profile over half-lives, CR1", df=float(path.clusters - 1), counts=rows["mean"].counts,
        assumes=(*assumes, f"what passes halves in equal times of at most {short(longest)} periods",
                 "nothing else changes the effect later"),
        warnings=few(panel.clusters.codes),
    )  # fmt: skip
    flat = flat_p_value(path)
    return Estimates(f"{name} over time", rows, diagnostics=(
        *flat_said(flat),
        Diagnostic("half-life", rest.half_life, f"periods, of those up to {short(longest)} the one that fits best"),
        *staying(panel),
    ), warnings=_said(rows, flat))  # fmt: skip


def _said(rows: dict[str, Estimate], flat: float | None) -> tuple[str, ...]:
    if flat is None or flat > 0.05:
        return ()
    first, change = rows["first"].value, rows["trend"].value
    if first * change < 0:
        return ("the effect at first is larger than later: a novelty; the mean over all periods is no forecast",)
    return ("the effect grows: users were used to the old way (primacy), or learn; the mean is no forecast",)


def steady_state(path: Path, longest: float, level: float) -> Rest:
    """Fit effect = rest + part * 2^(-time / half-life) by generalised least squares, for each half-life.

    The interval holds every rest that some half-life up to `longest` makes fit nearly as well as the best: the data
    need not settle the half-life, and where nothing passes they cannot.
    """
    free = path.clusters - 1
    count = len(path.periods)
    if free <= count + 2:
        raise BadInput(f"{path.clusters} clusters for {count} periods", where="clusters",
                       allowed="more clusters, or wider periods")  # fmt: skip
    spread = path.covariance * (free / (free - count - 1))  # its inverse is too large by that much in the mean
    inverse = np.asarray(np.linalg.pinv(spread, hermitian=True), np.float64)
    time = path.periods - path.periods[0]
    halves = np.geomspace(min(_SHORTEST, longest), longest, _RATES)
    rests, errors, misfits = _fits(path.effects, inverse, 0.5 ** (time / halves[:, None]))
    best = int(np.argmin(misfits))
    room = float(stdtrit(free, 0.5 + level / 2)) ** 2 - (misfits - misfits[best])
    near = room > 0
    reach = errors[near] * np.sqrt(room[near])
    low, high = float((rests[near] - reach).min()), float((rests[near] + reach).max())
    return Rest(float(rests[best]), low, high, float(halves[best]), float(misfits[best]))


def _fits(effects: Floats, inverse: Floats, kept: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the rest, its standard error and the misfit for each half-life; `kept` is [half-life, period]."""
    ones = inverse.sum(axis=0)
    pressed = kept @ inverse
    a, b, c = ones.sum(), pressed.sum(axis=1), (pressed * kept).sum(axis=1)
    y_one, y_kept = float(ones @ effects), pressed @ effects
    spread = a * c - b**2
    rests = (c * y_one - b * y_kept) / spread
    parts = (a * y_kept - b * y_one) / spread
    left = effects - rests[:, None] - parts[:, None] * kept
    return rests, np.sqrt(c / spread), ((left @ inverse) * left).sum(axis=1)
