"""What would it do to treat all, where units touch one another and whole clusters were randomised?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.interference.network import Network, network_of
from liveloop.estimate.interference.units import few_of, unit_labels, unit_weights
from liveloop.estimate.linear import CLUSTERS, Fit, fit_rows
from liveloop.estimate.result import Diagnostic, Estimate, normal_estimate

AVERAGES = ("units", "clusters")
EFFECT = "effect"
_TIGHT = 0.9  # below this contrast of exposures, what clusters leave out is worth a warning


def cluster_total(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str,
    average: str = "units",
    covariates: Sequence[str] = (),
    weights: str | None = None,
    unit: str | None = None,
    edges: Any = None,  # noqa: ANN401 - any table, or a matrix
    ends: tuple[str, str] = ("source", "target"),
    control: object = None,
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the total effect, all treated against none, from clusters that were randomised whole.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, clusters
        Columns: numbers, the arm, and the values that were randomised.
    average
        "units": the mean over units; "clusters": each cluster counts once, whatever its size.
    covariates
        Columns known before, one slope for both arms.
    weights
        A column of weights of units.
    unit, edges, ends
        Where the network is known: it then says how much of it the clusters cut.
    correction
        By default as for `difference`: "CR2", or "CR3" where clusters are few; also "CR0", "CR1".

    Raises
    ------
    BadInput
        When a cluster has rows in both arms, or an arm has fewer than two clusters.

    Examples
    --------
    Neighbours add to what one's own treatment does. Whole clusters show all of it, single units do not:

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(2000); town = rows // 20
    >>> def world(t):
    ...     share = np.bincount(town, t)[town] / 20
    ...     return {"y": 1.0 * t + 0.5 * share + normals(1, "noise", rows), "t": t, "town": town}
    >>> whole = world(flips(1, "town", town, 0.5).astype(float))
    >>> made = cluster_total(whole, outcome="y", treatment="t", clusters="town")
    >>> single = world(flips(1, "unit", rows, 0.5).astype(float))
    >>> naive = single["y"][single["t"] == 1].mean() - single["y"][single["t"] == 0].mean()
    >>> made.low < 1.5 < made.high, bool(made.value - naive > 0.3)
    (True, True)

    Source: Ugander et al. (2013), doi:10.1145/2487575.2487695; Bell and McCaffrey (2002).
    """
    refuse_level(level)
    one_of(average, "average", AVERAGES)
    one_of(correction or CLUSTERS[0], "correction", CLUSTERS)
    frame = read_frame(data, [one for one in (outcome, treatment, clusters, weights, unit, *covariates) if one])
    arms = frame.two_arms(treatment, control=control)
    groups = frame.groups(clusters, "cluster")
    counts = _counts(arms, groups, clusters)
    weight = averaging(unit_weights(frame, weights), groups.codes, average)
    fit = _fit(frame, outcome, arms, groups, covariates, weight)
    contrast = fit.contrast(EFFECT)
    correction = fit.settled(correction, contrast)
    made = normal_estimate(
        f"mean {outcome} if all were {arms.labels[1]!r} minus if all were {arms.labels[0]!r}",
        float(contrast @ fit.beta), fit.error(contrast, correction), df=fit.freedom(contrast, correction), level=level,
        method="difference of clusters" + (", adjusted" if covariates else ""), correction=correction, counts=counts,
        assumes=(f"each {clusters} got its arm by chance, all of its units the same",
                 f"no {clusters} is touched by the arm of another"),
        diagnostics=_sizes(groups), warnings=few_of(groups.count, clusters),
        conventions=fit.conventions(contrast, level, besides=correction),
    )  # fmt: skip
    if edges is None:
        return made
    network = network_of(edges, units=unit_labels(frame, unit), ends=ends)
    return _with_cut(made, network, groups, arms.codes)


def averaging(weight: Floats, clusters: Ints, average: str) -> Floats:
    """Scale weights such that each unit, or each cluster, counts once.

    Examples
    --------
    >>> averaging(np.ones(3), np.array([0, 0, 1]), "clusters").tolist()
    [0.5, 0.5, 1.0]
    """
    return weight if average == "units" else np.asarray(weight / np.bincount(clusters, weight)[clusters])


def _counts(arms: Groups, groups: Groups, clusters: str) -> dict[str, int]:
    """Count rows and clusters of each arm; refuse clusters in both arms and arms with one cluster."""
    treated = np.bincount(groups.codes, arms.codes) / groups.sizes()
    split = int(((treated > 0) & (treated < 1)).sum())
    if split:
        raise BadInput(f"{split} of {groups.count} clusters have rows in both arms", where=clusters,
                       allowed="clusters that were randomised whole; see two_stage")  # fmt: skip
    made = {"rows": len(arms.codes), clusters: groups.count}
    for code, label in enumerate(arms.labels):
        number = int((treated == code).sum())
        if number < 2:
            raise BadInput(f"the arm {label!r} has {number} cluster", where=clusters, allowed="two or more in each arm")
        made |= {f"rows, {label!r}": int((arms.codes == code).sum()), f"{clusters}, {label!r}": number}
    return made


def _fit(
    frame: Frame, outcome: str, arms: Groups, groups: Groups, covariates: Sequence[str], weight: Floats
) -> Fit:  # fmt: skip
    parts, names = [np.ones(frame.rows), arms.codes.astype(np.float64)], ["intercept", EFFECT]
    if covariates:
        known = frame.matrix(covariates)
        parts.append(known - np.average(known, axis=0, weights=weight))
        names += list(covariates)
    y = frame.numbers(outcome, "outcome")
    return fit_rows(y, np.column_stack(parts), names, clusters=groups.codes, weights=weight)


def _sizes(groups: Groups) -> tuple[Diagnostic, ...]:
    sizes = groups.sizes()
    return (
        Diagnostic("variation of cluster sizes", float(sizes.std() / sizes.mean()), "standard deviation over mean"),
    )


def _with_cut(made: Estimate, network: Network, groups: Groups, arms: Ints) -> Estimate:
    """Say how much of the network clusters leave uncut, and how far arms differ in what surrounds their units."""
    rows, columns = network.touches.nonzero()
    crossing = float((network.touches.data * (groups.codes[rows] != groups.codes[columns])).sum())
    share = network.shares(arms > 0)[network.neighbours > 0]
    near = arms[network.neighbours > 0]
    reached = float(share[near == 1].mean() - share[near == 0].mean()) if 0 < near.mean() < 1 else 0.0
    cut = Diagnostic("edges between clusters", crossing / float(network.touches.data.sum()), "share of all, by weight")
    said = "share of treated neighbours in the treated arm minus in the control arm; 1 where nothing leaks"
    contrast = Diagnostic("contrast of exposures", reached, said, None if reached > _TIGHT else False)
    warned = () if reached > _TIGHT else (
        f"clusters cut the network: arms differ by {reached:.2f} in their share of treated neighbours, not by 1: "
        "the value misses a part of the total effect",
    )  # fmt: skip
    return replace(made, diagnostics=(*made.diagnostics, cut, contrast), warnings=(*made.warnings, *warned))
