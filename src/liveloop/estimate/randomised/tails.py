"""What is left of an effect when a few very large rows may not decide it, and what is thereby left out?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.difference import (
    EFFECT,
    Columns,
    asked_correction,
    counts_of,
    difference,
    few_clusters,
)
from liveloop.estimate.result import Diagnostic, Estimate, convention, normal_estimate
from liveloop.estimate.words import short

SIDES = ("upper", "both")
YUEN = "yuen"
_ALARM = 0.05


def winsorised(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    quantile: float = 0.99,
    cap: float | None = None,
    floor: float | None = None,
    sides: str = "upper",
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    adjust: str = "lin",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the difference of the means of the outcome where what is above a cap counts as the cap.

    The interval is of that difference, at that cap. What the cap leaves out is estimated beside it, with its own
    interval: the difference of the means, uncapped, is the sum of both.

    Parameters
    ----------
    quantile
        The cap is this quantile of the rows of both arms together, so that both have one cap.
    cap, floor
        The cap itself, where it was fixed before; and the value below which rows count as it.
    sides
        "upper", or "both": the same share is capped below.

    Raises
    ------
    BadInput
        When the cap leaves every row alike, or as for `difference`.

    Examples
    --------
    All of the effect is in one customer of a hundred:

    >>> rows = np.arange(400); arm = rows % 2
    >>> spent = 1 + rows % 7 + 500.0 * ((rows % 100 == 99) & (arm == 1))
    >>> made = winsorised({"spent": spent, "arm": arm}, outcome="spent", treatment="arm", cap=20)
    >>> round(made.value, 2), {one.name: round(one.value, 2) for one in made.diagnostics}["difference left out"]
    (0.32, 9.66)

    Source: Dixon (1960), doi:10.1214/aoms/1177705900; for experiments Kohavi, Tang and Xu (2020), chapter 22.
    """
    one_of(sides, "sides", SIDES)
    columns = Columns(outcome, treatment, clusters, tuple(covariates), weights)
    frame = read_frame(data, columns.named)
    y = frame.numbers(outcome, "outcome")
    heavy = frame.weights(columns.weights)
    low, high = _caps(y, heavy, _share(quantile), cap, floor, sides)
    capped = np.clip(y, low, high)
    if np.ptp(capped) == 0:
        raise BadInput(f"all {frame.rows} rows are {short(float(capped[0]))} once capped", where="cap",
                       allowed="a cap that leaves rows different; a higher quantile")  # fmt: skip
    given = {"treatment": treatment, "clusters": clusters, "covariates": covariates, "weights": weights,
             "control": control, "adjust": adjust, "correction": correction, "level": level}  # fmt: skip
    made, rest, plain = (
        difference(_with(frame, outcome, values), outcome=outcome, **given)  # type: ignore[arg-type]
        for values in (capped, y - capped, y)
    )
    arms = frame.two_arms(treatment, control=control)
    ends = f"at {short(high)}" if low == -np.inf else f"between {short(low)} and {short(high)}"
    return replace(
        made,
        what=f"difference of the means of {outcome} capped {ends}, {arms.labels[1]!r} minus {arms.labels[0]!r} of "
        f"{treatment}",
        method=f"winsorised {made.method}",
        counts={**made.counts, "rows capped": int((y != capped).sum())},
        assumes=(*made.assumes, "a change above the cap is not what is asked for; else see what is left out"),
        diagnostics=(*_left_out(y, capped, arms, heavy, plain, rest), *made.diagnostics),
        warnings=(*made.warnings, *_bias(made, rest, plain)),
    )  # fmt: skip


def trimmed(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    share: float = 0.2,
    sides: str = "both",
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the difference of trimmed means: each arm without the rows at its own ends.

    A trimmed mean is another thing than a mean where rows are skewed: an effect on it can have the other sign.

    Parameters
    ----------
    share
        Of the rows of an arm, cut off at each of `sides`.
    sides
        "both" ends, or the "upper" one.
    correction
        "yuen" by default for rows that stand alone and count alike: winsorised variances with the df of Yuen (1974);
        else as for `difference`.

    Examples
    --------
    >>> y = [56, 128.6, 12, 123.8, 64.34, 78, 763.3, 1.1, 2.9, 4.2]
    >>> made = trimmed({"y": y, "arm": ["b"] * 7 + ["a"] * 3}, outcome="y", treatment="arm")
    >>> round(made.value, 2), round(made.p_value, 4)
    (87.41, 0.01)

    Source: Yuen (1974), doi:10.1093/biomet/61.1.165.
    """
    one_of(sides, "sides", SIDES)
    if not 0 <= share < (0.5 if sides == "both" else 1):
        raise BadInput(f"share is {share}", where="share", allowed="0 or more; below 0.5 at both ends, below 1 at one")
    columns = Columns(outcome, treatment, clusters, (), weights)
    frame = read_frame(data, columns.named)
    y, heavy = frame.numbers(outcome, "outcome"), frame.weights(columns.weights)
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster") if clusters else None
    plain_rows = groups is None and heavy is None
    if correction == YUEN and not plain_rows:
        raise BadInput("'yuen' is for rows that stand alone and count alike", where="correction",
                       allowed="a correction by clusters, or one by rows where there are weights")  # fmt: skip
    asked = correction or (YUEN if plain_rows else "")
    asked = YUEN if asked == YUEN else asked_correction(asked, clustered=groups is not None)
    values, kept, cut = _trimmed_values(y, arms.codes, heavy, share, sides)
    fit = fit_rows(values, np.column_stack([np.ones(len(y)), arms.codes]).astype(np.float64), ["intercept", EFFECT],
                   clusters=None if groups is None else groups.codes, weights=heavy)  # fmt: skip
    contrast = fit.contrast(EFFECT)
    name = fit.settled(asked, contrast)
    value = float(fit.beta[1])
    yuen = _yuen(y, arms.codes, cut) if plain_rows else None
    error, df = yuen if name == YUEN and yuen else (fit.error(contrast, name), fit.freedom(contrast, name))
    others = fit.conventions(contrast, level, besides=name)
    if yuen and name != YUEN:
        others = (convention(YUEN, value, *yuen, level), *others)
    plain = difference(frame, outcome=outcome, treatment=treatment, clusters=clusters, weights=weights,
                       control=control, correction="" if name == YUEN else name, level=level)  # fmt: skip
    where = "each end" if sides == "both" else "the upper end"
    return normal_estimate(
        f"difference of the means of {outcome} trimmed by {100 * share:g} % at {where} of each arm, "
        f"{arms.labels[1]!r} minus {arms.labels[0]!r} of {treatment}",
        value, error, df=df, level=level, method="difference of trimmed means", correction=name,
        counts={**counts_of(arms, groups, clusters), "rows trimmed": len(y) - kept},
        assumes=(f"each {clusters or 'row'} got its arm by chance, independently of the others",
                 f"no {clusters or 'row'} is touched by the arm of another (no interference)",
                 "the middle of the distribution is what is asked for, not the total"),
        diagnostics=(_untrimmed(plain), Diagnostic("trimmed less untrimmed difference", value - plain.value,
                                                   "how far the estimand is from that of the means")),
        warnings=few_clusters(groups, arms, "CR2" if name == YUEN else name),
        conventions=others,
    )  # fmt: skip


def _share(quantile: float) -> float:
    if not 0.5 < quantile < 1:
        raise BadInput(f"quantile is {quantile}", where="quantile", allowed="a number between 0.5 and 1, such as 0.99")
    return quantile


def _caps(
    y: Floats, weights: Floats | None, quantile: float, cap: float | None, floor: float | None, sides: str
) -> tuple[float, float]:
    shares = np.array([1 - quantile, quantile])
    if weights is None:
        found = np.quantile(y, shares)
    else:
        order = np.argsort(y, kind="stable")
        found = np.interp(shares, (np.cumsum(weights[order]) - weights[order] / 2) / weights.sum(), y[order])
    high = float(found[1]) if cap is None else float(cap)
    low = float(floor) if floor is not None else float(found[0]) if sides == "both" and cap is None else -np.inf
    if not low < high:
        raise BadInput(f"the cap {short(high)} is not above the floor {short(low)}", where="cap",
                       allowed="a cap above the floor")  # fmt: skip
    return low, high


def _with(frame: Frame, name: str, values: Floats) -> Frame:
    return Frame(frame.table.set_column(frame.table.column_names.index(name), name, pa.array(values)))


def _untrimmed(plain: Estimate) -> Diagnostic:
    says = f"{plain.level:.0%} interval {short(plain.low)} to {short(plain.high)}, p {plain.p_value:.2g}"
    return Diagnostic("difference of the plain means", plain.value, says)


def _left_out(
    y: Floats, capped: Floats, arms: Groups, weights: Floats | None, plain: Estimate, rest: Estimate
) -> tuple[Diagnostic, ...]:
    heavy = np.ones(len(y)) if weights is None else weights
    says = f"{rest.level:.0%} interval {short(rest.low)} to {short(rest.high)}, p {rest.p_value:.2g}: the bias as an " \
        "estimate of the difference of the plain means, with the sign turned"  # fmt: skip
    made = [
        _untrimmed(plain),
        Diagnostic("difference left out", rest.value, says, (rest.p_value or 0.0) >= _ALARM),
    ]
    total = float((np.abs(y) * heavy).sum())
    if total > 0:
        gone = float((np.abs(y - capped) * heavy).sum()) / total
        made.append(Diagnostic("share of the total left out", gone, "of the outcome of both arms"))
    for arm, label in enumerate(arms.labels):
        side = arms.codes == arm
        made.append(Diagnostic(f"share of rows capped, {label!r}", float((y != capped)[side].mean()), ""))
    return tuple(made)


def _bias(made: Estimate, rest: Estimate, plain: Estimate) -> tuple[str, ...]:
    if (rest.p_value or 0.0) < _ALARM:
        return (f"of the difference of the plain means, {short(plain.value)}, the cap leaves out {short(rest.value)} "
                f"({rest.level:.0%} interval {short(rest.low)} to {short(rest.high)}): the treatment changes what lies "
                "above the cap",)  # fmt: skip
    if rest.low < -abs(made.value) or rest.high > abs(made.value):
        return (f"what the cap leaves out is between {short(rest.low)} and {short(rest.high)}, as much as the capped "
                "difference itself: the data cannot say what the whole difference is",)  # fmt: skip
    return ()


def _trimmed_values(
    y: Floats, arm: Ints, weights: Floats | None, share: float, sides: str
) -> tuple[Floats, int, list[tuple[int, int]]]:
    """Give to each row the trimmed mean of its arm plus what the row adds to it, so that means are trimmed means."""
    made, kept, cut = np.empty(len(y)), 0, []
    for code in (0, 1):
        rows = np.flatnonzero(arm == code)
        order = rows[np.argsort(y[rows], kind="stable")]
        heavy = np.ones(len(rows)) if weights is None else weights[order]
        placed = np.cumsum(heavy) / heavy.sum()
        low = int(np.searchsorted(placed, share + 1e-12, side="right")) if sides == "both" else 0
        top = len(rows) - int(np.searchsorted(np.cumsum(heavy[::-1]) / heavy.sum(), share + 1e-12, side="right"))
        inside = slice(low, top)
        if top - low < 2:
            raise BadInput(f"{top - low} rows of {len(rows)} are left in an arm", where="share",
                           allowed="a smaller share, or more rows")  # fmt: skip
        within = y[order]
        mean = float(np.average(within[inside], weights=heavy[inside]))
        flat = np.clip(within, within[low], within[top - 1])
        part = float(heavy[inside].sum() / heavy.sum())
        made[order] = mean + (flat - np.average(flat, weights=heavy)) / part
        kept += top - low
        cut.append((low, len(rows) - top))
    return made, kept, cut


def _yuen(y: Floats, arm: Ints, cut: list[tuple[int, int]]) -> tuple[float, float]:
    """Give the standard error and df of Yuen: d = (n - 1) s_w^2 / (h (h - 1)) of each arm."""
    parts, below = [], 0.0
    for code in (0, 1):
        ordered = np.sort(y[arm == code])
        low, high = cut[code]
        left = len(ordered) - low - high
        flat = np.clip(ordered, ordered[low], ordered[len(ordered) - high - 1])
        parts.append(float(((flat - flat.mean()) ** 2).sum()) / (left * (left - 1)))
        below += parts[-1] ** 2 / (left - 1)
    df = sum(parts) ** 2 / below if below > 0 else 1.0
    return float(np.sqrt(sum(parts))), float(max(1.0, df))
