"""Where a part of clusters was randomised whole and a part unit by unit: do the two parts see the same effect?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import Groups, read_frame
from liveloop.estimate.interference.cluster import AVERAGES, averaging
from liveloop.estimate.interference.units import few_of, unit_weights
from liveloop.estimate.linear import CLUSTERS, fit_rows
from liveloop.estimate.result import Diagnostic, Estimates, normal_estimate
from liveloop.estimate.words import listed

_CELLS = ("unit part, control", "unit part, treated", "cluster part, control", "cluster part, treated")
_LIKELY = 0.01


def compare_designs(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str,
    part: str,
    whole: object,
    average: str = "units",
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    correction: str = "CR2",
    level: float = 0.95,
) -> Estimates:
    """Test for interference by comparing clusters that were randomised whole with ones randomised unit by unit.

    Without interference both parts estimate one effect. Where neighbours in a cluster add to it, the cluster part
    shows more.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, clusters
        Columns: numbers, the arm of the unit, its cluster.
    part, whole
        The column that says how a cluster was randomised, and its value for those that were randomised whole.
    average
        "units": the mean over units; "clusters": each cluster counts once.
    covariates, weights
        Columns known before, one slope for all; weights of units.

    Raises
    ------
    BadInput
        When a cluster is in both parts, one of the whole ones has both arms, or there are not two parts.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(8000); town = rows // 20; whole = town % 2 == 0
    >>> t = np.where(whole, flips(9, "town", town, 0.5), flips(9, "unit", rows, 0.5))
    >>> y = 1.0 * t + 0.5 * np.bincount(town, t)[town] / 20 + normals(9, "noise", rows)
    >>> made = compare_designs(
    ...     {"y": y, "t": t, "town": town, "whole": whole}, outcome="y", treatment="t", clusters="town",
    ...     part="whole", whole=True)
    >>> {name: round(made[name].value, 1) for name in made}, made["difference"].p_value < 0.001
    ({'cluster part': 1.5, 'unit part': 1.0, 'difference': 0.5}, True)

    Source: Saveski et al. (2017), doi:10.1145/3097983.3098192.
    """
    refuse_level(level)
    one_of(average, "average", AVERAGES)
    one_of(correction, "correction", CLUSTERS)
    frame = read_frame(data, [one for one in (outcome, treatment, clusters, part, weights, *covariates) if one])
    arms, groups = frame.two_arms(treatment, control=control), frame.groups(clusters, "cluster")
    is_whole = _parts(frame.groups(part, "part"), whole, part)
    counts = _counts(arms, groups, is_whole, (clusters, part))
    cells = 2 * is_whole.astype(np.int64) + arms.codes
    weight = unit_weights(frame, weights)
    known = frame.matrix(covariates)
    x = np.column_stack([cells[:, None] == np.arange(4), known - np.average(known, axis=0, weights=weight)])
    fit = fit_rows(frame.numbers(outcome, "outcome"), x.astype(np.float64), [*_CELLS, *covariates],
                   clusters=groups.codes, weights=averaging(weight, groups.codes, average))  # fmt: skip
    control_unit, treated_unit, control_whole, treated_whole = (fit.contrast(name) for name in _CELLS)
    contrasts = {
        "cluster part": (treated_whole - control_whole, "treated minus control among clusters randomised whole"),
        "unit part": (treated_unit - control_unit, "treated minus control among units randomised singly"),
    }
    contrasts["difference"] = (contrasts["cluster part"][0] - contrasts["unit part"][0],
                               "effect in the cluster part minus effect in the unit part")  # fmt: skip
    rows = {
        name: normal_estimate(
            f"mean {outcome}: {words}", float(one @ fit.beta), fit.error(one, correction),
            df=fit.freedom(one, correction), level=level, method="cluster part against unit part",
            correction=correction, counts=counts,
            assumes=(f"each {clusters} came into its part by chance", "arms came by chance in both parts",
                     f"no {clusters} is touched by the arms of another, or as much in both parts"),
            conventions=fit.conventions(one, level, besides=correction),
        )
        for name, (one, words) in contrasts.items()
    }  # fmt: skip
    p_value = rows["difference"].p_value
    assert p_value is not None
    said = "p-value that both parts see one effect; they do where units do not touch one another"
    return Estimates(f"effect on {outcome} by how it was randomised", rows,
                     diagnostics=(Diagnostic("no interference", p_value, said, p_value > _LIKELY),),
                     warnings=few_of(groups.count, clusters))  # fmt: skip


def _parts(parts: Groups, whole: object, name: str) -> Flags:
    if parts.count != 2 or whole not in parts.labels:
        raise BadInput(f"{name!r} has the values {listed(parts.labels)}, whole is {whole!r}", where=name,
                       allowed="two parts, one of which is the value of `whole`")  # fmt: skip
    return np.asarray(parts.codes == parts.labels.index(whole))


def _counts(arms: Groups, groups: Groups, is_whole: Flags, names: tuple[str, str]) -> dict[str, int]:
    clusters, part = names
    sizes = groups.sizes()
    in_whole = np.bincount(groups.codes, is_whole) / sizes
    treated = np.bincount(groups.codes, arms.codes) / sizes
    split = int(((in_whole > 0) & (in_whole < 1)).sum())
    if split:
        raise BadInput(f"{split} of {groups.count} clusters have rows in both parts", where=part,
                       allowed="one part for each cluster")  # fmt: skip
    mixed = int(((in_whole == 1) & (treated > 0) & (treated < 1)).sum())
    if mixed:
        raise BadInput(f"{mixed} clusters of the part that was randomised whole have both arms", where=part,
                       allowed="one arm for each of them")  # fmt: skip
    made = {"rows": len(arms.codes), f"{clusters}, cluster part": int((in_whole == 1).sum()),
            f"{clusters}, unit part": int((in_whole == 0).sum())}  # fmt: skip
    for code, label in enumerate(arms.labels):
        number = int(((in_whole == 1) & (treated == code)).sum())
        if number < 2:
            raise BadInput(f"the arm {label!r} has {number} cluster in the cluster part", where=clusters,
                           allowed="two or more in each arm")  # fmt: skip
        if not ((arms.codes == code) & ~is_whole).any():
            raise BadInput(f"the arm {label!r} has no rows in the unit part", where=part, allowed="rows in both arms")
        made[f"{clusters}, cluster part, {label!r}"] = number
    return made
