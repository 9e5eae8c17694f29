"""What did a treatment do, if donors and periods are both chosen to be like the treated units before it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.doubled import (
    Cohort,
    Doubled,
    averaged,
    bootstrap_effects,
    doubled,
    jackknife_effects,
    placebo_effects,
)
from liveloop.estimate.comparison.panel import Panel, read_panel
from liveloop.estimate.comparison.report import AVERAGE
from liveloop.estimate.door import one_of
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, convention, normal_estimate

ERRORS = ("placebo", "jackknife", "bootstrap")


@dataclass(frozen=True)
class SyntheticDifference(Estimates):
    """Effects by synthetic difference-in-differences, and the weights behind them.

    Parameters
    ----------
    weights, period_weights
        Of the donors and of the periods before, by label; of several cohorts, those of the first.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    period_weights: Mapping[str, float] = field(default_factory=dict)


def synthetic_difference(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    time: str,
    covariates: Sequence[str] = (),
    correction: str = "",
    draws: int = 200,
    seed: int = 0,
    level: float = 0.95,
) -> SyntheticDifference:
    """Estimate the mean effect on the treated by synthetic difference-in-differences.

    Parameters
    ----------
    data
        A long table: one row for each unit and period.
    outcome, treatment, unit, time
        Columns: numbers, 0 and 1 (1 for a treated unit from its first treated period on), and the labels of both. Units
        may begin at different times: the average is then over cohorts, by their treated pairs of unit and period.
    covariates
        Columns of numbers that change in time and that the treatment does not move; what they tell of the outcome, with
        means of units and periods, is taken off first, by a regression over untreated pairs.
    correction
        How the standard error is made: "placebo" by donors treated as if, the default and the only way with one treated
        unit; "jackknife" (one start only, two treated units or more; conservative); "bootstrap" over units.
    draws, seed
        Of placebos of several treated units and of the bootstrap.

    Raises
    ------
    BadInput
        When the panel has holes, the treatment ends again, there are too few donors, or the standard error cannot be
        made so.

    Examples
    --------
    Treated units grow faster. Difference-in-differences takes that for an effect; weights find donors that grow so too:

    >>> import numpy as np
    >>> from liveloop.base.seeds import normals
    >>> unit, time = np.repeat(np.arange(20), 20), np.tile(np.arange(20), 20)
    >>> y = unit + (unit % 5) * time / 10 + 0.1 * normals(1, "y", range(400))
    >>> t = np.isin(unit, [4, 9]) & (time >= 15)
    >>> made = synthetic_difference({"y": y, "t": t, "unit": unit, "time": time},
    ...                             outcome="y", treatment="t", unit="unit", time="time")
    >>> abs(made["average"].value) < 0.2, made["average"].excludes_zero
    (True, False)

    Source: Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), doi:10.1257/aer.20190159; Clarke, Pailañir, Athey
    and Imbens (2023), arXiv:2301.11859, for cohorts and covariates.
    """
    panel = read_panel(data, outcome=outcome, treatment=treatment, unit=unit, time=time, extra=covariates)
    table = panel.outcome - _told(panel, covariates) if covariates else panel.outcome
    cohorts = [
        Cohort(table[panel.treated[panel.starts == start]], table[panel.donors], int(start))
        for start in np.unique(panel.starts)
    ]
    made = [doubled(one) for one in cohorts]
    value = averaged(cohorts, made)
    names = [str(label) for label in panel.times]
    chosen = _known_correction(correction, cohorts, panel)
    errors, others = _errors(cohorts, made, chosen, draws, seed)
    first = cohorts[0]
    common: dict[str, Any] = {
        "method": "synthetic difference-in-differences", "correction": chosen, "level": level,
        "counts": panel.counts(), "assumes": _assumes(chosen, covariates),
    }  # fmt: skip
    said = f"effect of {treatment} on {outcome}, mean over the treated"
    conventions = tuple(convention(name, value, error, None, level) for name, error in others.items())
    diagnostics = _diagnostics(first, made[0])
    rows = {AVERAGE: normal_estimate(said, value, float(errors[-1]), conventions=conventions, diagnostics=diagnostics,
                                     **common)}  # fmt: skip
    if len(cohorts) == 1:
        for step, effect in enumerate(made[0].effects):
            name = names[first.start + step]
            what = f"effect of {treatment} on {outcome} in {name}"
            rows[name] = _period(what, float(effect), errors[step] if len(errors) > 1 else None, common)
    return SyntheticDifference(
        said, rows, diagnostics=diagnostics, warnings=_warnings(panel, chosen),
        weights=_sorted(panel, made[0].units),
        period_weights={names[at]: float(weight) for at, weight in enumerate(made[0].periods)},
    )  # fmt: skip


def _told(panel: Panel, covariates: Sequence[str]) -> Floats:
    """Give what covariates tell of the outcome over untreated pairs, means of units and periods taken out."""
    columns = [panel.extra[name] for name in covariates]
    for name, column in zip(covariates, columns, strict=True):
        missing = int((~np.isfinite(column)).sum())
        if missing:
            raise BadInput(f"covariate {name!r} is missing in {missing} of {column.size} rows", where=name,
                           allowed="a value in every row")  # fmt: skip
    untreated = np.ones_like(panel.outcome, dtype=bool)
    for at, start in zip(panel.treated, panel.starts, strict=True):
        untreated[at, start:] = False
    units, periods = np.nonzero(untreated)
    dummies = np.hstack([np.eye(len(panel.units))[units], np.eye(len(panel.times))[periods][:, 1:]])
    stacked = np.column_stack([column[untreated] for column in columns])
    left = stacked - dummies @ np.linalg.lstsq(dummies, stacked, rcond=None)[0]
    size = np.sqrt((stacked**2).sum(axis=0))
    flat = [name for name, one, whole in zip(covariates, np.sqrt((left**2).sum(axis=0)), size, strict=True)
            if one <= 1e-9 * max(float(whole), 1e-300)]  # fmt: skip
    if flat or np.linalg.matrix_rank(left) < left.shape[1]:
        name = (flat or list(covariates))[0]
        raise BadInput(f"covariate {name!r} is made of means of units and periods, or of other covariates", where=name,
                       allowed="covariates that change in time, each in its own way")  # fmt: skip
    slopes = np.linalg.lstsq(left, panel.outcome[untreated], rcond=None)[0]
    return np.asarray(sum(slope * column for slope, column in zip(slopes, columns, strict=True)))


def _known_correction(correction: str, cohorts: Sequence[Cohort], panel: Panel) -> str:
    chosen = correction or "placebo"
    treated = len(panel.treated)
    one_of(chosen, "correction", ERRORS)
    if chosen == "placebo" and len(panel.donors) <= treated + 1:
        raise BadInput(f"{len(panel.donors)} donors for {treated} treated units", where="correction",
                       allowed="two donors more than treated units, or jackknife or bootstrap")  # fmt: skip
    if chosen == "jackknife" and (len(cohorts) > 1 or treated < 2):
        raise BadInput(f"{treated} treated units that begin at {len(cohorts)} times", where="correction",
                       allowed="for the jackknife two treated units or more that begin at one time")  # fmt: skip
    if chosen == "bootstrap" and treated < 2:
        raise BadInput("1 treated unit", where="correction", allowed="for the bootstrap two treated units or more")
    return chosen


def _errors(
    cohorts: Sequence[Cohort], made: Sequence[Doubled], chosen: str, draws: int, seed: int
) -> tuple[Floats, dict[str, float]]:
    """Give the standard errors, of each treated period where they are known and last of the average; and others."""
    jackknife = None
    if len(cohorts) == 1 and len(cohorts[0].treated) > 1:
        effects = jackknife_effects(cohorts[0], made[0])
        jackknife = float(np.sqrt((len(effects) - 1) * effects.var()))
    if chosen == "jackknife" and jackknife is not None:
        return np.array([jackknife]), {}
    others = {} if jackknife is None else {"jackknife": jackknife}
    if chosen == "bootstrap":
        return np.array([bootstrap_effects(cohorts, seed=seed, draws=draws).std()]), others
    placebos = placebo_effects(cohorts, made, seed=seed, draws=draws)
    return np.asarray(placebos.std(axis=0)), others


def _period(what: str, effect: float, error: float | None, common: Mapping[str, Any]) -> Estimate:
    if error is not None:
        return normal_estimate(what, effect, float(error), **common)
    return Estimate(what, effect, -np.inf, np.inf, **common)


def _sorted(panel: Panel, weights: Floats) -> dict[str, float]:
    return {str(panel.units[panel.donors[at]]): float(weights[at]) for at in np.argsort(-weights, kind="stable")}


def _assumes(chosen: str, covariates: Sequence[str]) -> tuple[str, ...]:
    made = ["untreated, the treated units would have changed as the weighted donors did",
            "no donor is touched by the treatment", "nothing was done in expectation of the treatment"]  # fmt: skip
    if chosen == "placebo":
        made.append("the treated units vary as much as the donors do")
    if covariates:
        made.append("the treatment does not move the covariates")
    return tuple(made)


def _diagnostics(cohort: Cohort, made: Doubled) -> tuple[Diagnostic, ...]:
    gaps = cohort.treated[:, : cohort.start].mean(axis=0) - made.units @ cohort.donors[:, : cohort.start]
    left = float(np.sqrt(((gaps - gaps.mean()) ** 2).mean()))
    own = float(cohort.treated[:, : cohort.start].mean(axis=0).std())
    return (
        Diagnostic("fit before", left, "root mean squared gap before the treatment, a constant difference taken off"),
        Diagnostic("fit before, relative", left / own if own > 0 else np.inf, "the same over the outcome's own "
                   "standard deviation before", bool(left <= own / 4)),
        Diagnostic("effective donors", float(1 / (made.units**2).sum()), "1 over the sum of squared weights"),
        Diagnostic("effective periods", float(1 / (made.periods**2).sum()), "1 over the sum of squared weights"),
        Diagnostic("noise", made.noise, "standard deviation of the donors' changes from period to period"),
    )  # fmt: skip


def _warnings(panel: Panel, chosen: str) -> tuple[str, ...]:
    if chosen == "placebo" and len(panel.donors) < 20:
        return (f"only {len(panel.donors)} donors: the standard error by placebos is uncertain itself",)
    return ()
