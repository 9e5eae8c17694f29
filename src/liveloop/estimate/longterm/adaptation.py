"""How much of an effect is what users learned, when a guardrail changes how they behave?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.frame import read_frame
from liveloop.estimate.longterm.path import Columns, Panel, Path, fit_path, read_panel, row_of, staying
from liveloop.estimate.observed.table import between
from liveloop.estimate.result import Diagnostic, Estimates, interval

WHAT = ("at first", "at the end", "learned", "direct at the end", "change")


def adaptation(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    period: str,
    ended: float,
    clusters: str = "",
    covariates: Sequence[str] = (),
    weights: str = "",
    control: object = None,
    window: int = 1,
    level: float = 0.95,
) -> Estimates:
    """Separate what a change does directly from what users learned of it, by a post-period in which all are equal.

    While the change is on, users adapt: they rephrase, give up, or trust less. When it is taken from all, the
    difference that stays between the former arms is what they learned. Rows of the result:

    - "at first": the effect before anybody could adapt,
    - "at the end": the effect when the change was last on, learning and all,
    - "learned": the difference of the former arms when it is off for all (a post-period A/A),
    - "direct at the end": "at the end" minus "learned",
    - "change": "at the end" minus "at first".

    Parameters
    ----------
    data
        A row for each unit and period in which it was seen, the periods after the end included.
    outcome, treatment, unit, period, clusters, covariates, weights, control
        As in `effect_path`; the treatment is the former arm, in all rows.
    ended
        The first period in which no unit has the change any more.
    window
        How many periods "at first", "at the end" and "learned" are means of. Learning fades when the change is off:
        the fewer periods, the less of that is in "learned", and the wider its interval.

    Raises
    ------
    BadInput
        When there are not `window` periods before the end and after it.

    Examples
    --------
    Refusals go up by 2 at first; users learn to rephrase, and after ten days the effect is 1. It is not that the
    guardrail got better: those users do so even where it is off.

    >>> from liveloop.base.seeds import normals
    >>> unit = np.repeat(np.arange(1000), 12); day = np.tile(np.arange(12), 1000); arm = unit % 2
    >>> learned = -(1 - 0.7 ** np.minimum(day, 10))
    >>> y = arm * (2.0 * (day < 10) + learned) + normals(1, "unit", unit) + normals(1, "row", range(12000))
    >>> made = adaptation({"y": y, "arm": arm, "user": unit, "day": day}, outcome="y", treatment="arm", unit="user",
    ...                   period="day", ended=10)
    >>> {name: round(made[name].value, 1) for name in made}
    {'at first': 2.0, 'at the end': 1.1, 'learned': -1.0, 'direct at the end': 2.1, 'change': -0.9}

    Source: Hohnhold, O'Brien and Tang (2015), doi:10.1145/2783258.2788583.
    """
    between(level, 0, 1, "level")
    columns = Columns(outcome, treatment, unit, period, "", clusters, tuple(covariates), weights)
    panel = read_panel(read_frame(data, columns.named), columns, control=control)
    path = fit_path(panel)
    parts = _windows(path, ended, window, period)
    name = f"effect of {treatment} on {outcome}"
    span = "one period" if window == 1 else f"{window} periods"
    chance = f"each {clusters or unit} got its arm by chance"
    stay = "the treatment does not decide who is still seen late"
    same = "the post-period treats all alike, and learning has not faded within it"
    adds = "what was learned and what is direct add up"
    combined: dict[str, tuple[Floats, str, tuple[str, ...]]] = {
        "at first": (parts[0], f"{name} in the first {span}", (chance,)),
        "at the end": (parts[1], f"{name} in the last {span} with the change", (chance, stay)),
        "learned": (parts[2], f"difference of the former arms in the first {span} without the change",
                    (chance, stay, same)),
        "direct at the end": (parts[1] - parts[2], f"{name} at the end without what was learned",
                              (chance, stay, same, adds)),
        "change": (parts[1] - parts[0], f"{name} at the end minus at first", (chance, stay)),
    }  # fmt: skip
    rows = {
        key: row_of(path, panel, shares, what, {"level": level, "method": "post-period comparison", "assumes": assumes})
        for key, (shares, what, assumes) in combined.items()
    }
    covariance = _covariance(path, [one[0] for one in combined.values()])
    return Estimates(f"{name} while users adapt", rows, covariance=covariance,
                     diagnostics=(*_fading(path, ended, level), *staying(panel)),
                     warnings=_before(panel, path, ended))  # fmt: skip


def _windows(path: Path, ended: float, window: int, period: str) -> tuple[Floats, Floats, Floats]:
    on, after = np.flatnonzero(path.periods < ended), np.flatnonzero(path.periods >= ended)
    if window < 1 or len(on) < window or len(after) < window:
        raise BadInput(f"{len(on)} periods before {ended:g} and {len(after)} from it on, window {window}", where=period,
                       allowed="`window` periods or more on both sides of `ended`")  # fmt: skip
    made = []
    for chosen in (on[:window], on[-window:], after[:window]):
        shares = np.zeros(len(path.periods))
        shares[chosen] = 1 / window
        made.append(shares)
    return made[0], made[1], made[2]


def _covariance(path: Path, shares: Sequence[Floats]) -> tuple[tuple[float, ...], ...]:
    stacked = np.vstack(shares)
    return tuple(tuple(row) for row in (stacked @ path.covariance @ stacked.T).tolist())


def _fading(path: Path, ended: float, level: float) -> tuple[Diagnostic, ...]:
    """Say whether the difference after the end moves: then its first period is already less than was learned."""
    after = path.periods >= ended
    if after.sum() < 2:
        return (Diagnostic("periods after the end", float(after.sum()), "one: whether learning fades is not seen"),)
    shares = np.zeros(len(path.periods))
    centred = path.periods[after] - path.periods[after].mean()
    shares[after] = centred / (centred @ centred)
    value, error = path.combine(shares)
    p_value = interval(value, error, float(path.clusters - 1), level)[2]
    return (Diagnostic("trend of what was learned after the end", value,
                       f"in each period, p = {p_value:.3g}; where it fades, `learned` is too small", p_value > 0.05),
            )  # fmt: skip


def _before(panel: Panel, path: Path, ended: float) -> tuple[str, ...]:
    gap = float(path.periods[path.periods >= ended][0] - path.periods[path.periods < ended][-1])
    usual = float(np.median(np.diff(path.periods)))
    if gap > 1.5 * usual:
        return (f"{gap:g} {panel.columns.period} lie between the last period with the change and the first without: "
                "learning may have faded before it was seen",)  # fmt: skip
    return ()
