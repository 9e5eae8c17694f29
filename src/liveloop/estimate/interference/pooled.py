"""What does treatment do on average over saturations, and how does that change as more are treated?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.stages import Stages, cell_weights, read_stages
from liveloop.estimate.interference.units import few_of, unit_weights
from liveloop.estimate.linear import CLUSTERS, Fit, fit_rows
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.words import listed


def pooled_saturation(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    clusters: str,
    saturation: str,
    slopes: bool = False,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    correction: str = "CR2",
    level: float = 0.95,
) -> Estimates:
    """Estimate effects pooled over saturations, against pure control clusters.

    Treated units (intention to treat), untreated units of treated clusters (spillover on the non-treated) and all
    units of treated clusters (total causal effect) are each compared with units of clusters where nobody was treated.
    Units stand for those of their cluster that got the other arm, so that no saturation counts more among the treated
    only because more of its units were treated.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, clusters, saturation
        Columns: numbers, the arm of the unit, its cluster, the saturation of the cluster as a share; 0 is pure control.
    slopes
        Whether effects may change with the saturation, along a line: then they are given at saturation 0, with the
        change from saturation 0 to 1.
    covariates, weights
        Columns known before, with one slope for all; a column of weights of units.

    Raises
    ------
    BadInput
        When there is no pure control, saturations are no shares, or slopes are asked of one saturation only.

    Examples
    --------
    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = np.arange(6000); town = rows // 20; share = np.array([0.0, 0.2, 0.8])[town % 3]
    >>> t = (np.argsort(np.argsort(uniforms(2, "order", rows) + town)) % 20 < 20 * share).astype(float)
    >>> y = t + 0.5 * share + 0.05 * normals(2, "noise", rows)
    >>> frame = {"y": y, "t": t, "town": town, "share": share}
    >>> made = pooled_saturation(frame, outcome="y", treatment="t", clusters="town", saturation="share")
    >>> {name: round(made[name].value, 2) for name in made}
    {'treated': 1.25, 'non-treated': 0.25, 'total causal': 0.75}

    Source: Baird, Bohren, McIntosh and Ozler (2018), doi:10.1162/rest_a_00716.
    """
    refuse_level(level)
    one_of(correction, "correction", CLUSTERS)
    named = [outcome, treatment, clusters, saturation, weights, *covariates]
    frame = read_frame(data, [one for one in named if one])
    stages = read_stages(frame, treatment, clusters, saturation, control=control)
    _check_pure(stages, saturation, slopes=slopes)
    pooled = _Pooled(
        stages, frame.numbers(outcome, "outcome"), frame.matrix(covariates), tuple(covariates),
        unit_weights(frame, weights), outcome, clusters, correction, level,
    )  # fmt: skip
    return pooled.with_slopes() if slopes else pooled.means()


def _check_pure(stages: Stages, saturation: str, *, slopes: bool) -> None:
    planned = stages.planned
    if planned is None:
        raise BadInput(f"saturations are {listed(stages.saturations.labels)}", where=saturation,
                       allowed="numbers from 0 to 1; see two_stage for labels")  # fmt: skip
    if planned[0] != 0:
        raise BadInput(f"the least saturation is {planned[0]:g}", where=saturation,
                       allowed="a saturation of 0, clusters of pure control; see two_stage without them")  # fmt: skip
    if stages.has(1):
        raise BadInput(f"{int((stages.cells == 1).sum())} units are treated at saturation 0", where=saturation,
                       allowed="clusters of pure control")  # fmt: skip
    mixed = [one for one in range(1, stages.saturations.count) if stages.has(2 * one)]
    if not mixed:
        raise BadInput("no treated cluster has untreated units", where=saturation, allowed="see cluster_total")
    if slopes and (len(mixed) < 2 or sum(stages.has(2 * one + 1) for one in range(1, stages.saturations.count)) < 2):
        raise BadInput("treated or untreated units are seen at one saturation only", where="slopes",
                       allowed="two saturations or more besides pure control")  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Pooled:
    """All that pooled effects rest on."""

    stages: Stages
    outcome: Floats
    covariates: Floats
    known: tuple[str, ...]
    weight: Floats
    name: str
    cluster_name: str
    correction: str
    level: float

    def means(self) -> Estimates:
        """Give the three pooled effects."""
        treated, spilled, reached, _ = self._roles()
        fit = self._fit({"treated": treated, "non-treated": spilled}, self._balanced())
        overall = self._fit({"total causal": reached}, self.weight)
        rows = {
            "treated": self._one(fit, "treated", "treated units against pure control, over saturations"),
            "non-treated": self._one(fit, "non-treated", "untreated units of treated clusters against pure control"),
            "total causal": self._one(overall, "total causal", "all units of treated clusters against pure control"),
        }
        return Estimates(f"effects on {self.name}, pooled over saturations", rows, warnings=self._few())

    def with_slopes(self) -> Estimates:
        """Give effects as lines in the saturation."""
        treated, spilled, _, share = self._roles()
        columns = {"treated at 0": treated, "non-treated at 0": spilled,
                   "treated, slope": treated * share, "non-treated, slope": spilled * share}  # fmt: skip
        fit = self._fit(columns, self._balanced())
        said = {
            "treated at 0": "treated units where nearly nobody else is treated, by a line through saturations",
            "non-treated at 0": "untreated units where nearly nobody is treated; 0 if the line is right",
            "treated, slope": "change of the effect on treated units from saturation 0 to 1",
            "non-treated, slope": "change of the effect on untreated units from saturation 0 to 1",
        }
        rows = {name: self._one(fit, name, words) for name, words in said.items()}
        nothing = rows["non-treated at 0"].p_value
        assert nothing is not None
        line = Diagnostic("line through 0 for the non-treated", nothing,
                          "p-value; where nobody is treated nothing can spill over", nothing > 0.01)  # fmt: skip
        return Estimates(f"effects on {self.name} as lines in the saturation", rows, diagnostics=(line,),
                         covariance=_covariance(fit, list(said), self.correction), warnings=self._few())  # fmt: skip

    def _roles(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Say of each unit whether it is treated, untreated in a treated cluster, in one; and give its saturation."""
        planned = self.stages.planned
        assert planned is not None
        share = planned[self.stages.saturations.codes]
        treated = self.stages.arms.codes.astype(np.float64)
        reached = (share > 0).astype(np.float64)
        return treated, reached * (1 - treated), reached, share

    def _balanced(self) -> Floats:
        return cell_weights(self.stages, self.weight, average="units", shares="realised")

    def _fit(self, columns: dict[str, Floats], weight: Floats) -> Fit:
        names = ["pure control", *columns, *self.known]
        centred = self.covariates - np.average(self.covariates, axis=0, weights=self.weight)
        x = np.column_stack([np.ones(len(self.outcome)), *columns.values(), centred])
        return fit_rows(self.outcome, x, names, clusters=self._clusters(), weights=weight)

    def _clusters(self) -> Ints:
        return self.stages.clusters.codes

    def _few(self) -> tuple[str, ...]:
        return few_of(self.stages.clusters.count, self.cluster_name)

    def _one(self, fit: Fit, name: str, words: str) -> Estimate:
        contrast = fit.contrast(name)
        treated, spilled, reached, _ = self._roles()
        counts = {"rows": len(self.outcome), "rows, treated": int(treated.sum()),
                  "rows, untreated in treated clusters": int(spilled.sum()),
                  self.cluster_name: self.stages.clusters.count,
                  f"{self.cluster_name}, pure control": len(np.unique(self._clusters()[reached == 0]))}  # fmt: skip
        return normal_estimate(
            f"mean {self.name}: {words}", float(contrast @ fit.beta), fit.error(contrast, self.correction),
            df=fit.freedom(contrast, self.correction), level=self.level,
            method="pooled regression with saturation weights", correction=self.correction, counts=counts,
            assumes=(f"no {self.cluster_name} is touched by the arms of another",
                     "saturations came to clusters, and arms to units within them, by chance",
                     *(("effects change with the saturation along a line",) if "treated, slope" in fit.names else ())),
            conventions=fit.conventions(contrast, self.level, besides=self.correction),
        )  # fmt: skip


def _covariance(fit: Fit, names: list[str], correction: str) -> tuple[tuple[float, ...], ...]:
    at = [fit.names.index(name) for name in names]
    return tuple(tuple(float(one) for one in row) for row in fit.covariance(correction)[np.ix_(at, at)])
