"""Are doubly robust estimates right with either model wrong, whatever learns, and whatever folds are drawn?"""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.treatment.treatment_effects import TreatmentEffect

from liveloop.base.errors import BadInput
from liveloop.base.seeds import normals, uniforms
from liveloop.estimate.observed.augmented import aipw
from liveloop.estimate.observed.balanced import entropy_balance
from liveloop.estimate.observed.learners import best_penalty, folds_of, learn
from liveloop.estimate.observed.partial import partially_linear
from liveloop.estimate.observed.standardised import standardise
from liveloop.estimate.observed.weighting import ipw


def drawn(seed=1, rows=500, *, bends=False):
    ids = np.arange(rows)
    x, z = normals(seed, "x", ids), normals(seed, "z", ids)
    t = (uniforms(seed, "t", ids) < 1 / (1 + np.exp(-x))) * 1
    y = t + x + (x**2 if bends else 0.0) + 0.5 * z + normals(seed, "y", ids)
    return {"y": y, "t": t, "x": x, "z": z}


OPTIONS = {"outcome": "y", "treatment": "t", "covariates": ["x", "z"]}


@pytest.mark.parametrize("estimand", ["ATE", "ATT", "ATC"])
def test_values_and_errors_are_those_of_statsmodels(estimand):
    """TreatmentEffect stacks the moments of all steps; its variance lacks the factor n / (n - 1)."""
    data = drawn()
    design = np.column_stack([np.ones(500), data["x"], data["z"]])
    scores = sm.Logit(data["t"], design).fit(disp=0, tol=1e-12)
    oracle = TreatmentEffect(sm.OLS(data["y"], design), data["t"], results_select=scores)
    group = {"ATE": "all", "ATT": 1, "ATC": 0}[estimand]
    factor = np.sqrt(500 / 499)
    pairs = [(oracle.ipw(effect_group=group), ipw(data, estimand=estimand, **OPTIONS)),
             (oracle.ra(effect_group=group), standardise(data, estimand=estimand, **OPTIONS))]  # fmt: skip
    if estimand == "ATE":
        pairs.append((oracle.aipw(), aipw(data, folds=1, **OPTIONS)))
    for found, made in pairs:
        assert made.value == pytest.approx(found.effect[0], rel=1e-6)
        assert made.standard_error == pytest.approx(factor * found.results_gmm.bse[0], rel=1e-6)


def test_without_folds_and_bends_it_is_least_squares():
    data = drawn()
    made = partially_linear(data, folds=1, **OPTIONS)
    design = np.column_stack([np.ones(500), data["t"], data["x"], data["z"]])
    oracle = sm.OLS(data["y"], design).fit(cov_type="HC0")
    assert made.value == pytest.approx(oracle.params[1], rel=1e-9)
    assert made.standard_error == pytest.approx(oracle.bse[1] * np.sqrt(500 / 499), rel=1e-9)


def test_folds_are_of_whole_clusters_or_even_in_arms():
    clusters = np.repeat(np.arange(30), 4)
    made = folds_of(120, 5, seed=3, clusters=clusters)
    assert all(len(set(made[clusters == one])) == 1 for one in range(30))
    arms = (np.arange(120) < 10).astype(np.int64)
    made = folds_of(120, 5, seed=3, arms=arms)
    assert [int(arms[made == fold].sum()) for fold in range(5)] == [2] * 5
    assert (folds_of(120, 5, seed=4) != folds_of(120, 5, seed=5)).any()
    with pytest.raises(BadInput, match="31 folds for 30 clusters"):
        folds_of(120, 31, seed=1, clusters=clusters)
    with pytest.raises(BadInput, match="0 folds for 120 rows"):
        folds_of(120, 0, seed=1)


def test_repeats_take_the_median():
    data = drawn()
    one = [aipw(data, seed=seed, **OPTIONS).value for seed in range(3)]
    assert len(set(one)) == 3
    made = aipw(data, repeats=5, **OPTIONS)
    assert made.diagnostics[-1].name == "spread of the value over repeats"
    again = aipw(data, repeats=5, **OPTIONS)
    assert made.value == again.value
    three, one = (partially_linear(data, repeats=count, **OPTIONS) for count in (3, 1))
    assert three.standard_error >= one.standard_error * 0.9
    assert three.standard_error != one.standard_error


class Mean:
    """Predicts the mean, and counts how often it was asked to learn."""

    learned = 0

    def fit(self, x, y, sample_weight=None):
        type(self).learned += 1
        self.mean = np.average(y, weights=sample_weight)

    def predict(self, x):
        return np.full(len(x), self.mean)


class Sure(Mean):
    def predict_proba(self, x):
        return np.column_stack([x[:, 0] < 0, x[:, 0] >= 0]) * 1.0


def test_learners_of_ones_own_are_copied_weighted_and_warned_of():
    data = drawn() | {"w": 1 + (np.arange(500) % 3) * 1.0}
    learner = Mean()
    made = aipw(data, model=learner, folds=2, weights="w", **OPTIONS)
    assert Mean.learned == 4
    assert not hasattr(learner, "mean")
    assert any("learner of one's own" in one for one in made.warnings)
    with pytest.raises(BadInput, match="gives 500 of 500 rows no chance of one arm"):
        aipw(data, treatment_model=Sure(), **OPTIONS)
    with pytest.raises(BadInput, match=r"gives 2\d\d of 500 rows no chance of one arm"):
        aipw(data, treatment_model=Sure(), estimand="ATT", **OPTIONS)
    with pytest.raises(BadInput, match="without fit and predict"):
        aipw(data, model=3.0, **OPTIONS)
    with pytest.raises(BadInput, match="no treatment model 'linear'"):
        aipw(data, treatment_model="linear", **OPTIONS)
    with pytest.raises(BadInput, match="interactions"):
        aipw(data, model=learner, interactions=["x"], **OPTIONS)
    with pytest.raises(BadInput, match=r"outcome .y. is neither 0 nor 1 in"):
        aipw(data, model="logistic", **OPTIONS)

    class Broken(Mean):
        def predict(self, x):
            return np.full(len(x), np.nan)

    with pytest.raises(BadInput, match="predicts 0 finite numbers"):
        aipw(data, model=Broken(), **OPTIONS)


def test_a_ridge_has_the_least_leave_one_out_error():
    x = np.column_stack([np.ones(40), normals(1, "x", range(240)).reshape(40, 6)])
    y = x[:, 1] + normals(1, "y", range(40))
    w = 1 + uniforms(1, "w", range(40))
    penalty = best_penalty(x, y, w)

    def left_out(size):
        total = 0.0
        for row in range(40):
            kept = np.arange(40) != row
            root = np.sqrt(w[kept])[:, None]
            curve = (x[kept] * root).T @ (x[kept] * root) + size * np.diag([0, *[1] * 6])
            beta = np.linalg.solve(curve, (x[kept] * root).T @ (y[kept] * root[:, 0]))
            total += w[row] * (y[row] - x[row] @ beta) ** 2
        return total

    grid = np.logspace(-4, 4, 33) * w.mean()
    assert penalty == pytest.approx(min(grid, key=left_out))
    made = learn("ridge", x, y, list("1abcdef"), weights=w)
    assert np.abs(made.predict(x)).max() < np.abs(y).max()


def test_entropy_balance_makes_moments_agree():
    data = drawn()
    for estimand in ("ATT", "ATC", "ATE"):
        made = entropy_balance(data, estimand=estimand, moments=2, **OPTIONS)
        assert abs(made.diagnostics[-1].value) < 1e-9
        assert made.diagnostics[-1].holds
    apart = data | {"x": data["x"] + 100.0 * data["t"]}
    with pytest.raises(BadInput, match=r"no weights of the .* rows with t = 0 reach the means wanted"):
        entropy_balance(apart, **OPTIONS)
    with pytest.raises(BadInput, match="moments is 4"):
        entropy_balance(data, moments=4, **OPTIONS)
    flags = data | {"z": (data["z"] > 0) * 1.0}  # the square of a flag says nothing new and is not asked for
    assert entropy_balance(flags, moments=3, **OPTIONS).value != 0


def test_nothing_is_found_where_nothing_is():
    """With no effect, 95 % intervals leave 0 out in about 5 % of draws: of 40, more than 7 with chance 2 in 1,000."""
    for method, more in ((ipw, {}), (standardise, {}), (aipw, {"folds": 2}), (entropy_balance, {})):
        found = 0
        for seed in range(40):
            data = drawn(seed, 150)
            data["y"] = data["y"] - data["t"]
            found += method(data, **OPTIONS, **more).excludes_zero
        assert found <= 7, method.__name__
