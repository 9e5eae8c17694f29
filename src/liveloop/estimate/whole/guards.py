"""Does a guardrail metric stay within the harm that was agreed to, by the design of the experiment?"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from scipy.special import ndtr, stdtr

from liveloop.base.errors import BadInput
from liveloop.estimate.door import one_of
from liveloop.estimate.randomised.guardrail import DIRECTIONS, HARMFUL, SAFE, UNDECIDED, Guarded
from liveloop.estimate.result import Estimate
from liveloop.estimate.whole.analysis import compare, look_at, of_arm
from liveloop.estimate.whole.design import Design
from liveloop.estimate.whole.looking import at_look, times
from liveloop.estimate.words import short


def guarded(  # noqa: PLR0913 - what a guardrail may be told
    design: Design,
    data: Any,  # noqa: ANN401 - any table
    *,
    metric: str,
    margin: float,
    better: str = "higher",
    arm: object = None,
    look: int = 0,
    planned: int = 0,
) -> Guarded:
    """Judge a guardrail metric as the design says: arms, strata, clusters and looks are those of the effect.

    Parameters
    ----------
    metric, margin, better
        As in `guardrail`; the margin is in units of the metric.
    arm, look, planned
        As in `analyse`.

    Raises
    ------
    BadInput
        As `analyse`, or when the margin is not above 0.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> data = {"crashes": 5 + normals(2, "own", range(4000)), "arm": ["old", "new"] * 2000, "user": range(4000)}
    >>> design = Design(unit="user", treatment="arm", control="old")
    >>> guarded(design, data, metric="crashes", margin=0.2, better="lower").verdict
    'safe'
    """
    one_of(better, "better", DIRECTIONS)
    if not 0 < margin < float("inf"):
        raise BadInput(f"margin is {margin}", where="margin", allowed="a number above 0: the most harm agreed to")
    frame = of_arm(design, design.read(data, metric), arm)
    now = look_at(design, frame, look, planned)
    made = at_look(compare(design, frame, metric), now)
    sign = 1.0 if better == "lower" else -1.0
    harm, error = sign * made.value, made.standard_error or 0.0
    reach = times(now.bound(design.level, sides=1), made.df) * error
    verdict = SAFE if harm + reach < margin else HARMFUL if harm - reach > margin else UNDECIDED
    away = (harm - margin) / error if error > 0 else float("inf") if harm >= margin else -float("inf")
    p_value = None if design.looks != 1 else float(ndtr(away) if made.df is None else stdtr(made.df, away))
    own = {one.name: getattr(made, one.name) for one in fields(Estimate)}
    worse = "more" if better == "lower" else "less"
    own |= {
        "what": f"{made.what}; harm ({worse} is worse) against a margin of {short(margin)} (p one-sided, of harm at or "
        "beyond it)",
        "p_value": p_value,
        "method": f"non-inferiority by {made.method}",
        "assumes": (*made.assumes, "margin and direction were fixed before the data were seen"),
        "conventions": (),
    }
    return Guarded(**own, verdict=verdict, margin=margin, harm=harm, harm_at_most=harm + reach,
                   harm_at_least=harm - reach)  # fmt: skip
