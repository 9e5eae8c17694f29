"""What would each row's outcome be in each arm, by a model of the outcomes?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.observed.learners import Fitted, Model, learn
from liveloop.estimate.observed.table import Table
from liveloop.estimate.words import listed


@dataclass(frozen=True, eq=False)
class Arm:
    """Outcomes of one arm as predicted, and the rows that the model learned from."""

    fitted: Fitted
    learned: Flags


@dataclass(frozen=True)
class OutcomeModel:
    """How outcomes are modelled.

    Parameters
    ----------
    model
        By name, or a learner of one's own.
    interactions
        The covariates that may matter differently in each arm; None for all: a model of its own for each arm.
    """

    model: Model
    interactions: tuple[str, ...] | None = None


def outcome_model(model: Model, interactions: Sequence[str] | None, covariates: Sequence[str]) -> OutcomeModel:
    """Say how outcomes are modelled; refuse interactions with what is no covariate, or for a learner of one's own."""
    if interactions is None:
        return OutcomeModel(model)
    unknown = [one for one in interactions if one not in covariates]
    if unknown:
        raise BadInput(f"{listed(unknown)} in interactions is no covariate", where="interactions",
                       allowed=listed(list(covariates)))  # fmt: skip
    if not isinstance(model, str):
        raise BadInput("a learner of one's own gets a model for each arm", where="interactions",
                       allowed="None with a learner, or a model by name")  # fmt: skip
    return OutcomeModel(model, tuple(interactions))


def fit_arms(table: Table, plan: OutcomeModel, learned: Flags, *, arms: Sequence[int] = (0, 1)) -> dict[int, Arm]:
    """Fit the outcomes of the arms asked for on some rows."""
    if plan.interactions is None:
        return {arm: _alone(table, plan.model, learned & (table.is_treated == bool(arm))) for arm in arms}
    shared = _shared(table, plan.model, plan.interactions, learned)
    return {arm: Arm(shared[arm], learned) for arm in arms}


def _alone(table: Table, model: Model, rows: Flags) -> Arm:
    if rows.sum() < 2:
        raise BadInput(f"{int(rows.sum())} rows of an arm to learn from", where="folds",
                       allowed="fewer folds, or more rows of each arm")  # fmt: skip
    weights = table.weights[rows] if table.columns.weights else None
    what = f"outcome {table.columns.outcome!r}"
    return Arm(learn(model, table.design[rows], table.outcome[rows], table.names, weights=weights, what=what), rows)


def _shared(table: Table, model: Model, interactions: tuple[str, ...], rows: Flags) -> dict[int, Fitted]:
    """Fit one model of both arms; each arm's prediction sets the treatment."""
    places = [table.names.index(one) for one in interactions]

    def widened(design: Floats, arm: Floats) -> Floats:
        return np.column_stack([design, arm, design[:, places] * arm[:, None]])

    weights = table.weights[rows] if table.columns.weights else None
    names = (*table.names, table.columns.treatment, *(f"{one} in the treated arm" for one in interactions))
    design = widened(table.design[rows], table.treated[rows])
    made = learn(model, design, table.outcome[rows], names, weights=weights, what=f"outcome {table.columns.outcome!r}")
    gradient = made.gradient
    assert gradient is not None

    def of(arm: float) -> Fitted:
        return Fitted(lambda x: made.predict(widened(x, np.full(len(x), arm))),
                      lambda x: gradient(widened(x, np.full(len(x), arm))), made.influence)  # fmt: skip

    return {0: of(0.0), 1: of(1.0)}
