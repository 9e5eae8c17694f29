"""What do past data say of the spread, the clusters and the covariates that the power of a trial rests on?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.matrix import Wanted, matrix_of
from liveloop.estimate.randomised.power import Planned, Trial, minimum_detectable_effect, power
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.words import listed, short

FEWEST = 5  # units


@dataclass(frozen=True, eq=False)
class Layers:
    """Variance between and within clusters by the analysis of variance; [1], or [cluster] without each in turn.

    Parameters
    ----------
    number, rows
        Of clusters and of rows.
    between, within
        Variances; the former can come out below 0. Where clusters are single rows all of it is within.
    ratio
        Mean square between over that within.
    usual
        The size that unequal clusters count as: (N - sum of n^2 / N) / (G - 1).
    variation
        Standard deviation of the sizes over their mean.
    """

    number: Floats
    rows: Floats
    between: Floats
    within: Floats
    ratio: Floats
    usual: Floats
    variation: Floats

    @property
    def shared(self) -> Floats:
        """Give the variance between clusters, from 0."""
        return np.asarray(np.maximum(self.between, 0.0))

    @property
    def icc(self) -> float:
        """Give the share of variance between clusters, from 0."""
        return float((self.shared / (self.shared + self.within))[0])

    @property
    def deviation(self) -> float:
        """Give the standard deviation of a row."""
        return float(np.sqrt(self.shared + self.within)[0])


@dataclass(frozen=True, eq=False)
class Past:
    """What past data say of a trial like them.

    Parameters
    ----------
    trial
        With as many units, of such sizes, spread and ICC, after adjustment.
    icc
        With its interval; None without clusters.
    error_of_log
        Standard error of the log of the trial's standard error, by leaving out one unit at a time; its df is units
        less 1.
    saved
        Share of the variance of the estimate that the covariates take away.
    number
        Of units in the past data.
    """

    trial: Trial
    icc: Estimate | None
    error_of_log: float
    saved: float
    number: int
    counts: dict[str, int]


def trial_from(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    denominator: str | None = None,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    strata: str | None = None,
    level: float = 0.95,
    **plan: Any,  # noqa: ANN401 - what is planned: fields of Trial
) -> Past:
    """Estimate from past data what a trial needs to be planned by.

    Parameters
    ----------
    data
        Rows as the trial will have them, from before it.
    outcome, denominator
        Columns; with a denominator the outcome is a ratio of sums, by the delta method.
    clusters
        The column whose values will be randomised, if rows will not be.
    covariates, strata
        Columns to be adjusted for, as known before; and a column of strata. Spread and ICC are of what they leave.
    plan
        What will differ from the past: `units`, `size`, `size_variation`, and `treated`, `sides`, `margin` and so on
        of `Trial`.

    Raises
    ------
    BadInput
        When a column is not there or is missing in some rows, there are fewer than 5 units, nothing varies.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> user = np.repeat(np.arange(200), 5)
    >>> y = 0.5 * normals(1, "user", user) + normals(1, "row", range(1_000))
    >>> past = trial_from({"y": y, "user": user}, outcome="y", clusters="user")
    >>> past.trial.units, past.trial.size, round(past.icc.value, 2), round(past.icc.low, 2), round(past.icc.high, 2)
    (200, 5.0, 0.21, 0.14, 0.28)

    Source: Donner (1986), doi:10.2307/1403259, for the ICC by the analysis of variance.
    """
    known = [one.name for one in fields(Trial)]
    unknown = [name for name in plan if name not in known]
    if unknown:
        raise BadInput(f"a trial has no {listed(unknown)}", where=unknown[0], allowed=", ".join(known))
    named = tuple(name for name in (denominator, clusters, strata) if name)
    frame = read_frame(data, (outcome, *named, *covariates))
    y = frame.numbers(outcome, "outcome")
    if denominator:
        below = frame.numbers(denominator, "denominator")
        if below.mean() == 0:
            raise BadInput(f"denominator {denominator!r} is 0 on average", where=denominator, allowed="a mean above 0")
        y = (y - y.sum() / below.sum() * below) / below.mean()
    codes = frame.groups(clusters, "cluster").codes if clusters else np.arange(frame.rows)
    left = y - y.mean()
    if covariates or strata:
        terms = (*((strata,) if strata else ()), *covariates)
        matrix = matrix_of(frame, Wanted(outcome=outcome, covariates=terms))
        left = y - matrix.design @ fit_rows(y, matrix.design, matrix.names).beta
    sums = sums_of_clusters(left, codes)
    before, after = layers_of(sums_of_clusters(y - y.mean(), codes)), layers_of(sums)
    units, rows = int(after.number[0]), int(after.rows[0])
    made = Trial(
        units=units, size=rows / units, size_variation=float(after.variation[0]), icc=after.icc,
        deviation=after.deviation, level=level,
    )  # fmt: skip
    trial = replace(made, **plan)
    raw = replace(trial, icc=before.icc, deviation=before.deviation)
    saved = 1 - sum(trial.variances(0.0)) / sum(raw.variances(0.0))
    icc = icc_of(sums, level) if clusters and rows > units else None
    counts = {"rows": rows} | ({clusters: units} if clusters else {})
    return Past(trial, icc, _error_of_log(sums, plan), saved, units, counts)


def power_from(
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    effect: float | None = None,
    power_wanted: float = 0.8,
    level: float = 0.95,
    **rest: Any,  # noqa: ANN401 - of `trial_from`
) -> Estimate:
    """Estimate from past data the smallest effect that a trial would find, or the power for one effect.

    The interval holds what the past leaves unsure: the spread, the ICC and the sizes were estimated too.

    Parameters
    ----------
    effect
        The effect whose power is asked; if not said, the smallest effect found with `power_wanted` is.
    rest
        As of `trial_from`: the columns, and what will differ from the past, such as `units`.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> user = np.repeat(np.arange(40), 25)
    >>> y = 0.5 * normals(2, "user", user) + normals(2, "row", range(1_000))
    >>> made = power_from({"y": y, "user": user}, outcome="y", clusters="user", units=100)
    >>> round(made.low, 2), round(made.value, 2), round(made.high, 2)
    (0.23, 0.28, 0.34)
    """
    past = trial_from(data, outcome=outcome, level=level, **rest)
    half = float(student.ppf(0.5 + level / 2, max(1, past.number - 1))) * past.error_of_log
    ends = [_asked(past.trial, math.exp(side * half), effect, power_wanted) for side in (-1, 0, 1)]
    values = [one.effect if effect is None else one.power for one in ends]
    planned = ends[1]
    asked = (
        f"smallest effect on {outcome} found with power {power_wanted:g}" if effect is None
        else f"power to find an effect of {effect:g} on {outcome}"
    )  # fmt: skip
    return Estimate(
        f"{asked}, {planned.units:,} units", values[1], min(values), max(values), level, "power from past data",
        df=float(past.number - 1), correction="jackknife of the log standard error",
        counts=past.counts,
        assumes=("the trial draws units like those of the past", *planned.assumes),
        diagnostics=_diagnostics(past, planned),
        warnings=() if past.number >= 40 else (f"only {past.number} units in the past data",),
    )  # fmt: skip


def sums_of_clusters(y: Floats, codes: Ints) -> Floats:
    """Give number, sum and sum of squares of the rows of each cluster: [3, cluster]."""
    return np.stack([np.bincount(codes, one) for one in (np.ones(len(y)), y, y * y)])


def layers_of(sums: Floats, without: Floats | None = None) -> Layers:
    """Part the variance of clusters, or of those clusters without some one, [3, k] of which each is left out in turn.

    Examples
    --------
    >>> y = np.array([1.0, 3.0, 5.0, 7.0, 3.0, 5.0, 0.0, 4.0, 2.0, 2.0])
    >>> made = layers_of(sums_of_clusters(y, np.repeat(range(5), 2)))
    >>> made.between.round(3).tolist(), made.within.tolist(), round(made.icc, 3)
    ([1.8], [2.8], 0.391)
    """
    out = np.zeros((3, 1)) if without is None else without
    number = np.full(out.shape[1], sums.shape[1] - (without is not None), np.float64)
    if number[0] < FEWEST - 1:
        raise BadInput(f"{sums.shape[1]} units", where="clusters", allowed=f"{FEWEST} or more")
    rows, total, squares = sums.sum(axis=1)[:, None] - out
    by_size = (sums[1] ** 2 / sums[0]).sum() - out[1] ** 2 / np.maximum(out[0], 1.0)
    sizes = (sums[0] ** 2).sum() - out[0] ** 2
    usual = (rows - sizes / rows) / (number - 1)
    spread = (by_size - total**2 / rows) / (number - 1)
    if (sums[0] == 1).all():
        within, between = spread, np.zeros_like(spread)
    else:
        within = (squares - by_size) / np.maximum(1.0, rows - number)
        between = (spread - within) / usual
    if (within <= 0).any():
        raise BadInput("the outcome does not vary within the units", where="outcome",
                       allowed="an outcome that varies; or one row for each unit")  # fmt: skip
    variation = np.sqrt(np.maximum(0.0, number * sizes / rows**2 - 1))
    return Layers(number, rows, between, within, spread / within, usual, variation)


def icc_of(sums: Floats, level: float = 0.95) -> Estimate:
    """Give the share of variance between clusters.

    Its interval is by the jackknife of log(1 + n between / within): unlike that of F it asks for no normal rows and no
    equal sizes.

    Parameters
    ----------
    sums
        [3, cluster], of `sums_of_clusters`.
    """
    whole, left = layers_of(sums), layers_of(sums, sums)
    number, size = float(whole.number[0]), float(whole.usual[0])
    ratio = float(whole.ratio[0])
    logs = np.log(np.maximum(1 + size * left.between / left.within, 1e-12))
    half = float(student.ppf(0.5 + level / 2, number - 1)) * _jackknife(logs)
    ends = (max(ratio, 1e-12) * math.exp(side * half) for side in (-1, 1))
    low, high = (min(1.0, max(0.0, (end - 1) / (end + size - 1))) for end in ends)
    return Estimate(
        "share of variance between clusters (ICC)", whole.icc, low, high, level, "analysis of variance",
        p_value=float(fisher.sf(ratio, number - 1, whole.rows[0] - number)), df=number - 1,
        correction="jackknife; p-value by F, that it is 0",
        counts={"rows": int(whole.rows[0]), "clusters": int(number)},
        assumes=("clusters are independent of one another", "they are many enough for a jackknife: 20 or more"),
    )  # fmt: skip


def _jackknife(values: Floats) -> float:
    """Give the standard error from what was found without each."""
    number = len(values)
    return float(np.sqrt((number - 1) / number * ((values - values.mean()) ** 2).sum()))


def _error_of_log(sums: Floats, plan: Any) -> float:  # noqa: ANN401 - fields of Trial
    """Give the jackknife's standard error of the log of the trial's standard error."""
    left = layers_of(sums, sums)
    size = plan.get("size", left.rows / left.number)
    variation = plan.get("size_variation", left.variation)
    logs = np.log(left.shared * (1 + variation**2) + left.within / size) / 2
    return _jackknife(logs)


def _asked(trial: Trial, factor: float, effect: float | None, wanted: float) -> Planned:
    """Give the answer for a trial whose standard error is so many times as large."""
    treated = trial.treated_deviation
    other = replace(trial, deviation=trial.deviation * factor,
                    treated_deviation=None if treated is None else treated * factor)  # fmt: skip
    return minimum_detectable_effect(other, wanted) if effect is None else power(other, effect)


def _diagnostics(past: Past, planned: Planned) -> tuple[Diagnostic, ...]:
    made = [Diagnostic("standard deviation of a row", past.trial.deviation, "after adjustment")]
    if past.icc is not None:
        between = f"{short(past.icc.low)} to {short(past.icc.high)} at {past.icc.level:.0%}"
        made += [
            Diagnostic("ICC", past.icc.value, between),
            Diagnostic("variation of cluster sizes", past.trial.size_variation, "standard deviation over mean"),
            Diagnostic("design effect", past.trial.inflation, "how many times the variance is that of single rows"),
        ]
    if past.saved:
        made.append(Diagnostic("saved by adjustment", past.saved, "share of the variance of the estimate"))
    return (*made, Diagnostic("standard error expected", planned.standard_error, f"with {planned.units:,} units"))
