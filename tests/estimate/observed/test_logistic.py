"""Is the logistic regression that of statsmodels, and does it know when there is no answer?"""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals, uniforms
from liveloop.estimate.observed.logistic import fit_logistic


def drawn(seed, rows=300, width=3):
    x = np.column_stack(
        [np.ones(rows), normals(seed, "x", range(rows * width)).reshape(rows, width) * [1.0, 50.0, 0.01]]
    )
    chance = 1 / (1 + np.exp(-(0.5 + x[:, 1] - 0.02 * x[:, 2])))
    return x, (uniforms(seed, "y", range(rows)) < chance) * 1.0, 1.0 + integers(seed, "w", range(rows), 4)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_the_regression_of_statsmodels(seed, weighted):
    x, y, w = drawn(seed)
    made = fit_logistic(y, x, ["one", "a", "b", "c"], weights=w if weighted else None)
    oracle = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=w if weighted else None).fit(tol=1e-12)
    assert made.beta == pytest.approx(oracle.params, rel=1e-7)
    assert np.sqrt(np.diag(made.bread)) == pytest.approx(oracle.bse, rel=1e-7)
    robust = made.influence.T @ made.influence
    weights = w if weighted else np.ones(len(y))
    score = x * (weights * (y - oracle.predict()))[:, None]
    wanted = np.linalg.inv(-oracle.model.hessian(oracle.params)) @ score.T
    assert robust == pytest.approx(wanted @ wanted.T, rel=1e-6)


def test_a_ridge_presses_slopes_in_standard_deviations_and_not_the_intercept():
    x, y, _ = drawn(1)
    made = fit_logistic(y, x, ["one", "a", "b", "c"], ridge=5.0)
    spread = x.std(axis=0)

    def loss(beta):
        linear = x @ (beta / np.where(spread > 0, spread, 1.0))
        return np.logaddexp(0, linear).sum() - y @ linear + 2.5 * (beta[1:] ** 2).sum()

    found = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9}).x
    assert made.beta * np.where(spread > 0, spread, 1.0) == pytest.approx(found, abs=1e-5)


def test_separation_is_refused_and_named():
    x = np.column_stack([np.ones(40), np.arange(40.0), normals(1, "b", range(40))])
    y = (np.arange(40) >= 20) * 1.0
    with pytest.raises(
        BadInput, match=r"age: .* is separated by 'age': 40 of 40 rows are like no row of the other kind"
    ):
        fit_logistic(y, x, ["one", "age", "b"])
    made = fit_logistic(y, x, ["one", "age", "b"], ridge=1.0)  # a penalty has an answer
    assert np.isfinite(made.beta).all()


def test_separation_by_one_value_alone_is_found():
    """All rows with the rare flag are 1: its slope has no finite answer, though the others have one."""
    x, y, _ = drawn(2)
    flag = np.zeros(len(y))
    flag[:7] = 1.0
    y[:7] = 1.0
    with pytest.raises(BadInput, match=r"separated by 'flag': 7 of 300 rows"):
        fit_logistic(y, np.column_stack([x, flag]), ["one", "a", "b", "c", "flag"])


def test_nearly_separated_is_not_separated():
    x = np.column_stack([np.ones(60), np.arange(60.0)])
    y = (np.arange(60) >= 30) * 1.0
    y[[29, 30]] = 1.0, 0.0
    made = fit_logistic(y, x, ["one", "age"])
    oracle = sm.Logit(y, x).fit(disp=0, maxiter=200, tol=1e-12)
    assert made.beta == pytest.approx(oracle.params, rel=1e-5)
