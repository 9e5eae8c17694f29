"""What is the effect of a treatment, or of a dose, when what covariates predict is taken out of both sides?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, seed_of
from liveloop.estimate.observed.influence import by_contributions, standard_error
from liveloop.estimate.observed.learners import Fitted, Model, learn, splits
from liveloop.estimate.observed.report import assumed, counted
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table
from liveloop.estimate.result import Diagnostic, Estimate


@dataclass(frozen=True, eq=False)
class Partial:
    """A slope between residuals, what each row adds to its error, and the residuals of treatment and outcome."""

    value: float
    contributions: Floats
    known: Floats
    treatment_left: Floats
    outcome_left: Floats


def partially_linear(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
    clusters: str | None = None,
    weights: str | None = None,
    model: Model = "linear",
    treatment_model: Model = "linear",
    folds: int = 5,
    repeats: int = 1,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Estimate the effect of one more unit of treatment from what covariates leave unexplained on both sides.

    The model is y = effect * t + g(x) + noise with any g: double machine learning for the partially linear model.
    Where the effect differs between rows, the value is its mean weighted by the variance of the treatment given x.

    Parameters
    ----------
    data, outcome, treatment, covariates, clusters, weights
        As everywhere; the treatment is a number, 0 and 1 or a dose.
    model, treatment_model
        Of the outcome and of the treatment: "linear", "ridge" (penalty by leave-one-out), "logistic" (for 0 and 1), or
        an object with `fit(x, y)` and `predict(x)`; "none" for the outcome gives g-estimation of a structural mean
        model.
    folds
        How many; 1 for none. With linear models and no folds the value is that of least squares.
    repeats, seed
        How many times the folds are drawn anew, and by what.

    Examples
    --------
    >>> from liveloop.base.seeds import normals
    >>> rows = range(2000); x = normals(1, "x", rows); dose = x + normals(1, "dose", rows)
    >>> data = {"y": 0.5 * dose + 2 * x + normals(1, "y", rows), "dose": dose, "x": x}
    >>> made = partially_linear(data, outcome="y", treatment="dose", covariates=["x"])
    >>> bool(made.low < 0.5 < made.high), bool(made.standard_error < 0.03)
    (True, True)

    Source: Robinson (1988), doi:10.2307/1912705; Chernozhukov et al. (2018), doi:10.1111/ectj.12097; Robins, Mark and
    Newey (1992), doi:10.2307/2532304, for g-estimation.
    """
    if repeats < 1:
        raise BadInput(f"repeats is {repeats}", where="repeats", allowed="1 or more")
    columns = Columns(outcome, treatment, need_covariates(covariates), clusters, weights)
    table = read_table(data, columns, dose=True)
    made = [parted(table, (model, treatment_model), folds, seed_of(seed, f"repeat {at}"))
            for at in range(repeats)]  # fmt: skip
    values = np.array([one.value for one in made])
    value = float(np.median(values))
    chosen = made[int(np.argmin(np.abs(values - value)))]
    errors = np.array([standard_error(one.contributions, table.codes) for one in made])
    wanted = float(np.sqrt(np.median(errors**2 + (values - value) ** 2)))
    scale = wanted / standard_error(chosen.contributions, table.codes)
    none = isinstance(model, str) and model == "none"
    return by_contributions(
        f"effect of one more unit of {treatment} on {outcome}, the same for all rows", value,
        chosen.contributions * scale, clusters=table.codes, level=level,
        method=("g-estimation" if none else "partially linear") + (f", {folds} folds" if folds > 1 else ", no folds"),
        besides={"models taken as known": chosen.known * scale}, counts=counted(table),
        assumes=assumed(table, "the effect is the same for all rows, or a mean weighted by how much the treatment "
                        "varies is wanted", "the models come close to the truth", overlap=False),
        diagnostics=_diagnostics(table, chosen),
        warnings=() if all(isinstance(one, str) for one in (model, treatment_model)) else
        ("the standard error does not count the error of a learner of one's own",),
    )  # fmt: skip


def parted(table: Table, models: tuple[Model, Model], folds: int, seed: int) -> Partial:
    """Predict treatment and outcome fold by fold, and regress what is left on what is left."""
    rows = table.rows
    expected_outcome, expected_treatment = np.zeros(rows), np.zeros(rows)
    none = isinstance(models[0], str) and models[0] == "none"
    fitted: list[tuple[Fitted | None, Fitted, Flags, Flags]] = []
    for learned, held in splits(rows, folds, seed=seed, clusters=table.codes):
        by_treatment = _learn(models[1], table, learned, of_treatment=True)
        expected_treatment[held] = by_treatment.predict(table.design[held])
        by_outcome = None if none else _learn(models[0], table, learned)
        if by_outcome is not None:
            expected_outcome[held] = by_outcome.predict(table.design[held])
        fitted.append((by_outcome, by_treatment, learned, held))
    dose = table.treated - expected_treatment
    response = table.outcome - expected_outcome
    against = table.treated if none else dose
    total = float(table.weights @ (dose * against))
    if not total > 1e-12 * float(table.weights @ table.treated**2):
        raise BadInput(f"covariates predict treatment {table.columns.treatment!r} perfectly",
                       where=table.columns.treatment, allowed="a treatment that varies among rows alike")  # fmt: skip
    value = float(table.weights @ (dose * response)) / total
    error = response - value * against
    known = table.weights * dose * error / total
    spread = np.zeros(rows)
    by_chance = -error if none else value * dose - error  # slopes of dose * error by the two predictions
    for by_outcome, by_treatment, learned, held in fitted:
        pairs = [(by_treatment, by_chance)] if by_outcome is None else [(by_treatment, by_chance), (by_outcome, -dose)]
        for model, slope in pairs:
            added = model.spread(table.design[held], (table.weights * slope)[held])
            if added is not None:
                spread[learned] += added
    return Partial(value, known + spread / total, known, dose, response)


def _learn(model: Model, table: Table, rows: Flags, *, of_treatment: bool = False) -> Fitted:
    weights = table.weights[rows] if table.columns.weights else None
    target = table.treated if of_treatment else table.outcome
    what = f"treatment {table.columns.treatment!r}" if of_treatment else f"outcome {table.columns.outcome!r}"
    return learn(model, table.design[rows], target[rows], table.names, weights=weights, chance=True, what=what)


def _diagnostics(table: Table, made: Partial) -> tuple[Diagnostic, ...]:
    left = float(np.average(made.treatment_left**2, weights=table.weights))
    centred = table.treated - np.average(table.treated, weights=table.weights)
    share = 1 - left / float(np.average(centred**2, weights=table.weights))
    return (Diagnostic("share of the treatment that covariates predict", share,
                       "out of fold; near 1 the effect rests on little, far below what is believed the model is poor"),
            )  # fmt: skip
