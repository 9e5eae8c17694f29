"""Which of several metrics moved, when the more one looks at the more seems to move by chance?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.stats import chi2, norm
from scipy.stats import f as fisher
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import Fit, Rows, fit_rows
from liveloop.estimate.randomised.difference import (
    ADJUSTMENTS,
    Columns,
    asked_correction,
    counts_of,
    few_clusters,
)
from liveloop.estimate.randomised.largest import largest_t
from liveloop.estimate.randomised.ratio import ratio_influence
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, normal_estimate

P_VALUES = ("none", "bonferroni", "holm", "benjamini-hochberg", "benjamini-yekutieli")
MAX_T = "max-t"
HOWS = (*P_VALUES, MAX_T)
_POWER = {"0": 0.0, "1": 0.0, "2": -0.5, "3": -1.0}


def several(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcomes: Sequence[str | tuple[str, str]],
    treatment: str,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    adjust: str = "lin",
    how: str = MAX_T,
    correction: str = "",
    draws: int = 20_000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimates:
    """Estimate the effect on several outcomes, of one treatment arm or more, with errors held over all of them.

    Parameters
    ----------
    outcomes
        Columns of numbers; a pair is a ratio of totals, as ("clicks", "views"). With more than two arms, each arm is
        compared with the control in each of them.
    how
        "max-t": the chance of any false alarm is held, at the price that the correlation of the metrics asks and no
        more; intervals hold all at once. "holm" and "bonferroni" hold the same whatever the correlation.
        "benjamini-hochberg" holds the expected share of false alarms among alarms, for metrics that are independent or
        move together; "benjamini-yekutieli" for any. "none".
    draws, seed
        Of the simulation of the largest of correlated t values, for "max-t".

    Examples
    --------
    Twenty metrics, none of which moved:

    >>> from liveloop.base.seeds import normals, flips
    >>> data = {f"m{k}": normals(8, f"m{k}", range(300)) for k in range(20)} | {"t": flips(8, "arm", range(300), 0.5)}
    >>> names = [f"m{k}" for k in range(20)]
    >>> def alarms(how):
    ...     made = several(data, outcomes=names, treatment="t", how=how)
    ...     return sum(made[one].p_value < 0.05 for one in made)
    >>> alarms("none") > 0, alarms("max-t")
    (True, 0)

    Source: Westfall and Young (1993); Romano and Wolf (2005), doi:10.1198/016214504000000539; Hothorn, Bretz and
    Westfall (2008), doi:10.1002/bimj.200810425.
    """
    one_of(how, "how", HOWS)
    one_of(adjust, "adjust", ADJUSTMENTS)
    if not outcomes or len(set(outcomes)) < len(outcomes):
        raise BadInput(f"{len(outcomes)} outcomes, {len(set(outcomes))} of them different", where="outcomes",
                       allowed="one column or more, each once")  # fmt: skip
    plain = [one for one in outcomes if isinstance(one, str)]
    parted = [column for one in outcomes for column in ((one,) if isinstance(one, str) else one)]
    columns = Columns(parted[0], treatment, clusters, tuple(covariates), weights)
    frame = read_frame(data, (*columns.named, *parted))
    arms = frame.arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    asked = asked_correction(correction, clustered=groups is not None)
    names, x = _design(frame, columns, arms, adjust)
    heavy = frame.weights(columns.weights)
    units = None if groups is None else groups.codes
    fits = {one: fit_rows(frame.numbers(one, "outcome"), x, names, clusters=units, weights=heavy) for one in plain}
    design = fits[plain[0]] if plain else fit_rows(frame.numbers(parted[0], "outcome"), x, names, clusters=units)
    name = design.settled(asked, *np.eye(len(names))[1 : arms.count])
    rows: dict[str, Estimate] = {}
    parts: list[tuple[Fit, Floats] | Floats] = []
    method = "difference of means" if not covariates or adjust == "none" else f"adjusted difference ({adjust})"
    counts = counts_of(arms, groups, clusters)
    for metric in outcomes:
        for at, label in enumerate(arms.labels[1:], start=1):
            called = metric if isinstance(metric, str) else " / ".join(metric)
            key = called if arms.count == 2 else f"{called}, {label!r}"
            what = f"of {called}, {label!r} minus {arms.labels[0]!r} of {treatment}"
            if isinstance(metric, str):
                fit, contrast = fits[metric], np.zeros(len(names))
                contrast[at] = 1.0
                rows[key] = normal_estimate(
                    f"difference of the means {what}", float(fit.beta[at]), fit.error(contrast, name),
                    df=fit.freedom(contrast, name), level=level, method=method, correction=name, counts=counts,
                )  # fmt: skip
                parts.append((fit, contrast))
            else:
                value, df, added = ratio_influence(frame, columns, metric, (arms, at), groups, (adjust, name))
                rows[key] = normal_estimate(
                    f"difference of the ratios {what}", value, float(np.linalg.norm(added)), df=df, level=level,
                    method="difference of ratios", correction=name, counts=counts,
                )  # fmt: skip
                parts.append(added)
    covariance, alike = _together(parts, name)
    free = min(one.df or np.inf for one in rows.values())
    if how == MAX_T:
        made: Mapping[str, Estimate] = _by_max_t(rows, covariance, alike, free, (draws, seed))
    else:
        made = adjust_several(rows, how).rows
    return Estimates(
        f"effects of {treatment} on {len(outcomes)} outcomes", made, tuple(map(tuple, covariance.tolist())),
        # One variance for all arms has as many unknowns as there are outcomes; a robust one, as there are effects.
        joint_p_value=_joint(np.array([one.value for one in rows.values()]), covariance, free,
                             width=len(outcomes) if name == "iid" else len(rows)),
        diagnostics=_independent_looks(covariance),
        warnings=few_clusters(groups, arms, name),
    )  # fmt: skip


def adjust_several(estimates: Mapping[str, Estimate], how: str = "holm") -> Estimates:
    """Adjust p-values and intervals of estimates that were made by any methods, for there being several.

    Intervals hold all at once for "bonferroni" and "holm" (those of Bonferroni, so "holm" can reject where its interval
    still holds 0); for Benjamini's two they are those of the estimates selected at 1 - level (Benjamini and Yekutieli
    2005). An interval without a standard error, or one that is not symmetric, is left as it was, and says so.

    Examples
    --------
    >>> many = {f"m{k}": normal_estimate(f"m{k}", z, 1.0) for k, z in enumerate([4.0, 2.2, 0.5])}
    >>> [round(one.p_value, 4) for one in adjust_several(many, "holm").rows.values()]
    [0.0002, 0.0556, 0.6171]

    Source: Holm (1979); Benjamini and Hochberg (1995); Benjamini and Yekutieli (2001), (2005).
    """
    one_of(how, "how", P_VALUES)
    if not estimates:
        raise BadInput("no estimates", where="estimates", allowed="one or more")
    without = [name for name, one in estimates.items() if one.p_value is None]
    if without:
        raise BadInput(f"{len(without)} estimates have no p-value, such as {without[0]!r}", where="estimates",
                       allowed="estimates with p-values")  # fmt: skip
    raw = np.array([one.p_value for one in estimates.values()], np.float64)
    shared = adjusted_p_values(raw, how)
    count = len(raw)
    rows = {}
    for (name, one), p_value in zip(estimates.items(), shared, strict=True):
        rest = 1 - one.level
        within = rest * _part(shared, rest, how, count)
        rows[name] = _widened(one, float(p_value), within, how)
    return Estimates(f"{count} effects, adjusted for being several ({how})", rows)


def adjusted_p_values(p_values: Sequence[float] | Floats, how: str) -> Floats:
    """Adjust p-values for there being several.

    Examples
    --------
    >>> adjusted_p_values([0.01, 0.04, 0.03], "holm").round(3).tolist()
    [0.03, 0.06, 0.06]
    >>> adjusted_p_values([0.01, 0.04, 0.03], "benjamini-hochberg").round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    one_of(how, "how", P_VALUES)
    p = np.asarray(p_values, np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise BadInput("p-values that are no numbers between 0 and 1", where="p_values", allowed="a list of them")
    count = len(p)
    if how == "none":
        return p.copy()
    if how == "bonferroni":
        return np.minimum(1.0, p * count)
    order = np.argsort(p, kind="stable")
    made = np.empty(count)
    if how == "holm":
        made[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * (count - np.arange(count))))
        return made
    grown = p[order] * count / np.arange(1, count + 1)
    grown = grown * (1 / np.arange(1, count + 1)).sum() if how == "benjamini-yekutieli" else grown
    made[order] = np.minimum(1.0, np.minimum.accumulate(grown[::-1])[::-1])
    return made


def _part(shared: Floats, rest: float, how: str, count: int) -> float:
    """Give the part of the error that one interval may have."""
    if how == "none":
        return 1.0
    if how in ("bonferroni", "holm"):
        return 1.0 / count
    chosen = max(1, int((shared <= rest).sum()))
    part = chosen / count
    return part / float((1 / np.arange(1, count + 1)).sum()) if how == "benjamini-yekutieli" else part


def _widened(one: Estimate, p_value: float, rest: float, how: str) -> Estimate:
    law = norm if one.df is None or np.isinf(one.df) else student(one.df)
    half = one.high - one.value
    usual = float(law.isf((1 - one.level) / 2)) * (one.standard_error or 0.0)
    plain = one.standard_error is not None and np.allclose([half, one.value - one.low], usual, rtol=1e-6)
    if how == "none":
        return one
    made = replace(one, p_value=p_value, what=f"{one.what} (p adjusted: {how})")
    if not plain:
        return replace(made, warnings=(*one.warnings, "the interval is of this effect alone, not adjusted for others"))
    half = float(law.isf(rest / 2)) * float(one.standard_error or 0.0)
    return replace(made, low=one.value - half, high=one.value + half, conventions=(_alone(one), *one.conventions))


def _alone(one: Estimate) -> Convention:
    return convention("not adjusted", one.value, float(one.standard_error or 0.0), one.df, one.level)


def _design(frame: Frame, columns: Columns, arms: Groups, adjust: str) -> tuple[list[str], Floats]:
    sides = (arms.codes[:, None] == np.arange(1, arms.count)).astype(np.float64)
    names, parts = ["intercept", *(f"effect of {label!r}" for label in arms.labels[1:])], [np.ones(frame.rows), sides]
    if columns.covariates and adjust != "none":
        x = frame.matrix(columns.covariates)
        x = x - np.average(x, axis=0, weights=frame.weights(columns.weights))
        parts.append(x)
        names += list(columns.covariates)
        if adjust == "lin":
            for at, label in enumerate(arms.labels[1:]):
                parts.append(x * sides[:, at : at + 1])
                names += [f"{name} in arm {label!r}" for name in columns.covariates]
    return names, np.column_stack(parts)


def _together(parts: Sequence[tuple[Fit, Floats] | Floats], correction: str) -> tuple[Floats, Floats]:
    """Give the covariance of the effects, and the correlation of what their standard errors are made of."""
    if correction == "iid":  # the covariance of the residuals times that of the contrasts: seemingly unrelated
        fitted = [one for one in parts if isinstance(one, tuple)]
        first = fitted[0][0]
        left = np.column_stack([fit.rows.residual for fit, _ in fitted if fit.rows is not None])
        contrasts = np.column_stack([contrast for _, contrast in fitted])
        spread = left.T @ left / max(1, first.count - first.rank)
        return np.asarray(spread * (contrasts.T @ first.bread @ contrasts)), _correlation(spread)
    added = np.column_stack([_influence(*one, correction) if isinstance(one, tuple) else one for one in parts])
    covariance = np.asarray(added.T @ added)
    return covariance, _correlation(covariance)


def _correlation(covariance: Floats) -> Floats:
    errors = np.sqrt(np.diag(covariance))
    safe = np.where(errors > 0, errors, 1.0)
    return np.asarray(covariance / np.outer(safe, safe))


def _influence(fit: Fit, contrast: Floats, correction: str) -> Floats:
    """Give what each cluster, or row, adds to a contrast; squares sum to its variance under the correction."""
    part = fit.rows if correction.startswith("HC") else fit.clusters
    assert part is not None
    power = _POWER[correction[-1]]
    scores = part.adjusted(power) if isinstance(part, Rows) else part.adjusted(fit, power)
    factor = part.factor(fit) if correction[-1] == "1" else 1.0
    return np.asarray(scores @ (fit.bread @ contrast) * np.sqrt(factor))


def _by_max_t(
    rows: Mapping[str, Estimate], covariance: Floats, alike: Floats, df: float, chance: tuple[int, int]
) -> dict[str, Estimate]:
    draws, seed = chance
    if draws < 100:
        raise BadInput(f"{draws} draws", where="draws", allowed="100 or more")
    errors = np.sqrt(np.diag(covariance))
    first = next(iter(rows.values()))
    t_values = np.array([one.value for one in rows.values()]) / np.where(errors > 0, errors, 1.0)
    made = largest_t(t_values, _correlation(covariance), df, level=first.level, draws=draws, seed=seed, errors=alike)
    # Holm's p is never below that of max-t: where the draws are too few to tell, it is the smaller of both.
    holm = adjusted_p_values([one.p_value or 0.0 for one in rows.values()], "holm")
    out = {}
    for (name, one), p_value, error in zip(rows.items(), np.minimum(made.p_values, holm), errors, strict=True):
        half = made.critical * float(error)
        what = f"{one.what} (p adjusted: {MAX_T}, interval holds all at once)"
        out[name] = replace(one, what=what, p_value=float(p_value) if error > 0 else one.p_value, low=one.value - half,
                            high=one.value + half, conventions=(_alone(one),))  # fmt: skip
    return out


def _joint(values: Floats, covariance: Floats, df: float, *, width: int) -> float | None:
    """Give the p of the null that nothing moved at all: Hotelling's; None where there are too few clusters for it."""
    own, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    kept = own > 1e-10 * max(float(own.max()), 1e-300)
    number = int(kept.sum())
    if not number:
        return None
    square = float(((vectors.T[kept] @ values) ** 2 / own[kept]).sum())
    if np.isinf(df):
        return float(chi2.sf(square, number))
    left = df - min(number, width) + 1
    return float(fisher.sf(square * left / (df * number), number, left)) if left > 0 else None


def _independent_looks(covariance: Floats) -> tuple[Diagnostic, ...]:
    own = np.clip(np.linalg.eigvalsh(_correlation(covariance)), 0.0, None)
    worth = float(own.sum() ** 2 / max(float((own**2).sum()), 1e-300))
    return (Diagnostic("independent metrics that they are worth", worth,
                       f"of {len(covariance)}: the fewer, the more max-t gains over Holm"),)  # fmt: skip
