"""What would a test of the periods before have found, had there been a trend, and what does passing it do?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import chi2, multivariate_normal, ncx2

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, stream
from liveloop.estimate.door import one_of
from liveloop.estimate.result import Estimates
from liveloop.estimate.words import short

TESTS = ("individual", "joint")
_DRAWS = 200_000
_POINTS = 50_000  # of the integral over a box: its error is below 1e-4


@dataclass(frozen=True)
class TrendPower:
    """What a test of the periods before would have done, had there been a trend.

    Parameters
    ----------
    slope
        Of the trend, per period.
    power
        The chance that the test finds it.
    bayes_factor
        How much rarer it is to pass with the trend than without: near 1, passing says nothing.
    likelihood_ratio
        Of the values before that were seen, with the trend and without.
    trend
        What the trend alone makes at each time.
    after_passing
        What it makes on average in the samples that pass the test: often more.
    """

    slope: float
    power: float
    test: str
    bayes_factor: float
    likelihood_ratio: float
    trend: dict[str, float]
    after_passing: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return asdict(self)

    def __str__(self) -> str:
        last = list(self.trend)[-1]
        return (
            f"a trend of {short(self.slope)} per period is found with a chance of {self.power:.0%} ({self.test} test); "
            f"at time {last} it makes {short(self.trend[last])}, and {short(self.after_passing[last])} in the samples "
            "that pass"
        )


def pre_trend_power(
    estimates: Estimates,
    *,
    slope: float | None = None,
    power: float = 0.5,
    test: str = "individual",
    reference: int = -1,
    seed: int = 0,
) -> TrendPower:
    """Say how likely a test of the periods before is to find a linear trend.

    Parameters
    ----------
    estimates
        An event study with its covariance: a row for each time since treatment.
    slope
        Of the trend per period; by default the one that is found with the chance `power`.
    test
        "individual": some period before differs from 0 at 5 %; "joint": all of them together do.
    reference
        The time that all others are compared with.

    Raises
    ------
    BadInput
        When there is no period before, or no covariance.

    Examples
    --------
    A trend that is missed half of the time makes an effect at time 2 of 2.8 standard errors:

    >>> from liveloop.estimate.result import normal_estimate
    >>> rows = {str(at): normal_estimate("", 0.0, 1.0) for at in (-3, -2, 0, 1, 2)}
    >>> covariance = tuple(map(tuple, (0.5 * np.eye(5) + 0.5).tolist()))
    >>> made = pre_trend_power(Estimates("gaps", rows, covariance))
    >>> round(made.trend["2"], 1), bool(made.after_passing["2"] > made.trend["2"])
    (2.8, True)

    Source: Roth (2022), "Pretest with caution", doi:10.1257/aeri.20210236.
    """
    one_of(test, "test", TESTS)
    times, values, covariance = event_times(estimates, reference)
    before = times < reference
    if not before.any():
        raise BadInput(
            "there is no period before the reference", where="estimates", allowed="an event study with leads"
        )
    early, offsets = covariance[np.ix_(before, before)], (times - reference).astype(np.float64)
    found = _passing_joint if test == "joint" else _passing_individual
    if slope is None:
        slope = _slope_for(power, offsets[before], early, found)
    passing = found(slope * offsets[before], early)
    inverse = np.linalg.pinv(early)
    gap, seen = slope * offsets[before], values[before]
    ratio = float(np.exp(-0.5 * ((seen - gap) @ inverse @ (seen - gap) - seen @ inverse @ seen)))
    shifted = _after_passing(slope * offsets, covariance, before, test, seed)
    names = [str(one) for one in times]
    return TrendPower(
        float(slope), 1 - passing, test, passing / found(0 * gap, early), ratio,
        dict(zip(names, (slope * offsets).tolist(), strict=True)), dict(zip(names, shifted.tolist(), strict=True)),
    )  # fmt: skip


def event_times(estimates: Estimates, reference: int) -> tuple[np.ndarray, Floats, Floats]:
    """Give the times of an event study, the values and their covariance; rows whose name is no number are left out.

    Raises
    ------
    BadInput
        When there is no covariance, or the reference has a value of its own: then other times are not relative to it.
    """
    places = [at for at, name in enumerate(estimates.rows) if name.lstrip("-").isdigit()]
    names = list(estimates.rows)
    if not places or len(estimates.covariance) != len(names):
        raise BadInput("there is no covariance of effects by time since treatment", where="estimates",
                       allowed="an event study, such as event_study gives, with its covariance")  # fmt: skip
    if str(reference) in estimates.rows:
        raise BadInput(f"the reference {reference} has a value of its own: not all times are compared with it",
                       where="estimates", allowed="another reference, or base='universal'")  # fmt: skip
    places.sort(key=lambda at: int(names[at]))
    values = np.asarray([estimates.rows[names[at]].value for at in places])
    covariance = np.asarray(estimates.covariance)[np.ix_(places, places)]
    return np.asarray([int(names[at]) for at in places]), values, covariance


def slope_found(offsets: Floats, covariance: Floats, power: float = 0.8, level: float = 0.95) -> float:
    """Give the slope that a joint test of some gaps finds with a chance.

    Examples
    --------
    >>> round(slope_found(np.array([-1.0]), np.eye(1)), 2)
    2.8
    """
    count = len(offsets)
    limit = float(chi2.ppf(level, count))
    size = float(offsets @ np.linalg.pinv(covariance) @ offsets)
    most = 1.0
    while ncx2.sf(limit, count, most) < power:
        most *= 2
    wanted = float(brentq(lambda one: ncx2.sf(limit, count, one) - power, 1e-9, most))
    return float(np.sqrt(wanted / size))


def _slope_for(power: float, offsets: Floats, covariance: Floats, passing: Callable[[Floats, Floats], float]) -> float:
    least = 1 - passing(0 * offsets, covariance)
    if not least < power < 1:
        raise BadInput(f"power is {power}", where="power", allowed=f"a number between {least:.3f} and 1")
    most = float(np.sqrt(np.diag(covariance)).max())
    while 1 - passing(most * offsets, covariance) < power:
        most *= 2
    return float(brentq(lambda one: 1 - passing(one * offsets, covariance) - power, 0.0, most, xtol=1e-9 * most))


def _passing_joint(gaps: Floats, covariance: Floats) -> float:
    size = float(gaps @ np.linalg.pinv(covariance) @ gaps)
    return float(ncx2.cdf(chi2.ppf(0.95, len(gaps)), len(gaps), max(size, 1e-12)))


def _passing_individual(gaps: Floats, covariance: Floats) -> float:
    limit = float(ndtri(0.975)) * np.sqrt(np.diag(covariance))
    # The same points each time: the chance is then a smooth function of the slope.
    law = multivariate_normal(gaps, covariance, allow_singular=True, seed=stream(0, "box"), maxpts=_POINTS * len(gaps))
    return float(law.cdf(limit, lower_limit=-limit))


def _after_passing(gaps: Floats, covariance: Floats, before: np.ndarray, test: str, seed: int) -> Floats:
    own, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(own, 0))
    drawn = gaps + stream(seed, "pretest").standard_normal((_DRAWS, len(gaps))) @ root.T
    early = drawn[:, before]
    part = covariance[np.ix_(before, before)]
    if test == "joint":
        inverse = np.linalg.pinv(part)
        passes = np.einsum("ni,ij,nj->n", early, inverse, early) <= chi2.ppf(0.95, early.shape[1])
    else:
        passes = (np.abs(early) <= float(ndtri(0.975)) * np.sqrt(np.diag(part))).all(axis=1)
    if not passes.any():
        raise BadInput("next to no sample passes with such a slope", where="slope", allowed="a smaller one")
    made: Floats = drawn[passes].mean(axis=0)
    made[:] = np.where(np.abs(gaps) + np.sqrt(np.diag(covariance)) == 0, 0.0, made)
    return made
