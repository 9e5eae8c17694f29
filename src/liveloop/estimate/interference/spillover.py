"""In a finished experiment with a known network: do outcomes go with the share of treated neighbours?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.assignment import Assignment, assignment_of
from liveloop.estimate.interference.bias_reduced import Fitted
from liveloop.estimate.interference.linear_exposure import Slopes, coin_reduction, exposure_slopes
from liveloop.estimate.interference.network import Network, network_of
from liveloop.estimate.interference.units import drawn_as_planned, few_of, off_plan, unit_labels, unit_weights
from liveloop.estimate.linear import Fit, fit_rows
from liveloop.estimate.result import Convention, Estimate, Estimates, convention, normal_estimate

_OWN, _SHARE = "own arm", "share of treated neighbours"
_MOST_PAIRS = 20_000_000


def spillover_regression(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str | None = None,
    edges: Any = None,  # noqa: ANN401 - any table, or a matrix
    groups: str | None = None,
    ends: tuple[str, str] = ("source", "target"),
    edge_weight: str | None = None,
    directed: bool = False,
    by_arm: bool = False,
    impossible: str = "refuse",
    design: str = "bernoulli",
    probability: float | str = 0.5,
    clusters: str | None = None,
    strata: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate direct, spillover and total effect by a line in the share of treated neighbours.

    Parameters
    ----------
    data
        A table with one row for each unit.
    outcome, treatment, unit, edges, groups, ends, edge_weight, directed
        As in `exposure_effects`.
    by_arm
        Whether to fit the share within each arm by itself, instead of one slope for both.
    impossible
        What to do with units without neighbours: "refuse", or "leave out".
    design, probability, clusters, strata
        How units came into arms: "bernoulli" or "complete", as in `exposure_effects`.
    covariates, weights
        Columns known before, one slope for all; weights of units.

    Raises
    ------
    BadInput
        When units have no neighbours, or all have the same share of treated ones.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(2000); t = flips(6, "arm", rows, 0.5)
    >>> ring = {"source": rows, "target": (rows + 1) % 2000}
    >>> y = 1.0 * t + 0.5 * (np.roll(t, 1) * 0.5 + np.roll(t, -1) * 0.5) + 0.3 * normals(6, "noise", rows)
    >>> made = spillover_regression({"y": y, "t": t}, outcome="y", treatment="t", edges=ring)
    >>> round(made["direct"].value, 1), round(made["spillover"].value, 1), round(made["total"].value, 1)
    (1.0, 0.5, 1.5)

    Source: Leung (2020), doi:10.1162/rest_a_00818; Adão, Kolesár and Morales (2019), doi:10.1093/qje/qjz025.
    """
    refuse_level(level)
    one_of(impossible, "impossible", ("refuse", "leave out"))
    one_of(design, "design", ("bernoulli", "complete"))
    more = [probability] if isinstance(probability, str) else []
    named = [outcome, treatment, unit, groups, clusters, strata, weights, *covariates, *more]
    frame = read_frame(data, [one for one in named if one])
    arms = frame.two_arms(treatment, control=control)
    drawn = assignment_of(frame, arms, design=design, probability=probability, clusters=clusters, strata=strata)
    network = network_of(
        edges, units=unit_labels(frame, unit), groups=frame.groups(groups, "group") if groups else None,
        ends=ends, weight=edge_weight, directed=directed,
    )  # fmt: skip
    kept = network.neighbours > 0
    outside = int((~kept).sum())
    if outside and impossible == "refuse":
        raise BadInput(f"{outside} of {frame.rows} units have no neighbours", where="edges",
                       allowed="impossible='leave out' to estimate for the others")  # fmt: skip
    setting = _Setting(frame.numbers(outcome, "outcome"), network, drawn, kept, frame.matrix(covariates),
                       tuple(covariates), unit_weights(frame, weights), outcome, level)  # fmt: skip
    rows = setting.by_arm(arms.labels) if by_arm else setting.together()
    warned = (f"{outside} units without neighbours are left out",) if outside else ()
    return Estimates(f"effects on {outcome}, along a line in the share of treated neighbours", rows,
                     diagnostics=drawn_as_planned(drawn),
                     warnings=(*warned, *few_of(drawn.count, clusters or "coins"), *off_plan(drawn)))  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Setting:
    """All that the regression rests on."""

    outcome: Floats
    network: Network
    drawn: Assignment
    kept: Flags
    covariates: Floats
    known: tuple[str, ...]
    weight: Floats
    name: str
    level: float

    def _carries(self) -> tuple[Any, Any]:
        """Give the weights of coins in the own arm and in the share of neighbours, [unit, coin]."""
        rows = np.arange(self.network.count)
        own = sparse.csr_array((np.ones(len(rows)), (rows, self.drawn.coins)), shape=(len(rows), self.drawn.count))
        share = sparse.diags_array(1 / np.maximum(self.network.sizes, 1e-300)) @ self.network.touches @ own
        return own[self.kept], sparse.csr_array(share)[self.kept]

    def together(self) -> dict[str, Estimate]:
        """Fit one slope for both arms."""
        own, share = self._carries()
        known = [np.ones(int(self.kept.sum())), *self.covariates[self.kept].T]
        known += [one for one in (own @ self.drawn.chance, share @ self.drawn.chance) if np.ptp(one) > 1e-9]
        controls = np.column_stack(known)
        deviation = self.drawn.treated - self.drawn.chance
        x = np.column_stack([own @ deviation, share @ deviation, controls])
        more = controls.shape[1] - 1 - len(self.known)
        names = [_OWN, _SHARE, "intercept", *self.known, *(f"expected exposure {at}" for at in range(more))]
        fit = fit_rows(self.outcome[self.kept], x, names, weights=self.weight[self.kept])
        slopes = exposure_slopes(self.outcome[self.kept], [own, share], controls, self.drawn, self.weight[self.kept])
        said = {
            "direct": ([_OWN], "treating a unit, its neighbours as they are"),
            "spillover": ([_SHARE], "treating all neighbours of a unit instead of none, itself as it is"),
            "total": ([_OWN, _SHARE], "treating all instead of none"),
        }
        made = _Slopes(fit, slopes, (own, share), Fitted(np.arange(len(x)), x, self.weight[self.kept]))
        return {name: self._one(made, *one) for name, one in said.items()}

    def _one(self, made: _Slopes, columns: list[str], words: str) -> Estimate:
        picked = np.array([float(name in columns) for name in (_OWN, _SHARE)])
        contrast = np.sum([made.fit.contrast(name) for name in columns], axis=0)
        value = float(contrast @ made.fit.beta)
        along = made.slopes.bread @ picked
        carry = (along[0] * made.carries[0] + along[1] * made.carries[1]).T @ sparse.diags_array(made.fitted.weight)
        factor, df = coin_reduction(carry, self.drawn, made.fitted)
        plain = float((picked @ made.slopes.covariance @ picked) ** 0.5)
        return normal_estimate(
            f"mean {self.name}: {words}", value, plain * factor**0.5, df=df, level=self.level,
            method="regression on own arm and share of treated neighbours",
            correction=f"design of the coins ({self.drawn.kind})" + (", bias-reduced" if df else ""),
            counts=self._counts(), assumes=self._assumes(),
            conventions=(convention("design of the coins, residuals as they are", value, plain, None, self.level),
                         *self._rows_alone(made.fit, contrast, value)),
        )  # fmt: skip

    def _rows_alone(self, fit: Fit, contrast: Floats, value: float) -> tuple[Convention, ...]:
        error, df = fit.error(contrast, "HC2"), fit.freedom(contrast, "HC2")
        return (convention("HC2, units independent", value, error, df, self.level),)

    def by_arm(self, labels: tuple[Any, ...]) -> dict[str, Estimate]:
        """Fit the share within each arm; units that share a coin count as related."""
        own, share = self._carries()
        near = (own + share) @ (own + share).T
        if near.nnz > _MOST_PAIRS:
            raise BadInput(f"{near.nnz:,} pairs of units share a coin", where="by_arm", allowed="by_arm=False")
        near.data[:] = 1.0
        arm = self.drawn.treated[self.drawn.coins][self.kept]
        treated = np.asarray(share @ self.drawn.treated.astype(np.float64))
        made = {}
        for code, label in enumerate(labels):
            rows = np.flatnonzero(arm == bool(code))
            known = self.covariates[self.kept][rows]
            x = np.column_stack([np.ones(len(rows)), treated[rows], known - known.mean(axis=0)])
            weight = self.weight[self.kept][rows]
            fit = fit_rows(self.outcome[self.kept][rows], x,
                           ["intercept", _SHARE, *self.known],
                           weights=weight)  # fmt: skip
            contrast = fit.contrast(_SHARE)
            value = float(contrast @ fit.beta)
            residual = self.outcome[self.kept][rows] - x @ fit.beta
            scores = (x @ fit.bread[:, 1]) * weight * residual
            together = max(float(scores @ (near[rows][:, rows] @ scores)), float(scores @ scores))
            made[f"spillover, {label!r}"] = normal_estimate(
                f"mean {self.name} of {label!r} units: treating all neighbours instead of none", value,
                together**0.5, level=self.level, method="regression on share of treated neighbours within the arm",
                correction="network HAC, units that share a coin", counts=self._counts() | {"units in arm": len(rows)},
                assumes=self._assumes(), conventions=self._rows_alone(fit, contrast, value),
            )  # fmt: skip
        return made

    def _counts(self) -> dict[str, int]:
        return {"units": int(self.kept.sum()), "coins": self.drawn.count}

    def _assumes(self) -> tuple[str, ...]:
        return ("an outcome changes along a line in the share of treated neighbours, and not by who is further away",
                f"arms came by the design that was named ({self.drawn.kind})",
                "many coins, none of which reaches a large part of the units")  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Slopes:
    """The fit by rows and by coins, and the weights of coins in both exposures."""

    fit: Fit
    slopes: Slopes
    carries: tuple[Any, Any]
    fitted: Fitted
