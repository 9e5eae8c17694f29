"""What would the mean outcome be if all were treated, and if none were, by a model of the outcomes?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.observed.influence import by_contributions
from liveloop.estimate.observed.learners import Model
from liveloop.estimate.observed.outcomes import OutcomeModel, fit_arms, outcome_model
from liveloop.estimate.observed.overlap import POPULATIONS, balance
from liveloop.estimate.observed.report import arms_said, assumed, counted
from liveloop.estimate.observed.table import Columns, Table, need_covariates, read_table
from liveloop.estimate.result import Diagnostic, Estimate

MEANT = ("ATE", "ATT", "ATC")
FAR = 0.5  # standard deviations between the arms' means, from which a model of the outcomes has to guess


def standardise(  # noqa: PLR0913 - the one calling convention of all estimators
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
    interactions: Sequence[str] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate an average effect by standardisation (the g-formula): predict each row in both arms, and average.

    Parameters
    ----------
    data, outcome, treatment, covariates, clusters, weights, control
        As everywhere.
    estimand
        "ATE" on all, "ATT" on the treated, "ATC" on the untreated.
    model
        "linear", "ridge", "logistic" (an outcome of 0 and 1; the effect is a difference of chances). A learner of
        one's own has no standard error here: see `aipw`.
    interactions
        The covariates that may matter differently in each arm: all by default, `[]` for none.

    Examples
    --------
    The covariate moves both arms alike here, so one slope for both is enough, and surer:

    >>> from liveloop.base.seeds import normals, uniforms
    >>> rows = range(500); x = normals(1, "x", rows); t = uniforms(1, "t", rows) < 1 / (1 + np.exp(-2 * x))
    >>> data = {"y": t + x + normals(1, "y", rows), "t": t, "x": x}
    >>> both = standardise(data, outcome="y", treatment="t", covariates=["x"])
    >>> one = standardise(data, outcome="y", treatment="t", covariates=["x"], interactions=[])
    >>> bool(both.low < 1 < both.high), bool(one.standard_error < both.standard_error)
    (True, True)

    Source: Robins (1986), doi:10.1016/0270-0255(86)90088-6; Hernán and Robins (2020), Causal inference: what if,
    chapter 13.
    """
    one_of(estimand, "estimand", MEANT)
    if isinstance(model, str):
        one_of(model, "model", ("linear", "ridge", "logistic"))
    else:
        one_of(type(model).__name__, "model", ("linear", "ridge", "logistic"))
    columns = Columns(outcome, treatment, need_covariates(covariates), clusters, weights)
    table = read_table(data, columns, control=control)
    plan = outcome_model(model, interactions, columns.covariates)
    value, contributions, known = standardised(table, plan, estimand)
    gaps = balance(table, table.weights, estimand)
    worst = max(gaps, key=lambda one: abs(one.before))
    return by_contributions(
        f"effect of {arms_said(table)} on {outcome}, mean over {POPULATIONS[estimand]}",
        value, contributions, clusters=table.codes, level=level, method=f"standardisation, {model} model",
        besides={"model taken as known": known}, counts=counted(table),
        assumes=assumed(table, "the model of the outcomes has the right form, also where one arm has few rows"),
        diagnostics=(Diagnostic(
            "largest standardised mean difference", worst.before,
            f"of {worst.covariate!r}; beyond {FAR} the value rests on the form of the model", abs(worst.before) <= FAR),
        ),
    )  # fmt: skip


def standardised(table: Table, plan: OutcomeModel, estimand: str) -> tuple[float, Floats, Floats]:
    """Give the value, and what each row adds to its error with the model's own error counted, and without."""
    everyone = np.ones(table.rows, bool)
    arms = fit_arms(table, plan, everyone)
    of = {"ATE": np.ones(table.rows), "ATT": table.treated, "ATC": 1 - table.treated}[estimand]
    meant = table.weights * of / float(table.weights @ of)
    gaps = arms[1].fitted.predict(table.design) - arms[0].fitted.predict(table.design)
    value = float(meant @ gaps)
    known = meant * (gaps - value)
    contributions = known.copy()
    for arm, sign in ((1, 1.0), (0, -1.0)):
        added = arms[arm].fitted.spread(table.design, sign * meant)
        assert added is not None
        contributions[arms[arm].learned] += added
    return value, contributions, known
