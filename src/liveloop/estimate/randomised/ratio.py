"""By how much do the arms differ in a ratio of two totals, such as clicks per view, when units are not its rows?

The formulas are written down in `linearised`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.cells import distinct
from liveloop.estimate.randomised.difference import Columns, counts_of, few_clusters
from liveloop.estimate.randomised.linearised import WELCH, RatioFit, Sums, ratio_fit, summed_by_unit
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention, normal_estimate
from liveloop.estimate.result import interval as ends_of
from liveloop.estimate.words import short

ADJUSTMENTS = ("none", "cuped", "lin", "pooled")
SCALES = ("difference", "relative")
INTERVALS = ("delta", "log", "fieller")
KINDS = ("0", "1", "2", "3")
_SHAKY = 4.0  # a control ratio nearer to 0 than this many standard errors makes a relative change unstable
_ALARM = 0.01  # p below which a change of the denominator is said to be there

Covariate = str | tuple[str, str]


def ratio(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    denominator: str,
    treatment: str,
    clusters: str | None = None,
    covariates: Sequence[Covariate] = (),
    weights: str | None = None,
    control: object = None,
    scale: str = "difference",
    interval: str = "delta",
    adjust: str = "cuped",
    covariates_per: str = "cluster",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate what a treatment does to a ratio of totals, in units of the ratio or relative to the control's.

    Parameters
    ----------
    outcome, denominator
        Columns of numbers: the ratio of an arm is the sum of one over the sum of the other.
    clusters
        The column whose values were randomised; where it is not given, each row is a unit.
    covariates
        Columns known before the treatment began; a pair is a ratio, such as ("clicks before", "views before").
    scale
        "difference" of the ratios, or "relative": treated over control, minus 1.
    interval
        Of the relative change: "delta" (symmetric), "log" (symmetric in the logarithm), "fieller" (exact for normal
        ratios, open where the control's ratio may be 0).
    adjust
        "cuped": one slope, from within the arms; "lin": a slope for each arm; "pooled": one slope from both arms taken
        together, as CUPED was first published; "none".
    covariates_per
        "cluster": covariates are averaged over the rows of a unit, each unit counts alike; "row": each row counts
        alike, which is sharper, and right only where the treatment cannot change how many rows there are.
    correction
        "CR2" by default where there are clusters, "HC2" where not, with the df of Satterthwaite: the smaller one of
        that for rows of like variance (Bell and McCaffrey) and that for units whose ratios are of like variance, for
        a few large units leave few df. Also 0, 1 and 3 of each (3 is the jackknife over units), and "welch": sample
        variance of each arm, df of Welch.

    Raises
    ------
    BadInput
        When a denominator is negative or adds up to 0 in an arm, covariates are collinear, an arm has one unit.

    Examples
    --------
    Each user clicks in a tenth of their own views, treated or not; treated users who click much see more pages.
    The ratio goes up all the same:

    >>> views = np.array([10, 10, 10, 10, 10, 10, 40, 40]); rate = np.tile([0.1, 0.1, 0.5, 0.5], 2)
    >>> data = {"clicks": views * rate, "views": views, "arm": [0] * 4 + [1] * 4}
    >>> round(ratio(data, outcome="clicks", denominator="views", treatment="arm").value, 2)
    0.12

    Source: Deng, Knoblich and Lu (2018), doi:10.1145/3219819.3219919; Deng et al. (2013) for CUPED;
    Fieller (1954) for the interval of a ratio.
    """
    one_of(scale, "scale", SCALES)
    one_of(interval, "interval", INTERVALS)
    one_of(adjust, "adjust", ADJUSTMENTS)
    one_of(covariates_per, "covariates_per", ("cluster", "row"))
    named = [one for pair in covariates for one in ((pair,) if isinstance(pair, str) else pair)]
    wanted = (outcome, denominator, treatment, *(one for one in (clusters, weights) if one), *named)
    frame = read_frame(data, wanted)
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    heavy = frame.weights(weights)
    parts = frame.numbers(outcome, "outcome"), _denominators(frame, denominator)
    sums = summed_by_unit(parts, arms.codes, None if groups is None else groups.codes, heavy)
    if adjust != "none" and covariates:
        sums = _with_covariates(sums, frame, covariates, heavy, per_row=covariates_per == "row")
    fit = ratio_fit(sums, adjust if covariates else "none", labels=(denominator, arms.labels))
    name = _correction(correction, clustered=groups is not None)
    others = tuple(one for one in _allowed(clustered=groups is not None) if one != name and one[-1] != "0")
    made = _relative(fit, name, level, interval) if scale == "relative" else _difference(fit, name, level, others)
    unit = clusters or "row"
    return replace(
        made,
        what=_what(f"{outcome} per {denominator}", arms, treatment, scale),
        counts=counts_of(arms, groups, clusters),
        assumes=_assumptions(unit, covariates, covariates_per, clusters),
        diagnostics=(*_diagnostics(fit, sums, denominator), *made.diagnostics),
        warnings=(*few_clusters(groups, arms, "CR2"), *made.warnings, *_moved(sums, denominator)),
    )  # fmt: skip


def ratio_influence(
    frame: Frame,
    columns: Columns,
    metric: tuple[str, str],
    arm: tuple[Groups, int],
    groups: Groups | None,
    how: tuple[str, str],
) -> tuple[float, float, Floats]:
    """Give the difference of a ratio between an arm and the control, its df, and what each cluster (or row) adds to it.

    Parameters
    ----------
    metric
        Numerator and denominator.
    arm
        All arms, and the place of the one that is compared with the first.
    how
        Adjustment and correction.
    """
    arms, at = arm
    adjust, correction = how
    one_of(correction, "correction", _allowed(clustered=groups is not None)[:-1])
    kept = np.flatnonzero((arms.codes == 0) | (arms.codes == at))
    part, side = frame.taking(kept), (arms.codes[kept] == at).astype(np.int64)
    heavy = part.weights(columns.weights)
    code = kept if groups is None else groups.codes[kept]
    parts = part.numbers(metric[0], "outcome"), _denominators(part, metric[1])
    sums = summed_by_unit(parts, side, code, heavy)
    if adjust != "none" and columns.covariates:
        sums = _with_covariates(sums, part, columns.covariates, heavy, per_row=False)
    fit = ratio_fit(
        sums, adjust if columns.covariates else "none", labels=(metric[1], (arms.labels[0], arms.labels[at]))
    )
    apart = np.array([-1.0, 1.0])
    added = np.zeros(frame.rows if groups is None else groups.count)
    added[distinct(code)] = fit.influence(correction) @ apart
    return float(apart @ fit.fit.beta), fit.freedom(apart, correction), added


def _with_covariates(
    sums: Sums, frame: Frame, covariates: Sequence[Covariate], weights: Floats | None, *, per_row: bool
) -> Sums:
    heavy = np.ones(frame.rows) if weights is None else weights
    size = np.ones(len(sums.rows)) if per_row else sums.rows
    upper, lower = [], []
    for one in covariates:
        above, below = (one, None) if isinstance(one, str) else one
        base = np.ones(frame.rows) if below is None else frame.numbers(below, "covariate")
        upper.append(sums.of(frame.numbers(above, "covariate") * heavy) / size)
        lower.append(sums.of(base * heavy) / size)
        if min(float(lower[-1][sums.arm == arm].sum()) for arm in (0, 1)) <= 0:
            raise BadInput(f"covariate {below!r} adds up to no more than 0 in an arm", where=str(below),
                           allowed="a denominator above 0")  # fmt: skip
    return replace(sums, upper=np.column_stack(upper), lower=np.column_stack(lower))


def _difference(fit: RatioFit, name: str, level: float, others: Sequence[str]) -> Estimate:
    apart = np.array([-1.0, 1.0])
    value = float(apart @ fit.fit.beta)
    method = "difference of ratios" if not fit.slopes else "adjusted difference of ratios"
    return normal_estimate("", value, fit.error(apart, name), df=fit.freedom(apart, name), level=level,
                           method=method, correction=name, conventions=tuple(
                               convention(one, value, fit.error(apart, one), fit.freedom(apart, one), level)
                               for one in others))  # fmt: skip


def _relative(fit: RatioFit, name: str, level: float, kind: str) -> Estimate:
    below, above = (float(one) for one in fit.fit.beta)
    if below == 0:
        raise BadInput("the ratio of the control arm is 0", where="scale", allowed="scale='difference'")
    slope = np.array([-above / below**2, 1 / below])
    value, error, df = above / below - 1, fit.error(slope, name), fit.freedom(slope, name)
    made = {"delta": convention(f"{name}, delta", value, error, df, level)}
    if below * above > 0:
        half, _, p_value = ends_of(math.log(above / below), error / (value + 1), df, level)
        width = math.log(above / below) - half
        ends = ((value + 1) * math.exp(-width) - 1, (value + 1) * math.exp(width) - 1)
        made["log"] = Convention(f"{name}, log", error, df, *ends, p_value)
    apart = np.array([-1.0, 1.0])
    _, _, p_value = ends_of(above - below, fit.error(apart, name), fit.freedom(apart, name), level)
    made["fieller"] = Convention(f"{name}, fieller", error, df, *_fieller(fit, name, df, level), p_value)
    if kind not in made:
        raise BadInput(f"the ratios are {short(below)} and {short(above)}", where="interval",
                       allowed="two ratios above 0 for 'log'; 'delta' or 'fieller'")  # fmt: skip
    chosen = made.pop(kind)
    shaky = abs(below) < _SHAKY * fit.error(np.array([1.0, 0.0]), name)
    said = (f"the control's ratio, {short(below)}, is within {_SHAKY:.0f} standard errors of 0: a relative change is "
            "unstable; see Fieller's interval, or the difference",) if shaky else ()  # fmt: skip
    return Estimate(
        "", value, chosen.low, chosen.high, level, f"relative change of ratios ({kind})", standard_error=error,
        p_value=chosen.p_value, df=df, correction=name, conventions=tuple(made.values()), warnings=said,
    )  # fmt: skip


def _fieller(fit: RatioFit, name: str, df: float, level: float) -> tuple[float, float]:
    below, above = fit.fit.beta
    added = fit.influence(name)
    cov = (added.T @ added) * float(student.ppf(0.5 + level / 2, df)) ** 2
    a, half, c = below**2 - cov[0, 0], below * above - cov[0, 1], above**2 - cov[1, 1]
    if a <= 0:
        return -math.inf, math.inf
    root = math.sqrt(max(0.0, half**2 - a * c))
    return float((half - root) / a - 1), float((half + root) / a - 1)


def _correction(correction: str, *, clustered: bool) -> str:
    allowed = _allowed(clustered=clustered)
    if not correction:
        return allowed[2]
    one_of(correction, "correction", allowed)
    return correction


def _allowed(*, clustered: bool) -> tuple[str, ...]:
    letters = "CR" if clustered else "HC"
    return (*(letters + kind for kind in KINDS), WELCH)


def _denominators(frame: Frame, name: str) -> Floats:
    made = frame.numbers(name, "denominator")
    bad = int((made < 0).sum())
    if bad:
        raise BadInput(f"denominator {name!r} is below 0 in {bad} of {frame.rows} rows", where=name,
                       allowed="numbers of 0 or more")  # fmt: skip
    return made


def _what(metric: str, arms: Groups, treatment: str, scale: str) -> str:
    how = "difference of" if scale == "difference" else "relative change of"
    by = "minus" if scale == "difference" else "over"
    return f"{how} {metric} (ratio of totals), {arms.labels[1]!r} {by} {arms.labels[0]!r} of {treatment}"


def _assumptions(unit: str, covariates: Sequence[Covariate], per: str, clusters: str | None) -> tuple[str, ...]:
    made = [
        f"each {unit} got its arm by chance, independently of the others",
        f"no {unit} is touched by the arm of another (no interference)",
        f"no single {unit} carries a large share of the denominator: the ratio is close to linear in its totals",
    ]
    if covariates:
        made.append("the covariates were known before the treatment began")
    if covariates and clusters and per == "row":
        made.append(f"the treatment does not change how many rows a {unit} has")
    return tuple(made)


def _moved(sums: Sums, denominator: str) -> tuple[str, ...]:
    change, p_value = _change(sums)
    if p_value >= _ALARM:
        return ()
    return (f"the treatment moved {denominator} per unit by {change:+.1%} (p {p_value:.2g}): the ratio is over another "
            "mix of units in each arm; read numerator and denominator apart as well",)  # fmt: skip


def _change(sums: Sums) -> tuple[float, float]:
    """Give the relative change of the denominator per unit, and its p."""
    size = [sums.denominator[sums.arm == arm] for arm in (0, 1)]
    means = [float(one.mean()) for one in size]
    spread = math.sqrt(sum(float(one.var(ddof=1)) / len(one) for one in size))
    return means[1] / means[0] - 1, ends_of(means[1] - means[0], spread, None, 0.95)[2]


def _diagnostics(fit: RatioFit, sums: Sums, denominator: str) -> tuple[Diagnostic, ...]:
    below, above = (float(one) for one in fit.fit.beta)
    size = [sums.denominator[sums.arm == arm] for arm in (0, 1)]
    change, p_value = _change(sums)
    each = [(sums.outcome[kept] / sums.denominator[kept]).mean()
            for kept in ((sums.arm == arm) & (sums.denominator > 0) for arm in (0, 1))]  # fmt: skip
    made = [
        Diagnostic("ratio of the control arm", below, "as adjusted, where it is"),
        Diagnostic("ratio of the treated arm", above, "as adjusted, where it is"),
        Diagnostic(f"relative change of {denominator} per unit", change,
                   f"p {p_value:.2g}; where the denominator moves, the ratio can move though no unit's own ratio does",
                   p_value >= _ALARM),
        Diagnostic("difference of the means of unit ratios", float(each[1] - each[0]),
                   "another estimand: each unit counts alike, not each part of the denominator"),
        Diagnostic("largest share of the denominator", float(max(one.max() / one.sum() for one in size)),
                   "of one unit in its arm; above a few hundredths the delta method is doubtful"),
    ]  # fmt: skip
    if fit.slopes:
        made.append(Diagnostic("variance left by the covariates", fit.left, "share of the unadjusted variance"))
    return tuple(made)
