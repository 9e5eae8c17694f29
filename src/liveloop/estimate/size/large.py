"""What do the sums of an experiment say: the same estimates as its rows?"""

from __future__ import annotations

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import Groups
from liveloop.estimate.linear import CLUSTERS, Fit, fit_sums
from liveloop.estimate.randomised.difference import few_clusters, split_clusters
from liveloop.estimate.result import Diagnostic, Estimate, convention, normal_estimate
from liveloop.estimate.size.compress import Compressed
from liveloop.estimate.words import listed

EFFECT = "effect"
ADJUSTMENTS = ("none", "cuped", "lin")


def large_difference(
    sums: Compressed,
    *,
    outcome: str,
    arm: object = None,
    adjust: str = "cuped",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the average effect of an arm from the sums of an experiment; exactly what its rows give.

    Parameters
    ----------
    sums
        What `compress` made.
    arm
        The label of the arm to hold against the control; None for the only one.
    adjust
        For the covariates that were summed: "cuped" (one slope), "lin" (a slope for each arm), "none".
    correction
        By clusters: "CR0" to "CR3", by default as for `difference`. Without clusters the variance of each arm is its
        own (Welch).

    Examples
    --------
    >>> from liveloop.estimate.size.compress import compress
    >>> data = {"y": [1.0, 2.0, 4.0, 6.0], "t": [0, 0, 1, 1]}
    >>> made = large_difference(compress(data, outcomes=["y"], treatment="t"), outcome="y")
    >>> round(made.value, 3), round(made.standard_error, 4)
    (3.5, 1.118)

    Source: Wong et al. (2021), arXiv:2102.11297.
    """
    pair = _pair(sums, arm)
    if outcome not in sums.outcomes:
        raise BadInput(f"outcome {outcome!r} was not summed", where="outcome", allowed=listed(sums.outcomes))
    moments = {x: sums.product(x, outcome) for x in sums.covariates}
    what = f"difference of the means of {outcome}, {sums.arms[pair[1]]!r} minus {sums.arms[pair[0]]!r}"
    squares = sums.squares.get(outcome)
    return _estimated(sums, pair, (sums.sums[outcome], moments, squares), what, (adjust, correction, level))


def large_ratio(  # noqa: PLR0913 - the calling convention of all estimators
    sums: Compressed,
    *,
    numerator: str,
    denominator: str,
    arm: object = None,
    adjust: str = "cuped",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate by how much a ratio of sums differs between an arm and the control, by the delta method.

    Each arm's ratio R is linearised: z = R + (numerator - R denominator) / mean denominator, whose mean is R.

    Source: Deng et al. (2018), "Applying the Delta Method in Metric Analytics", doi:10.1145/3219819.3219919.
    """
    pair = _pair(sums, arm)
    if sums.cluster is None:
        raise BadInput("a ratio needs the clusters that were randomised", where="clusters", allowed="sums by cluster")
    for where, one in (("numerator", numerator), ("denominator", denominator)):
        if one not in sums.sums:
            raise BadInput(f"{where} {one!r} was not summed", where=where, allowed=listed(list(sums.sums)))
    z = np.zeros(len(sums.count))
    moments = {x: np.zeros(len(sums.count)) for x in sums.covariates}
    top, bottom = sums.total(numerator), sums.total(denominator)
    for code in pair:
        mine = sums.arm == code
        rows, below = sums.count[mine].sum(), bottom[mine].sum()
        if below <= 0:
            raise BadInput(f"{denominator!r} sums to {below:g} in arm {sums.arms[code]!r}", where=denominator,
                           allowed="a sum above 0 in each arm")  # fmt: skip
        ratio, mean = top[mine].sum() / below, below / rows
        # z minus the centre 0: its sum, and its product with each centred covariate.
        z[mine] = ratio * sums.count[mine] + (top[mine] - ratio * bottom[mine]) / mean
        for x in moments:
            off = sums.centres[numerator] - ratio * sums.centres[denominator]
            across = sums.product(x, numerator) - ratio * sums.product(x, denominator) + off * sums.sums[x]
            moments[x][mine] = ratio * sums.sums[x][mine] + across[mine] / mean
    what = f"difference of {numerator} / {denominator}, {sums.arms[pair[1]]!r} minus {sums.arms[pair[0]]!r}"
    return _estimated(sums, pair, (z, moments, None), what, (adjust, correction, level))


_Sums = tuple[
    Floats, dict[str, Floats], Floats | None
]  # of the outcome: sums, products with covariates, squares by arm


def _estimated(
    sums: Compressed, pair: tuple[int, int], summed: _Sums, what: str, how: tuple[str, str, float]
) -> Estimate:
    adjust, correction, level = how
    one_of(adjust, "adjust", ADJUSTMENTS)
    refuse_level(level)
    kept = np.flatnonzero((sums.arm == pair[0]) | (sums.arm == pair[1]))
    counts = {"rows": int(sums.count[kept].sum())}
    if sums.cluster is None:
        if summed[2] is None or (sums.covariates and adjust != "none"):
            raise BadInput("covariates need the clusters that were randomised", where="clusters",
                           allowed="sums by cluster, or adjust='none'")  # fmt: skip
        return _welch(sums, pair, (summed[0], summed[2]), what, level)
    name = sums.names["clusters"]
    labels, codes = np.unique(sums.cluster[kept], return_inverse=True)
    groups = Groups(codes.astype(np.int64), tuple(labels.tolist()), name)
    arms = Groups((sums.arm[kept] == pair[1]).astype(np.int64), tuple(sums.arms[code] for code in pair))
    warnings = few_clusters(groups, arms, correction or CLUSTERS[0])
    counts[name] = groups.count
    split = float(split_clusters(groups, arms.codes, 2))
    fit = _fit(sums, kept, pair, summed, adjust)
    contrast = fit.contrast(EFFECT)
    correction = fit.settled(correction, contrast)
    return normal_estimate(
        what, float(contrast @ fit.beta), fit.error(contrast, correction), df=fit.freedom(contrast, correction),
        level=level,
        method="difference" if adjust == "none" or not sums.covariates else f"adjusted difference ({adjust})",
        correction=correction, counts=counts,
        assumes=(f"each {name} got its arm by chance, independently of the others",
                 f"no {name} is touched by the arm of another (no interference)"),
        diagnostics=(Diagnostic("clusters in both arms", split, "above 0 the clusters are not what was randomised"),),
        warnings=warnings,
        conventions=tuple(one for one in fit.conventions(contrast, level, besides=correction) if one.name != "iid"),
    )  # fmt: skip


def _fit(sums: Compressed, kept: Ints, pair: tuple[int, int], summed: _Sums, adjust: str) -> Fit:
    """Fit 1, the arm and the covariates from the sums of each cluster."""
    assert sums.cluster is not None
    count, t = sums.count[kept], (sums.arm[kept] == pair[1]).astype(np.float64)
    covariates = sums.covariates if adjust != "none" else ()
    means = {x: sums.sums[x][kept].sum() / count.sum() for x in covariates}
    linear = {x: sums.sums[x][kept] - count * means[x] for x in covariates}
    names = ["intercept", EFFECT, *covariates]
    # Sums of 1 z', where z = (1, t, x): t is the same in all rows of a group.
    first = np.column_stack([count, count * t, *(linear[x] for x in covariates)])
    width = len(names)
    crossed = np.empty((len(kept), width, width))
    crossed[:, 0, :] = crossed[:, :, 0] = first
    crossed[:, 1, :] = crossed[:, :, 1] = first * t[:, None]
    outcome = np.empty((len(kept), width))
    total = summed[0][kept]
    outcome[:, 0], outcome[:, 1] = total, total * t
    for at, x in enumerate(covariates, 2):
        outcome[:, at] = summed[1][x][kept] - means[x] * total
        for other_at, other in enumerate(covariates[: at - 1], 2):
            inner = sums.product(x, other)[kept] - means[x] * sums.sums[other][kept] - means[other] * linear[x]
            crossed[:, at, other_at] = crossed[:, other_at, at] = inner
    if adjust == "lin" and covariates:
        crossed, outcome, names = _interacted(crossed, outcome, t, names)
    starts = np.flatnonzero(np.diff(sums.cluster[kept], prepend=-1))
    crossed, outcome = (np.add.reduceat(one, starts, axis=0) for one in (crossed, outcome))
    return fit_sums(crossed, outcome, 0.0, int(count.sum()), names)


def _interacted(crossed: Floats, outcome: Floats, t: Floats, names: list[str]) -> tuple[Floats, Floats, list[str]]:
    """Add the covariates times the arm, which is the same in all rows of a group."""
    more = names[2:]
    width, wide = len(names), len(names) + len(more)
    places = [*range(width), *range(2, width)]
    gain = np.ones((len(t), wide))
    gain[:, width:] = t[:, None]
    made = crossed[:, places][:, :, places] * gain[:, :, None] * gain[:, None, :]
    return made, outcome[:, places] * gain, [*names, *(f"{name} in the treated arm" for name in more)]


def _welch(sums: Compressed, pair: tuple[int, int], summed: tuple[Floats, Floats], what: str, level: float) -> Estimate:
    """Hold two means against each other, each with its own variance; the df of Welch."""
    mean, variance, counts = [], [], []
    for code in pair:
        mine = sums.arm == code
        rows, total = float(sums.count[mine].sum()), float(summed[0][mine].sum())
        if rows < 2:
            raise BadInput(f"arm {sums.arms[code]!r} has {rows:.0f} row", where="treatment", allowed="two rows or more")
        mean.append(total / rows)
        variance.append(max(0.0, (float(summed[1][code]) - total**2 / rows) / (rows - 1)) / rows)
        counts.append(rows)
    value, squared = mean[1] - mean[0], sum(variance)
    below = sum(one**2 / (rows - 1) for one, rows in zip(variance, counts, strict=True))
    df = squared**2 / below if below > 0 else sum(counts) - 2
    error = squared**0.5
    return normal_estimate(
        what, value, error, df=df, level=level, method="difference", correction="HC2",
        counts={"rows": int(sum(counts))}, assumes=("each row got its arm by chance, independently of the others",),
        conventions=(convention("HC2, normal", value, error, None, level),),
    )  # fmt: skip


def _pair(sums: Compressed, arm: object) -> tuple[int, int]:
    if arm is None:
        if len(sums.arms) > 2:
            raise BadInput(f"there are {len(sums.arms)} arms", where="arm", allowed=listed(sums.arms[1:]))
        return 0, 1
    if arm not in sums.arms[1:]:
        raise BadInput(f"there is no arm {arm!r}", where="arm", allowed=listed(sums.arms[1:]))
    return 0, sums.arms.index(arm)
