"""Where does a sum of noise stay, with a stated probability, at all times at once?

A bet on the direction and size lambda of a drift grows like exp(lambda S - lambda^2 V / 2), a martingale where there
is none; a mixture of such bets over lambda is one too, so by Ville's inequality it ever reaches 1 / error with
probability `error` at most. The bound is where it does. S is the sum, V its variance so far (intrinsic time), rho the
precision of the normal law over which lambda is mixed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import gammaincc, gammaln, log_ndtr, ndtr

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats

SIDES = ("two-sided", "greater", "less")
_STEPS = 60  # of bisection: 2^-60 of the bracket


def best_rho(time: float, error: float = 0.05, *, two_sided: bool = True) -> float:
    """Give the rho with which the normal mixture's bound is lowest at an intrinsic time.

    Examples
    --------
    >>> round(best_rho(100, 0.05), 5)
    12.60056

    Source: Howard et al. (2021), doi:10.1214/20-AOS1991, where the exact one, by the Lambert function, is within 4 %.
    """
    if not time > 0 or not 0 < error < 1:
        raise BadInput(f"time {time:g} and error {error:g}", where="time", allowed="a time above 0, an error in (0, 1)")
    chosen = error if two_sided else min(2 * error, 1 - 1e-9)
    bits = 2 * np.log(1 / chosen)
    return float(time / (bits + np.log1p(bits)))


def normal_log_mixture(total: Floats, time: Floats, rho: float, *, two_sided: bool = True) -> Floats:
    """Give the logarithm of the mixture at a sum and an intrinsic time.

    Examples
    --------
    >>> round(float(normal_log_mixture(np.array(10.0), np.array(100.0), best_rho(100))), 7)
    -0.6510052
    """
    whole = 0.5 * np.log(rho / (time + rho)) + total**2 / (2 * (time + rho))
    if two_sided:
        return np.asarray(whole)
    return np.asarray(np.log(2.0) + whole + log_ndtr(total / np.sqrt(time + rho)))


def normal_bound(time: Floats, rho: float, error: float = 0.05, *, two_sided: bool = True) -> Floats:
    """Give the bound of the sum at an intrinsic time.

    Examples
    --------
    >>> round(float(normal_bound(np.array(100.0), best_rho(100))), 5)
    30.35209
    """
    ratio = np.asarray(time, np.float64) / rho
    return np.asarray(np.sqrt(time) * critical(ratio, error, two_sided=two_sided))


def critical(ratio: Floats, error: float, *, two_sided: bool = True) -> Floats:
    """Give the bound in standard deviations of the sum, from intrinsic time over rho.

    Examples
    --------
    One look needs 1.96; all looks at once, near the best time:

    >>> round(float(critical(np.array(100 / 12.60056), 0.05)), 3)
    3.035
    """
    if two_sided:
        return np.asarray(np.sqrt((1 + 1 / ratio) * (np.log1p(ratio) + 2 * np.log(1 / error))))
    # x = z sqrt(ratio / (1 + ratio)) solves x^2 / 2 + log(2 Phi(x)) = aim; Newton from above, where it is convex.
    aim = 0.5 * np.log1p(ratio) + np.log(1 / error)
    x = np.sqrt(2 * aim)
    for _ in range(6):
        over = x * x / 2 + np.log(2.0) + log_ndtr(x) - aim
        x = np.maximum(x - over / (x + np.exp(-x * x / 2) / (np.sqrt(2 * np.pi) * ndtr(x))), 0.0)
    return np.asarray(x * np.sqrt(1 + 1 / ratio))


def log_evidence(z: Floats, ratio: Floats, *, two_sided: bool = True) -> Floats:
    """Give the logarithm of the mixture at a z statistic, from intrinsic time over rho."""
    weight = ratio / (1 + ratio)
    whole = 0.5 * (z * z * weight - np.log1p(ratio))
    if two_sided:
        return np.asarray(whole)
    return np.asarray(whole + np.log(2.0) + log_ndtr(z * np.sqrt(weight)))


def gamma_exponential_log_mixture(total: Floats, time: Floats, rho: float, scale: float) -> Floats:
    """Give the logarithm of the mixture for a sum whose increments are sub-exponential with a scale.

    Examples
    --------
    >>> rho = best_rho(100, 0.05, two_sided=False)
    >>> round(float(gamma_exponential_log_mixture(np.array(10.0), np.array(100.0), rho, 2.0)), 7)
    -0.2490165

    Source: Howard et al. (2021), doi:10.1214/20-AOS1991, proposition 9.
    """
    start, now = rho / scale**2, (time + rho) / scale**2
    place = (scale * total + time) / scale**2
    first = start * np.log(start) - gammaln(start) - _log_lower(start, start)
    return np.asarray(first + gammaln(now) + _log_lower(now, place + start) - now * np.log(place + start) + place)


def gamma_exponential_bound(time: Floats, rho: float, scale: float, error: float = 0.05) -> Floats:
    """Give the upper bound of such a sum at an intrinsic time, by bisection.

    Examples
    --------
    >>> rho = best_rho(100, 0.05, two_sided=False)
    >>> round(float(gamma_exponential_bound(np.array(100.0), rho, 2.0)), 5)
    33.02017
    """
    aim = np.log(1 / error)
    return bisected(lambda total: gamma_exponential_log_mixture(total, time, rho, scale) - aim, np.asarray(time))


def bisected(over: Callable[[Floats], Floats], like: Floats) -> Floats:
    """Find where a rising function passes 0, above 0."""
    low, high = np.zeros_like(like, np.float64), np.ones_like(like, np.float64)
    for _ in range(_STEPS):
        short = over(high) < 0
        if not short.any():
            break
        high = np.where(short, 2 * high, high)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        below = over(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(high)


def _log_lower(shape: float | Floats, place: float | Floats) -> Floats:
    """Give the logarithm of the regularised lower incomplete gamma function."""
    return np.asarray(np.log1p(-gammaincc(shape, place)))


def t_of_normal(z: Floats, df: Floats | float) -> Floats:
    """Give the t statistic that is as far out as a normal one, up to a part in a thousand beyond df 8.

    Examples
    --------
    >>> [round(float(t_of_normal(np.array(3.0), df)), 3) for df in (5, 20, 1e6)]
    [5.587, 3.424, 3.0]

    Source: Wallace (1959), Annals of Mathematical Statistics 30, 1121. It is a little wide, never narrow.
    """
    shrunk = (8 * np.asarray(df) + 3) / (8 * np.asarray(df) + 1)
    return np.asarray(np.sign(z) * np.sqrt(df * np.expm1(np.minimum((z * shrunk) ** 2 / df, 700.0))))


def normal_of_t(t: Floats, df: Floats | float) -> Floats:
    """Give the normal statistic that is as far out as a t statistic; the inverse of `t_of_normal`.

    Examples
    --------
    >>> round(float(normal_of_t(t_of_normal(np.array(3.0), 20), 20)), 6)
    3.0
    """
    shrunk = (8 * np.asarray(df) + 1) / (8 * np.asarray(df) + 3)
    return np.asarray(np.sign(t) * shrunk * np.sqrt(df * np.log1p(t * t / df)))
