"""Does a guardrail metric stay within the harm that was agreed to, by the design of the experiment?"""

from __future__ import annotations

from typing import Any

from liveloop.estimate.randomised.guardrail import Guarded, judged, refuse_margin
from liveloop.estimate.whole.analysis import compare, look_at, of_arm
from liveloop.estimate.whole.design import Design
from liveloop.estimate.whole.looking import at_look, times


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
    refuse_margin(margin, better)
    frame = of_arm(design, design.read(data, metric), arm)
    now = look_at(design, frame, look, planned)
    made = at_look(compare(design, frame, metric), now)
    reach = None if now.looks == 1 else times(now.bound(design.level, sides=1), made.df)
    return judged(made, margin=margin, better=better, reach=reach)
