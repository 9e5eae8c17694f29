"""What is the effect when outcomes are modelled and treatment is modelled, and one of the two may be wrong?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, seed_of
from liveloop.estimate.door import one_of
from liveloop.estimate.observed.influence import by_contributions, standard_error
from liveloop.estimate.observed.learners import Fitted, Model, learn, splits
from liveloop.estimate.observed.outcomes import Arm, OutcomeModel, fit_arms, outcome_model
from liveloop.estimate.observed.overlap import POPULATIONS, cut_of, diagnostics_of, inside, tilted, warnings_of
from liveloop.estimate.observed.report import arms_said, assumed, counted, kept_said, restricted
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table
from liveloop.estimate.observed.weighting import refuse_empty
from liveloop.estimate.result import Diagnostic, Estimate

MEANT = ("ATE", "ATT", "ATC")
_CLIP = 1e-12  # a chance of 0 or 1 would divide by 0


@dataclass(frozen=True, eq=False)
class Augmented:
    """A doubly robust effect, what each row adds to its error with the models' own error counted, and without."""

    value: float
    contributions: Floats
    known: Floats
    scores: Floats


@dataclass(frozen=True, eq=False)
class Plan:
    """How the models are fitted."""

    estimand: str
    outcomes: OutcomeModel
    treatment: Model
    folds: int
    seed: int


@dataclass(frozen=True, eq=False)
class Scored:
    """The doubly robust score of some rows: the numerator, its weight in the denominator, and slopes by predictions."""

    psi: Floats
    meant: Floats
    by_chance: Floats
    by_arm: dict[int, Floats]


def aipw(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    estimand: str = "ATE",
    model: Model = "linear",
    treatment_model: Model = "logistic",
    interactions: Sequence[str] | None = None,
    folds: int = 5,
    repeats: int = 1,
    trim: str | float | None = None,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Estimate an average effect that is right if either the outcomes' or the treatment's model is.

    Each row is predicted by models that did not see its fold, so that flexible learners do not fit their own noise.
    For the models of the house the standard error counts their own error, and so holds with one of them wrong too; for
    others it rests on both coming close to the truth.

    Parameters
    ----------
    data, outcome, treatment, covariates, clusters, weights, control
        As everywhere. Folds are made of whole clusters.
    estimand
        "ATE" on all, "ATT" on the treated, "ATC" on the untreated.
    model
        Of the outcomes: "linear", "ridge" (penalty by leave-one-out), "logistic", or an object with `fit(x, y)` and
        `predict(x)`.
    treatment_model
        "logistic", or an object with `fit(x, y)` and `predict(x)` or `predict_proba(x)`.
    interactions
        The covariates that may matter differently in each arm: all by default (a model for each arm), `[]` for none.
    folds
        How many; 1 for none: models are then fitted on all rows and predict the same.
    repeats
        How many times the folds are drawn anew; value and variance are then medians (Chernozhukov et al. 2018).
    trim
        Leave out rows with a score outside `trim` to 1 - `trim`; "crump" finds the best cut. The effect is then that
        on the rows that stay.
    seed
        Of the folds.

    Raises
    ------
    BadInput
        When a learner gives a row no chance of one of the arms, besides what every method refuses.

    Examples
    --------
    The outcome bends, and the linear model of it is wrong; the model of the treatment makes up for that:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = range(3000); x = normals(1, "x", rows); t = uniforms(1, "t", rows) < 1 / (1 + np.exp(-x))
    >>> y = 1.0 * t + np.exp(x) + normals(1, "y", rows)
    >>> made = aipw({"y": y, "t": t, "x": x}, outcome="y", treatment="t", covariates=["x"])
    >>> bool(made.low < 1 < made.high)
    True

    Source: Robins, Rotnitzky and Zhao (1994), doi:10.1080/01621459.1994.10476818; Chernozhukov et al. (2018),
    doi:10.1111/ectj.12097.
    """
    one_of(estimand, "estimand", MEANT)
    if repeats < 1:
        raise BadInput(f"repeats is {repeats}", where="repeats", allowed="1 or more")
    columns = Columns(outcome, treatment, need_covariates(covariates), clusters, weights)
    table = read_table(data, columns, control=control)
    if isinstance(treatment_model, str):
        one_of(treatment_model, "treatment_model", ("logistic",))
    outcomes = outcome_model(model, interactions, columns.covariates)
    plans = [Plan(estimand, outcomes, treatment_model, folds, seed_of(seed, f"repeat {at}"))
             for at in range(repeats)]  # fmt: skip
    cut = 0.0
    made = [augmented(table, plan) for plan in plans]
    kept = np.ones(table.rows, bool)
    if trim is not None:
        cut = cut_of(trim, made[0].scores, table.weights)
        kept = inside(made[0].scores, cut)
        refuse_empty(table, kept, cut)
        made = [augmented(table, plan, kept) for plan in plans]
    _refuse_certain(table, made[0].scores[kept], plans[0])
    value, contributions, known, rounds = middle(made, table)
    left, scores = restricted(table, kept), made[0].scores[kept]
    given = left.weights * tilted(left.treated, scores, estimand)
    return by_contributions(
        f"effect of {arms_said(table)} on {outcome}, mean over {POPULATIONS[estimand]}{kept_said(cut)}",
        value, contributions, clusters=table.codes, level=level,
        method=f"augmented inverse probability weighting, {folds} folds" if folds > 1 else
        "augmented inverse probability weighting, no folds",
        besides={"models taken as known": known}, counts=counted(table, kept),
        assumes=assumed(table, "the model of the outcomes or that of the treatment comes close to the truth"),
        diagnostics=(*diagnostics_of(left, given, scores, estimand), *rounds),
        warnings=(*warnings_of(left, given), *_unknown(model, treatment_model)),
    )  # fmt: skip


def _refuse_certain(table: Table, scores: Floats, plan: Plan) -> None:
    """Refuse chances of a learner of one's own that would divide by 0; a logistic regression gives none."""
    if isinstance(plan.treatment, str):
        return
    never, surely = scores <= _CLIP, scores >= 1 - _CLIP
    sure = int({"ATE": never | surely, "ATT": surely, "ATC": never}[plan.estimand].sum())
    if sure:
        raise BadInput(f"the model of {table.columns.treatment!r} gives {sure} of {len(scores)} rows no chance of one "
                       "arm", where="treatment_model", allowed="chances between 0 and 1, or trim")  # fmt: skip


def middle(made: Sequence[Augmented], table: Table) -> tuple[float, Floats, Floats, tuple[Diagnostic, ...]]:
    """Give the median of repeats: its value, and contributions scaled to the median of variances."""
    if len(made) == 1:
        return made[0].value, made[0].contributions, made[0].known, ()
    values = np.array([one.value for one in made])
    value = float(np.median(values))
    nearest = made[int(np.argmin(np.abs(values - value)))]

    def scaled(own: Floats, each: Sequence[Floats]) -> Floats:
        errors = np.array([standard_error(one, table.codes) for one in each])
        wanted = float(np.sqrt(np.median(errors**2 + (values - value) ** 2)))
        return own * (wanted / standard_error(own, table.codes))

    contributions = scaled(nearest.contributions, [one.contributions for one in made])
    known = scaled(nearest.known, [one.known for one in made])
    spread = Diagnostic("spread of the value over repeats", float(values.std(ddof=1)),
                        "standard deviation over drawings of the folds")  # fmt: skip
    return value, contributions, known, (spread,)


def _unknown(*models: Model) -> tuple[str, ...]:
    if all(isinstance(one, str) for one in models):
        return ()
    return ("the standard error does not count the error of a learner of one's own: it rests on both coming close "
            "to the truth faster than the fourth root of the rows",)  # fmt: skip


def augmented(table: Table, plan: Plan, kept: Flags | None = None) -> Augmented:
    """Fit the models fold by fold, score each row, and collect what each row adds to the error."""
    rows = table.rows
    psi, meant, scores = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    spread = np.zeros(rows)
    counted_weights = table.weights if kept is None else table.weights * kept
    arms = table.is_treated
    parts = splits(rows, plan.folds, seed=plan.seed, arms=arms.astype(np.int64), clusters=table.codes)
    wanted = {"ATE": (0, 1), "ATT": (0,), "ATC": (1,)}[plan.estimand]
    for learned, held in parts:
        chance = _chance(plan.treatment, table, learned)
        models = fit_arms(table, plan.outcomes, learned, arms=wanted)
        x = table.design[held]
        scores[held] = np.clip(chance.predict(x), _CLIP, 1 - _CLIP)
        found = _score(table, held, scores[held], models)
        psi[held], meant[held] = found.psi, found.meant
        slopes = [(Arm(chance, learned), found.by_chance)]
        slopes += [(models[arm], found.by_arm[arm]) for arm in wanted]
        for one, slope in slopes:
            added = one.fitted.spread(x, counted_weights[held] * slope)
            if added is not None:
                spread[one.learned] += added
    total = float(counted_weights @ meant)
    value = float(counted_weights @ psi) / total
    known = counted_weights * (psi - value * meant) / total
    return Augmented(value, known + spread / total, known, scores)


def _chance(model: Model, table: Table, rows: Flags) -> Fitted:
    weights = table.weights[rows] if table.columns.weights else None
    return learn(model, table.design[rows], table.treated[rows], table.names, weights=weights, chance=True,
                 what=f"treatment {table.columns.treatment!r}")  # fmt: skip


def _score(table: Table, held: Flags, p: Floats, models: dict[int, Arm]) -> Scored:
    y, t, x = table.outcome[held], table.treated[held], table.design[held]
    if len(models) == 2:
        one, zero = models[1].fitted.predict(x), models[0].fitted.predict(x)
        psi = one - zero + t * (y - one) / p - (1 - t) * (y - zero) / (1 - p)
        by_chance = -t * (y - one) / p**2 - (1 - t) * (y - zero) / (1 - p) ** 2
        return Scored(psi, np.ones_like(p), by_chance, {1: 1 - t / p, 0: -1 + (1 - t) / (1 - p)})
    if 0 in models:
        zero, odds = models[0].fitted.predict(x), p / (1 - p)
        psi = (t - (1 - t) * odds) * (y - zero)
        return Scored(psi, t, -(1 - t) * (y - zero) / (1 - p) ** 2, {0: -t + (1 - t) * odds})
    one, odds = models[1].fitted.predict(x), (1 - p) / p
    psi = (t * odds - (1 - t)) * (y - one)
    return Scored(psi, 1 - t, -t * (y - one) / p**2, {1: -t * odds + (1 - t)})
