"""What does a switchback's regression say: after a burn-in, by lag, with effects of units and of periods?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.estimate.door import one_of, refuse_level
from liveloop.estimate.frame import read_frame
from liveloop.estimate.interference.periods import Blocks, Schedule, read_schedule
from liveloop.estimate.interference.serial import newey_west, usual_lags
from liveloop.estimate.interference.units import few_of, unit_weights
from liveloop.estimate.linear import CLUSTERS, Fit, fit_rows
from liveloop.estimate.result import Convention, Estimate, Estimates, convention, normal_estimate
from liveloop.estimate.words import listed

EFFECTS = ("unit", "time")
_CLOSE, _ROUNDS = 1e-12, 1_000


def switchback_regression(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    time: str,
    unit: str | None = None,
    blocks: Blocks = None,
    burn_in: int = 0,
    lags: int = 0,
    together: bool = False,
    effects: Sequence[str] = (),
    clusters: str = "blocks",
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    correction: str = "",
    serial_lags: int | None = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate the effect in a switchback by regression, with a burn-in, by lag, or both.

    Parameters
    ----------
    data
        A table with rows of units in periods; several rows of one unit and period are averaged.
    outcome, treatment, time, unit, blocks, together
        As in `switchback`.
    burn_in
        How many periods at the beginning of each block are left out, until what came before has worn off.
    lags
        How many earlier periods' arms are fitted too; the total effect is the sum.
    effects
        "unit" and "time": means that are taken out, of units, and of periods where units switch each for itself.
    clusters
        "blocks", each of a unit, or "units", where there are many of them.
    covariates, weights
        Columns known before, one slope for both arms; weights of rows.
    correction
        "CR2" with the df of Bell and McCaffrey; "CR1" where effects are taken out, which counts them as parameters,
        as CR2 after taking out would not; also "CR0", "CR3".
    serial_lags
        How many lags the Newey-West convention has; a rule of thumb when None.

    Raises
    ------
    BadInput
        When a block has both arms, nothing is left after the burn-in, or effects of periods leave no contrast.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(1200); t = flips(1, "block", rows // 4, 0.5)
    >>> y = 5 + 1.0 * t + 0.5 * np.r_[0, t[:-1]] + 0.2 * normals(1, "noise", rows)
    >>> frame = {"y": y, "t": t, "hour": rows}
    >>> washed = switchback_regression(frame, outcome="y", treatment="t", time="hour", blocks=4, burn_in=1)
    >>> by_lag = switchback_regression(frame, outcome="y", treatment="t", time="hour", blocks=4, lags=1)
    >>> round(washed["total"].value, 1), {name: round(by_lag[name].value, 1) for name in by_lag}
    (1.5, {'lag 0': 1.0, 'lag 1': 0.5, 'total': 1.5})

    Source: Hu and Wager (2022), arXiv:2209.00197, for the burn-in; Bell and McCaffrey (2002).
    """
    refuse_level(level)
    correction = correction or ("CR1" if effects else "CR2")
    one_of(clusters, "clusters", ("blocks", "units"))
    one_of(correction, "correction", CLUSTERS)
    for name, number in (("burn_in", burn_in), ("lags", lags)):
        if number < 0:
            raise BadInput(f"{name} is {number}", where=name, allowed="0 or more periods")
    unknown = [one for one in effects if one not in EFFECTS]
    if unknown or ("unit" in effects and unit is None) or ("time" in effects and (unit is None or together)):
        raise BadInput(f"effects are {listed(tuple(effects))}", where="effects",
                       allowed="'unit', and 'time' where units switch each for itself")  # fmt: skip
    named = [outcome, treatment, time, unit, weights, blocks if isinstance(blocks, str) else None, *covariates]
    frame = read_frame(data, [one for one in named if one])
    arms = frame.two_arms(treatment, control=control)
    weight = unit_weights(frame, weights)
    schedule = read_schedule(frame, arms, weight, time=time, unit=unit, blocks=blocks, together=together,
                             design="bernoulli", probability=0.5)  # fmt: skip
    setting = _Setting(
        schedule, schedule.mean(frame.numbers(outcome, "outcome"), weight),
        schedule.mean(frame.matrix(covariates), weight), tuple(covariates), outcome, burn_in, lags,
        tuple(effects), clusters, correction, serial_lags, level,
    )  # fmt: skip
    return setting.estimates(arms.labels)


@dataclass(frozen=True, eq=False)
class _Setting:
    """All that the regression rests on, by cell."""

    schedule: Schedule
    outcome: Floats
    covariates: Floats
    known: tuple[str, ...]
    name: str
    burn_in: int
    lags: int
    effects: tuple[str, ...]
    clusters: str
    correction: str
    serial_lags: int | None
    level: float

    def estimates(self, labels: tuple[object, ...]) -> Estimates:
        """Fit, and give the effect of each lag and their sum."""
        kept, arms = self._kept()
        names = [f"lag {lag}" for lag in range(self.lags + 1)]
        fit, x, residual = self._fit(kept, arms, names)
        rows = {}
        if self.lags:
            for lag, name in enumerate(names):
                words = f"{lag} periods after treatment, once, {labels[1]!r} against {labels[0]!r}"
                rows[name] = self._one(fit, (x, residual, kept), fit.contrast(name), words)
        total = np.sum([fit.contrast(name) for name in names], axis=0)
        words = f"always {labels[1]!r} minus always {labels[0]!r}"
        rows["total"] = self._one(fit, (x, residual, kept), total, words)
        count = len(np.unique(self._codes(kept)))
        return Estimates(f"effect on {self.name} in a switchback", rows, warnings=few_of(count, self.clusters))

    def _kept(self) -> tuple[Flags, Floats]:
        """Give the cells after the burn-in whose lags are all known, and their arms, [cell, lag]."""
        cells = np.column_stack([self.schedule.before(lag) for lag in range(self.lags + 1)])
        kept = (cells >= 0).all(axis=1) & (self.schedule.place >= self.burn_in)
        if not kept.any():
            raise BadInput(f"no period is left after a burn-in of {self.burn_in} and {self.lags} lags", where="burn_in",
                           allowed="fewer periods than a block has")  # fmt: skip
        return np.asarray(kept), self.schedule.treated[cells[kept]].astype(np.float64)

    def _codes(self, kept: Flags) -> Ints:
        groups = self.schedule.coin if self.clusters == "blocks" else self.schedule.unit
        return np.unique(groups[kept], return_inverse=True)[1].astype(np.int64)

    def _fit(self, kept: Flags, arms: Floats, names: list[str]) -> tuple[Fit, Floats, Floats]:
        known = self.covariates[kept]
        y, x = self.outcome[kept], np.column_stack([arms, known - known.mean(axis=0)])
        names = [*names, *self.known]
        places = {"unit": self.schedule.unit, "time": self.schedule.period}
        groups = [np.unique(places[one][kept], return_inverse=True)[1].astype(np.int64) for one in self.effects]
        if groups:
            cleaned = taken_out(np.column_stack([y, x]), groups)
            y, x = cleaned[:, 0], cleaned[:, 1:]
            absorbed = sum(int(one.max()) + 1 for one in groups) - len(groups) + 1
        else:
            x, names, absorbed = np.column_stack([np.ones(len(y)), x]), ["intercept", *names], 0
        fit = fit_rows(y, x, names, clusters=self._codes(kept), absorbed=absorbed)
        return fit, x, y - x @ fit.beta

    def _one(self, fit: Fit, made: tuple[Floats, Floats, Flags], contrast: Floats, words: str) -> Estimate:
        value = float(contrast @ fit.beta)
        said = ", ".join(
            [f"burn-in of {self.burn_in}", f"{self.lags} lags", *(f"effects of {one}" for one in self.effects)]
        )
        lasts = f"{self.lags} periods" if self.lags else f"the first {self.burn_in} periods of the next block"
        return normal_estimate(
            f"mean {self.name}: {words}", value, fit.error(contrast, self.correction),
            df=fit.freedom(contrast, self.correction), level=self.level, method=f"regression, {said}",
            correction=f"{self.correction} by {self.clusters}",
            counts={"cells": self.schedule.count, "cells used": fit.count,
                    self.clusters: int(self._codes(made[2]).max()) + 1},
            assumes=(f"what a treatment does wears off within {lasts}",
                     f"what outcomes have besides goes together within {self.clusters} only",
                     *(("no unit feels what others get",) if self.schedule.table.shape[0] > 1 else ())),
            conventions=(*fit.conventions(contrast, self.level, besides=self.correction),
                         self._serial(fit, made, contrast, value)),
        )  # fmt: skip

    def _serial(self, fit: Fit, made: tuple[Floats, Floats, Flags], contrast: Floats, value: float) -> Convention:
        x, residual, kept = made
        laid = np.zeros(self.schedule.table.shape)
        laid[self.schedule.unit[kept], self.schedule.period[kept]] = (x @ (fit.bread @ contrast)) * residual
        lags = max(self.lags, usual_lags(len(self.schedule.table[0]))) if self.serial_lags is None else self.serial_lags
        return convention(f"Newey-West, {lags} lags", value, newey_west(laid, lags) ** 0.5, None, self.level)


def taken_out(columns: Floats, groups: Sequence[Ints]) -> Floats:
    """Take the means of groups out of columns, in turn until nothing is left of them.

    Examples
    --------
    >>> taken_out(np.array([[1.0], [3.0], [5.0]]), [np.array([0, 0, 1])]).ravel().tolist()
    [-1.0, 1.0, 0.0]
    """
    made = columns.copy()
    for _ in range(_ROUNDS):
        largest = 0.0
        for codes in groups:
            sizes = np.bincount(codes)
            means = np.column_stack([np.bincount(codes, column) for column in made.T]) / sizes[:, None]
            made -= means[codes]
            largest = max(largest, float(np.abs(means).max()))
        if len(groups) < 2 or largest <= _CLOSE * max(1.0, float(np.abs(columns).max())):
            break
    return made
