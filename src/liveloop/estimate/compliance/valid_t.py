"""How much longer must the interval of a single instrument be, given its F, so that 95 % means 95 %?

The t ratio of two-stage least squares is not normal unless the first-stage F is above a hundred. Lee, McCrary, Moreira
and Porter give the critical value c(F) that makes the test |t| > c(F) exact in the worst case, in which the errors of
both stages are one and the same: then t = f (f - f0) / f0 with f ~ N(f0, 1), F = f^2. The condition that each f0 is
rejected with the same chance fixes c from below upward: the acceptance of f0 ends above at f0 + u, where c is not yet
known, while the chance of rejection below f0 hangs on c that is known. So c follows by one pass, without simulation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.stats import norm

from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.reduced import of_one_stage, reduce_to
from liveloop.estimate.compliance.stages import Stages, two_stages
from liveloop.estimate.compliance.two_stage import assumptions, chosen, few
from liveloop.estimate.compliance.variables import Roles, read_variables
from liveloop.estimate.door import refuse_level
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.words import short

_START, _STEP, _FINE_STEP, _FAR = 0.02, 0.02, 0.004, 30.0


def valid_critical(f: float, level: float = 0.95) -> float:
    """Give the critical value of the t ratio for a first-stage F.

    Examples
    --------
    At an F of 10 it is 3.43, not 1.96; it is 1.96 from an F of 104.7 on:

    >>> [round(valid_critical(f), 2) for f in (5.0, 10.0, 50.0, 104.7)]
    [6.86, 3.43, 2.14, 1.96]

    Source: Lee, McCrary, Moreira and Porter (2022), doi:10.1257/aer.20211063.
    """
    refuse_level(level)
    normal = float(norm.ppf(0.5 + level / 2))
    root = math.sqrt(max(0.0, f))
    if root <= normal:
        return math.inf
    known, values = _table(level)
    if root > known[-1]:
        # beyond the table the first term of the expansion in 1 / F; below 95.4 % it is negative, and c stays normal
        return max(normal, normal + (normal**5 - 4 * normal**3) / (2 * f))
    return max(normal, float(np.interp(root, known, values)))


@lru_cache(maxsize=16)
def _table(level: float) -> tuple[Floats, Floats]:
    """Give roots of F and the critical value there."""
    normal, least = float(norm.ppf(0.5 + level / 2)), 1 - level
    begin = np.linspace(_START / 50, _START, 50)  # where c is known by expansion: z^2 / f0 at z + z f0^2 / 2
    known, values = list(normal + normal * begin**2 / 2), list(normal**2 / begin)
    centre = _START
    while values[-1] > normal and centre < _FAR:
        centre += _FINE_STEP if centre < 1 else _STEP
        high = centre + float(norm.isf(least - _rejected_below(centre, np.array(known), np.array(values))))
        known.append(high)
        values.append(high * (high - centre) / centre)
    return np.array(known), np.array(values)


def _rejected_below(centre: float, known: Floats, values: Floats) -> float:
    """Give the chance of f < f0, either sign, whose t ratio exceeds its critical value."""
    minus = known * (centre + known) - centre * values
    at = known[-1] if minus[-1] <= 0 else _crossing(known, minus)
    chance = float(norm.sf(at + centre))
    plus = known * (centre - known) - centre * values
    inside = np.flatnonzero(plus > 0)
    if len(inside):
        first, last = inside[0], inside[-1]
        low = _crossing(known[: first + 1], plus[: first + 1])
        high = known[last] if last + 1 == len(known) else _crossing(known[last : last + 2], -plus[last : last + 2])
        chance += float(norm.cdf(high - centre) - norm.cdf(low - centre))
    return chance


def _crossing(places: Floats, heights: Floats) -> float:
    """Give where heights first rise above 0."""
    at = int(np.argmax(heights > 0))
    if at == 0:
        return float(places[0])
    share = -heights[at - 1] / (heights[at] - heights[at - 1])
    return float(places[at - 1] + share * (places[at] - places[at - 1]))


def tf_interval(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    instrument: str,
    covariates: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    correction: str = "",
    intercept: bool = True,
    level: float = 0.95,
) -> Estimate:
    """Estimate by two-stage least squares with one instrument, the interval made longer for its F.

    It holds its level however weak the instrument is, as that of Anderson and Rubin does. It lies around the value; the
    other is often shorter where the F is small.

    Parameters
    ----------
    correction
        As in `two_stage_least_squares`; the F is by the same. The law is that of large samples: normal, no df.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> rows = range(300); z, u = normals(8, "z", rows), normals(8, "u", rows)
    >>> d = 0.2 * z + u; data = {"y": u + normals(8, "e", rows), "d": d, "z": z}
    >>> made = tf_interval(data, outcome="y", treatment="d", instrument="z")
    >>> made.diagnostics[0].value < 30, (made.high - made.low) / 3.92 > 1.2 * made.standard_error
    (True, True)

    Source: Lee, McCrary, Moreira and Porter (2022), doi:10.1257/aer.20211063.
    """
    refuse_level(level)
    roles = Roles(outcome, (treatment,), (instrument,), tuple(covariates), clusters, weights)
    stages = two_stages(read_variables(data, roles, intercept=intercept))
    return tf_of(stages, chosen(correction, clustered=clusters is not None), level)


def tf_of(stages: Stages, correction: str, level: float) -> Estimate:
    """Make the estimate of fits that are there."""
    roles, contrast = stages.scaled.roles, stages.fit.contrast(stages.scaled.roles.treatments[0])
    value, error = float(contrast @ stages.fit.beta), stages.error(contrast, correction)
    strength = reduce_to(stages, of_one_stage(correction, stages.first[0])).strength()
    critical = valid_critical(strength, level)
    half = critical * error if math.isfinite(critical) else math.inf
    open_ends = () if math.isfinite(half) else (f"F is {short(strength)}: no interval of finite length is valid",)
    return Estimate(
        f"effect of one more {roles.treatments[0]} on {roles.outcome}, for those whom {roles.instruments[0]} moves",
        value, value - half, value + half, level, "two-stage least squares, tF", standard_error=error,
        correction=correction, counts=stages.scaled.counts(),
        assumes=tuple(one for one in assumptions(roles) if "relevance" not in one),
        diagnostics=(
            Diagnostic("F of the instrument", strength, f"the critical value is {short(critical)}, "
                       f"not {norm.ppf(0.5 + level / 2):.2f}"),
        ),
        warnings=(*open_ends, *few(stages, correction)), conventions=stages.conventions(contrast, level),
    )  # fmt: skip
