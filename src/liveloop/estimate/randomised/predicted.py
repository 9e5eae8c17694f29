"""How much sharper is an effect when each unit is compared with what was predicted for it from before?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints, uniforms
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.difference import Columns, difference
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.words import listed

MODELS = ("ridge", "ols")
PENALTIES = np.logspace(-4, 4, 33)  # per row, of columns of variance 1
MOST_LABELS = 50
_ALARM = 0.001
_FREE = 0.1  # share of the rows that a ridge must leave over

Learner = Callable[[Floats, Floats], Callable[[Floats], Floats]]


def predicted(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    predictors: Sequence[str],
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    target: str | None = None,
    model: str | Learner = "ridge",
    folds: int = 5,
    adjust: str = "lin",
    correction: str = "",
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Estimate the effect with one covariate: a prediction from columns known before the treatment (CUPAC).

    Each row is predicted by a model that saw neither the row nor its cluster, and no treatment. The interval is right
    whatever the model is; a better one only makes it narrower.

    Parameters
    ----------
    predictors
        Columns known before the treatment began: numbers, or labels, of which each gets a column.
    target
        The column that the model learns: an outcome of the time before; where it is not given, the outcome itself.
    model
        "ridge", its penalty chosen by generalised cross-validation; "ols"; or a function that takes x [row, column]
        and y [row] and gives a function that predicts.
    folds
        How many parts the clusters (or rows) are cut into by chance.

    Raises
    ------
    BadInput
        When there are fewer clusters than folds, or a predictor has more than 50 labels.

    Examples
    --------
    >>> from liveloop.base.seeds import normals, flips
    >>> rows = range(400); x = np.column_stack([normals(1, f"x{k}", rows) for k in range(5)])
    >>> data = {f"x{k}": x[:, k] for k in range(5)} | {"t": flips(1, "arm", rows, 0.5)}
    >>> data["y"] = x.sum(axis=1) + normals(1, "own", rows)
    >>> made = predicted(data, outcome="y", treatment="t", predictors=[f"x{k}" for k in range(5)])
    >>> said = {one.name: one.value for one in made.diagnostics}
    >>> bool(said["variance left by the prediction"] < 0.25)
    True

    Source: Li, Tang and others (2020), "Improving experimental power through control using predictions as covariate
    (CUPAC)"; Wager, Du, Taylor and Tibshirani (2016), doi:10.1073/pnas.1614732113, for cross-fitting.
    """
    if isinstance(model, str):
        one_of(model, "model", MODELS)
    one_of(adjust, "adjust", ("cuped", "lin"))
    if not predictors:
        raise BadInput("no predictors", where="predictors", allowed="one column or more")
    columns = Columns(outcome, treatment, clusters, (), weights)
    frame = read_frame(data, (*columns.named, *predictors, *((target,) if target else ())))
    groups = frame.groups(clusters, "cluster") if clusters else None
    learned = frame.numbers(target or outcome, "target" if target else "outcome")
    x = design_of(frame, predictors)
    fold = folds_of(frame.rows, groups, folds, seed)
    guess = cross_fitted(x, learned, fold, model, frame.weights(columns.weights))
    y = frame.numbers(outcome, "outcome")
    name = "prediction"
    while frame.has(name):
        name += " "
    wide = Frame(frame.table.append_column(name, pa.array(guess)))
    given = {"treatment": treatment, "clusters": clusters, "weights": weights, "control": control, "level": level,
             "correction": correction}  # fmt: skip
    varied = bool(np.ptp(guess) > 1e-12 * max(1.0, float(np.abs(y).max())))
    plain = difference(wide, outcome=outcome, adjust="none", **given)  # type: ignore[arg-type]
    made = plain if not varied else difference(wide, outcome=outcome, covariates=[name], adjust=adjust, **given)  # type: ignore[arg-type]
    before = difference(wide, outcome=name, adjust="none", **given) if varied else None  # type: ignore[arg-type]
    called = model if isinstance(model, str) else getattr(model, "__name__", "a model")
    return replace(
        made,
        method=f"difference adjusted by a prediction ({called}, {folds} folds, {adjust})",
        counts={**made.counts, "folds": folds, "columns of the model": x.shape[1]},
        assumes=(*plain.assumes, f"{listed(list(predictors))} were known before the treatment began"),
        diagnostics=(*made.diagnostics, *_diagnostics(y, guess, fold, plain, made, before)),
        warnings=(*made.warnings, *_warnings(before), *(() if varied else ("the predictors predict nothing",))),
    )  # fmt: skip


def design_of(frame: Frame, predictors: Sequence[str]) -> Floats:
    """Make columns of numbers of the predictors: labels become one column each, but the first.

    Examples
    --------
    >>> design_of(read_frame({"age": [30.0, 40.0, 50.0], "plan": ["a", "b", "a"]}), ["age", "plan"]).tolist()
    [[30.0, 0.0], [40.0, 1.0], [50.0, 0.0]]
    """
    made = []
    for name in predictors:
        kind = frame.table.column(name).type if frame.has(name) else None
        if kind is None or not (pa.types.is_string(kind) or pa.types.is_large_string(kind)
                                or pa.types.is_dictionary(kind) or pa.types.is_string_view(kind)):  # fmt: skip
            made.append(frame.numbers(name, "predictor")[:, None])
            continue
        found = frame.groups(name, "predictor")
        if found.count > MOST_LABELS:
            raise BadInput(f"predictor {name!r} has {found.count} labels", where=name,
                           allowed=f"at most {MOST_LABELS} labels, or numbers")  # fmt: skip
        made.append((found.codes[:, None] == np.arange(1, found.count)).astype(np.float64))
    return np.hstack(made)


def folds_of(rows: int, groups: Groups | None, folds: int, seed: int) -> Ints:
    """Cut clusters, or rows, into folds of one size by chance: the fold of each row.

    Examples
    --------
    >>> np.bincount(folds_of(10, None, 5, seed=1)).tolist()
    [2, 2, 2, 2, 2]
    """
    units = rows if groups is None else groups.count
    if not 2 <= folds <= units / 2:
        raise BadInput(f"{folds} folds of {units} units", where="folds",
                       allowed="2 folds or more, with two units or more in each")  # fmt: skip
    place = np.empty(units, np.int64)
    place[np.argsort(uniforms(seed, "fold", range(units)))] = np.arange(units) % folds
    return place if groups is None else place[groups.codes]


def cross_fitted(x: Floats, y: Floats, fold: Ints, model: str | Learner, weights: Floats | None = None) -> Floats:
    """Predict each row by a model of the other folds; centred in each fold, for the mean of the others is no news.

    A fold's prediction moves against the fold's own mean: where the rest is high by chance, it is low. Centring takes
    that away.

    Examples
    --------
    >>> x = np.arange(12.0)[:, None]
    >>> cross_fitted(x, 2 * x[:, 0], np.arange(12) % 2, "ols").round(6).tolist()[:3]
    [-10.0, -10.0, -6.0]
    """
    made = np.empty(len(y))
    heavy = np.ones(len(y)) if weights is None else weights
    for one in np.unique(fold):
        out = fold == one
        if isinstance(model, str):
            guess = _ridge(x[~out], y[~out], heavy[~out], x[out], penalised=model == "ridge")
        else:
            guess = np.asarray(model(x[~out], y[~out])(x[out]), np.float64)
        if guess.shape != (int(out.sum()),) or not np.isfinite(guess).all():
            raise BadInput(f"the model gave {guess.shape} for {int(out.sum())} rows, or numbers that are not finite",
                           where="model", allowed="one finite number for each row")  # fmt: skip
        made[out] = guess - np.average(guess, weights=heavy[out])
    return made


def _ridge(x: Floats, y: Floats, weights: Floats, new: Floats, *, penalised: bool) -> Floats:
    mean, centre = np.average(x, axis=0, weights=weights), np.average(y, weights=weights)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights))
    spread = np.where(spread > 1e-12 * np.maximum(1.0, np.abs(mean)), spread, np.inf)  # what is flat predicts nothing
    root = np.sqrt(weights / weights.mean())
    scaled = (x - mean) / spread * root[:, None]
    left, own, right = np.linalg.svd(scaled, full_matrices=False)
    kept = own > 1e-9 * max(float(own.max(initial=0.0)), 1e-300)
    left, own, right = left[:, kept], own[kept], right[kept]
    target = (y - centre) * root
    turned = left.T @ target
    penalty = _penalty(own, turned, float(target @ target), len(y)) if penalised else 0.0
    beta = right.T @ (turned * own / (own**2 + penalty))
    return np.asarray((new - mean) / spread @ beta + centre)


def _penalty(own: Floats, turned: Floats, total: float, rows: int) -> float:
    """Choose the penalty whose generalised cross-validation is least."""
    shrunk = own**2 / (own**2 + rows * PENALTIES[:, None])
    left = total - (turned**2 * (1 - (1 - shrunk) ** 2)).sum(axis=1)
    free = rows - 1 - shrunk.sum(axis=1)
    enough = free > _FREE * rows  # with none left over, what fits perfectly would score best
    score = np.where(enough, left, np.inf) / np.where(enough, free, 1.0) ** 2
    return float(rows * PENALTIES[int(np.argmin(score))])


def _diagnostics(
    y: Floats, guess: Floats, fold: Ints, plain: Estimate, made: Estimate, before: Estimate | None
) -> tuple[Diagnostic, ...]:
    centred = y - (np.bincount(fold, y) / np.bincount(fold))[fold]
    spread = float((centred**2).sum() * (guess**2).sum())
    alike = float(centred @ guess) / np.sqrt(spread) if spread > 0 else 0.0
    less = (made.standard_error or 0.0) / max(plain.standard_error or 0.0, 1e-300)
    said = [
        Diagnostic("correlation of prediction and outcome", float(alike), "out of fold"),
        Diagnostic("variance left by the prediction", less**2, "share of the unadjusted variance"),
        Diagnostic("unadjusted difference", plain.value, f"standard error {plain.standard_error:.4g}"),
    ]
    if before is not None and before.p_value is not None:
        said.append(
            Diagnostic(
                "predictions are alike in both arms",
                before.p_value,
                "p; a treatment cannot move what was known before it",
                before.p_value >= _ALARM,
            )
        )
    return tuple(said)


def _warnings(before: Estimate | None) -> tuple[str, ...]:
    if before is None or before.p_value is None or before.p_value >= _ALARM:
        return ()
    return (f"the prediction differs between the arms (p {before.p_value:.2g}): a predictor was measured after the "
            "treatment began, or arms were not given by chance; the estimate is then biased",)  # fmt: skip
