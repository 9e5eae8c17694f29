"""How much of the error may be spent by when?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of

Spending = Callable[[Floats, float, float], Floats]
Spend = str | Sequence[float] | Callable[[float], float]


def _obrien_fleming(time: Floats, error: float, _: float) -> Floats:
    return np.asarray(2 * ndtr(ndtri(error / 2) / np.sqrt(time)))


def _pocock(time: Floats, error: float, _: float) -> Floats:
    return np.asarray(error * np.log(1 + (math.e - 1) * time))


def _power(time: Floats, error: float, parameter: float) -> Floats:
    return np.asarray(error * time**parameter)


def _exponential(time: Floats, error: float, parameter: float) -> Floats:
    share = time if abs(parameter) < 1e-12 else np.expm1(-parameter * time) / math.expm1(-parameter)
    return np.asarray(error * share)


SPENDINGS: Mapping[str, tuple[Spending, float | None]] = {
    "obrien-fleming": (_obrien_fleming, None),
    "pocock": (_pocock, None),
    "power": (_power, 2.0),
    "hwang-shih-decani": (_exponential, -4.0),
}  # each with the parameter that it has unless one is given


def spent_by(
    times: Sequence[float], error: float, spending: Spend = "obrien-fleming", parameter: float | None = None
) -> Floats:
    """Give how much of an error probability is spent by each time.

    Parameters
    ----------
    times
        Shares of the planned information, to 1.
    error
        On one side.
    spending
        "obrien-fleming" and "pocock" (Lan and DeMets 1983), "power" (Kim and DeMets 1987: error t^parameter),
        "hwang-shih-decani" (1990: parameter negative spends late, positive early); the amounts themselves, one for
        each time; or a function that gives the share spent by a time.

    Raises
    ------
    BadInput
        When there is no such function, or what it spends goes down or beyond the error.

    Examples
    --------
    >>> spent_by([0.25, 0.5, 0.75, 1.0], 0.025).round(5).tolist()
    [1e-05, 0.00153, 0.00965, 0.025]

    Source: Lan and DeMets (1983), doi:10.1093/biomet/70.3.659.
    """
    shares = np.minimum(np.asarray(times, np.float64), 1.0)
    if isinstance(spending, str):
        one_of(spending, "spending", SPENDINGS)
        made, usual = SPENDINGS[spending]
        chosen = usual if parameter is None else parameter
        if spending == "power" and (chosen is None or chosen <= 0):
            raise BadInput(f"parameter is {chosen}", where="parameter", allowed="a number above 0 for power spending")
        spent = made(shares, error, 0.0 if chosen is None else chosen)
    elif callable(spending):
        spent = np.asarray([error * float(spending(float(one))) for one in shares])
    else:
        spent = _amounts(spending, len(shares), error)
    if (spent < 0).any() or (spent > error * (1 + 1e-9)).any() or (np.diff(spent) < -1e-15).any():
        raise BadInput("spending goes down, below 0 or beyond the error", where="spending",
                       allowed=f"amounts that rise from 0 to at most {error:g}")  # fmt: skip
    return spent


def _amounts(spending: Sequence[float], looks: int, error: float) -> Floats:
    if len(spending) != looks:
        raise BadInput(f"{len(spending)} amounts spent at {looks} looks", where="spending",
                       allowed=f"one amount for each look, up to {error:g}")  # fmt: skip
    return np.asarray([float(one) for one in spending])
