"""Is a prediction made without the rows it is for, and is the effect that it adjusts right?"""

import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.frame import read_frame
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.randomised.predicted import cross_fitted, design_of, folds_of, predicted

AT = {"outcome": "y", "treatment": "t"}


def drawn(rows=200, seed=1):
    chance = stream(seed, "rows")
    x = chance.standard_normal((rows, 3))
    plan = np.array(["free", "paid", "team"])[chance.integers(0, 3, rows)]
    t, cluster = np.arange(rows) // 5 % 2, np.arange(rows) // 5
    y = 0.5 * t + x.sum(axis=1) + 2 * (plan == "team") + chance.standard_normal(rows)
    before = x.sum(axis=1) + chance.standard_normal(rows)
    return {"y": y, "t": t, "cluster": cluster, "plan": plan, "before": before, "w": 0.5 + chance.random(rows),
            **{f"x{k}": x[:, k] for k in range(3)}}  # fmt: skip


COLUMNS = ["x0", "x1", "x2", "plan"]


def test_ols_by_hand_fold_by_fold():
    data = drawn()
    frame = read_frame(data)
    fold = folds_of(200, frame.groups("cluster"), 4, seed=7)
    assert all(len(set(fold[data["cluster"] == one])) == 1 for one in range(40))
    x, guess = design_of(frame, COLUMNS), np.empty(200)
    for one in range(4):
        inside = fold == one
        wide = np.column_stack([np.ones(200), x])
        beta = np.linalg.lstsq(wide[~inside], data["y"][~inside], rcond=None)[0]
        guess[inside] = wide[inside] @ beta - (wide[inside] @ beta).mean()
    assert cross_fitted(x, data["y"], fold, "ols") == pytest.approx(guess, abs=1e-10)
    oracle = difference({**data, "guess": guess}, **AT, clusters="cluster", covariates=["guess"])
    made = predicted(data, **AT, predictors=COLUMNS, clusters="cluster", model="ols", folds=4, seed=7)
    assert (made.value, made.low, made.high) == pytest.approx((oracle.value, oracle.low, oracle.high), rel=1e-9)
    assert made.standard_error < 0.7 * difference(data, **AT, clusters="cluster").standard_error


def test_ridge_is_the_penalised_fit_of_least_cross_validation():
    chance = stream(2, "ridge")
    x, y = chance.standard_normal((60, 40)), chance.standard_normal(60)
    fold = np.arange(60) % 2
    guess = cross_fitted(x, y, fold, "ridge")
    assert np.var(guess) < 0.3 * np.var(cross_fitted(x, y, fold, "ols"))  # noise is shrunk away
    inside = fold == 0
    mean, spread = x[~inside].mean(axis=0), x[~inside].std(axis=0)
    z, centred = (x[~inside] - mean) / spread, y[~inside] - y[~inside].mean()
    best = None
    for penalty in np.logspace(-4, 4, 33):
        smooth = z @ np.linalg.solve(z.T @ z + 30 * penalty * np.eye(40), z.T)
        left = centred - smooth @ centred
        free = 29 - np.trace(smooth)
        score = (left @ left) / free**2 if free > 3 else np.inf
        if best is None or score < best[0] - 1e-12:
            beta = np.linalg.solve(z.T @ z + 30 * penalty * np.eye(40), z.T @ centred)
            best = score, (x[inside] - mean) / spread @ beta
    assert guess[inside] == pytest.approx(best[1] - best[1].mean(), abs=1e-8)


def test_another_learner_another_target_and_weights():
    data = drawn()
    seen = []

    def learner(x, y):
        seen.append(len(y))
        return lambda new: new[:, 0]

    made = predicted(data, **AT, predictors=["before"], model=learner, folds=5, weights="w", adjust="cuped")
    assert seen == [160] * 5
    assert "learner" in made.method
    old = predicted(data, **AT, predictors=["x0", "x1", "x2"], target="before", weights="w", level=0.9)
    assert old.value != made.value
    assert old.level == 0.9
    own = predicted(data, **AT, predictors=["x0"], seed=1), predicted(data, **AT, predictors=["x0"], seed=2)
    assert own[0].value != own[1].value


def test_a_predictor_measured_after_the_treatment_is_noticed():
    data = drawn()
    late = predicted({**data, "late": data["y"]}, **AT, predictors=["late"], clusters="cluster")
    fine = predicted(data, **AT, predictors=COLUMNS, clusters="cluster")
    early = {**data, "late": data["y"] + 3 * data["t"]}
    bad = predicted(early, **AT, predictors=["late"])
    assert fine.warnings == ()
    assert "measured after" in bad.warnings[0]
    assert [one.holds for one in bad.diagnostics if "alike" in one.name] == [False]
    assert abs(late.value) < 0.2 * abs(fine.value)


def test_predictors_that_say_nothing_leave_the_plain_difference():
    data = {**drawn(), "flat": np.ones(200)}
    made = predicted(data, **AT, predictors=["flat"])
    assert made.value == pytest.approx(difference(data, **AT).value)
    assert made.warnings == ("the predictors predict nothing",)


def test_nothing_is_found_where_nothing_is():
    found = 0
    for seed in range(60):
        data = drawn(100, seed)
        data["y"] = data["y"] - 0.5 * data["t"]
        found += predicted(data, **AT, predictors=COLUMNS, clusters="cluster").excludes_zero
    assert found <= 8  # 5 % of 60, and three of its standard deviations


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"predictors": []}, "no predictors"),
        ({"predictors": ["z"]}, "there is no predictor 'z'"),
        ({"predictors": ["name"]}, "'name' has 200 labels"),
        ({"predictors": ["x0"], "model": "forest"}, "no model 'forest'"),
        ({"predictors": ["x0"], "folds": 1}, "1 folds of 200 units"),
        ({"predictors": ["x0"], "folds": 30, "clusters": "cluster"}, "30 folds of 40 units"),
        ({"predictors": ["x0"], "adjust": "none"}, "no adjust 'none'"),
        ({"predictors": ["x0"], "model": lambda x, y: lambda new: np.full(len(new), np.nan)}, "not finite"),
        ({"predictors": ["hole"]}, "predictor 'hole' is missing in 1 of 200 rows"),
    ],
)
def test_bad_input(given, words):
    data = pd.DataFrame({**drawn(), "name": [f"n{k}" for k in range(200)], "hole": np.r_[np.nan, np.ones(199)]})
    with pytest.raises(BadInput, match=words):
        predicted(data, **{**AT, **given})
