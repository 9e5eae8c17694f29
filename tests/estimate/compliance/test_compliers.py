"""Are effects on compliers, and what is said of them, the ratios and weights that their definitions ask for?"""

import numpy as np
import pytest
import statsmodels.api as sm

from liveloop.estimate.compliance.compliers import complier_characteristics
from liveloop.estimate.compliance.late import intention_to_treat, late
from liveloop.estimate.compliance.two_stage import two_stage_least_squares
from liveloop.estimate.randomised.difference import difference

TRIAL = {"treatment": "z", "uptake": "d"}


def drawn(rows=300, seed=0, always=0.2, direct=0.0):
    draw = np.random.default_rng(seed)
    z, kind, x = draw.integers(0, 2, rows), draw.random(rows), draw.normal(size=rows)
    d = np.where(kind < always, 1, np.where(kind > 0.7, 0, z))
    y = x + d + direct * z + (kind < 0.7) + draw.normal(size=rows)
    return {"y": y, "z": z, "d": d, "x": x, "w": draw.uniform(0.5, 2, rows), "cluster": np.arange(rows) // 6}


def test_late_is_one_difference_over_another():
    data = drawn()
    made = late(data, outcome="y", **TRIAL)
    y, d, z = data["y"], data["d"], data["z"]
    ratio = (y[z == 1].mean() - y[z == 0].mean()) / (d[z == 1].mean() - d[z == 0].mean())
    assert made.value == pytest.approx(ratio, rel=1e-10)
    assert made.diagnostics[0].value == pytest.approx(d[z == 1].mean() - d[z == 0].mean())
    assert made.counts["rows, 1, d 1"] == int(((z == 1) & (d == 1)).sum())


@pytest.mark.parametrize("more", [{}, {"clusters": "cluster"}, {"weights": "w"}])
def test_adjusted_late_is_one_adjusted_difference_over_another(more):
    data = drawn()
    made = late(data, outcome="y", **TRIAL, covariates=["x"], **more)
    ends = [difference(data, outcome=name, treatment="z", covariates=["x"], **more).value for name in ("y", "d")]
    assert made.value == pytest.approx(ends[0] / ends[1], rel=1e-10)
    added = late(data, outcome="y", **TRIAL, covariates=["x"], adjust="additive", correction="HC1", **more)
    plain = two_stage_least_squares(data, outcome="y", treatment="d", instrument="z", covariates=["x"],
                                    correction="HC1", **more)  # fmt: skip
    assert (added.value, added.standard_error) == pytest.approx((plain.value, plain.standard_error), rel=1e-9)


def test_labels_and_control_are_honoured():
    data = drawn()
    named = {**data, "z": np.where(data["z"] == 1, "invited", "left alone"), "d": data["d"] == 1}
    plain = late(data, outcome="y", **TRIAL)
    made = late(named, outcome="y", **TRIAL, control="left alone")
    assert made.value == pytest.approx(plain.value)
    assert "with z 'invited' and not with 'left alone'" in made.what
    turned = late(named, outcome="y", **TRIAL, control="invited")
    assert turned.value == pytest.approx(plain.value)
    assert "rarer in the treated arm" in turned.warnings[-1]


def test_who_the_effect_is_on_is_said():
    assert "compliers, who" in late(drawn(), outcome="y", **TRIAL).what
    one_sided = late(drawn(always=0.0), outcome="y", **TRIAL)
    assert "those who took it: nobody did with z 0" in one_sided.what
    assert not any("defiers" in one for one in one_sided.assumes)
    data = drawn()
    assert "all: everyone took" in late({**data, "d": data["z"]}, outcome="y", **TRIAL).what


def test_the_inequality_speaks_against_an_assignment_that_acts_by_itself():
    def told(data):
        return next(one for one in late(data, outcome="y", **TRIAL).diagnostics if one.name == "instrument inequality")

    assert told(drawn(rows=2000)).holds
    assert told(drawn(rows=2000, direct=2.0)).holds is False
    held = [told(drawn(seed=seed)).holds for seed in range(60)]
    assert sum(held) >= 57


def test_intention_to_treat_is_the_difference_by_assignment():
    data = drawn()
    made = intention_to_treat(data, outcome="y", **TRIAL, clusters="cluster", level=0.9)
    plain = difference(data, outcome="y", treatment="z", clusters="cluster", level=0.9)
    assert (made.value, made.low, made.high, made.df) == (plain.value, plain.low, plain.high, plain.df)
    assert made.what == "effect of being assigned to z on y, taken or not"
    assert "not the effect of taking it" in made.warnings[-1]


def test_nothing_is_found_where_nothing_is():
    found = []
    for seed in range(50):
        data = {**drawn(seed=seed), "y": np.random.default_rng(1000 + seed).normal(size=300)}
        made = complier_characteristics(data, **TRIAL, outcome="y", covariates=["x"])
        found.append([late(data, outcome="y", **TRIAL).excludes_zero, made["effect, compliers"].excludes_zero,
                      made["x, compliers minus everyone"].excludes_zero])  # fmt: skip
    assert np.sum(found, axis=0).max() <= 7  # of 50 at 5 %: more than 7 once in 200


def test_shares_and_means_are_those_of_their_definitions():
    data = drawn(rows=400)
    z, d, x, y = (data[name] for name in "zdxy")
    made = complier_characteristics(data, **TRIAL, covariates=["x"], outcome="y")
    assert made["always-takers"].value == pytest.approx(d[z == 0].mean())
    assert made["never-takers"].value == pytest.approx(1 - d[z == 1].mean())
    assert made["compliers"].value == pytest.approx(d[z == 1].mean() - d[z == 0].mean())
    assert made["x, always-takers"].value == pytest.approx(x[(z == 0) & (d == 1)].mean())
    assert made["x, never-takers"].value == pytest.approx(x[(z == 1) & (d == 0)].mean())
    p = z.mean()
    kappa = 1 - d * (1 - z) / (1 - p) - (1 - d) * z / p
    assert made["x, compliers"].value == pytest.approx((kappa * x).sum() / kappa.sum())
    for name, column, taken in (("outcome with it", y * d, d), ("outcome without it", y * (1 - d), 1 - d)):
        one = two_stage_least_squares({"c": column, "t": taken, "z": z}, outcome="c", treatment="t", instrument="z",
                                      correction="HC0")  # fmt: skip
        mean = made[f"{name}, compliers"]
        assert mean.value == pytest.approx(one.value)
        assert mean.standard_error == pytest.approx(one.standard_error * np.sqrt(400 / 399), rel=1e-8)
    wald = late(data, outcome="y", **TRIAL, correction="HC0")
    assert made["effect, compliers"].value == pytest.approx(wald.value)
    assert made["effect, compliers"].standard_error == pytest.approx(wald.standard_error * np.sqrt(400 / 399), rel=1e-8)


@pytest.mark.parametrize("given", [(), ("x",)])
@pytest.mark.parametrize("clusters", [None, "cluster"])
def test_errors_are_what_each_row_moves(given, clusters):
    """The covariance is that of the derivatives of each value with respect to each row's weight, taken by hand."""
    data = drawn(rows=60, seed=4)
    parts = {**TRIAL, "covariates": ["x"], "outcome": "y", "given": given, "clusters": clusters, "weights": "w"}

    def values(weights):
        return np.array([one.value for one in complier_characteristics({**data, "w": weights}, **parts).rows.values()])

    step = 1e-5
    slopes = np.array([(values(data["w"] + step * row) - values(data["w"] - step * row)) / (2 * step)
                       for row in np.eye(60)])  # fmt: skip
    moved = slopes * data["w"][:, None]
    units = 60
    if clusters:
        moved, units = np.add.reduceat(moved, np.arange(0, 60, 6)), 10
    made = complier_characteristics(data, **parts)
    assert np.allclose(made.covariance, moved.T @ moved * units / (units - 1), rtol=1e-5, atol=1e-9)
    assert made["compliers"].df == units - 1


def test_a_chance_that_depends_on_a_covariate_is_a_logit():
    data = drawn(rows=500)
    draw = np.random.default_rng(2)
    data["z"] = (draw.random(500) < 1 / (1 + np.exp(-data["x"]))).astype(int)
    data["d"] = np.where(draw.random(500) < 0.6, data["z"], 0)
    p = sm.Logit(data["z"], sm.add_constant(data["x"])).fit(disp=0).predict()
    z, d, x = data["z"], data["d"], data["x"]
    kappa = 1 - d * (1 - z) / (1 - p) - (1 - d) * z / p
    made = complier_characteristics(data, **TRIAL, covariates=["x"], given=["x"])
    assert made["x, compliers"].value == pytest.approx((kappa * x).sum() / kappa.sum(), rel=1e-6)
    assert "x, always-takers" not in made.rows
