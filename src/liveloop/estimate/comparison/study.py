"""What is compared with what: which treated units, donors, periods and predictors, made how?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.comparison.fit import Case, Recipe
from liveloop.estimate.comparison.panel import Panel
from liveloop.estimate.comparison.predictors import Predictor, predictor_table, standardised
from liveloop.estimate.door import one_of

INFERENCE = ("conformal", "placebo", "t-test", "none")
IMPORTANCE = ("search", "equal", "regression")


@dataclass(frozen=True, eq=False)
class Study:
    """The panel and one case for each treated unit, cut to as many periods before and after, with the recipe."""

    panel: Panel
    cases: tuple[Case, ...]
    recipe: Recipe
    predictors: tuple[Predictor, ...]
    names: Mapping[int, str]
    table: Floats | None = None


@dataclass(frozen=True)
class How:
    """How intervals are made."""

    inference: str
    level: float
    worst_fit: float | None = None
    power: float = 1.0
    folds: int = 3
    each_period: bool = True


def known_importance(importance: str | Mapping[str, float], predictors: Sequence[Predictor]) -> str | Floats:
    """Give the importances as numbers that sum to 1, or how they are made; refuse others."""
    if isinstance(importance, str):
        if importance not in IMPORTANCE:
            raise BadInput(f"no importance {importance!r}", where="importance",
                           allowed=f"{', '.join(IMPORTANCE)}, or a number for each predictor")  # fmt: skip
        return importance
    missing = [one.name for one in predictors if one.name not in importance]
    if missing:
        raise BadInput(f"no importance of {missing[0]!r}", where="importance", allowed="a number for each predictor")
    made = np.array([float(importance[one.name]) for one in predictors])
    if (made < 0).any() or made.sum() <= 0:
        raise BadInput("importances below 0, or all 0", where="importance", allowed="0 and more, one above 0")
    return np.asarray(made / made.sum())


def known_window(panel: Panel, window: tuple[Any, Any] | None) -> tuple[int, int] | None:
    """Give the places of the window, the last one beyond it; refuse one that is not before the treatment."""
    if window is None:
        return None
    first, last = panel.place(window[0], "window"), panel.place(window[1], "window")
    if not first <= last < int(panel.starts.min()):
        raise BadInput(f"from {window[0]!r} to {window[1]!r}", where="window",
                       allowed="periods before the treatment, the first one first")  # fmt: skip
    return first, last + 1


def known_penalty(penalty: str | float | None) -> str | float | None:
    """Refuse a penalty that is none."""
    if penalty is None or penalty == "cross-validated":
        return penalty
    if isinstance(penalty, str) or penalty <= 0:
        raise BadInput(f"a penalty of {penalty!r}", where="penalty", allowed="'cross-validated', or a number above 0")
    return float(penalty)


def make_problem(
    panel: Panel, recipe: Recipe, predictors: Sequence[Predictor], trained: Sequence[Predictor], outcome: str
) -> Study:
    """Make a case for each treated unit; those that begin at different times are put side by side at their start."""
    if trained and len(trained) != len(predictors):
        raise BadInput(f"{len(trained)} training predictors for {len(predictors)}", where="training",
                       allowed="one for each of the covariates, in their order")  # fmt: skip
    before = int(panel.starts.min())
    after = len(panel.times) - int(panel.starts.max())
    together = len(set(panel.starts.tolist())) == 1
    cases, table = [], None
    for at, start in zip(panel.treated, panel.starts, strict=True):
        chosen = slice(int(start) - before, int(start) + after)
        columns = np.r_[at, panel.donors]
        made: list[Floats | None] = [None, None]
        for which, some in enumerate((predictors, trained)):
            if some:
                raw = predictor_table(panel, some, outcome, int(start))
                table = raw if which == 0 and table is None else table
                made[which] = standardised(raw, columns)[:, columns]
        cases.append(Case(panel.outcome[at, chosen], panel.outcome[panel.donors, chosen].T, before, *made))
    first = before if together else 0
    labels = [str(panel.times[first + step]) if together else str(step) for step in range(after)]
    earlier = [str(panel.times[step]) if together else str(step - before) for step in range(before)]
    names = dict(enumerate([*earlier, *labels]))
    return Study(panel, tuple(cases), recipe, tuple(predictors), names, table)


def known_inference(inference: str, study: Study) -> str:
    """Give the inference that was asked for, or the one that fits; refuse one that does not."""
    matched = bool(study.predictors)
    if not inference:
        return "placebo" if matched else "conformal"
    one_of(inference, "inference", INFERENCE)
    if inference in ("conformal", "t-test") and (matched or study.recipe.window):
        raise BadInput(f"{inference} needs weights made of the outcomes of all periods before", where="inference",
                       allowed="placebo or none, or no covariates and no window")  # fmt: skip
    return inference
