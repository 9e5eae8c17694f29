"""What do two stages of least squares give over arrays, and what is the covariance of it?

The second stage explains the outcome by what the instruments predict of the treatments; its residuals are those from
the treatments themselves. With that, a covariance goes as in a single stage. HC2, HC3, CR2 and CR3 take what is
predicted for known, as in other software; "jackknife" leaves each row or cluster out of both stages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.compliance.variables import Variables
from liveloop.estimate.linear import CLUSTERS, CORRECTIONS, Fit, Rows, fit_rows, sums_by_cluster
from liveloop.estimate.result import Convention, convention
from liveloop.estimate.words import listed

ALL_CORRECTIONS = ("iid0", *CORRECTIONS, "jackknife")
_AT_ONCE = 2_000  # units left out at once: bounds the memory
_IRRELEVANT = 1e-16  # of the sum of squares of a treatment: the instruments move it by rounding only


@dataclass(frozen=True, eq=False)
class Stages:
    """A fit by two stages.

    Parameters
    ----------
    fit
        The second stage.
    first
        The first stage of each treatment: all that comes from outside explains it.
    scaled
        The variables, each row times the root of its weight, and without weights.
    apart
        The same with what is exogenous taken out of outcome, treatments and instruments.
    """

    fit: Fit
    first: tuple[Fit, ...]
    scaled: Variables
    apart: Variables

    def covariance(self, correction: str) -> Floats:
        """Give the covariance of the parameters by a correction."""
        if correction == "jackknife":
            return self._left_out
        if correction == "iid0":
            count = self.fit.count
            return self.fit.covariance("iid") * (max(1, count - self.fit.rank) / count)
        return self.fit.covariance(correction)

    def error(self, contrast: Floats, correction: str) -> float:
        """Give the standard error of a contrast."""
        return float(max(0.0, float(contrast @ self.covariance(correction) @ contrast)) ** 0.5)

    def freedom(self, contrast: Floats, correction: str) -> float | None:
        """Give the df of a contrast; None for the normal law."""
        if correction == "iid0":
            return None
        if correction == "jackknife":
            return self.residual_df("CR1" if self.fit.clusters else "HC1")
        return self.fit.freedom(contrast, correction)

    def residual_df(self, correction: str) -> float:
        """Give the df that a test of several parameters has below: clusters - 1, or rows - parameters."""
        if correction in CLUSTERS and self.fit.clusters is not None:
            return float(max(1, self.fit.clusters.number - 1))
        return float(max(1, self.fit.count - self.fit.rank))

    def conventions(self, contrast: Floats, level: float, *, besides: str = "") -> tuple[Convention, ...]:
        """Give the contrast under every other correction that costs little."""
        value = float(contrast @ self.fit.beta)
        names = ["iid0", *(one for one in self.fit.corrections if one not in ("HC0", "CR0"))]
        names += ["jackknife"] if self.fit.clusters and self.fit.clusters.number <= _AT_ONCE else []
        return tuple(
            convention(name, value, self.error(contrast, name), self.freedom(contrast, name), level)
            for name in names
            if name != besides
        )

    @cached_property
    def reduced_form(self) -> Fit:
        """Give the fit of the outcome on all that comes from outside."""
        scaled = self.scaled
        return fit_rows(scaled.outcome, scaled.outside, scaled.outside_names, clusters=scaled.clusters)

    @cached_property
    def _left_out(self) -> Floats:
        moved = left_out(self.scaled) - self.fit.beta
        return np.asarray(moved.T @ moved)


def two_stages(variables: Variables) -> Stages:
    """Fit by two-stage least squares.

    Raises
    ------
    BadInput
        When columns are collinear, or the instruments do not move the treatments.

    Examples
    --------
    Half of those who were invited came. The invitation moved the outcome by 1, so coming moved it by 2:

    >>> from liveloop.estimate.compliance.variables import Roles
    >>> z = np.repeat([0.0, 1.0], 4); d = np.array([0, 0, 0, 0, 1, 1, 0, 0.0]); y = np.array([1, 2, 1, 2, 4, 4, 1, 1.0])
    >>> made = two_stages(Variables(Roles("y", ("d",), ("z",)), y, d[:, None], z[:, None], np.ones((8, 1))))
    >>> made.fit.beta.round(3).tolist()
    [2.0, 1.5]

    Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 5; for CR2 with what is
    predicted in place of the treatments: Pustejovsky and Tipton (2018), doi:10.1080/07350015.2016.1247004.
    """
    scaled = _scaled(variables)
    outside = scaled.outside
    first = tuple(fit_rows(one, outside, scaled.outside_names, clusters=scaled.clusters) for one in scaled.treatments.T)
    predicted = scaled.regressors.copy()
    for at, fit in enumerate(first):
        predicted[:, at] = outside @ fit.beta
    apart = _apart(scaled)
    _refuse_irrelevant(apart)
    try:
        second = fit_rows(scaled.outcome, predicted, scaled.regressor_names)
    except BadInput as error:
        raise BadInput(f"the instruments do not move {listed(scaled.roles.treatments)} independently of each other",
                       where="instrument",
                       allowed="instruments that move each treatment on its own") from error  # fmt: skip
    return Stages(_with_residuals(second, scaled, predicted), first, scaled, apart)


def _with_residuals(second: Fit, scaled: Variables, predicted: Floats) -> Fit:
    """Put the residuals from the treatments in place of those from what is predicted."""
    residual = scaled.outcome - scaled.regressors @ second.beta
    assert second.rows is not None
    return replace(
        second, squares=float(residual @ residual), rows=Rows(predicted, residual, second.rows.leverage),
        clusters=None if scaled.clusters is None else sums_by_cluster(predicted, residual, scaled.clusters),
    )  # fmt: skip


def _scaled(variables: Variables) -> Variables:
    if variables.weights is None:
        return variables
    root = np.sqrt(variables.weights / variables.weights.mean())
    return replace(
        variables, outcome=variables.outcome * root, treatments=variables.treatments * root[:, None],
        instruments=variables.instruments * root[:, None], exogenous=variables.exogenous * root[:, None], weights=None,
    )  # fmt: skip


def _apart(scaled: Variables) -> Variables:
    if not scaled.exogenous.shape[1]:
        return scaled
    q, _ = np.linalg.qr(scaled.exogenous)

    def apart(columns: Floats) -> Floats:
        return columns - q @ (q.T @ columns)

    return replace(
        scaled, outcome=apart(scaled.outcome), treatments=apart(scaled.treatments),
        instruments=apart(scaled.instruments), exogenous=np.empty((scaled.rows, 0)), exogenous_names=(),
    )  # fmt: skip


def _refuse_irrelevant(apart: Variables) -> None:
    q, _ = np.linalg.qr(apart.instruments)
    moved = ((q.T @ apart.treatments) ** 2).sum(axis=0)
    for at, name in enumerate(apart.roles.treatments):
        if moved[at] <= _IRRELEVANT * (apart.treatments[:, at] ** 2).sum():
            raise BadInput(f"the instruments do not move treatment {name!r} at all", where=name,
                           allowed="a treatment whose mean differs with the instruments")  # fmt: skip


def left_out(scaled: Variables) -> Floats:
    """Give the parameters with each cluster, or each row where there are no clusters, left out: [unit, parameter]."""
    outside, regressors = scaled.outside, scaled.regressors
    order, starts = _units(scaled)
    z, x, y = outside[order], regressors[order], scaled.outcome[order]
    total = (outside.T @ regressors, outside.T @ outside, outside.T @ scaled.outcome)
    ends = np.append(starts[1:], len(order))
    made = np.empty((len(starts), regressors.shape[1]))
    for first in range(0, len(starts), _AT_ONCE):
        last = min(first + _AT_ONCE, len(starts))
        some = slice(starts[first], ends[last - 1])
        within = starts[first:last] - starts[first]
        made[first:last] = _without(z[some], x[some], y[some], within, total)
    return made


def _units(scaled: Variables) -> tuple[Ints, Ints]:
    if scaled.clusters is None:
        rows = np.arange(scaled.rows)
        return rows, rows
    order = np.argsort(scaled.clusters, kind="stable")
    codes = scaled.clusters[order]
    return order, np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])


def _without(z: Floats, x: Floats, y: Floats, starts: Ints, total: tuple[Floats, Floats, Floats]) -> Floats:
    crossed = total[0] - np.add.reduceat(z[:, :, None] * x[:, None, :], starts, axis=0)
    within = total[1] - np.add.reduceat(z[:, :, None] * z[:, None, :], starts, axis=0)
    moment = total[2] - np.add.reduceat(z * y[:, None], starts, axis=0)
    try:
        pressed = np.linalg.solve(within, np.concatenate([crossed, moment[:, :, None]], axis=2))
        normal = np.swapaxes(crossed, 1, 2) @ pressed
        return np.asarray(np.linalg.solve(normal[:, :, :-1], normal[:, :, -1:])[:, :, 0])
    except np.linalg.LinAlgError as error:
        raise BadInput("without one row or cluster the effect is not identified", where="correction",
                       allowed="another correction than the jackknife") from error  # fmt: skip
