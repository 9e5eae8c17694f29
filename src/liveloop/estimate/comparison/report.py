"""What does a synthetic control say: the effects, what they are made of, and what speaks against them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.conformal import conformal_interval, conformal_p_value
from liveloop.estimate.comparison.crossfit import cross_fitted
from liveloop.estimate.comparison.fit import Case, Fitted, Recipe
from liveloop.estimate.comparison.placebo import Gaps, joined_placebos, space_placebos
from liveloop.estimate.comparison.simplex import simplex_weights
from liveloop.estimate.comparison.study import How, Study
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, normal_estimate

AVERAGE = "average"
_CHANGES = (
    "no interval: no effect that is the same in all periods goes with the residuals before, or every one does; see the "
    "effect of each period, and the average by cross-fitting"
)
_POOR = 0.25  # of the outcome's own spread: a fit before the treatment that says little


@dataclass(frozen=True)
class Synthetic(Estimates):
    """A synthetic control: the effects, and what they are made of.

    Parameters
    ----------
    weights
        Of the donors, by label; of several treated units, their mean.
    importance
        Of the predictors, by name; empty where outcomes alone are matched.
    balance
        Of each predictor: the treated unit's, the synthetic one's, and the donors' mean.
    path
        Of each period: the outcome and the synthetic outcome.
    ratios
        Of the treated unit and of each donor as if it were treated: the root mean squared gap after over that before
        the treatment; empty without placebos and for several treated units.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    importance: Mapping[str, float] = field(default_factory=dict)
    balance: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    path: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    ratios: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class _Work:
    """All that the rows are made of."""

    study: Study
    fits: Sequence[Fitted]
    recipes: Sequence[Recipe]
    how: How
    gaps: Floats
    placebos: Gaps | None
    common: Mapping[str, Any]

    @property
    def start(self) -> int:
        return self.study.cases[0].start

    @property
    def scale(self) -> float:
        """The root mean squared gap before the treatment."""
        return float(np.sqrt((self.gaps[: self.start] ** 2).mean()))


def report(study: Study, fits: Sequence[Fitted], how: How, said: Mapping[str, str]) -> Synthetic:
    """Put the effects and all that goes with them together."""
    panel = study.panel
    gaps = np.mean([case.target - fit.path for case, fit in zip(study.cases, fits, strict=True)], axis=0)
    recipes = [replace(study.recipe, penalty=fit.penalty) for fit in fits]  # as chosen before the treatment
    common = {"method": _method(study), "correction": how.inference, "counts": panel.counts(),
              "assumes": _assumes(how)}  # fmt: skip
    work = _Work(study, fits, recipes, how, gaps, _placebos(study, fits, how), common)
    who = ", ".join(str(panel.units[at]) for at in panel.treated[:3]) + (", …" if len(panel.treated) > 3 else "")
    effect = f"effect of {said['treatment']} on {said['outcome']} of {who}"
    diagnostics, warnings = _diagnostics(work), _warnings(work)
    title = f"{effect}, mean of {len(gaps) - work.start} periods"
    rows = {AVERAGE: _row(title, work, (work.start, len(gaps)), {"diagnostics": diagnostics, "warnings": warnings})}
    for period in range(work.start, len(gaps) if how.each_period else work.start):
        name = study.names[period]
        rows[name] = _row(f"{effect} in {name}", work, (period, period + 1), {})
    rows |= _each(work, said)
    donors = {str(panel.units[at]): float(np.mean([fit.weights[place] for fit in fits]))
              for place, at in enumerate(panel.donors)}  # fmt: skip
    return Synthetic(
        title, rows, joint_p_value=_joint(work), diagnostics=diagnostics, warnings=warnings,
        weights=dict(sorted(donors.items(), key=lambda one: -one[1])), importance=_importance(work),
        balance=_balance(work), path={study.names[period]: _pair(work, period) for period in range(len(gaps))},
        ratios=_ratios(work),
    )  # fmt: skip


def _placebos(study: Study, fits: Sequence[Fitted], how: How) -> Gaps | None:
    if how.inference != "placebo":
        return None
    made = [space_placebos(case, fit, study.recipe) for case, fit in zip(study.cases, fits, strict=True)]
    joined = joined_placebos(made, study.recipe.seed)
    return joined if how.worst_fit is None else joined.near(how.worst_fit)


def _row(what: str, work: _Work, periods: tuple[int, int], further: Mapping[str, Any]) -> Estimate:
    """Make the effect over some treated periods, with the interval that was asked for."""
    first, last = periods
    value, how = float(work.gaps[first:last].mean()), work.how
    whole = last - first == len(work.gaps) - work.start
    fields = {**work.common, **further}
    if how.inference == "t-test" and whole:
        middle, error = cross_fitted(work.study.cases, work.recipes, how.folds)
        return normal_estimate(what, middle, error, df=float(how.folds - 1), level=how.level, **fields)
    low, high, p_value = -np.inf, np.inf, None
    if work.placebos is not None:
        low, high, p_value = work.placebos.interval(slice(first, last), how.level)
    elif how.inference == "conformal":
        chosen = np.r_[0 : work.start, first:last]
        cases = [case.changed(case.target, chosen, work.start) for case in work.study.cases]
        scale = max(work.scale, 1e-9 * float(np.abs(cases[0].target).max()), 1e-300)
        low, high, p_value = conformal_interval(cases, work.recipes, value, scale, how.level, power=how.power)
        if np.isinf(low) and np.isinf(high) and 1 / (len(chosen)) <= 1 - how.level:
            fields["warnings"] = (*fields.get("warnings", ()), _CHANGES)
    if whole and how.inference in ("conformal", "placebo"):
        fields["conventions"] = _cross_fitted(work)
    return Estimate(what, value, float(low), float(high), how.level, p_value=p_value, **fields)


def _cross_fitted(work: _Work) -> tuple[Convention, ...]:
    """Give the average by cross-fitting beside the other, where that can be made."""
    if work.study.predictors or work.study.recipe.window or work.start // work.how.folds < 2:
        return ()
    middle, error = cross_fitted(work.study.cases, work.recipes, work.how.folds)
    name = f"cross-fitted in {work.how.folds} folds"
    return (convention(name, middle, error, float(work.how.folds - 1), work.how.level),)


def _each(work: _Work, said: Mapping[str, str]) -> dict[str, Estimate]:
    """Give the mean effect on each of several treated units, without an interval."""
    panel, made = work.study.panel, {}
    if len(work.fits) == 1:
        return {}
    for case, fit, at in zip(work.study.cases, work.fits, panel.treated, strict=True):
        made[f"{said['unit']} {panel.units[at]}"] = Estimate(
            f"effect of {said['treatment']} on {said['outcome']} of {panel.units[at]}, mean of its periods",
            float((case.target - fit.path)[work.start :].mean()), -np.inf, np.inf, work.how.level,
            **{**work.common, "correction": "none"},
            warnings=("no interval: ask for this unit alone, without the other treated ones",),
        )  # fmt: skip
    return made


def _joint(work: _Work) -> float | None:
    """Give the p-value of no effect in any period."""
    if work.placebos is not None:
        return work.placebos.rank_p_value()
    if work.how.inference != "conformal":
        return None
    none = np.zeros(len(work.gaps) - work.start)
    return conformal_p_value(work.study.cases, work.recipes, none, power=work.how.power)


def _pair(work: _Work, period: int) -> tuple[float, float]:
    return (float(np.mean([case.target[period] for case in work.study.cases])),
            float(np.mean([fit.path[period] for fit in work.fits])))  # fmt: skip


def _importance(work: _Work) -> dict[str, float]:
    known = [fit.importance for fit in work.fits if fit.importance is not None]
    if not known:
        return {}
    mean = np.mean(known, axis=0)
    return {one.name: float(mean[at]) for at, one in enumerate(work.study.predictors)}


def _balance(work: _Work) -> dict[str, tuple[float, float, float]]:
    """Give each predictor of the first treated unit, of its synthetic one, and of the mean donor."""
    table, panel = work.study.table, work.study.panel
    if table is None:
        return {}
    donors = table[:, panel.donors]
    return {
        one.name: (float(table[at, panel.treated[0]]), float(donors[at] @ work.fits[0].weights),
                   float(donors[at].mean()))
        for at, one in enumerate(work.study.predictors)
    }  # fmt: skip


def _ratios(work: _Work) -> dict[str, float]:
    panel = work.study.panel
    if work.placebos is None or len(work.fits) > 1 or work.how.worst_fit is not None:
        return {}
    own, others = work.placebos.ratios()
    made = {str(panel.units[panel.treated[0]]): own}
    return made | {str(panel.units[at]): float(one) for at, one in zip(panel.donors, others, strict=True)}


def _method(study: Study) -> str:
    recipe = study.recipe
    name = "synthetic control" if recipe.penalty is None else "ridge-augmented synthetic control"
    name += ", with an intercept" if recipe.demean else ""
    return f"{name}, by {'predictors' if study.predictors else 'the outcomes before'}"


def _assumes(how: How) -> tuple[str, ...]:
    made = ["untreated, the treated unit would have gone on like the same average of the donors",
            "no donor is touched by the treatment, and no donor had a shock of its own",
            "nothing was done in expectation of the treatment"]  # fmt: skip
    made += {
        "conformal": ["what the donors do not tell of the treated unit comes in any order in time",
                      "for the average: the effect is the same in all periods"],
        "placebo": ["any unit could have been the treated one, as likely as it",
                    "for the average: the effect is the same in all periods"],
        "t-test": ["many periods before and after, with shocks that pass",
                   "bias in the blocks left out is that after the treatment"],
    }.get(how.inference, [])  # fmt: skip
    return tuple(made)


def _diagnostics(work: _Work) -> tuple[Diagnostic, ...]:
    study, start = work.study, work.start
    own = float(np.mean([case.target[:start].std() for case in study.cases]))
    poor = work.scale / own if own > 0 else np.inf
    effective = float(np.mean([1 / (fit.weights**2).sum() for fit in work.fits]))
    beyond = [_outside(case) for case in study.cases]
    made = [
        Diagnostic("fit before", work.scale, "root mean squared gap before the treatment, in units of the outcome"),
        Diagnostic("fit before, relative", float(poor), "the same over the outcome's own standard deviation before; "
                   f"above {_POOR} the donors do not follow the treated unit", bool(poor <= _POOR)),
        Diagnostic("periods outside", float(max(one[0] for one in beyond)), "periods before in which the treated unit "
                   "lies above or below all donors: no average reaches it there", max(one[0] for one in beyond) == 0),
        Diagnostic("distance to the hull", float(max(one[1] for one in beyond)), "root mean squared gap of the nearest "
                   "average of donors in all periods before"),
        Diagnostic("effective donors", effective, "1 over the sum of squared weights"),
    ]  # fmt: skip
    if study.predictors and study.recipe.importance is not None:
        moved = max(fit.moved for fit in work.fits)
        made.append(Diagnostic("weights that move", moved, "the largest share of weight that lies on other donors "
                               "where other importances follow the outcomes within 2 %"))  # fmt: skip
    if work.fits[0].penalty is not None:
        made += [Diagnostic("penalty", float(work.fits[0].penalty), "of the ridge augmentation"),
                 Diagnostic("negative weight", float(np.mean([-np.minimum(one.weights, 0).sum() for one in work.fits])),
                            "sum of the weights below 0: how far it goes beyond the donors")]  # fmt: skip
    if work.placebos is not None:
        made += [Diagnostic("placebos", float(len(work.placebos.placebos)), "donors that were treated as if"),
                 Diagnostic("ratio after to before", work.placebos.ratios()[0], "root mean squared gap after over that "
                            "before; the joint p-value is its rank among the placebos")]  # fmt: skip
    return tuple(made)


def _outside(case: Case) -> tuple[int, float]:
    """Count the periods before in which the target is beyond all donors, and measure how far the hull is."""
    before, donors = case.target[: case.start], case.donors[: case.start]
    beyond = (before > donors.max(axis=1)) | (before < donors.min(axis=1))
    left = before - donors @ simplex_weights(before, donors)
    return int(beyond.sum()), float(np.sqrt((left**2).mean()))


def _warnings(work: _Work) -> tuple[str, ...]:
    said, how, start = [], work.how, work.start
    least = 1 - how.level + 1e-9
    if how.inference == "conformal" and 1 / (start + 1) > least:
        said.append(f"{start} periods before the treatment are too few for an interval at {how.level:.0%}: a p-value "
                    f"cannot be below {1 / (start + 1):.3f}")  # fmt: skip
    if work.placebos is not None and 1 / (len(work.placebos.placebos) + 1) > least:
        said.append(f"{len(work.placebos.placebos)} placebos are too few for an interval at {how.level:.0%}: a p-value "
                    f"cannot be below {1 / (len(work.placebos.placebos) + 1):.3f}")  # fmt: skip
    own = float(np.mean([case.target[:start].std() for case in work.study.cases]))
    if work.scale > _POOR * own:
        said.append(f"the synthetic unit does not follow the treated one before the treatment: its gap is "
                    f"{work.scale:.3g}, the outcome's own spread {own:.3g}")  # fmt: skip
    if work.study.predictors and max(fit.moved for fit in work.fits) > 0.1:
        said.append("other importances of the predictors do nearly as well with other weights: the weights are not "
                    "settled by the data, the effect may be")  # fmt: skip
    return tuple(said)
