"""How far could trends have parted after treatment before the conclusion falls?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, t

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.changes.magnitudes import MOST_AFTER, Magnitudes, interval_of, magnitudes
from liveloop.estimate.changes.power import event_times
from liveloop.estimate.changes.smooth import Fixed, smooth_interval
from liveloop.estimate.door import one_of
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.words import short

RESTRICTIONS = ("magnitudes", "smooth")
PARALLEL = "parallel"
_MULTIPLES = (0.5, 1.0, 1.5, 2.0)
_PARTS = (0.0, 0.25, 0.5, 1.0)  # of a standard error
_MOST = 1_000.0

Effect = int | str | Mapping[int, float]


@dataclass(frozen=True, eq=False)
class Study:
    """An event study without its reference period: gaps before, then effects, and the weights of the effect wanted.

    Parameters
    ----------
    df
        Of the covariance; infinite for a known one.
    """

    values: Floats
    covariance: Floats
    before: int
    weights: Floats
    what: str
    df: float = math.inf

    @property
    def estimate(self) -> float:
        """Give the effect under parallel trends."""
        return float(self.weights @ self.values[self.before :])

    @property
    def error(self) -> float:
        """Give its standard error."""
        late = self.covariance[self.before :, self.before :]
        return float(np.sqrt(self.weights @ late @ self.weights))


def honest_trends(  # noqa: PLR0913 - what is asked, and how
    estimates: Estimates,
    *,
    restriction: str = "magnitudes",
    bounds: Sequence[float] | None = None,
    effect: Effect = 0,
    reference: int = -1,
    df: float | None = None,
    level: float = 0.95,
) -> Estimates:
    """Give intervals that hold when trends are not parallel, but part by no more than a bound, and where 0 comes in.

    Parameters
    ----------
    estimates
        An event study with its covariance, each time compared with the same reference: of `event_study`, of
        `interaction_weighted_effects`, or of `group_time_effects` with base="universal" and aggregate="dynamic".
    restriction
        "magnitudes": from one period to the next after treatment, trends part by at most so many times the largest such
        step before. "smooth": the slope of the gap changes by at most so much from one period to the next; 0 is a
        straight line.
    bounds
        Multiples, by default 0.5, 1, 1.5, 2; or changes of slope, by default 0 to one standard error.
    effect
        A time since treatment, "mean" of all, or weights by time.
    df
        Of the covariance; by default the smallest of the study's own. Intervals are as wide as that asks for: by t, and
        for weights that are fitted. `math.inf` takes the covariance for known, as the authors' package does.

    Returns
    -------
    Estimates
        "parallel", then one row for each bound. The first diagnostic is the breakdown value: the largest bound at which
        the interval excludes 0.

    Raises
    ------
    BadInput
        When there is no period before besides the reference, times have holes, or no covariance is there.

    Examples
    --------
    The effect is 2 with a standard error of 0.5, and the gaps before moved by up to 0.4:

    >>> rows = {str(t): normal_estimate("", v, 0.5) for t, v in ((-3, 0.1), (-2, -0.3), (0, 2.0))}
    >>> study = Estimates("a study", rows, tuple(map(tuple, (np.eye(3) * 0.25).tolist())))
    >>> made = honest_trends(study)
    >>> [made[bound].excludes_zero for bound in made], round(made.diagnostics[0].value, 1)
    ([True, True, True, False, False], 1.1)

    Source: Rambachan and Roth (2023), doi:10.1093/restud/rdad018.
    """
    one_of(restriction, "restriction", RESTRICTIONS)
    study = study_of(estimates, effect, reference, df=df)
    if restriction == "magnitudes":
        study = _shortened(study)
    given = bounds if bounds is not None else _bounds(study, restriction)
    if not len(given) or any(one < 0 for one in given):
        raise BadInput(f"bounds are {list(given)}", where="bounds", allowed="numbers from 0 on")
    make = _magnitudes if restriction == "magnitudes" else _smooth
    rows = {PARALLEL: normal_estimate(f"{study.what}, if trends are parallel", study.estimate, study.error, level=level,
                                      df=None if math.isinf(study.df) else study.df, method="event study",
                                      assumes=("trends are parallel",))}  # fmt: skip
    rows |= {f"{bound:g}": make(study, float(bound), level) for bound in given}
    value = breakdown(study, restriction, level)
    unit = "times the largest step before" if restriction == "magnitudes" else "change of slope per period"
    return Estimates(
        f"{study.what}, if trends part", rows,
        diagnostics=(Diagnostic("breakdown value", value, f"{unit}: up to it the interval excludes 0"),),
        warnings=() if value > 0 else ("the interval holds 0 without any parting of trends",),
    )  # fmt: skip


def honest_interval(  # noqa: PLR0913 - what is asked, and how
    estimates: Estimates,
    *,
    bound: float,
    restriction: str = "magnitudes",
    effect: Effect = 0,
    reference: int = -1,
    df: float | None = None,
    level: float = 0.95,
) -> Estimate:
    """Give the interval for one bound, as `honest_trends` does for several.

    Examples
    --------
    >>> rows = {str(t): normal_estimate("", v, 0.5) for t, v in ((-3, 0.1), (-2, -0.3), (0, 2.0))}
    >>> study = Estimates("a study", rows, tuple(map(tuple, (np.eye(3) * 0.25).tolist())))
    >>> honest_interval(study, bound=1.0).excludes_zero, honest_interval(study, bound=1.5).excludes_zero
    (True, False)
    """
    one_of(restriction, "restriction", RESTRICTIONS)
    if bound < 0:
        raise BadInput(f"bound is {bound}", where="bound", allowed="a number from 0 on")
    study = study_of(estimates, effect, reference, df=df)
    if restriction == "magnitudes":
        return _magnitudes(_shortened(study), bound, level)
    return _smooth(study, bound, level)


def study_of(estimates: Estimates, effect: Effect, reference: int, *, df: float | None = None) -> Study:
    """Take an event study apart."""
    times, values, covariance = event_times(estimates, reference)
    before = int((times < reference).sum())
    wanted = [*range(reference - before, reference), *range(reference + 1, reference + 1 + len(times) - before)]
    if list(times) != wanted:
        raise BadInput(f"times are {', '.join(map(str, times))}", where="estimates",
                       allowed=f"times without holes, around the reference {reference}")  # fmt: skip
    if before == 0 or before == len(times):
        raise BadInput("there is no period before the reference, or none after", where="estimates",
                       allowed="an event study with leads and lags")  # fmt: skip
    late = [int(one) for one in times[before:]]
    weights, said = _weights(effect, late)
    least = min((one.df for one in estimates.rows.values() if one.df is not None), default=math.inf)
    used = least if df is None else df
    if used <= 0:
        raise BadInput(f"df is {used}", where="df", allowed="a number above 0")
    return Study(values, covariance, before, weights, f"effect {said}", used)


def breakdown(study: Study, restriction: str, level: float = 0.95) -> float:
    """Give the largest bound at which the interval excludes 0; 0 where none does, infinite where all do.

    For multiples it is found to a thousandth.
    """
    if restriction == "magnitudes":
        return _largest(lambda multiple: not bool(_test(study, multiple, level).holds(np.zeros(1))[0]))

    def low(bound: float) -> float:
        made = _fixed(study, bound, level)
        return made.low if study.estimate > 0 else -made.high

    if low(0.0) <= 0:
        return 0.0
    most = study.error
    while low(most) > 0:
        most *= 2
    return float(brentq(low, 0.0, most, xtol=1e-6 * study.error))


def _largest(excludes: Callable[[float], bool]) -> float:
    if not excludes(0.0):
        return 0.0
    high = 1.0
    while excludes(high):
        high *= 2
        if high > _MOST:
            return float("inf")
    low = high / 2 if high > 1 else 0.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if excludes(middle) else (low, middle)
    return low


def _test(study: Study, multiple: float, level: float) -> Magnitudes:
    share = 0.5 + level / 2
    wider = 1.0 if math.isinf(study.df) else float(t.ppf(share, study.df) / norm.ppf(share))
    covariance = study.covariance * wider**2
    return magnitudes(study.values, covariance, study.before, study.weights, multiple=multiple, level=level)


def _fixed(study: Study, bound: float, level: float) -> Fixed:
    return smooth_interval(
        study.values, study.covariance, study.before, study.weights, bound=bound, level=level, df=study.df
    )


def _magnitudes(study: Study, bound: float, level: float) -> Estimate:
    low, high = interval_of(_test(study, bound, level), study.estimate, study.error)
    return Estimate(
        f"{study.what}, if trends part by at most {bound:g} times the largest step before", study.estimate, low, high,
        level, "honest, relative magnitudes", correction="hybrid of least favourable and conditional tests",
        assumes=("from one period to the next after treatment, trends part by at most this bound",
                 "estimates are normal with the covariance given"),
    )  # fmt: skip


def _smooth(study: Study, bound: float, level: float) -> Estimate:
    made = _fixed(study, bound, level)
    return Estimate(
        f"{study.what}, if the slope of the gap changes by at most {short(bound)} per period", made.value, made.low,
        made.high, level, "honest, smooth", correction="interval of fixed length",
        assumes=("the slope of the gap changes by at most this bound per period",
                 "estimates are normal with the covariance given"),
    )  # fmt: skip


def _shortened(study: Study) -> Study:
    """Leave out periods after the last one that is wanted, where there are too many: they say next to nothing."""
    after = len(study.weights)
    if after <= MOST_AFTER:
        return study
    last = int(np.flatnonzero(study.weights)[-1]) + 1
    kept = study.before + last
    return Study(study.values[:kept], study.covariance[:kept, :kept], study.before, study.weights[:last], study.what,
                 study.df)  # fmt: skip


def _bounds(study: Study, restriction: str) -> tuple[float, ...]:
    return _MULTIPLES if restriction == "magnitudes" else tuple(part * study.error for part in _PARTS)


def _weights(effect: Effect, late: Sequence[int]) -> tuple[Floats, str]:
    if isinstance(effect, str):
        if effect != "mean":
            raise BadInput(f"no effect {effect!r}", where="effect", allowed="a time, 'mean', or weights by time")
        return np.full(len(late), 1 / len(late)), "on average over all times since treatment"
    chosen = {effect: 1.0} if isinstance(effect, int) else dict(effect)
    missing = [one for one in chosen if one not in late]
    if missing or not any(chosen.values()):
        raise BadInput(f"no effect at {missing[0] if missing else chosen}", where="effect",
                       allowed=", ".join(map(str, late)))  # fmt: skip
    said = f"{effect} periods after treatment began" if isinstance(effect, int) else f"with weights {chosen}"
    return np.asarray([float(chosen.get(one, 0.0)) for one in late]), said
