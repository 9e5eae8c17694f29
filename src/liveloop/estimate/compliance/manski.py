"""What effects are possible, when who takes the treatment, or whose outcome is missing, may depend on anything?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.compliance.influence import covariance_of, mean_of
from liveloop.estimate.compliance.missing import read_partly
from liveloop.estimate.compliance.partial import Bounds, imbens_manski, intersected
from liveloop.estimate.compliance.variables import read_clusters
from liveloop.estimate.door import refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.randomised.difference import counts_of
from liveloop.estimate.result import Diagnostic
from liveloop.estimate.words import short

SIGNS = ("", "positive", "negative")
Known = tuple[float, Floats]  # a value, and what each row moved of it


def manski_bounds(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    instrument: str | None = None,
    least: float | None = None,
    most: float | None = None,
    response: str = "",
    selection: str = "",
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
    seed: int = 0,
) -> Bounds:
    """Bound the average effect of a treatment that people choose, for all of them.

    Parameters
    ----------
    outcome
        A column of numbers that lie between `least` and `most`.
    treatment
        The column of two values that was taken.
    instrument
        A column of few values, such as what was assigned, with which potential outcomes do not go together on average.
    least, most
        The smallest and largest outcome that anyone can have; 0 and 1 for outcomes that are 0 or 1, else the observed
        ones, with a warning.
    response
        "positive": the treatment harms nobody; "negative": it helps nobody (monotone treatment response).
    selection
        "positive": those who take it have outcomes at least as high on average, with and without it; "negative": at
        most as high (monotone treatment selection).
    control
        The value of `treatment` that means not taken.
    seed
        Of the draws by which the largest of several bounds is judged.

    Raises
    ------
    BadInput
        When a column is not there or is missing in some rows, an outcome lies outside its range, all took one arm.

    Examples
    --------
    Without assumptions the bounds are as wide as the range of outcomes, always. A treatment that harms nobody narrows
    them by half and more:

    >>> data = {"y": [0, 0, 1, 1, 0, 1, 1, 1.0] * 50, "d": [0, 0, 0, 0, 1, 1, 1, 1] * 50}
    >>> wide = manski_bounds(data, outcome="y", treatment="d")
    >>> narrow = manski_bounds(data, outcome="y", treatment="d", response="positive", selection="positive")
    >>> (wide.lower, wide.upper), (narrow.lower, narrow.upper)
    ((-0.375, 0.625), (0.0, 0.25))

    Source: Manski (1990), AER 80(2); Manski (1997), doi:10.2307/2171738; Manski and Pepper (2000),
    doi:10.1111/1468-0262.00144.
    """
    refuse_level(level)
    for name, sign in (("response", response), ("selection", selection)):
        if sign not in SIGNS:
            raise BadInput(f"no {name} {sign!r}", where=name, allowed="'positive', 'negative' or ''")
    rest = [one for one in (instrument, clusters, weights) if one]
    frame = read_frame(data, [outcome, treatment, *rest])
    y, arms = frame.numbers(outcome, "outcome"), frame.two_arms(treatment, control=control)
    least, most, told = outcome_range(y, outcome, least, most)
    groups, w = read_clusters(frame, clusters), frame.weights(weights)
    d, w = arms.codes.astype(np.float64), np.ones(len(y)) if w is None else w
    parts = [_Part(y, d, w, least, most).means(response, selection)]
    if instrument is not None:
        where = frame.arms(instrument)
        cells = (w * (where.codes == code) for code in range(where.count))
        parts += [_Part(y, d, inside, least, most).means(response, "") for inside in cells]
    low = [_less(one, other) for mine, its in product(parts, parts) for one, other in product(mine[0], its[3])]
    high = [_less(one, other) for mine, its in product(parts, parts) for one, other in product(mine[1], its[2])]
    nothing = (0.0, np.zeros(len(y)))
    low += [nothing] if response == "positive" else []
    high += [nothing] if response == "negative" else []
    return bounded(
        f"average effect of {treatment} {arms.labels[1]!r} on {outcome} for everyone", "worst case (Manski)", low, high,
        codes=None if groups is None else groups.codes, level=level, seed=seed,
        counts=counts_of(arms, groups, clusters), warnings=told,
        assumes=(*_assumes(outcome, treatment, instrument, (least, most)),
                 *_monotone(outcome, treatment, response, selection)),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Part:
    """Those with one value of the instrument, by weights that are 0 for others."""

    y: Floats
    d: Floats
    weights: Floats
    least: float
    most: float

    def _mean(self, values: Floats) -> Known:
        return _mean_in(values, self.weights)

    def _filled(self, taken: Floats, other: float) -> Known:
        return self._mean(np.where(taken == 1, self.y, other))

    def _among(self, taken: Floats) -> Known:
        return _mean_in(self.y, self.weights * taken)

    def means(self, response: str, selection: str) -> tuple[list[Known], ...]:
        """Give what bounds the mean outcome: if all took it, below and above; if nobody did, below and above."""
        mirror = {"positive": "negative", "negative": "positive", "": ""}
        other = _Part(self.y, 1 - self.d, self.weights, self.least, self.most)
        return (*self._own(response, selection), *other._own(mirror[response], mirror[selection]))

    def _own(self, response: str, selection: str) -> tuple[list[Known], list[Known]]:
        low = [self._mean(self.y)] if response == "positive" else []
        high = [self._mean(self.y)] if response == "negative" else []
        low += [self._among(self.d)] if selection == "negative" else []
        high += [self._among(self.d)] if selection == "positive" else []
        return low or [self._filled(self.d, self.least)], high or [self._filled(self.d, self.most)]


def _less(one: Known, other: Known) -> Known:
    return one[0] - other[0], one[1] - other[1]


def bounded(  # noqa: PLR0913 - all that a result says
    what: str, method: str, low: list[Known], high: list[Known], *, codes: Ints | None, level: float, seed: int = 0,
    counts: dict[str, int], assumes: tuple[str, ...], diagnostics: tuple[Diagnostic, ...] = (),
    warnings: tuple[str, ...] = (),
) -> Bounds:  # fmt: skip
    """Make bounds of all that lies below the effect and all that lies above it."""
    covariance, df = covariance_of(np.column_stack([moved for _, moved in (*low, *high)]), codes)
    below, above = np.array([one for one, _ in low]), np.array([one for one, _ in high])
    single = len(low) == 1 and len(high) == 1
    errors = (float(covariance[0, 0] ** 0.5), float(covariance[-1, -1] ** 0.5))
    lower, upper = float(below.max()), float(above.min())
    if single:
        ends = imbens_manski(lower, upper, errors, df=df, level=level)
    else:
        ends = intersected(below, above, covariance, units=int(df) + 1, level=level, seed=seed)
    crossed = (f"the bounds cross: {short(lower)} above {short(upper)}; some assumption may fail",)
    return Bounds(
        what, (lower + upper) / 2, *ends, level, method, df=df if single else None,
        correction="CR1" if codes is not None else "HC1", counts=counts, assumes=assumes, diagnostics=diagnostics,
        warnings=(*warnings, *(crossed if lower > upper else ())), lower=lower, upper=upper,
        lower_error=errors[0] if single else None, upper_error=errors[1] if single else None,
    )  # fmt: skip


def outcome_range(
    y: Floats, name: str, least: float | None, most: float | None
) -> tuple[float, float, tuple[str, ...]]:
    """Give the range of outcomes, and a warning where it is only the observed one."""
    seen = float(y.min()), float(y.max())
    alike = bool(np.isin(y, (0.0, 1.0)).all())
    ends = [one if one is not None else other for one, other in zip((least, most), (0.0, 1.0) if alike else seen,
                                                                    strict=True)]  # fmt: skip
    outside = int(((y < ends[0]) | (y > ends[1])).sum())
    if outside:
        raise BadInput(f"outcome {name!r} lies outside {short(ends[0])} to {short(ends[1])} in {outside} rows",
                       where="least" if seen[0] < ends[0] else "most", allowed="a range that holds all")  # fmt: skip
    told = () if alike or None not in (least, most) else (
        f"the range of {name} is taken from the data, {short(ends[0])} to {short(ends[1])}: name `least` and `most`",
    )  # fmt: skip
    return ends[0], ends[1], told


def _assumes(outcome: str, treatment: str, instrument: str | None, ends: tuple[float, float]) -> tuple[str, ...]:
    made = [f"nobody can have a {outcome} below {short(ends[0])} or above {short(ends[1])}"]
    if instrument is not None:
        made.append(f"mean {outcome} with and without {treatment} is the same at each {instrument}")
    return tuple(made)


def _monotone(outcome: str, treatment: str, response: str, selection: str) -> tuple[str, ...]:
    side = {"positive": ("lowers", "lower"), "negative": ("raises", "higher")}
    made = []
    if response:
        made.append(f"{treatment} {side[response][0]} nobody's {outcome}")
    if selection:
        made.append(f"those who take it would not have {side[selection][1]} {outcome} on average, with it or without")
    return tuple(made)


def missing_outcome_bounds(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    observed: str | None = None,
    least: float | None = None,
    most: float | None = None,
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
) -> Bounds:
    """Bound the average effect of a randomised treatment where outcomes are missing for reasons that nobody knows.

    The lower bound gives the worst outcome to the missing of the treated arm and the best to those of the control arm;
    the upper one the opposite.

    Parameters
    ----------
    outcome
        A column of numbers that may be missing.
    observed
        A column of 0 and 1 that says where it is there; None where missing values say so.
    least, most
        The smallest and largest outcome that anyone can have, as in `manski_bounds`.

    Examples
    --------
    One in ten is missing in each arm: that alone makes the bounds as wide as a fifth of the range.

    >>> data = {"y": [1, 0, 1, 0, 1, 0, 1, 0, 1, float("nan")] * 20, "arm": ([0] * 10 + [1] * 10) * 10}
    >>> made = missing_outcome_bounds(data, outcome="y", treatment="arm")
    >>> round(made.lower, 3), round(made.upper, 3)
    (-0.1, 0.1)

    Source: Horowitz and Manski (2000), doi:10.1080/01621459.2000.10473902.
    """
    refuse_level(level)
    rest = [one for one in (observed, clusters, weights) if one]
    frame = read_frame(data, [outcome, treatment, *rest])
    y, there = read_partly(frame, outcome, observed)
    arms = frame.two_arms(treatment, control=control)
    ends = outcome_range(y[there], outcome, least, most)
    groups, w = read_clusters(frame, clusters), frame.weights(weights)
    t, w = arms.codes, np.ones(len(y)) if w is None else w
    low, high = (
        _less(_mean_in(np.where(there, y, one), w * t), _mean_in(np.where(there, y, other), w * (1 - t)))
        for one, other in ((ends[0], ends[1]), (ends[1], ends[0]))
    )
    lost = [float(np.average(~there[t == arm], weights=w[t == arm])) for arm in (0, 1)]
    return bounded(
        f"average effect of {treatment} on {outcome} for everyone, those included whose {outcome} is missing",
        "worst case for missing outcomes", [low], [high], codes=None if groups is None else groups.codes, level=level,
        counts=counts_of(arms, groups, clusters) | {f"rows with {outcome}": int(there.sum())},
        assumes=(f"each {clusters or 'row'} got its arm by chance, independently of the others",
                 *_assumes(outcome, treatment, None, ends[:2])),
        diagnostics=(Diagnostic("missing in the treated arm", lost[1], f"share; {short(lost[0])} in the control arm"),),
        warnings=ends[2],
    )  # fmt: skip


def _mean_in(values: Floats, weights: Floats) -> Known:
    mean, moved = mean_of(values[:, None], weights)
    return float(mean[0]), moved[:, 0]
