"""What do the arms of one's contacts do, where contacts were randomised around one unit in their middle?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.door import refuse_level
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.interference.network import network_of
from liveloop.estimate.interference.units import few_of, unit_labels, unit_weights
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate

_OWN, _ALTERS = "own arm", "arm of the alters"


def ego_clusters(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str,
    ego: str,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    unit: str | None = None,
    edges: Any = None,  # noqa: ANN401 - any table, or a matrix
    ends: tuple[str, str] = ("source", "target"),
    control: object = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate effects on egos of the arm of their alters, and of their own.

    An ego-cluster is a unit in the middle, the ego, and its contacts, the alters, who all got one arm. Where all egos
    have one arm, the arms of their alters show spillover alone. Where each ego has that of its alters they show the
    total effect. Where both were thrown, all effects are told apart.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, clusters
        Columns: numbers, the arm of the unit, its ego-cluster.
    ego
        The column that is 1, or true, for the one ego of each cluster.
    covariates, weights
        Columns known before, one slope for all; weights of units.
    unit, edges, ends
        Where the network is known: it then says which share of an ego's contacts its cluster holds.

    Raises
    ------
    BadInput
        When a cluster has not one ego, or alters in both arms.

    Examples
    --------
    Egos are all left in control; half of them have treated alters:

    >>> from liveloop.base.seeds import normals
    >>> rows = np.arange(6000); cluster = rows // 6; ego = rows % 6 == 0
    >>> alters = cluster % 2; t = np.where(ego, 0, alters)
    >>> y = 1.0 * t + 0.5 * alters + normals(4, "noise", rows)
    >>> frame = {"y": y, "t": t, "cluster": cluster, "ego": ego}
    >>> made = ego_clusters(frame, outcome="y", treatment="t", clusters="cluster", ego="ego")
    >>> list(made), made["spillover on egos"].low < 0.5 < made["spillover on egos"].high
    (['spillover on egos', 'alters'], True)

    Source: Saint-Jacques et al. (2019), arXiv:1903.08755.
    """
    refuse_level(level)
    named = [outcome, treatment, clusters, ego, weights, unit, *covariates]
    frame = read_frame(data, [one for one in named if one])
    arms, groups = frame.two_arms(treatment, control=control), frame.groups(clusters, "cluster")
    stars = _read_stars(frame, arms, groups, ego)
    analysis = _Analysis(
        stars, frame.numbers(outcome, "outcome"), frame.matrix(covariates), tuple(covariates),
        unit_weights(frame, weights), outcome, clusters, (arms.labels[0], arms.labels[1]), level,
    )  # fmt: skip
    made = analysis.estimates()
    covered = () if edges is None else _covered(frame, stars, unit, edges, ends)
    return Estimates(made.what, made.rows, diagnostics=covered, warnings=(*made.warnings, *_thin(covered)))


@dataclass(frozen=True, eq=False)
class Stars:
    """Ego-clusters: of each row its cluster, its own arm, whether it is an ego, and the arm of its cluster's alters."""

    clusters: Groups
    own: Floats
    ego: Flags
    alters: Floats


def _read_stars(frame: Frame, arms: Groups, groups: Groups, ego: str) -> Stars:
    flags = frame.numbers(ego, "ego")
    if not np.isin(flags, (0, 1)).all():
        raise BadInput(f"{int((~np.isin(flags, (0, 1))).sum())} rows are neither 0 nor 1", where=ego,
                       allowed="1 or true for the one ego of each cluster")  # fmt: skip
    is_ego = flags == 1
    egos = np.bincount(groups.codes[is_ego], minlength=groups.count)
    bad = int((egos != 1).sum())
    if bad:
        raise BadInput(f"{bad} of {groups.count} clusters have no ego or several", where=ego, allowed="one ego each")
    others = np.bincount(groups.codes[~is_ego], minlength=groups.count)
    treated = np.bincount(groups.codes[~is_ego], arms.codes[~is_ego], minlength=groups.count)
    if (others == 0).any():
        raise BadInput(f"{int((others == 0).sum())} of {groups.count} clusters have no alters", where=ego,
                       allowed="at least one alter in each cluster")  # fmt: skip
    split = int(((treated > 0) & (treated < others)).sum())
    if split:
        raise BadInput(f"{split} of {groups.count} clusters have alters in both arms", where=ego,
                       allowed="alters that were randomised whole; see two_stage and exposure_effects")  # fmt: skip
    alters = (treated / others)[groups.codes]
    least = int(min(alters[is_ego].sum(), (1 - alters[is_ego]).sum()))
    if least < 2:
        raise BadInput(
            f"the alters of {least} clusters have one of the arms", where=ego, allowed="two clusters or more"
        )
    return Stars(groups, arms.codes.astype(np.float64), is_ego, alters)


@dataclass(frozen=True, eq=False)
class _Analysis:
    """All that the effects in ego-clusters rest on."""

    stars: Stars
    outcome: Floats
    covariates: Floats
    known: tuple[str, ...]
    weight: Floats
    name: str
    cluster_name: str
    arms: tuple[Any, Any]
    level: float

    def estimates(self) -> Estimates:
        """Give the effects that the arms of egos and alters tell apart."""
        egos = self.stars.ego
        own, alters = self.stars.own[egos], self.stars.alters[egos]
        cells = len({(one, two) for one, two in zip(own.tolist(), alters.tolist(), strict=True)})
        if np.ptp(own) == 0:
            fit = self._fit(egos, {_ALTERS: alters})
            arm = self.arms[int(own[0])]
            rows = {"spillover on egos": self._one(fit, [_ALTERS], f"egos, all {arm!r}, of treating their alters")}
        elif (own == alters).all():
            fit = self._fit(egos, {_ALTERS: alters})
            rows = {"total on egos": self._one(fit, [_ALTERS], "egos, of treating them and their alters")}
        elif cells < 4:
            raise BadInput(f"egos and alters have {cells} of the four combinations of arms", where="ego",
                           allowed="egos in one arm, in that of their alters, or both thrown")  # fmt: skip
        else:
            rows = self._crossed(egos, own, alters)
        others = ~egos
        fit = self._fit(others, {_ALTERS: self.stars.alters[others]}, clustered=True)
        rows["alters"] = self._one(fit, [_ALTERS], "alters, of treating all alters of their cluster")
        return Estimates(f"effects on {self.name} in ego-clusters", rows,
                         warnings=few_of(self.stars.clusters.count, self.cluster_name))  # fmt: skip

    def _crossed(self, egos: Flags, own: Floats, alters: Floats) -> dict[str, Estimate]:
        fit = self._fit(egos, {_OWN: own, _ALTERS: alters, "both": own * alters})
        none, all_of = self.arms
        return {
            "direct on egos": self._one(fit, [_OWN], f"egos, of treating them with alters {none!r}"),
            "spillover on egos": self._one(fit, [_ALTERS], f"egos {none!r}, of treating their alters"),
            "spillover on treated egos": self._one(
                fit, [_ALTERS, "both"], f"egos {all_of!r}, of treating their alters"
            ),
            "total on egos": self._one(fit, [_OWN, _ALTERS, "both"], "egos, of treating them and their alters"),
        }

    def _fit(self, kept: Flags, columns: dict[str, Floats], *, clustered: bool = False) -> Fit:
        known = self.covariates[kept]
        weight = self.weight[kept]
        known = known - np.average(known, axis=0, weights=weight)
        names = ["intercept", *columns, *self.known]
        x = np.column_stack([np.ones(int(kept.sum())), *columns.values(), known])
        clusters: Ints | None = self.stars.clusters.codes[kept] if clustered else None
        return fit_rows(self.outcome[kept], x, names, clusters=clusters, weights=weight)

    def _one(self, fit: Fit, columns: list[str], words: str) -> Estimate:
        contrast = np.sum([fit.contrast(name) for name in columns], axis=0)
        correction = fit.settled("", contrast)
        return normal_estimate(
            f"mean {self.name} of {words}", float(contrast @ fit.beta), fit.error(contrast, correction),
            df=fit.freedom(contrast, correction), level=self.level,
            method="difference over ego-clusters" + (", adjusted" if self.covariates.shape[1] else ""),
            correction=correction, counts={"rows": fit.count, self.cluster_name: self.stars.clusters.count},
            assumes=("alters of a cluster got one arm by chance, each cluster for itself",
                     "no ego is touched by the alters of other clusters",
                     "contacts outside the cluster stay as they are: the effect is that of the alters in it"),
            conventions=fit.conventions(contrast, self.level, besides=correction),
        )  # fmt: skip


def _covered(
    frame: Frame,
    stars: Stars,
    unit: str | None,
    edges: Any,  # noqa: ANN401 - any table, or a matrix
    ends: tuple[str, str],
) -> tuple[Diagnostic, ...]:
    """Say which share of an ego's contacts its own cluster holds, and which share other egos' treated alters are."""
    network = network_of(edges, units=unit_labels(frame, unit), ends=ends)
    rows, columns = network.touches.nonzero()
    codes = stars.clusters.codes
    inside = np.bincount(rows, network.touches.data * (codes[rows] == codes[columns]), minlength=network.count)
    sizes = network.sizes
    known = stars.ego & (sizes > 0)
    if not known.any():
        return ()
    share = float((inside[known] / sizes[known]).mean())
    return (Diagnostic("contacts of an ego in its cluster", share, "mean share, by weight of edges",
                       None if share > 0.9 else False),)  # fmt: skip


def _thin(covered: tuple[Diagnostic, ...]) -> tuple[str, ...]:
    return tuple(
        f"clusters hold {100 * one.value:.0f} % of the contacts of their egos: treating all contacts would do more"
        for one in covered
        if one.holds is False
    )
