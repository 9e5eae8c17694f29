"""What does treatment do to the treated and to those beside them, where clusters were treated to different shares?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import f as f_law

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.cluster import AVERAGES, averaging
from liveloop.estimate.interference.stages import SHARES, Stages, cell_weights, direct_by_cluster, read_stages
from liveloop.estimate.interference.units import few_of, unit_weights
from liveloop.estimate.linear import CLUSTERS, Fit, fit_rows
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, normal_estimate
from liveloop.estimate.words import listed


def two_stage(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str,
    saturation: str,
    reference: object = None,
    average: str = "clusters",
    shares: str = "realised",
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    correction: str = "CR2",
    level: float = 0.95,
) -> Estimates:
    """Estimate direct, spillover, total and overall effects from a two-stage design, for each saturation.

    First each cluster got a saturation by chance, then as many of its units were treated. Direct: treated against
    control at one saturation. Spillover: control at a saturation against control at the reference. Total: treated at
    a saturation against control at the reference, the sum of both. Overall: all units at a saturation against all at
    the reference.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, clusters, saturation
        Columns: numbers, the arm of the unit, its cluster, and the saturation that the cluster was given, as a share or
        a label. Pure control is a saturation without treated units.
    reference
        The saturation that others are compared with; the first one when None, which is pure control where there is one.
    average
        "clusters": each cluster counts once, as in Hudgens and Halloran; "units": each unit does.
    shares
        "realised": units stand for those of their cluster that got the other arm by the share that got theirs;
        "planned": by the saturation, as for arms that were thrown independently within the cluster.
    covariates
        Columns known before, one slope for all.
    weights
        A column of weights of units.
    correction
        "CR2" with the df of Bell and McCaffrey; also "CR0", "CR1", "CR3".

    Raises
    ------
    BadInput
        When a cluster has two saturations, or an arm at a saturation has fewer than two clusters.

    Examples
    --------
    The treated gain 1, and everybody gains half of the share that is treated:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = np.arange(4000); town = rows // 20; share = np.array([0.0, 0.5, 0.8])[town % 3]
    >>> t = (np.argsort(np.argsort(uniforms(2, "order", rows) + town)) % 20 < 20 * share).astype(float)
    >>> y = t + 0.5 * share + 0.1 * normals(2, "noise", rows)
    >>> frame = {"y": y, "t": t, "town": town, "share": share}
    >>> made = two_stage(frame, outcome="y", treatment="t", clusters="town", saturation="share")
    >>> {name: round(made[name].value, 1) for name in ("direct at 0.8", "spillover at 0.8", "overall at 0.5")}
    {'direct at 0.8': 1.0, 'spillover at 0.8': 0.4, 'overall at 0.5': 0.7}

    Source: Hudgens and Halloran (2008), doi:10.1198/016214508000000292; Basse and Feller (2018),
    doi:10.1080/01621459.2017.1323641, for regression with these weights.
    """
    refuse_level(level)
    one_of(average, "average", AVERAGES)
    one_of(shares, "shares", SHARES)
    one_of(correction, "correction", CLUSTERS)
    named = [outcome, treatment, clusters, saturation, weights, *covariates]
    frame = read_frame(data, [one for one in named if one])
    stages = read_stages(frame, treatment, clusters, saturation, control=control)
    at = _reference(stages, reference)
    weight = unit_weights(frame, weights)
    known = frame.matrix(covariates)
    analysis = _Analysis(
        stages,
        frame.numbers(outcome, "outcome"),
        known,
        tuple(covariates),
        weight,
        outcome,
        clusters,
        average,
        shares,
        correction,
        level,
    )
    return analysis.estimates(at)


def _reference(stages: Stages, reference: object) -> int:
    labels = stages.saturations.labels
    if reference is not None and reference not in labels:
        raise BadInput(f"no saturation {reference!r}", where="reference", allowed=listed(labels))
    at = 0 if reference is None else labels.index(reference)
    if not stages.has(2 * at):
        raise BadInput(f"saturation {labels[at]!r} has no control units", where="reference",
                       allowed="a saturation with control units")  # fmt: skip
    return at


@dataclass(frozen=True, eq=False)
class _Analysis:
    """All that the effects of a two-stage design rest on."""

    stages: Stages
    outcome: Floats
    covariates: Floats
    known: tuple[str, ...]
    weight: Floats
    name: str
    cluster_name: str
    average: str
    shares: str
    correction: str
    level: float

    def estimates(self, at: int) -> Estimates:
        """Give every effect that the saturations offer, against a reference."""
        cells = [cell for cell in range(2 * self.stages.saturations.count) if self.stages.has(cell)]
        weight = cell_weights(self.stages, self.weight, average=self.average, shares=self.shares)
        by_cell = self._fit(self.stages.cells, cells, weight)
        saturations = list(range(self.stages.saturations.count))
        by_share = self._fit(
            self.stages.saturations.codes, saturations, averaging(self.weight, self.stages.clusters.codes, self.average)
        )
        rows: dict[str, Estimate] = {}
        for one in saturations:
            label = self.stages.saturations.labels[one]
            for kind, (first, second) in self._pairs(one, at).items():
                if first in cells and second in cells:
                    rows[f"{kind} at {label}"] = self._one(by_cell, kind, first, second)
            if one != at:
                rows[f"overall at {label}"] = self._one(by_share, "overall", one, at)
        return Estimates(
            f"effects on {self.name} by saturation, against {self.stages.saturations.labels[at]!r}", rows,
            diagnostics=(*self._spillover(by_cell, at), *self._realised()),
            warnings=(*few_of(self.stages.clusters.count, self.cluster_name), *self._empty()),
        )  # fmt: skip

    @staticmethod
    def _pairs(one: int, at: int) -> Mapping[str, tuple[int, int]]:
        direct = {"direct": (2 * one + 1, 2 * one)}
        return direct if one == at else {**direct, "spillover": (2 * one, 2 * at), "total": (2 * one + 1, 2 * at)}

    def _fit(self, codes: Ints, found: list[int], weight: Floats) -> Fit:
        cells = (codes[:, None] == np.array(found)).astype(np.float64)
        names = [*(str(one) for one in found), *self.known]
        centred = self.covariates - np.average(self.covariates, axis=0, weights=self.weight)
        x = np.column_stack([cells, centred])
        return fit_rows(self.outcome, x, names, clusters=self.stages.clusters.codes, weights=weight)

    def _one(self, fit: Fit, kind: str, first: int, second: int) -> Estimate:
        contrast = fit.contrast(str(first)) - fit.contrast(str(second))
        value = float(contrast @ fit.beta)
        more = self._hudgens_halloran(first, second, value) if kind == "direct" else ()
        return normal_estimate(
            self._what(kind, first, second), value, fit.error(contrast, self.correction),
            df=fit.freedom(contrast, self.correction), level=self.level,
            method=f"two-stage means, each {'cluster' if self.average == 'clusters' else 'unit'} once"
            + (", adjusted" if self.covariates.shape[1] else ""),
            correction=self.correction, counts=self._counts(kind, first, second),
            assumes=(f"no {self.cluster_name} is touched by the arms of another",
                     "saturations came to clusters, and arms to units within them, by chance",
                     "within a cluster it matters only how many are treated, not who (stratified interference)"),
            conventions=(*fit.conventions(contrast, self.level, besides=self.correction), *more),
        )  # fmt: skip

    def _what(self, kind: str, first: int, second: int) -> str:
        labels = self.stages.saturations.labels
        if kind == "overall":
            return f"mean {self.name} of all units at saturation {labels[first]} minus at {labels[second]}"
        arms = self.stages.arms.labels
        one, two = (f"{arms[cell % 2]!r} units at saturation {labels[cell // 2]}" for cell in (first, second))
        return f"mean {self.name} of {one} minus that of {two}"

    def _counts(self, kind: str, first: int, second: int) -> dict[str, int]:
        made = {"rows": len(self.outcome), self.cluster_name: self.stages.clusters.count}
        codes = self.stages.saturations.codes if kind == "overall" else self.stages.cells
        for cell, said in ((first, "first"), (second, "second")):
            made[f"rows, {said} mean"] = int((codes == cell).sum())
            made[f"{self.cluster_name}, {said} mean"] = len(np.unique(self.stages.clusters.codes[codes == cell]))
        return made

    def _hudgens_halloran(self, first: int, second: int, value: float) -> tuple[Convention, ...]:
        """Give the standard error of the direct effect on these very clusters (by Hudgens and Halloran)."""
        plain = self.average == "clusters" and self.shares == "realised" and not self.covariates.shape[1]
        if not plain or np.ptp(self.weight):
            return ()
        found = direct_by_cluster(self.stages, self.outcome, first, second)
        if found is None:
            return ()
        differences, within = found
        drawn, total = len(differences), self.stages.clusters.count
        variance = (1 - drawn / total) * differences.var(ddof=1) / drawn + within.mean() / total
        return (convention("Hudgens-Halloran, these clusters only", value, float(variance**0.5), None, self.level),)

    def _spillover(self, fit: Fit, at: int) -> tuple[Diagnostic, ...]:
        """Test that no saturation moves the controls."""
        others = [2 * one for one in range(self.stages.saturations.count) if one != at and self.stages.has(2 * one)]
        if not others:
            return ()
        rows = np.array([fit.contrast(str(one)) - fit.contrast(str(2 * at)) for one in others])
        moved = rows @ fit.beta
        wald = float(moved @ np.linalg.pinv(rows @ fit.covariance(self.correction) @ rows.T) @ moved) / len(others)
        df = max(1, self.stages.clusters.count - self.stages.saturations.count)
        p_value = float(f_law.sf(wald, len(others), df))
        return (
            Diagnostic("no spillover at any saturation", p_value, f"p-value of F({len(others)}, {df}) = {wald:.3g}"),
        )

    def _realised(self) -> tuple[Diagnostic, ...]:
        planned = self.stages.planned
        if planned is None:
            return ()
        clusters = self.stages.clusters.codes
        share = np.bincount(clusters, self.stages.arms.codes) / np.bincount(clusters)
        plan = np.zeros(len(share))
        plan[clusters] = planned[self.stages.saturations.codes]
        return (Diagnostic("largest gap to the planned share", float(np.abs(share - plan).max()), "over clusters"),)

    def _empty(self) -> tuple[str, ...]:
        """Say how many clusters have nobody in an arm that their saturation has elsewhere."""
        missing = 0
        for one in range(self.stages.saturations.count):
            there = len(np.unique(self.stages.clusters.codes[self.stages.saturations.codes == one]))
            cells = [cell for cell in (2 * one, 2 * one + 1) if self.stages.has(cell)]
            missing += sum(there - self.stages.clusters_in(cell) for cell in cells)
        if not missing:
            return ()
        return (
            f"{missing} clusters have nobody in an arm that others of their saturation have: they tell nothing of it",
        )
