"""Is it shown that a change harms a guardrail metric by less than was agreed, or by more, or neither?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import norm
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, read_frame
from liveloop.estimate.randomised.difference import Columns, difference
from liveloop.estimate.result import Convention, Diagnostic, Estimate
from liveloop.estimate.words import short

DIRECTIONS = ("lower", "higher")
SAFE, HARMFUL, UNDECIDED = "safe", "harmful", "undecided"


@dataclass(frozen=True)
class Guarded(Estimate):
    """An effect, and what it says of a margin of harm.

    Parameters
    ----------
    verdict
        "safe": harm below the margin is shown; "harmful": harm above it is shown; "undecided": neither, at the level.
    margin
        The most harm that was agreed to, above 0.
    harm, harm_at_most, harm_at_least
        The harm that was seen, and its one-sided bounds, each at the level; in the units of the margin. Bounds of
        relative harm are made with the standard error at the margin, where they decide.
    """

    verdict: str = UNDECIDED
    margin: float = 0.0
    harm: float = 0.0
    harm_at_most: float = 0.0
    harm_at_least: float = 0.0

    def __str__(self) -> str:
        return (f"{self.verdict}: harm {short(self.harm)}, at most {short(self.harm_at_most)}, at least "
                f"{short(self.harm_at_least)} ({self.level:.0%} each), margin {short(self.margin)}; "
                f"{super().__str__()}")  # fmt: skip


def guardrail(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    margin: float,
    better: str,
    relative: bool = False,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    adjust: str = "lin",
    correction: str = "",
    level: float = 0.95,
) -> Guarded:
    """Judge a guardrail metric against a margin of harm (non-inferiority).

    That no harm was found is no answer: a small experiment finds none. Safe is what excludes harm beyond the margin.

    Parameters
    ----------
    margin
        The most harm that is agreed to before the data are seen, above 0: in units of the outcome, or, with
        `relative`, as a share of the control's mean.
    better
        Which direction is better: "lower", as for crashes, or "higher", as for retention.
    relative
        The margin is a share of the control's mean, whose own error then counts too.

    Returns
    -------
    Guarded
        Value and interval are those of the difference. `p_value` is one-sided, of the null that harm is at the margin
        or beyond it; small is safe.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> def judged(rows):
    ...     data = {"crashes": 5 + normals(2, "own", range(rows)), "arm": np.arange(rows) % 2}
    ...     return guardrail(data, outcome="crashes", treatment="arm", margin=0.2, better="lower").verdict
    >>> judged(40), judged(4000)
    ('undecided', 'safe')

    Source: Schumi and Wittes (2011), doi:10.1186/1745-6215-12-106; Wellek (2010), "Testing Statistical Hypotheses of
    Equivalence and Noninferiority".
    """
    refuse_margin(margin, better)
    if not 0.5 < level < 1:
        raise BadInput(f"level is {level}", where="level", allowed="a number between 0.5 and 1")
    columns = Columns(outcome, treatment, clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    given = {"outcome": outcome, "treatment": treatment, "clusters": clusters, "covariates": covariates,
             "weights": weights, "control": control, "adjust": adjust, "correction": correction}  # fmt: skip
    made = difference(frame, **given, level=level)  # type: ignore[arg-type]
    if not relative:
        return judged(made, margin=margin, better=better)
    sign = 1.0 if better == "lower" else -1.0
    # Relative to the control: harm beyond the margin means sign (treated - control) > margin |control|. The difference
    # of treated and (1 + sign margin) control has its own standard error, in which the control's error is right.
    excess = difference(_scaled(frame, columns, control, sign * margin), **given, level=level)  # type: ignore[arg-type]
    base = _control_mean(made, excess, sign * margin)
    if base <= 0:
        raise BadInput(f"the control's mean of {outcome!r} is {short(base)}", where="margin",
                       allowed="a margin in units of the outcome, or a control with a mean above 0")  # fmt: skip
    return judged(made, margin=margin, better=better, relative=(excess, base))


def refuse_margin(margin: float, better: str) -> None:
    """Refuse a margin that is no harm, or a direction that is none."""
    one_of(better, "better", DIRECTIONS)
    if not (np.isfinite(margin) and margin > 0):
        raise BadInput(f"margin is {margin}", where="margin", allowed="a number above 0: the most harm agreed to")


def judged(
    made: Estimate,
    *,
    margin: float,
    better: str,
    relative: tuple[Estimate, float] | None = None,
    reach: float | None = None,
) -> Guarded:
    """Judge a difference that was estimated against a margin of harm.

    Parameters
    ----------
    relative
        Where the margin is a share of the control's mean: the difference from the control at the margin, and that mean.
    reach
        How many standard errors a one-sided bound is away, where the data are looked at more than once; there are then
        no p-values. None for one look: by the law of the estimate.
    """
    sign = 1.0 if better == "lower" else -1.0
    excess, base = relative or (made, 1.0)
    shift = 0.0 if relative else margin
    over = sign * excess.value - shift  # harm minus the margin, in units of the outcome
    error = excess.standard_error or 0.0
    law, once = _law(excess.df), reach is None
    away = (float(law.ppf(made.level)) if reach is None else reach) * error
    p_value = float(law.cdf(over / error)) if error > 0 else float(over >= 0)
    verdict = SAFE if over + away < 0 else HARMFUL if over - away > 0 else UNDECIDED
    own = {one.name: getattr(made, one.name) for one in fields(Estimate)}
    own |= {
        "what": f"{made.what}; harm ({'more' if better == 'lower' else 'less'} is worse) against a margin of "
        f"{f'{margin:.2%} of the control' if relative else short(margin)} (p one-sided, of harm at or beyond it)",
        "p_value": p_value if once else None,
        "method": f"non-inferiority by {made.method}",
        "assumes": (*made.assumes, "margin and direction were fixed before the data were seen"),
        "diagnostics": (*(_diagnostics(made, sign) if once else ()), *made.diagnostics),
        "warnings": (*made.warnings, *_warnings(verdict, made, sign, better)),
        "conventions": _one_sided(made, sign, margin) if once and not relative else (),
    }
    return Guarded(
        **own, verdict=verdict, margin=margin, harm=(over / base) + (margin if relative else shift),
        harm_at_most=(over + away) / base + margin, harm_at_least=(over - away) / base + margin,
    )  # fmt: skip


def _law(df: float | None) -> Any:  # noqa: ANN401 - a law of scipy
    return norm if df is None or np.isinf(df) else student(df)


def _scaled(frame: Frame, columns: Columns, control: object, margin: float) -> Frame:
    """Multiply the control's outcomes, so that the difference of the means is that from the control at the margin."""
    y = frame.numbers(columns.outcome, "outcome")
    arms = frame.two_arms(columns.treatment, control=control)
    values = np.where(arms.codes == 0, (1 + margin) * y, y)
    at = frame.table.column_names.index(columns.outcome)
    return Frame(frame.table.set_column(at, columns.outcome, pa.array(values)))


def _control_mean(made: Estimate, excess: Estimate, margin: float) -> float:
    """Give the control's mean, as adjusted: what the scaling took away, over the margin."""
    return (made.value - excess.value) / margin


def _diagnostics(made: Estimate, sign: float) -> tuple[Diagnostic, ...]:
    error = made.standard_error or 0.0
    law = _law(made.df)
    worse = float(law.sf(sign * made.value / error)) if error > 0 else float(sign * made.value <= 0)
    return (
        Diagnostic("p of no harm at all", worse, "one-sided; small: worse than no change, whatever the margin"),
        Diagnostic("margin that would be safe", float(sign * made.value + law.ppf(made.level) * error),
                   "in units of the outcome: the smallest that these data would have shown safe"),
    )  # fmt: skip


def _warnings(verdict: str, made: Estimate, sign: float, better: str) -> tuple[str, ...]:
    worse = sign * made.value > 0 and made.excludes_zero
    direction = "up" if better == "lower" else "down"
    if worse and verdict == SAFE:
        return (f"it is worse than no change (it goes {direction}), by less than the margin",)
    if worse and verdict == UNDECIDED:
        return (f"it is worse than no change (it goes {direction}); whether by more than the margin is open",)
    if verdict == UNDECIDED:
        return ("no harm was shown and none was excluded: more units, or a sharper estimate, would decide",)
    return ()


def _one_sided(made: Estimate, sign: float, margin: float) -> tuple[Convention, ...]:
    """Give the other conventions, their p-values those of harm at the margin or beyond it."""
    out = []
    for one in made.conventions:
        law = _law(one.df)
        over = sign * made.value - margin
        p_value = float(law.cdf(over / one.standard_error)) if one.standard_error > 0 else float(over >= 0)
        out.append(Convention(one.name, one.standard_error, one.df, one.low, one.high, p_value))
    return tuple(out)
