"""What would it do to treat all items, where outcomes are measured on units that meet many of them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import Frame, read_frame
from liveloop.estimate.interference.assignment import Assignment, Design, assignment_of
from liveloop.estimate.interference.bias_reduced import Fitted
from liveloop.estimate.interference.linear_exposure import (
    coin_covariance,
    coin_reduction,
    exposure_slopes,
    exposure_variance,
)
from liveloop.estimate.interference.units import drawn_as_planned, few_of, off_plan, unit_labels, unit_weights
from liveloop.estimate.result import Convention, Diagnostic, Estimate, convention, normal_estimate
from liveloop.estimate.words import listed

ESTIMATORS = ("adjusted", "erl", "regression")
_LINES = {"adjusted": "exposure-reweighted linear, adjusted", "erl": "exposure-reweighted linear",
          "regression": "regression on exposure"}  # fmt: skip
_MOST_PAIRS = 20_000_000


def bipartite(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    unit: str,
    items: Any,  # noqa: ANN401 - any table
    item: str,
    treatment: str,
    edges: Any,  # noqa: ANN401 - any table
    edge_weight: str | None = None,
    normalise: bool = True,
    clusters: str | None = None,
    strata: str | None = None,
    design: Design = "bernoulli",
    probability: float | str = 0.5,
    estimator: str = "adjusted",
    impossible: str = "refuse",
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate the total effect on units, all items treated against none, where items were randomised.

    Outcomes are taken to change along a line in the exposure, the weighted share of a unit's items that is treated;
    each unit has a line of its own.

    Parameters
    ----------
    data
        A table with one row for each unit: `unit`, `outcome`, `covariates`, `weights`.
    items
        A table with one row for each item, such as a template or a reviewer: `item`, `treatment`, `clusters` of items
        that were randomised together, `strata`.
    edges
        A table with the columns `unit` and `item`, and `edge_weight`: how much a unit has to do with an item. Edges
        that are listed twice add up.
    normalise
        Whether the weights of each unit are made to add up to 1.
    estimator
        "adjusted": a regression, corrected to the mean of the units' own slopes; "erl": the unbiased estimator of
        Harshaw et al.; "regression": units with much varying exposure count more.
    impossible
        What to do with units without items: "refuse", or "leave out".
    design, probability
        How items came into arms: "bernoulli" or "complete".
    covariates, weights
        Columns of units known before, one slope for all; weights of units.

    Raises
    ------
    BadInput
        When edges lead to no unit or item, a unit has no items, or its exposure cannot vary.

    Examples
    --------
    Users meet four templates each, of 200; what is randomised are templates:

    >>> from liveloop.base.seeds import flips, integers, normals
    >>> users, each = np.arange(1000), np.repeat(np.arange(1000), 4)
    >>> met = integers(5, "met", range(4000), 200); t = flips(5, "arm", range(200), 0.5)
    >>> y = 2.0 + 1.5 * np.bincount(each, t[met]) / 4 + 0.5 * normals(5, "user", users)
    >>> made = bipartite(
    ...     {"user": users, "y": y}, outcome="y", unit="user", edges={"user": each, "template": met},
    ...     items={"template": np.arange(200), "t": t}, item="template", treatment="t")
    >>> made.low < 1.5 < made.high
    True

    Source: Harshaw, Sävje, Eisenstat, Mirrokni and Pouget-Abadie (2023), doi:10.1214/23-EJS2111.
    """
    refuse_level(level)
    one_of(estimator, "estimator", ESTIMATORS)
    one_of(impossible, "impossible", ("refuse", "leave out"))
    one_of(design, "design", ("bernoulli", "complete"))
    frame = read_frame(data, [one for one in (outcome, unit, weights, *covariates) if one])
    more = [clusters, strata, probability if isinstance(probability, str) else None]
    treated = read_frame(items, [one for one in (item, treatment, *more) if one])
    arms = treated.two_arms(treatment, control=control)
    drawn = assignment_of(treated, arms, design=design, probability=probability, clusters=clusters, strata=strata)
    y = frame.numbers(outcome, "outcome")
    links = _links(frame, treated, read_frame(edges, [one for one in (unit, item, edge_weight) if one]),
                   (unit, item, edge_weight))  # fmt: skip
    kept = _with_items(links, impossible)
    weight, known = unit_weights(frame, weights)[kept], frame.matrix(covariates)[kept]
    carries = _carried(links[kept], drawn, normalise=normalise)
    setting = _Setting(y[kept], carries, drawn, known, weight, outcome, treatment, level)
    setting.refuse_fixed()
    made = setting.estimate(estimator, treated.rows, clusters or item)
    outside = int((~kept).sum())
    warned: tuple[str, ...] = (f"{outside} units without items are left out",) if outside else ()
    warned = (*warned, *few_of(drawn.count, clusters or item), *off_plan(drawn))
    return replace(made, warnings=(*made.warnings, *warned))


def _links(frame: Frame, items: Frame, edges: Frame, names: tuple[str, str, str | None]) -> Any:  # noqa: ANN401
    """Read the edges as a sparse matrix, [unit, item]."""
    unit, item, weight = names
    places = []
    for name, labels in ((unit, unit_labels(frame, unit)), (item, unit_labels(items, item))):
        place = {label: at for at, label in enumerate(labels)}
        found = edges.groups(name, "end of an edge")
        unknown = [label for label in found.labels if label not in place]
        if unknown:
            raise BadInput(f"{len(unknown)} ends of edges have no row in their table: {listed(unknown)}", where=name,
                           allowed="edges between units and items that have a row")  # fmt: skip
        places.append(np.array([place[label] for label in found.labels], np.int64)[found.codes])
    strength = np.ones(edges.rows) if weight is None else edges.numbers(weight, "weight")
    if (strength <= 0).any():
        raise BadInput(f"{int((strength <= 0).sum())} edges have no weight above 0", where=str(weight),
                       allowed="weights above 0")  # fmt: skip
    made = sparse.csr_array((strength, (places[0], places[1])), shape=(frame.rows, items.rows))
    made.sum_duplicates()
    return made


def _with_items(links: Any, impossible: str) -> Flags:  # noqa: ANN401 - a sparse matrix
    kept = np.diff(links.indptr) > 0
    outside = int((~kept).sum())
    if outside and impossible == "refuse":
        raise BadInput(f"{outside} of {len(kept)} units have no items", where="edges",
                       allowed="impossible='leave out' to estimate for the others")  # fmt: skip
    return np.asarray(kept)


def _carried(links: Any, drawn: Assignment, *, normalise: bool) -> Any:  # noqa: ANN401 - sparse matrices
    """Give the weight of each coin in each unit's exposure, [unit, coin]."""
    if normalise:
        links = sparse.diags_array(1 / np.asarray(links.sum(axis=1)).ravel()) @ links
    rows = np.arange(len(drawn.coins))
    onto = sparse.csr_array((np.ones(len(rows)), (rows, drawn.coins)), shape=(len(rows), drawn.count))
    return sparse.csr_array(links @ onto)


@dataclass(frozen=True, eq=False)
class _Setting:
    """All that the effect of items rests on."""

    outcome: Floats
    carries: Any
    drawn: Assignment
    covariates: Floats
    weight: Floats
    name: str
    treatment: str
    level: float

    @property
    def whole(self) -> Floats:
        """Give by how much each unit's exposure changes from no item treated to all."""
        return np.asarray(self.carries.sum(axis=1), np.float64).ravel()

    @property
    def variance(self) -> Floats:
        """Give the variance of each unit's exposure."""
        return exposure_variance(self.carries, self.drawn)

    @property
    def deviation(self) -> Floats:
        """Give each unit's exposure minus what was expected."""
        return np.asarray(self.carries @ (self.drawn.treated - self.drawn.chance), np.float64)

    @property
    def controls(self) -> Floats:
        """Give the intercept, covariates, and what is expected of exposures where that differs."""
        made = [np.ones(len(self.outcome)), *self.covariates.T]
        expected = np.asarray(self.carries @ self.drawn.chance)
        made += [one for one in (expected, self.whole) if np.ptp(one) > 1e-9 * max(1.0, abs(float(one[0])))][:1]
        return np.column_stack(made)

    def refuse_fixed(self) -> None:
        """Refuse units whose exposure is the same whatever the coins show."""
        fixed = int((self.variance <= 1e-12 * self.whole**2).sum())
        if fixed:
            raise BadInput(f"the exposure of {fixed} of {len(self.outcome)} units cannot vary", where="edges",
                           allowed="units that meet some items, not all of a stratum alike")  # fmt: skip
        if np.ptp(self.deviation) <= 1e-12:
            raise BadInput("all units have the same exposure", where="edges", allowed="exposures that differ")

    def estimate(self, estimator: str, items: int, coin_name: str) -> Estimate:
        """Estimate the total effect."""
        slopes = exposure_slopes(self.outcome, [self.carries], self.controls, self.drawn, self.weight)
        slope, size = float(slopes.beta[0]), float(self.weight.sum())
        whole = float(self.weight @ self.whole) / size
        left = self.outcome if estimator == "erl" else slopes.residuals
        if estimator == "regression":
            value, scale = slope * whole, self.weight * float(slopes.bread[0, 0]) * whole
        else:
            scale = self.weight * self.whole / self.variance / size
            value = float((scale * left) @ self.deviation) + (0.0 if estimator == "erl" else slope * whole)
        carry = self.carries.T @ sparse.diags_array(scale)
        per_coin = np.asarray(carry @ left)
        plain = float(coin_covariance(per_coin[:, None], self.drawn)[0, 0]) ** 0.5
        factor, df = (1.0, None) if estimator == "erl" else self._reduction(carry)
        return normal_estimate(
            f"mean {self.name} if all items were treated by {self.treatment} minus if none were", value,
            plain * factor**0.5, df=df, level=self.level, method=_LINES[estimator],
            correction=f"design of the coins ({self.drawn.kind})" + (", bias-reduced" if df else ""),
            counts={"units": len(self.outcome), "items": items, f"coins ({coin_name})": self.drawn.count},
            assumes=("an outcome changes along a line in the weighted share of treated items, each unit on its own",
                     "no unit is touched but through its own items, and the weights say how much",
                     f"items came into arms by the design that was named ({self.drawn.kind})",
                     "many items, none of which reaches a large part of the units"),
            diagnostics=self._diagnostics(slopes.residuals),
            conventions=self._conventions(value, per_coin, plain, slopes.residuals),
        )  # fmt: skip

    def _reduction(self, carry: Any) -> tuple[float, float | None]:  # noqa: ANN401 - a sparse matrix
        x = np.column_stack([self.deviation, self.controls])
        return coin_reduction(carry, self.drawn, Fitted(np.arange(len(x)), x, self.weight))

    def _diagnostics(self, residuals: Floats) -> tuple[Diagnostic, ...]:
        reach = np.asarray(self.carries.T @ self.weight)
        share = np.asarray(self.carries @ self.drawn.treated) / self.whole
        effective = float(reach.sum() ** 2 / (reach**2).sum())
        made = [
            Diagnostic("effective coins", effective, "items, or clusters of them, those of much reach counted more"),
            Diagnostic("least exposure seen", float(share.min()), "as a share of all of a unit's items"),
            Diagnostic("largest exposure seen", float(share.max()), "0 and 1 are what the effect compares"),
            *drawn_as_planned(self.drawn),
        ]
        bent = self._bent(residuals)
        if bent is not None:
            made.append(
                Diagnostic("along a line", bent, "p-value of a bend of the outcome in the exposure", bent > 0.01)
            )
        return tuple(made)

    def _bent(self, residuals: Floats) -> float | None:
        """Test whether residuals go with the square of the exposure; units that share a coin count as related."""
        square = self.deviation**2 - self.variance
        x = np.column_stack([self.controls, self.deviation])
        rooted = np.sqrt(self.weight)[:, None]
        square = square - x @ np.linalg.lstsq(x * rooted, square * rooted[:, 0], rcond=None)[0]
        if float(square @ square) <= 1e-9 * len(square):
            return None
        pairs = float((np.asarray(self.carries.astype(bool).sum(axis=0), np.float64) ** 2).sum())
        if pairs > _MOST_PAIRS:
            return None
        scores = self.weight * square * residuals
        near = self.carries @ self.carries.T
        near.data[:] = 1.0
        spread = max(float(scores @ (near @ scores)), float(scores @ scores))
        return float(2 * norm.sf(abs(scores.sum()) / spread**0.5)) if spread > 0 else None

    def _conventions(self, value: float, per_coin: Floats, plain: float, residuals: Floats) -> tuple[Convention, ...]:
        """Give the errors as they are, by what the coins showed, and by units taken for independent."""
        shown = float(((per_coin * (self.drawn.treated - self.drawn.chance)) ** 2).sum() ** 0.5)
        x = np.column_stack([self.deviation, self.controls])
        bread = np.linalg.inv((x * self.weight[:, None]).T @ x)
        scores = (x * (self.weight * residuals)[:, None]) @ bread
        whole = float(self.weight @ self.whole / self.weight.sum())
        alone = float((scores[:, 0] ** 2).sum() ** 0.5) * whole
        return (convention("design of the coins, residuals as they are", value, plain, None, self.level),
                convention("as the coins fell (shift-share)", value, shown, None, self.level),
                convention("units independent, regression", value, alone, None, self.level))  # fmt: skip
