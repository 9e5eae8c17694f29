"""What would the treated unit have done untreated, if donors that were like it before tell?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from liveloop.estimate.comparison.fit import Recipe, fit_case
from liveloop.estimate.comparison.panel import read_panel
from liveloop.estimate.comparison.predictors import Predictor, listed_predictors
from liveloop.estimate.comparison.report import Synthetic, report
from liveloop.estimate.comparison.study import (
    How,
    known_importance,
    known_inference,
    known_penalty,
    known_window,
    make_problem,
)


def synthetic_control(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    unit: str,
    time: str,
    covariates: Sequence[str | Predictor] = (),
    importance: str | Mapping[str, float] = "search",
    training: Sequence[str | Predictor] = (),
    window: tuple[Any, Any] | None = None,
    demean: bool = False,
    penalty: str | float | None = None,
    inference: str = "",
    worst_fit: float | None = None,
    power: float = 1.0,
    folds: int = 3,
    each_period: bool = True,
    starts: int = 20,
    seed: int = 0,
    level: float = 0.95,
) -> Synthetic:
    """Estimate the effect on one treated unit, or few, in each period and on average.

    Parameters
    ----------
    data
        A long table: one row for each unit and period.
    outcome, treatment, unit, time
        Columns: numbers, 0 and 1 (1 for a treated unit from its first treated period on), and the labels of both.
    covariates
        What the synthetic unit shall have in common with the treated one: `Predictor`s, such as
        `Predictor("income", 1980, 1988)`, or columns, whose mean before the treatment is taken. Without any, the
        outcomes of all periods before the treatment are matched.
    importance
        Of the predictors: "search" for those that follow the outcomes best, "equal", "regression", or numbers by name.
    training
        Predictors of earlier periods, one for each of `covariates` in their order, with which the importances are
        searched; `window` is then the time after them (cross-validation).
    window
        First and last period in which the outcomes are compared; all before the treatment by default.
    demean
        Whether a constant difference to the donors is allowed (an intercept).
    penalty
        Ridge augmentation: a number or "cross-validated"; see `augmented_synthetic_control`.
    inference
        "conformal": exact when residuals could change places in time, by outcomes alone, the default without
        covariates; "placebo": exact when the treated unit was chosen by chance among all, the default with covariates;
        "t-test": the average effect alone, by cross-fitting; "none".
    worst_fit
        For placebos: leave out those whose squared gap before is more than so many times that of the treated unit.
    power
        For conformal tests: of the residuals that are summed; larger for effects of a few periods.
    folds
        For the t-test.
    each_period
        Whether each treated period gets a row of its own, or the average alone.
    starts, seed
        For the search: how many places at random it begins from, and their seed.

    Returns
    -------
    The effect of each treated period by its label, "average", and for several treated units each unit's average, by the
    name of the column and its label.

    Raises
    ------
    BadInput
        When the panel has holes, the treatment ends again, there are too few donors or periods.

    Examples
    --------
    The donors' mean grows more slowly than the treated unit did before; two of them together grow like it:

    >>> import numpy as np
    >>> from liveloop.base.seeds import normals
    >>> unit, time = np.repeat(np.arange(8), 30), np.tile(np.arange(30), 8)
    >>> y = np.array([2.0, 1, 3, 0, 0, 1, 0, 1])[unit] * time / 10 + 0.05 * normals(1, "y", range(240))
    >>> t = (unit == 0) & (time >= 25)
    >>> table = {"y": y + t, "t": t, "unit": unit, "time": time}
    >>> made = synthetic_control(table, outcome="y", treatment="t", unit="unit", time="time")
    >>> round(made["average"].value, 1), made.weights["2"] > 0.4
    (1.0, True)

    Source: Abadie, Diamond and Hainmueller (2010), doi:10.1198/jasa.2009.ap08746; Chernozhukov, Wüthrich and Zhu
    (2021), doi:10.1080/01621459.2021.1920957; Doudchenko and Imbens (2016), arXiv:1610.07748, and Ferman and Pinto
    (2021), doi:10.3982/QE1596, for `demean`.
    """
    predictors, trained = listed_predictors(covariates), listed_predictors(training)
    panel = read_panel(data, outcome=outcome, treatment=treatment, unit=unit, time=time,
                       extra=[one.column for one in (*predictors, *trained) if one.column != outcome])  # fmt: skip
    recipe = Recipe(
        known_importance(importance, predictors), known_window(panel, window), demean, known_penalty(penalty),
        starts, seed,
    )  # fmt: skip
    study = make_problem(panel, recipe, predictors, trained, outcome)
    inference = known_inference(inference, study)
    fits = [fit_case(case, recipe) for case in study.cases]
    how = How(inference, level, worst_fit, power, folds, each_period)
    return report(study, fits, how, {"outcome": outcome, "treatment": treatment, "unit": unit})


def augmented_synthetic_control(
    data: Any,  # noqa: ANN401 - any table
    *,
    penalty: str | float = "cross-validated",
    **arguments: Any,  # noqa: ANN401 - further arguments of `synthetic_control`
) -> Synthetic:
    """Estimate with weights that go beyond the simplex where no average of the donors comes near.

    What the synthetic control leaves of the outcomes before the treatment is made up for by a ridge regression on
    them; weights may fall below 0 and still sum to 1.

    Parameters
    ----------
    penalty
        A number, or "cross-validated": the largest whose error in a period left out is within one standard error of
        the least.

    Examples
    --------
    The treated unit is above all donors, so that no average of them reaches it:

    >>> import numpy as np
    >>> from liveloop.base.seeds import normals
    >>> unit, time = np.repeat(np.arange(6), 30), np.tile(np.arange(30), 6)
    >>> slope = np.array([3.0, 0, 0.5, 1, 1.5, 2])
    >>> y = slope[unit] * time / 10 + 0.05 * normals(1, "y", range(180))
    >>> table = {"y": y, "t": (unit == 0) & (time >= 25), "unit": unit, "time": time}
    >>> names = {"outcome": "y", "treatment": "t", "unit": "unit", "time": "time"}
    >>> plain, augmented = synthetic_control(table, **names), augmented_synthetic_control(table, **names)
    >>> round(plain["average"].value, 1), round(augmented["average"].value, 1)
    (2.8, 0.1)

    Source: Ben-Michael, Feller and Rothstein (2021), doi:10.1080/01621459.2021.1929245.
    """
    return synthetic_control(data, penalty=penalty, **arguments)
