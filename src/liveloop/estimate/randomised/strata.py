"""What did a treatment do when its units were randomised within strata, or are sorted into strata afterwards?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import f as fisher

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.linear import CORRECTIONS, fit_rows
from liveloop.estimate.randomised.cells import lone
from liveloop.estimate.randomised.difference import Columns, chosen_correction, few_clusters, split_clusters
from liveloop.estimate.randomised.split import Split, sampled_shares, split_by
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, normal_estimate
from liveloop.estimate.words import listed

BY = ("size", "precision")
TARGETS = ("superpopulation", "sample")
PAIRS = "pairs"


def stratified(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    strata: str | Sequence[str],
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    by: str = "size",
    target: str = "superpopulation",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the average effect stratum by stratum, and take the average over strata.

    Parameters
    ----------
    strata
        The column, or the columns together, that were known before the treatment began.
    covariates
        Columns of numbers, with one slope each.
    by
        "size": strata count by their rows, which gives the average effect; "precision": by what they tell, as a
        regression with an indicator of each stratum does: another estimand where effects differ.
    target
        "superpopulation": the rows are a sample of those the effect is asked for, so shares of strata are uncertain
        too; "sample": these strata at these sizes.
    correction
        As for `difference`; or "pairs": from how the effects of strata vary among themselves, which is what pairs of
        units, one of each arm, leave.

    Raises
    ------
    BadInput
        When a stratum has no rows in an arm, or one unit only, which tells nothing of the variance inside.

    Examples
    --------
    Most of the heavy users were treated, few of the light ones. Nothing has an effect:

    >>> heavy = np.repeat([0, 0, 1, 1], [6, 2, 2, 6]); arm = np.repeat([0, 1, 0, 1], [6, 2, 2, 6])
    >>> data = {"y": 10.0 * heavy + np.tile([0.0, 1.0], 8), "arm": arm, "heavy": heavy}
    >>> made = stratified(data, outcome="y", treatment="arm", strata="heavy")
    >>> said = {one.name: one.value for one in made.diagnostics}
    >>> abs(round(made.value, 6)), round(said["difference without strata"], 6)
    (0.0, 5.0)

    Source: Imbens and Rubin (2015), chapter 9; Miratrix, Sekhon and Yu (2013), doi:10.1111/j.1467-9868.2012.01048.x;
    Imai, King and Nall (2009), doi:10.1214/08-STS274, for pairs.
    """
    one_of(by, "by", BY)
    one_of(target, "target", TARGETS)
    columns = Columns(outcome, treatment, clusters, tuple(covariates), weights)
    split = split_by(data, columns, strata, control)
    name = correction_of(correction, clustered=split.groups is not None)
    shares = split.sizes if by == "size" else split.precision
    made = combined(split, shares / shares.sum(), name, spread=target == "superpopulation" and by == "size")
    value, df = made.value, made.df
    others = _others(split, shares / shares.sum(), name, level, spread=made.sampled > 0)
    return normal_estimate(
        f"{'average' if by == 'size' else 'precision-weighted'} effect on {outcome} over strata of "
        f"{listed(as_names(strata))}, {split.arms.labels[1]!r} minus {split.arms.labels[0]!r} of {treatment}",
        value, made.error, df=df, level=level,
        method="stratified difference of means" + (", adjusted" if covariates else ""), correction=name,
        counts=split.counts(),
        assumes=assumptions(columns, as_names(strata), by),
        diagnostics=diagnostics(split, name, value),
        warnings=() if name == PAIRS else few_clusters(split.groups, split.arms, name),
        conventions=others,
    )  # fmt: skip


def stratum_effects(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    strata: str | Sequence[str],
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    correction: str = "",
    level: float = 0.95,
) -> Estimates:
    """Estimate the effect within each stratum; parameters as for `stratified`.

    Intervals are of one stratum each: among twenty of them, one misses.

    Examples
    --------
    >>> data = {"y": [0.0, 1.0, 2.0, 4.0, 0.0, 1.0, 0.0, 1.0], "t": [0, 0, 1, 1] * 2, "s": list("aaaabbbb")}
    >>> made = stratum_effects(data, outcome="y", treatment="t", strata="s")
    >>> {name: abs(round(one.value, 6)) for name, one in made.rows.items()}
    {'a': 2.5, 'b': 0.0}
    """
    columns = Columns(outcome, treatment, clusters, tuple(covariates), weights)
    split = split_by(data, columns, strata, control)
    name = chosen_correction(correction, clustered=split.groups is not None)
    split.refuse_lone()
    covariance = split.effects_covariance(name)
    rows = {}
    for at, label in enumerate(split.strata.labels):
        contrast = split.contrast(np.eye(split.strata.count)[at])
        rows[str(label)] = normal_estimate(
            f"effect on {outcome} in {listed(as_names(strata))} {label!r}", float(split.effects[at]),
            float(np.sqrt(max(0.0, covariance[at, at]))), df=split.cells.freedom(contrast, name), level=level,
            method="difference of means", correction=name,
            counts={"rows": int((split.strata.codes == at).sum())},
        )  # fmt: skip
    return Estimates(
        f"effect on {outcome} by {listed(as_names(strata))}", rows, tuple(map(tuple, covariance.tolist())),
        joint_p_value=_wald(split.effects, covariance, split.units - 2 * split.strata.count),
        diagnostics=diagnostics(split, name, None),
        warnings=few_clusters(split.groups, split.arms, name),
    )  # fmt: skip


@dataclass(frozen=True)
class Combined:
    """An average of effects: its standard error, its df, and the variance that shares of strata add."""

    value: float
    error: float
    df: float
    sampled: float


def combined(split: Split, shares: Floats, correction: str, *, spread: bool) -> Combined:
    """Average the effects of strata by shares.

    Parameters
    ----------
    spread
        Whether the shares are those of a sample of rows; they then add the variance of the effects over the rows.
    """
    value = float(shares @ split.effects)
    if correction == PAIRS:
        error, df = _between(split, shares)
        return Combined(value, error, df, 0.0)  # what varies between strata holds the variance of the shares too
    split.refuse_lone()
    contrast = split.contrast(shares)
    heavy = np.ones(len(split.outcome)) if split.weights is None else split.weights
    unit = None if split.groups is None else split.groups.codes
    added = sampled_shares(split, split.strata.codes, unit, heavy, shares, correction) if spread else 0.0
    error = float(np.sqrt(split.cells.error(contrast, correction) ** 2 + added))
    return Combined(value, error, split.cells.freedom(contrast, correction), added)


def _between(split: Split, shares: Floats) -> tuple[float, float]:
    """Give the standard error and df from how effects vary between strata."""
    if split.strata.count < 2:
        raise BadInput("one stratum only", where="correction", allowed="two strata or more for 'pairs'")
    if split.groups is not None and (across := split_clusters(split.groups, split.strata.codes, split.strata.count)):
        raise BadInput(f"{across} clusters have rows in several strata", where=str(split.columns.clusters),
                       allowed="clusters within strata for 'pairs'")  # fmt: skip
    fit = fit_rows(split.effects, np.ones((split.strata.count, 1)), ["effect"], weights=shares)
    return fit.error(np.ones(1), "HC2"), fit.freedom(np.ones(1), "HC2")


def correction_of(correction: str, *, clustered: bool) -> str:
    """Give the correction, "pairs" among them."""
    if correction and correction != PAIRS and correction not in CORRECTIONS:
        raise BadInput(f"no correction {correction!r}", where="correction", allowed=", ".join((*CORRECTIONS, PAIRS)))
    return correction if correction == PAIRS else chosen_correction(correction, clustered=clustered)


def _others(split: Split, shares: Floats, name: str, level: float, *, spread: bool) -> tuple[Convention, ...]:
    letters = "HC" if split.groups is None else "CR"
    made = []
    alone = len(lone(split.cell, 2 * split.strata.count, None if split.groups is None else split.groups.codes))
    for one in (f"{letters}1", f"{letters}2", f"{letters}3"):
        if one != name and not alone:
            other = combined(split, shares, one, spread=spread)
            made.append(convention(one, other.value, other.error, other.df, level))
    if spread and name != PAIRS:
        fixed = combined(split, shares, name, spread=False)
        made.append(convention(f"{name}, shares of strata fixed", fixed.value, fixed.error, fixed.df, level))
    return tuple(made)


def assumptions(columns: Columns, strata: Sequence[str], by: str) -> tuple[str, ...]:
    """Say what a stratified estimate rests on."""
    unit = columns.clusters or "row"
    made = [
        f"within each stratum each {unit} got its arm by chance",
        f"no {unit} is touched by the arm of another (no interference)",
        f"{listed(strata)} was known before the treatment began",
    ]
    if columns.covariates:
        made.append("the covariates were known before the treatment began")
    if by == "precision":
        made.append("effects are alike in all strata, or the average by precision is what is asked for")
    return tuple(made)


def diagnostics(split: Split, correction: str, value: float | None) -> tuple[Diagnostic, ...]:
    """Say what the data say about strata: shares treated, effects that differ, the value without strata."""
    treated = split.cells.totals.reshape(-1, 2)[:, 1] / split.sizes
    heavy = np.ones(len(split.outcome)) if split.weights is None else split.weights
    side = [split.arms.codes == arm for arm in (0, 1)]
    plain = [np.average(split.outcome[one], weights=heavy[one]) for one in side]
    made = [
        Diagnostic("treated share, lowest of strata", float(treated.min()), "by weight"),
        Diagnostic("treated share, highest of strata", float(treated.max()),
                   "where shares differ, a difference without strata compares unlike rows"),
    ]  # fmt: skip
    if value is not None:
        made += [
            Diagnostic("difference without strata", float(plain[1] - plain[0]), "of the means of all rows"),
            Diagnostic("effect by precision", float(np.average(split.effects, weights=split.precision)),
                       "what a regression with an indicator of each stratum gives"),
        ]  # fmt: skip
    if correction != PAIRS and 1 < split.strata.count <= split.units / 5:
        centred = np.eye(split.strata.count) - split.sizes / split.sizes.sum()
        away = centred @ split.effects
        p_value = _wald(away, centred @ split.effects_covariance(correction) @ centred.T,
                        split.units - 2 * split.strata.count)  # fmt: skip
        made.append(Diagnostic("effects are alike in all strata", p_value, "p of an F test", p_value >= 0.05))
    return tuple(made)


def _wald(values: Floats, covariance: Floats, left: int) -> float:
    """Give the p of the null that all values are 0, by F with `left` df below."""
    own, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    kept = own > 1e-10 * max(float(own.max()), 1e-300)
    if not kept.any():
        return 0.0 if np.abs(values).max() > 0 else 1.0
    turned = vectors.T[kept] @ values
    number = int(kept.sum())
    return float(fisher.sf(float((turned**2 / own[kept]).sum()) / number, number, max(1, left)))
