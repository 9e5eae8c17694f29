"""Who predicts the outcome, or the treatment, from covariates, and what does its own error do to the effect?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from liveloop.base.errors import BadInput, first_line
from liveloop.base.seeds import Flags, Floats, Ints, uniforms
from liveloop.estimate.door import one_of
from liveloop.estimate.observed.logistic import fit_logistic

MODELS = ("linear", "ridge", "logistic")
_PENALTIES = np.logspace(-4, 4, 33)


class Learner(Protocol):
    """Whatever has `fit(x, y)` and `predict(x)`, or `predict_proba(x)` for chances, as scikit-learn has them.

    It is copied before each fit. With weights it is called `fit(x, y, sample_weight=w)`.
    """

    def fit(self, x: Any, y: Any) -> Any:  # noqa: ANN401 - any array
        """Learn."""

    def predict(self, x: Any) -> Any:  # noqa: ANN401 - any array
        """Predict."""


Model = str | Learner


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model that has learned.

    Parameters
    ----------
    predict
        From a design with an intercept, [row, parameter], to [row].
    gradient
        Derivative of the prediction by the model's parameters, [row, parameter]; None where there are none.
    influence
        What each row it learned from adds to the error of the parameters, [row, parameter].
    """

    predict: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats] | None = None
    influence: Floats | None = None

    def spread(self, design: Floats, pull: Floats) -> Floats | None:
        """Give what each row learned from adds to a sum over other rows, in which a prediction has slope `pull`."""
        if self.gradient is None or self.influence is None:
            return None
        return np.asarray(self.influence @ (self.gradient(design).T @ pull))


def learn(  # noqa: PLR0913 - flags are by name
    model: Model,
    design: Floats,
    outcome: Floats,
    names: Sequence[str],
    *,
    weights: Floats | None = None,
    chance: bool = False,
    what: str = "outcome",
) -> Fitted:
    """Fit a model by its name, or a learner of one's own.

    Parameters
    ----------
    design
        With the intercept first; a learner of one's own gets the columns behind it.
    chance
        Whether a chance is to be predicted: then a learner's `predict_proba` is used where it has one.

    Raises
    ------
    BadInput
        When the name is unknown, the outcome does not fit the model, or a learner gives something else than numbers.
    """
    if not isinstance(model, str):
        return _own(model, design, outcome, weights, chance=chance)
    one_of(model, "model", MODELS)
    if model == "logistic":
        _refuse_other_than_flags(outcome, what)
        made = fit_logistic(outcome, design, names, weights=weights, what=what)
        return Fitted(made.predict, made.gradient, made.influence)
    return _linear(design, outcome, weights, ridge=model == "ridge")


def _refuse_other_than_flags(outcome: Floats, what: str) -> None:
    other = int(((outcome != 0) & (outcome != 1)).sum())
    if other:
        raise BadInput(f"{what} is neither 0 nor 1 in {other} of {len(outcome)} rows", where=what,
                       allowed='0 and 1 for "logistic"; else "linear" or "ridge"')  # fmt: skip


def _linear(design: Floats, outcome: Floats, weights: Floats | None, *, ridge: bool) -> Fitted:
    counted = np.ones(len(outcome)) if weights is None else weights
    if not ridge and len(outcome) <= design.shape[1]:
        raise BadInput(f"{len(outcome)} rows for {design.shape[1]} parameters in an arm or fold", where="covariates",
                       allowed='fewer covariates, fewer folds, or the model "ridge"')  # fmt: skip
    centre = np.average(design, axis=0, weights=counted)
    centre[0] = 0.0
    spread = np.sqrt(np.average((design - centre) ** 2, axis=0, weights=counted))
    spread = np.where(spread > 0, spread, 1.0)
    x = (design - centre) / spread
    penalty = np.zeros(design.shape[1])
    if ridge:
        penalty[1:] = best_penalty(x, outcome, counted)
    curve = (x * counted[:, None]).T @ x + np.diag(penalty)
    own, vectors = np.linalg.eigh(curve)
    bread = (vectors / np.maximum(own, 1e-12 * own[-1])) @ vectors.T  # a column that is constant in a fold gets slope 0
    beta = bread @ (x.T @ (counted * outcome))
    influence = (x * (counted * (outcome - x @ beta))[:, None]) @ bread
    return Fitted(lambda other: np.asarray(((other - centre) / spread) @ beta),
                  lambda other: np.asarray((other - centre) / spread), influence)  # fmt: skip


def best_penalty(x: Floats, outcome: Floats, weights: Floats) -> float:
    """Give the ridge penalty whose leave-one-out error is least; the first column, the intercept, is not penalised.

    Examples
    --------
    Where nothing is to be learned, all slopes are pressed down:

    >>> from liveloop.base.seeds import normals
    >>> x = np.column_stack([np.ones(50), normals(1, "x", range(500)).reshape(50, 10)])
    >>> best_penalty(x, normals(2, "y", range(50)), np.ones(50)) > 10
    True
    """
    root = np.sqrt(weights)
    constant = (x[:, 0] * root)[:, None]
    constant = constant / np.linalg.norm(constant)
    slopes = x[:, 1:] * root[:, None]
    y = outcome * root
    slopes = slopes - constant @ (constant.T @ slopes)
    rest = y - (constant @ (constant.T @ y[:, None]))[:, 0]
    left, values, _ = np.linalg.svd(slopes, full_matrices=False)
    seen = left.T @ rest
    best, found = np.inf, float(_PENALTIES[0])
    scale = float(weights.mean())
    for penalty in _PENALTIES * scale:
        shrunk = values**2 / (values**2 + penalty)
        leverage = np.minimum(constant[:, 0] ** 2 + (left**2) @ shrunk, 1 - 1e-9)
        error = float((((rest - left @ (shrunk * seen)) / (1 - leverage)) ** 2).sum())
        if error < best:
            best, found = error, float(penalty)
    return found


def _own(model: Learner, design: Floats, outcome: Floats, weights: Floats | None, *, chance: bool) -> Fitted:
    if not (hasattr(model, "fit") and hasattr(model, "predict")):
        raise BadInput(f"the model is a {type(model).__name__} without fit and predict", where="model",
                       allowed=f"{', '.join(MODELS)}, or an object with fit(x, y) and predict(x)")  # fmt: skip
    learner: Any = deepcopy(model)
    x = design[:, 1:]
    fitted = learner.fit(x, outcome) if weights is None else learner.fit(x, outcome, sample_weight=weights)
    learner = learner if fitted is None else fitted

    def predict(other: Floats) -> Floats:
        if chance and hasattr(learner, "predict_proba"):
            return _numbers(np.asarray(learner.predict_proba(other[:, 1:]))[:, 1], len(other))
        return _numbers(learner.predict(other[:, 1:]), len(other))

    return Fitted(predict)


def _numbers(made: Any, rows: int) -> Floats:  # noqa: ANN401 - whatever a learner gives
    try:
        numbers = np.asarray(made, np.float64).reshape(-1)
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"a learner predicts no numbers: {first_line(error)}", where="model", allowed="numbers"
        ) from None
    if len(numbers) != rows or not np.isfinite(numbers).all():
        raise BadInput(f"a learner predicts {int(np.isfinite(numbers).sum())} finite numbers for {rows} rows",
                       where="model", allowed="one for each row")  # fmt: skip
    return numbers


def folds_of(rows: int, folds: int, *, seed: int, arms: Ints | None = None, clusters: Ints | None = None) -> Ints:
    """Assign each row to a fold, by chance: whole clusters where there are any, else each arm evenly.

    Examples
    --------
    >>> made = folds_of(6, 3, seed=1, clusters=np.array([0, 0, 1, 1, 2, 2]))
    >>> bool(made[0] == made[1]), sorted(set(made.tolist()))
    (True, [0, 1, 2])
    """
    units = rows if clusters is None else int(clusters.max()) + 1
    if not 2 <= folds <= units:
        raise BadInput(f"{folds} folds for {units} {'rows' if clusters is None else 'clusters'}", where="folds",
                       allowed=f"1 for none, or 2 to {units}")  # fmt: skip
    order = np.argsort(uniforms(seed, "fold", range(units)))
    if clusters is None and arms is not None:
        order = order[np.argsort(arms[order], kind="stable")]
    made = np.empty(units, np.int64)
    made[order] = np.arange(units) % folds
    return made if clusters is None else made[clusters]


def splits(rows: int, folds: int, *, seed: int, arms: Ints | None = None,
           clusters: Ints | None = None) -> list[tuple[Flags, Flags]]:  # fmt: skip
    """Give, for each fold, the rows to learn from and the rows to predict; with one fold both are all rows."""
    if folds == 1:
        every = np.ones(rows, bool)
        return [(every, every)]
    made = folds_of(rows, folds, seed=seed, arms=arms, clusters=clusters)
    return [(made != fold, made == fold) for fold in range(folds)]
