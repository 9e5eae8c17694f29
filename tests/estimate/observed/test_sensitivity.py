"""Does a sensitivity analysis say what something hidden would really do?"""

import numpy as np
import pytest
from scipy.stats import binom, wilcoxon

from liveloop.base.errors import BadInput
from liveloop.base.seeds import normals
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.observed.evalue import bias_factor, e_value, strength
from liveloop.estimate.observed.omitted import adjusted, omitted_confounder, partial_r2, robustness_value
from liveloop.estimate.observed.rosenbaum import effect_bounds, rosenbaum_bounds
from liveloop.estimate.result import normal_estimate


def drawn(seed=1, rows=200):
    ids = np.arange(rows)
    x, z = normals(seed, "x", ids), normals(seed, "z", ids)
    dose = x + 0.5 * z + normals(seed, "dose", ids)
    return {"y": 0.5 * dose + x - z + normals(seed, "y", ids), "dose": dose, "x": x, "z": z}


OPTIONS = {"outcome": "y", "treatment": "dose", "covariates": ["x", "z"]}


def left(column, *given):
    base = np.column_stack([np.ones(len(column)), *given])
    return column - base @ np.linalg.lstsq(base, column, rcond=None)[0]


def confounder(data, with_treatment, with_outcome):
    """Make a column with exactly these partial R2, that draws the effect toward 0."""
    rest = left(data["y"], data["x"], data["z"], data["dose"])
    dose = left(data["dose"], data["x"], data["z"])
    free = left(normals(9, "free", range(len(rest))), data["x"], data["z"], data["dose"], rest)
    unit = [one / np.linalg.norm(one) for one in (dose, rest, free)]
    by_dose = np.sqrt(with_treatment)  # of the confounder's own length
    by_rest = np.sqrt(with_outcome * (1 - with_treatment))
    return by_dose * unit[0] + by_rest * unit[1] + np.sqrt(1 - by_dose**2 - by_rest**2) * unit[2]


@pytest.mark.parametrize("shares", [(0.1, 0.2), (0.3, 0.05), (0.0, 0.4), (0.5, 0.9)])
def test_the_adjusted_estimate_is_that_of_the_regression_with_the_confounder(shares):
    data = drawn()
    made = adjusted(omitted_confounder(data, **OPTIONS).estimate, *shares)
    design = np.column_stack([np.ones(200), data["x"], data["z"], data["dose"], confounder(data, *shares)])
    fit = fit_rows(data["y"], design, ["one", "x", "z", "dose", "hidden"])
    contrast = fit.contrast("dose")
    assert made.value == pytest.approx(fit.beta[3], rel=1e-9)
    assert made.standard_error == pytest.approx(fit.error(contrast, "iid"), rel=1e-9)
    assert made.df == fit.freedom(contrast, "iid")


def test_the_robustness_value_brings_the_effect_to_nothing():
    plain = omitted_confounder(drawn(), **OPTIONS)
    assert adjusted(plain.estimate, plain.robustness, plain.robustness).value == pytest.approx(0, abs=1e-12)
    at_end = adjusted(plain.estimate, plain.robustness_interval, plain.robustness_interval)
    assert at_end.low == pytest.approx(0, abs=2e-3)  # the published formula keeps the critical value of one df less
    half = omitted_confounder(drawn(), q=0.5, **OPTIONS)
    moved = adjusted(plain.estimate, half.robustness, half.robustness)
    assert moved.value == pytest.approx(plain.estimate.value / 2)
    assert adjusted(plain.estimate, plain.partial_r2, 1.0).value == pytest.approx(0, abs=1e-12)


def test_a_benchmark_bounds_a_confounder_as_strong_as_it():
    """Leave a covariate out that is as strong as one kept and independent of it: the bound brings the effect back."""
    ids = np.arange(20_000)
    x, z = normals(1, "x", ids), normals(1, "z", ids)
    dose = x + z + 2 * normals(1, "dose", ids)
    data = {"y": 0.5 * dose + x + z + normals(1, "y", ids), "dose": dose, "x": x}
    made = omitted_confounder(data, outcome="y", treatment="dose", covariates=["x"], benchmarks=["x"], times=[1.0])
    assert made.estimate.value > 0.65
    assert made.bounds[0].adjusted.value == pytest.approx(0.5, abs=0.03)
    assert "1 x x" in str(made)
    assert made.to_dict()["bounds"][0]["adjusted"]["df"] == made.estimate.df - 1


def test_robustness_has_its_ends():
    assert robustness_value(0.0, 50) == 0.0
    assert robustness_value(1.0, 50, level=0.95) == 0.0
    assert robustness_value(1e6, 50) == pytest.approx(1.0, abs=1e-6)
    assert robustness_value(40.0, 4, level=0.95) < robustness_value(40.0, 4)  # the outcome's share alone decides there
    assert partial_r2(-3.0, 100) == partial_r2(3.0, 100)


def test_what_cannot_be_is_refused():
    with pytest.raises(BadInput, match="nothing can be 2 times as strong as 'x'"):
        omitted_confounder(drawn(), benchmarks=["x"], **OPTIONS)
    with pytest.raises(BadInput, match="'age' in benchmarks is no covariate"):
        omitted_confounder(drawn(), benchmarks=["age"], **OPTIONS)
    plain = omitted_confounder(drawn(), **OPTIONS).estimate
    for shares, where in (((1.0, 0.5), "with_treatment"), ((0.5, 1.1), "with_outcome")):
        with pytest.raises(BadInput, match=where):
            adjusted(plain, *shares)
    with pytest.raises(BadInput, match="no standard error with a df"):
        adjusted(normal_estimate("a mean", 1.0, 0.5), 0.1, 0.1)


@pytest.mark.parametrize("ratio", [1.2, 2.0, 7.0])
def test_a_confounder_of_the_e_value_explains_all_away(ratio):
    assert bias_factor(strength(ratio), strength(ratio)) == pytest.approx(ratio)
    assert e_value(ratio).value == pytest.approx(e_value(1 / ratio).value)
    assert e_value(ratio, null=ratio).value == pytest.approx(1.0)


def test_scales_are_made_into_risk_ratios():
    assert e_value(4.0, scale="odds ratio").risk_ratio == pytest.approx(2.0)
    assert e_value(4.0, scale="odds ratio", rare=True).risk_ratio == 4.0
    assert e_value(0.56, scale="hazard ratio").risk_ratio == pytest.approx(
        (1 - 0.5 ** np.sqrt(0.56)) / (1 - 0.5 ** np.sqrt(1 / 0.56)))  # fmt: skip
    made = e_value(-0.42, scale="mean difference", spread=1.0, standard_error=0.14)
    assert made.risk_ratio == pytest.approx(np.exp(-0.91 * 0.42))
    assert made.high == pytest.approx(np.exp(-0.91 * (0.42 - 1.959964 * 0.14)))
    assert (
        e_value(8.4, scale="mean difference", spread=2.0).value
        == e_value(4.2, scale="mean difference", spread=1.0).value
    )
    assert e_value(1.5, 0.9, 2.5).interval == 1.0  # the interval holds 1 already
    assert e_value(1.5).interval is None
    assert e_value(2.0, 1.5, 3.0, null=1.8).interval == 1.0


def test_wrong_ratios_are_refused():
    for wrong in ({"estimate": -1.0}, {"estimate": 2.0, "low": 2.5}, {"estimate": 2.0, "high": 1.5},
                  {"estimate": 2.0, "scale": "slope"}, {"estimate": 2.0, "spread": 1.0},
                  {"estimate": 0.3, "scale": "mean difference"}, {"estimate": 2.0, "null": 0.0}):  # fmt: skip
        with pytest.raises(BadInput):
            e_value(**wrong)
    with pytest.raises(BadInput, match="below 1"):
        bias_factor(0.5, 2.0)


def test_without_bias_it_is_the_usual_test():
    gaps = normals(1, "gap", range(40)) + 0.3
    made = rosenbaum_bounds({"a": gaps, "b": np.zeros(40)}, treated="a", control="b", gammas=(1.0, 2.0))
    oracle = wilcoxon(gaps, alternative="greater", method="asymptotic", correction=False)
    assert made.rows[0].largest_p == pytest.approx(oracle.pvalue, rel=1e-9)
    assert made.rows[0].smallest_p == made.rows[0].largest_p
    assert made.rows[1].smallest_p < made.rows[0].largest_p < made.rows[1].largest_p
    sign = rosenbaum_bounds({"a": gaps, "b": np.zeros(40)}, treated="a", control="b", test="sign", gammas=(1.0, 3.0))
    assert sign.rows[0].largest_p == pytest.approx(binom.sf((gaps > 0).sum() - 1, 40, 0.5))
    assert sign.rows[1].largest_p == pytest.approx(binom.sf((gaps > 0).sum() - 1, 40, 0.75))
    less = rosenbaum_bounds({"a": np.zeros(40), "b": gaps}, treated="a", control="b", side="less", gammas=(1.0,))
    assert less.rows[0].largest_p == pytest.approx(made.rows[0].largest_p)
    assert less.rows[0].low_effect == pytest.approx(-made.rows[0].high_effect)


def test_the_strength_at_which_it_is_gone_is_where_the_p_value_is_alpha():
    gaps = normals(2, "gap", range(60)) + 0.8
    made = rosenbaum_bounds({"a": gaps, "b": np.zeros(60)}, treated="a", control="b", gammas=())
    again = rosenbaum_bounds({"a": gaps, "b": np.zeros(60)}, treated="a", control="b", gammas=(made.sensitivity,))
    assert again.rows[0].largest_p == pytest.approx(0.05, abs=1e-6)
    low, high = effect_bounds(gaps, made.sensitivity, 0.90)
    assert low == pytest.approx(0, abs=0.02)  # the sum of ranks has steps
    assert high > 0.8
    nothing = rosenbaum_bounds({"a": -gaps, "b": np.zeros(60)}, treated="a", control="b", gammas=())
    assert nothing.sensitivity == 1.0
    for_sure = rosenbaum_bounds(
        {"a": np.ones(400), "b": np.zeros(400)}, treated="a", control="b", test="sign", gammas=()
    )
    assert for_sure.sensitivity > 100


def test_pairs_that_say_nothing_are_refused():
    with pytest.raises(BadInput, match="'a' and 'b' are equal in all 3 pairs"):
        rosenbaum_bounds({"a": [1, 2, 3], "b": [1, 2, 3]}, treated="a", control="b")
    with pytest.raises(BadInput, match=r"gamma is 0\.5"):
        rosenbaum_bounds({"a": [1, 2, 4], "b": [1, 2, 3]}, treated="a", control="b", gammas=(0.5,))
