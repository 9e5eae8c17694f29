"""Are value, every standard error and df those of brute-force matrices, of statsmodels, of refits without a cluster?"""

import numpy as np
import pytest
import statsmodels.api as sm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.linear import fit_rows, fit_sums


def drawn(seed=1, rows=200, groups=9):
    chance = stream(seed, "linear")
    cluster = chance.integers(0, groups, rows)
    x = chance.standard_normal(rows) + 0.3 * cluster
    t = (cluster % 2).astype(float)
    y = 1 + 0.5 * t + x + chance.standard_normal(groups)[cluster] + chance.standard_normal(rows) * (1 + t)
    return y, np.column_stack([np.ones(rows), t, x]), cluster


NAMES = ("one", "t", "x")


@pytest.mark.parametrize("name", ["iid", "HC0", "HC1", "HC2", "HC3", "CR1"])
@pytest.mark.parametrize("weighted", [False, True])
def test_as_statsmodels(name, weighted):
    y, x, cluster = drawn()
    weights = 0.5 + stream(2, "weights").random(len(y)) if weighted else None
    fit = fit_rows(y, x, NAMES, clusters=cluster, weights=weights)
    model = sm.WLS(y, x, weights=1.0 if weights is None else weights)
    kinds = {"iid": {"cov_type": "nonrobust"}, "CR1": {"cov_type": "cluster", "cov_kwds": {"groups": cluster}}}
    oracle = model.fit(**kinds.get(name, {"cov_type": name}))
    assert fit.beta == pytest.approx(oracle.params, rel=1e-9)
    for at, parameter in enumerate(NAMES):
        assert fit.error(fit.contrast(parameter), name) == pytest.approx(oracle.bse[at], rel=1e-8)


def root(matrix, power):
    own, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.where(own > 1e-9, own, 1.0) ** power) @ vectors.T


@pytest.mark.parametrize(("name", "power"), [("CR2", -0.5), ("CR3", -1.0)])
def test_as_the_matrices_of_the_paper(name, power):
    y, x, cluster = drawn()
    fit = fit_rows(y, x, NAMES, clusters=cluster)
    bread = np.linalg.inv(x.T @ x)
    hat, residual = x @ bread @ x.T, y - x @ bread @ x.T @ y
    scores, pressed = [], []
    for group in range(9):
        mine = np.flatnonzero(cluster == group)
        adjust = root(np.eye(len(mine)) - hat[np.ix_(mine, mine)], power)
        scores.append(x[mine].T @ adjust @ residual[mine])
        full = np.zeros(len(y))
        full[mine] = adjust @ x[mine] @ bread[:, 1]
        pressed.append((np.eye(len(y)) - hat) @ full)
    covariance = bread @ np.array(scores).T @ np.array(scores) @ bread
    assert fit.covariance(name) == pytest.approx(covariance, rel=1e-9)
    if name == "CR2":
        inner = np.array(pressed) @ np.array(pressed).T
        assert fit.freedom(fit.contrast("t"), "CR2") == pytest.approx(np.trace(inner) ** 2 / (inner**2).sum(), rel=1e-9)


def test_cr3_is_the_jackknife():
    y, x, cluster = drawn()
    fit = fit_rows(y, x, NAMES, clusters=cluster)
    without = [np.linalg.lstsq(x[cluster != group], y[cluster != group])[0] - fit.beta for group in range(9)]
    assert fit.covariance("CR3") == pytest.approx(np.array(without).T @ np.array(without), rel=1e-9)


def test_hc2_is_welch_for_two_arms():
    y = np.array([1.0, 2.0, 4.0, 7.0, 1.0])
    x = np.column_stack([np.ones(5), [0, 0, 0, 1, 1]])
    fit = fit_rows(y, x, ("one", "t"))
    error = (y[:3].var(ddof=1) / 3 + y[3:].var(ddof=1) / 2) ** 0.5
    assert fit.error(fit.contrast("t"), "HC2") == pytest.approx(error, rel=1e-12)


@pytest.mark.parametrize("groups", [9, 2_000])  # by the spectrum, and by the series where leverage is small
def test_sums_give_what_rows_give(groups):
    y, x, cluster = drawn(rows=6_000, groups=groups)
    x[:, 1] = stream(4, "arm").random(6_000) < 0.5
    x[:, 2] = stream(5, "x").standard_normal(6_000)
    rows = fit_rows(y, x, NAMES, clusters=cluster)
    kept = np.unique(cluster)
    crossed = np.array([x[cluster == one].T @ x[cluster == one] for one in kept])
    moment = np.array([x[cluster == one].T @ y[cluster == one] for one in kept])
    sums = fit_sums(crossed, moment, float(y @ y), len(y), NAMES)
    contrast = rows.contrast("t")
    for name in ("iid", "CR0", "CR1", "CR2", "CR3"):
        assert sums.error(contrast, name) == pytest.approx(rows.error(contrast, name), rel=1e-9)
        assert sums.freedom(contrast, name) == pytest.approx(rows.freedom(contrast, name), rel=1e-9)


def test_series_and_spectrum_agree(monkeypatch):
    y, x, cluster = drawn(rows=6_000, groups=2_000)
    x[:, 1:] = stream(5, "x").standard_normal((6_000, 2))
    series = fit_rows(y, x, NAMES, clusters=cluster)
    monkeypatch.setattr("liveloop.estimate.linear._SMALL", 0.0)
    spectrum = fit_rows(y, x, NAMES, clusters=cluster)
    contrast = series.contrast("x")
    for name in ("CR2", "CR3"):
        assert series.error(contrast, name) == pytest.approx(spectrum.error(contrast, name), rel=1e-12)
        assert series.freedom(contrast, name) == pytest.approx(spectrum.freedom(contrast, name), rel=1e-12)


def test_a_cluster_that_settles_a_parameter_alone_breaks_nothing():
    y, x, cluster = drawn()
    x = np.column_stack([x, cluster == 4])
    fit = fit_rows(y, x, (*NAMES, "fourth"), clusters=cluster)
    assert np.isfinite(fit.error(fit.contrast("t"), "CR2"))
    assert fit.error(fit.contrast("fourth"), "CR0") >= 0


@pytest.mark.parametrize("fitted", ["rows", "sums"])
def test_collinear_columns_are_named(fitted):
    y, x, cluster = drawn()
    x = np.column_stack([x, x[:, 1] - 2 * x[:, 0]])
    names = (*NAMES, "again")
    with pytest.raises(BadInput, match=r"again.*collinearity"):
        if fitted == "rows":
            fit_rows(y, x, names, clusters=cluster)
        else:
            fit_sums(x[:, :, None] * x[:, None, :], x * y[:, None], float(y @ y), len(y), names)


def test_more_parameters_than_rows_are_refused():
    with pytest.raises(BadInput, match="2 rows for 3 parameters"):
        fit_rows(np.ones(2), np.ones((2, 3)), NAMES)


def test_a_correction_by_clusters_needs_them():
    y, x, _ = drawn()
    with pytest.raises(BadInput, match="no correction 'CR2' here"):
        fit_rows(y, x, NAMES).covariance("CR2")
