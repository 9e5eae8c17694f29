"""By how much do the gaps after the treatment exceed those that the weights had not seen before it?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.comparison.fit import Case, Recipe, fit_case


def cross_fitted(cases: Sequence[Case], recipes: Sequence[Recipe], folds: int) -> tuple[float, float]:
    """Give the mean effect over the treated periods and its standard error, with `folds - 1` df.

    The periods before the treatment are cut into blocks. Weights made without a block tell the bias there, which is
    taken off the gap after the treatment.

    Raises
    ------
    BadInput
        When there are too few periods before the treatment.

    Source: Chernozhukov, Wüthrich and Zhu (2018), arXiv:1812.10820.
    """
    start, after = cases[0].start, len(cases[0].target) - cases[0].start
    block = min(start // max(folds, 1), after)
    if folds < 2 or block < 1 or start - block < 2:
        raise BadInput(f"{start} periods before the treatment for {folds} folds", where="folds",
                       allowed="2 folds or more, with a period in each and two left")  # fmt: skip
    effects = np.array([
        np.mean([_effect(case, recipe, start - (folds - fold) * block, block)
                 for case, recipe in zip(cases, recipes, strict=True)])
        for fold in range(folds)
    ])  # fmt: skip
    spread = float(effects.std(ddof=1)) * np.sqrt(1 + folds * block / after)
    return float(effects.mean()), float(spread / np.sqrt(folds))


def _effect(case: Case, recipe: Recipe, first: int, block: int) -> float:
    """Give the mean gap after the treatment less that in a block which the weights have not seen."""
    out = np.arange(first, first + block)
    kept = np.setdiff1d(np.arange(len(case.target)), out)
    start = case.start - block
    fitted = fit_case(Case(case.target[kept], case.donors[kept], start), recipe)
    gap = float((case.target[kept] - fitted.path)[start:].mean())
    unseen = float((case.target[out] - case.donors[out] @ fitted.weights).mean())
    return gap - unseen + _shift(case, kept, fitted.weights, recipe)


def _shift(case: Case, kept: Ints, weights: Floats, recipe: Recipe) -> float:
    """Give the constant difference to the donors that a recipe allows, as it was where the weights were made."""
    if not recipe.demean:
        return 0.0
    seen = kept[kept < case.start]
    return float((case.target[seen] - case.donors[seen] @ weights).mean())
