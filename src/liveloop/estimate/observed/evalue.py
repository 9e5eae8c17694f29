"""How strongly would something unmeasured have to be tied to treatment and outcome to explain a finding away?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.estimate.door import one_of
from liveloop.estimate.words import short

SCALES = ("risk ratio", "odds ratio", "hazard ratio", "mean difference")
_TO_RATIO = 0.91  # log risk ratio of a standardised difference of 1 (VanderWeele and Ding)


@dataclass(frozen=True)
class EValue:
    """How strong a confounder must be, on the scale of risk ratios with treatment and with outcome alike.

    Parameters
    ----------
    risk_ratio, low, high
        The finding as a risk ratio, exact or approximate.
    value
        The least strength that moves the finding to `null`.
    interval
        The least strength that moves the nearer end of the interval there; 1 where it holds the null already, None
        where no interval was given.
    """

    scale: str
    risk_ratio: float
    low: float | None
    high: float | None
    null: float
    value: float
    interval: float | None
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return asdict(self)

    def __str__(self) -> str:
        end = "" if self.interval is None else f", {short(self.interval)} for the end of the interval"
        return f"E-value {short(self.value)}{end} (risk ratio {short(self.risk_ratio)} to {short(self.null)})"


def e_value(  # noqa: PLR0913 - flags are by name
    estimate: float,
    low: float | None = None,
    high: float | None = None,
    *,
    scale: str = "risk ratio",
    rare: bool = False,
    null: float | None = None,
    spread: float | None = None,
    standard_error: float | None = None,
) -> EValue:
    """Compute the E-value: the least risk ratio by which an unmeasured confounder explains a finding away.

    Parameters
    ----------
    estimate, low, high
        On the scale given.
    scale
        "risk ratio"; "odds ratio" and "hazard ratio", which come near the risk ratio where the outcome is `rare` (below
        15 %) and are made into one else; "mean difference", in units of the outcome's standard deviation `spread`.
    null
        What the finding is to be moved to: no effect by default, or another true effect.
    spread
        The standard deviation of the outcome, for mean differences; 1 where they are standardised already.
    standard_error
        Of a mean difference; in place of `low` and `high`, with 95 % as the level.

    Raises
    ------
    BadInput
        When a ratio is not above 0, the interval does not hold the estimate, or an option does not fit the scale.

    Examples
    --------
    Breast feeding and infant deaths: a confounder must raise both by 7.26 to explain the finding away.

    >>> found = e_value(3.9, 1.8, 8.7)
    >>> round(found.value, 2), round(found.interval, 2)
    (7.26, 3.0)

    Source: VanderWeele and Ding (2017), doi:10.7326/M16-2607; Ding and VanderWeele (2016),
    doi:10.1097/EDE.0000000000000457.
    """
    one_of(scale, "scale", SCALES)
    differs = scale == "mean difference"
    if not differs and (spread is not None or standard_error is not None):
        raise BadInput(f"spread or standard_error with a {scale}", where="scale", allowed="a mean difference")
    if differs and low is None and high is None and standard_error is not None:
        low, high = estimate - 1.959964 * standard_error, estimate + 1.959964 * standard_error
    _refuse_wrong_ends(estimate, low, high, ratio=not differs)
    null = (0.0 if differs else 1.0) if null is None else null
    if not differs and not null > 0:
        raise BadInput(f"null is {null:g}", where="null", allowed="a ratio above 0")

    def as_ratio(one: float) -> float:
        return _difference_as_ratio(one, spread) if differs else _as_risk_ratio(one, scale, rare=rare)

    ratio, aim = as_ratio(estimate), as_ratio(null)
    ends = [None if one is None else as_ratio(one) for one in (low, high)]
    nearer = ends[0] if ratio >= aim else ends[1]
    interval = None
    if nearer is not None:
        interval = 1.0 if (nearer - aim) * (ratio - aim) <= 0 else strength(nearer / aim)
    said = () if scale == "risk ratio" or (rare and not differs) else (f"the {scale} was made into a risk ratio by an "
                                                                      "approximation",)  # fmt: skip
    return EValue(scale, ratio, ends[0], ends[1], aim, strength(ratio / aim), interval, said)


def strength(ratio: float) -> float:
    """Give the strength that moves a risk ratio to 1: rr + sqrt(rr (rr - 1)), with 1/rr for one below 1.

    Examples
    --------
    >>> round(strength(2.0), 3), round(strength(0.5), 3), strength(1.0)
    (3.414, 3.414, 1.0)
    """
    ratio = 1 / ratio if ratio < 1 else ratio
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def bias_factor(with_treatment: float, with_outcome: float) -> float:
    """Give the most by which a confounder of given strengths moves a risk ratio.

    Examples
    --------
    >>> round(bias_factor(strength(2.0), strength(2.0)), 6)
    2.0

    Source: Ding and VanderWeele (2016), doi:10.1097/EDE.0000000000000457.
    """
    if with_treatment < 1 or with_outcome < 1:
        raise BadInput("a strength below 1", where="with_treatment", allowed="risk ratios of 1 or more")
    return with_treatment * with_outcome / (with_treatment + with_outcome - 1)


def _as_risk_ratio(ratio: float, scale: str, *, rare: bool) -> float:
    if rare or scale == "risk ratio":
        return ratio
    if scale == "odds ratio":
        return float(np.sqrt(ratio))
    return float((1 - 0.5 ** np.sqrt(ratio)) / (1 - 0.5 ** np.sqrt(1 / ratio)))


def _difference_as_ratio(difference: float, spread: float | None) -> float:
    if spread is None or not spread > 0:
        raise BadInput("a mean difference without the outcome's standard deviation", where="spread",
                       allowed="a number above 0, 1 where the difference is standardised")  # fmt: skip
    return float(np.exp(_TO_RATIO * difference / spread))


def _refuse_wrong_ends(estimate: float, low: float | None, high: float | None, *, ratio: bool) -> None:
    for name, one in (("estimate", estimate), ("low", low), ("high", high)):
        if one is not None and (not np.isfinite(one) or (ratio and not one > 0)):
            raise BadInput(f"{name} is {one:g}", where=name, allowed="a ratio above 0" if ratio else "a number")
    if (low is not None and low > estimate) or (high is not None and high < estimate):
        raise BadInput(f"the interval from {low} to {high} does not hold {estimate:g}", where="low",
                       allowed="low <= estimate <= high")  # fmt: skip
