"""Do sets, strength and tF of weak instruments agree with brute force, closed forms and printed tables?"""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.linalg import eigh
from scipy.stats import f as fisher

from liveloop.base.errors import BadInput
from liveloop.estimate.compliance.anderson_rubin import anderson_rubin, anderson_rubin_test
from liveloop.estimate.compliance.confidence_set import invert
from liveloop.estimate.compliance.instruments import first_stage, weak_instruments
from liveloop.estimate.compliance.reduced import Reduced
from liveloop.estimate.compliance.replicate_sets import KINDS, many_anderson_rubin
from liveloop.estimate.compliance.strength import effective_f
from liveloop.estimate.compliance.two_stage import two_stage_least_squares
from liveloop.estimate.compliance.valid_t import tf_interval, valid_critical


def drawn(instruments=1, strength=0.3, rows=200, seed=0, treatments=1):
    draw = np.random.default_rng(seed)
    z, u = draw.normal(size=(rows, instruments)), draw.normal(size=rows)
    d = strength * z @ draw.uniform(0.5, 1, (instruments, treatments)) + 0.9 * u[:, None]
    d = d + 0.4 * draw.normal(size=d.shape)
    y = u * (1 + 0.5 * np.abs(z[:, 0])) + draw.normal(size=rows) * 0.4
    named = {f"z{at}": z[:, at] for at in range(instruments)} | {f"d{at}": d[:, at] for at in range(treatments)}
    return {"y": y, "x": draw.normal(size=rows), "cluster": np.arange(rows) // 8, **named}


def z_of(count):
    return [f"z{at}" for at in range(count)]


def f_of(data, instruments, effect, kind):
    """Give the F of the instruments in a regression of what is left of the outcome, by statsmodels."""
    x = sm.add_constant(np.column_stack([data["x"], *(data[name] for name in instruments)]))
    more = {"iid": {"cov_type": "nonrobust"}, "HC1": {"cov_type": "HC1"}, "HC3": {"cov_type": "HC3"},
            "CR1": {"cov_type": "cluster", "cov_kwds": {"groups": data["cluster"]}}}[kind]  # fmt: skip
    fitted = sm.OLS(data["y"] - effect * data["d0"], x).fit(use_t=True, **more)
    count = len(instruments)
    values, within = fitted.params[-count:], fitted.cov_params()[-count:, -count:]
    return float(values @ np.linalg.solve(within, values) / count), fitted.nobs - x.shape[1]


@pytest.mark.parametrize("kind", ["iid", "HC1", "HC3", "CR1"])
@pytest.mark.parametrize(("count", "strength"), [(1, 0.3), (1, 0.05), (3, 0.2), (3, 0.02), (5, 0.05)])
def test_the_set_is_where_the_test_does_not_reject(kind, count, strength):
    data = drawn(count, strength, seed=count)
    made = anderson_rubin(data, outcome="y", treatment="d0", instrument=z_of(count), covariates=["x"],
                          clusters="cluster", correction=kind)  # fmt: skip
    below = 24 if kind == "CR1" else 200 - 2 - count
    bound = fisher.ppf(0.95, count, below)
    for end in (end for piece in made.pieces for end in piece if math.isfinite(end)):
        assert f_of(data, z_of(count), end, kind)[0] == pytest.approx(bound, rel=1e-6)
    for effect in (-50, -3, -1, -0.2, 0, 0.3, 0.8, 1, 2, 7, 90):
        assert made.holds(effect) == (f_of(data, z_of(count), effect, kind)[0] <= bound)
    assert made.p_value == pytest.approx(fisher.sf(f_of(data, z_of(count), 0.0, kind)[0], count, below), rel=1e-6)
    assert (made.low, made.high) == (made.pieces[0][0], made.pieces[-1][1])


def test_the_picture_leaves_out_what_is_excluded():
    made = anderson_rubin(drawn(1, 0.08, seed=7), outcome="y", treatment="d0", instrument="z0")
    assert made.kind == "two rays"
    pieces = [line.get_xdata() for line in made.plot().lines if len(line.get_xdata()) == 2 and line.get_ydata()[0] == 0]
    assert (pieces[-2][1], pieces[-1][0]) == (made.pieces[0][1], made.pieces[1][0])


def of_one(outcome, treatment, across=0.0):
    one = np.ones((1, 1))
    return Reduced(np.array([outcome]), np.array([treatment]), one, across * one, one, 100.0)


@pytest.mark.parametrize(
    ("outcome", "treatment", "kind"),
    [(3.0, 5.0, "interval"), (3.0, 1.0, "two rays"), (1.0, 1.0, "whole line")],
)
def test_kinds_of_sets_with_one_instrument(outcome, treatment, kind):
    made = invert(of_one(outcome, treatment), 3.84)
    assert made.kind == kind
    bound = sorted(np.roots([treatment**2 - 3.84, -2 * outcome * treatment, outcome**2 - 3.84]).real)
    if kind == "interval":
        assert made.pieces[0] == pytest.approx(tuple(bound))
    if kind == "two rays":
        assert (made.pieces[0][1], made.pieces[1][0]) == pytest.approx(tuple(bound))
        assert not made.holds(sum(bound) / 2)


def test_instruments_that_contradict_each_other_leave_nothing():
    data = drawn(2, 0.8, rows=400)
    data["y"] = data["y"] + 3 * data["z0"] - 3 * data["z1"]
    made = anderson_rubin(data, outcome="y", treatment="d0", instrument=["z0", "z1"])
    assert (made.kind, made.pieces, made.low, made.high) == ("empty", (), math.inf, -math.inf)
    assert "contradict" in made.warnings[0]
    assert made.excludes_zero
    assert made.to_dict()["low"] is None
    assert "empty" in str(made)
    assert len(made.plot().lines) == 2  # the value and no effect
    assert "no effect is compatible" in made._repr_html_()


def test_one_instrument_and_few_clusters_keep_satterthwaites_df():
    data = drawn(1, 1.0)
    made = anderson_rubin(data, outcome="y", treatment="d0", instrument="z0", clusters="cluster")
    assert made.correction == "CR2"
    assert 10 < made.df < 24
    assert made.holds(made.value)


def test_several_treatments_are_tested_together():
    data = drawn(3, 0.5, treatments=2)
    effects = {"d0": 0.2, "d1": -0.1}
    made = anderson_rubin_test(data, outcome="y", treatment=["d0", "d1"], instrument=z_of(3), covariates=["x"],
                               effects=effects, correction="HC1")  # fmt: skip
    left = {**data, "y": data["y"] - 0.2 * data["d0"] + 0.1 * data["d1"]}
    statistic, below = f_of(left, z_of(3), 0.0, "HC1")
    assert made.statistic == pytest.approx(statistic, rel=1e-8)
    assert made.p_value == pytest.approx(fisher.sf(statistic, 3, below), rel=1e-8)
    with pytest.raises(BadInput, match="effects"):
        anderson_rubin_test(data, outcome="y", treatment=["d0", "d1"], instrument=z_of(3), effects={"d0": 1.0})


def test_replicates_have_the_sets_of_single_fits():
    draw = np.random.default_rng(3)
    z = draw.normal(size=(6, 120))
    u = draw.normal(size=(6, 120))
    d = np.array([0.02, 0.05, 0.1, 0.2, 0.5, 1.0])[:, None] * z + u
    y, x = u + draw.normal(size=(6, 120)), draw.normal(size=120)
    starts = np.arange(0, 120, 6)
    for more, kind in (({"starts": starts}, "CR1"), ({}, "HC1")):
        made = many_anderson_rubin(y, d, z, covariates=x[:, None], **more)
        for at in range(6):
            data = {"y": y[at], "d": d[at], "z": z[at], "x": x, "cluster": np.arange(120) // 6}
            one = anderson_rubin(data, outcome="y", treatment="d", instrument="z", covariates=["x"],
                                 clusters="cluster", correction=kind)  # fmt: skip
            assert KINDS[made.kind[at]] == one.kind
            assert made.value[at] == pytest.approx(one.value)
            assert (made.low[at], made.high[at]) == pytest.approx((one.low, one.high))
            for effect in (-2.0, 0.0, 1.0):
                assert bool(made.holds(effect)[at]) == one.holds(effect)


def test_the_sets_hold_their_level_however_weak_the_instrument():
    draw = np.random.default_rng(5)
    z = draw.normal(size=(3000, 150))
    u = draw.normal(size=(3000, 150))
    made = many_anderson_rubin(u, 0.05 * z + u, z)
    assert 0.94 < made.holds(0.0).mean() < 0.96
    assert (made.kind != 0).mean() > 0.5


def test_strength_is_that_of_eigenvalues_and_regressions():
    data = drawn(4, 0.4, treatments=2, seed=8)
    parts = {"outcome": "y", "treatment": ["d0", "d1"], "instrument": z_of(4), "covariates": ["x"]}
    made = weak_instruments(data, **parts, correction="iid")
    x = sm.add_constant(data["x"])
    out = np.eye(200) - x @ np.linalg.pinv(x)
    z = out @ np.column_stack([data[name] for name in z_of(4)])
    d = out @ np.column_stack([data["d0"], data["d1"]])
    moved = z @ np.linalg.lstsq(z, d, rcond=None)[0]
    left = d - moved
    least = eigh(moved.T @ moved, left.T @ left / (200 - 2 - 4), eigvals_only=True)[0] / 4
    assert made.cragg_donald == pytest.approx(least, rel=1e-8)
    assert made.kleibergen_paap == pytest.approx(least, rel=1e-8)
    for name, other in (("d0", "d1"), ("d1", "d0")):
        full = sm.OLS(data[name], np.column_stack([x, z])).fit()
        assert made.f[name] == pytest.approx(full.compare_f_test(sm.OLS(data[name], x).fit())[0], rel=1e-8)
        slope = two_stage_least_squares(data, outcome=name, treatment=other, instrument=z_of(4), covariates=["x"]).value
        rest = sm.OLS(data[name] - slope * data[other], np.column_stack([x, z])).fit()
        alone = sm.OLS(data[name] - slope * data[other], x).fit()
        assert made.conditional_f[name] == pytest.approx(rest.compare_f_test(alone)[0] * 4 / 3, rel=1e-8)


def test_kleibergen_and_paap_do_not_care_how_treatments_are_combined():
    data = drawn(3, 0.4, treatments=2, seed=9)
    parts = {"outcome": "y", "treatment": ["d0", "d1"], "instrument": z_of(3), "clusters": "cluster"}
    made = weak_instruments(data, **parts, correction="CR1")
    data["d0"], data["d1"] = 2 * data["d0"] + data["d1"], data["d0"] - 3 * data["d1"]
    data["z0"] = 5 * data["z0"] - data["z2"]
    assert weak_instruments(data, **parts, correction="CR1").kleibergen_paap == pytest.approx(made.kleibergen_paap)
    one = weak_instruments(data, outcome="y", treatment="d0", instrument=z_of(3), clusters="cluster", correction="CR1")
    assert one.kleibergen_paap == one.f["d0"]


def test_kleibergen_and_paap_have_their_law_where_one_combination_is_not_moved():
    found = []
    for seed in range(150):
        draw = np.random.default_rng(seed)
        z, e = draw.normal(size=(300, 3)), draw.normal(size=(300, 2))
        scale = np.sqrt(0.5 + z[:, :1] ** 2)
        moved = z @ [1.0, 0.5, 0.5]
        d = np.column_stack([moved, moved]) + scale * e  # the difference is not moved
        data = {"y": e[:, 0], "d0": d[:, 0], "d1": d[:, 1], **{f"z{at}": z[:, at] for at in range(3)}}
        made = weak_instruments(data, outcome="y", treatment=["d0", "d1"], instrument=z_of(3), correction="HC3")
        found.append(3 * made.kleibergen_paap)
    assert 1.6 < np.mean(found) < 2.4  # a chi-square of 2 df has mean 2, and 150 draws a deviation of 0.16


def test_critical_values_of_montiel_olea_and_pflueger():
    """Printed by their weakivtest for one effective instrument: 37.42, 23.11, 15.06, 12.04."""
    _, simple, full = effective_f(of_one(1.0, 3.0, 0.4), np.ones((1, 1)))
    assert [round(one, 2) for one in simple.values()] == [37.42, 23.11, 15.06, 12.05]
    assert simple == full


def test_the_worst_bias_is_the_worst_of_many_tried():
    draw = np.random.default_rng(0)
    root = draw.normal(size=(6, 6))
    whole = root @ root.T
    reduced = Reduced(np.ones(3), np.ones(3), whole[:3, :3], whole[:3, 3:], whole[3:, 3:], 99.0)
    _, simple, full = effective_f(reduced, np.eye(3), (0.1,))
    w1, w12, w2 = whole[:3, :3], whole[:3, 3:], whole[3:, 3:]
    worst = 0.0
    for effect in np.tan(np.linspace(-1.57, 1.57, 4001)):
        s12, s1 = w12 - effect * w2, w1 - effect * (w12 + w12.T) + effect**2 * w2
        own = np.linalg.eigvalsh((s12 + s12.T) / 2)
        largest = max(abs(np.trace(s12) - 2 * own[0]), abs(np.trace(s12) - 2 * own[-1]))
        worst = max(worst, largest / np.sqrt(np.trace(s1) * np.trace(w2)))
    assert 0.3 < worst < 1
    _, least, _ = effective_f(reduced, np.eye(3), (0.1 / worst,))  # the simple value has a worst bias of 1
    assert full[0.1] == pytest.approx(least[0.1 / worst], rel=1e-4)
    assert full[0.1] < simple[0.1]


def test_the_effective_f_of_even_errors_is_the_plain_f():
    data = drawn(3, 0.3)
    parts = {"treatment": "d0", "instrument": z_of(3), "covariates": ["x"], "correction": "iid"}
    made = weak_instruments(data, outcome="y", **parts)
    assert made.effective_f == pytest.approx(made.f["d0"])
    assert first_stage(data, **parts).diagnostics[0].value == pytest.approx(made.f["d0"])
    assert first_stage(data, **parts).diagnostics[1].value == pytest.approx(made.partial_r2["d0"])


def test_critical_values_of_the_t_ratio():
    """Lee, McCrary, Moreira and Porter (2022), figure 3 and table 3: by root of F at 5 %; factors by F at 1 %."""
    printed = {2.0: 18.66, 2.1: 9.74, 2.5: 4.92, 3.0: 3.65, 3.5: 3.11, 4.0: 2.80, 5.0: 2.46, 6.0: 2.27, 8.0: 2.08}
    for root, critical in printed.items():  # they are rounded up
        assert critical - 0.0125 < valid_critical(root**2) < critical + 0.005
    assert round(valid_critical(10.0), 2) == 3.43
    assert valid_critical(104.67) == pytest.approx(1.96, abs=1e-3)
    assert valid_critical(103) > valid_critical(105) == valid_critical(500)
    assert valid_critical(3.8) == math.inf
    for f, factor in {10.904: 3.065, 25.399: 1.678, 48.511: 1.357, 128.950: 1.136, 252.342: 1.059}.items():
        assert factor - 0.003 < valid_critical(f, 0.99) / 2.5758 < factor + 0.0005


@pytest.mark.parametrize("centre", [1.0, 3.0, 6.0, 12.0])
def test_the_t_ratio_keeps_its_level_in_the_worst_case(centre):
    places = np.linspace(centre - 6, centre + 6, 3_001)
    density = np.exp(-((places - centre) ** 2) / 2) / np.sqrt(2 * np.pi)
    ratio = np.abs(places * (places - centre) / centre)
    critical = np.array([valid_critical(one**2) for one in places])
    rejected = float((density * (ratio > critical)).sum() * (places[1] - places[0]))
    assert rejected <= 0.0505
    assert rejected > 0.0485 or centre > 10


def test_the_tf_interval_is_the_factor_times_the_error():
    data = drawn(1, 0.4)
    made = tf_interval(data, outcome="y", treatment="d0", instrument="z0", correction="HC1")
    wald = two_stage_least_squares(data, outcome="y", treatment="d0", instrument="z0", correction="HC1")
    f = first_stage(data, treatment="d0", instrument="z0", correction="HC1").diagnostics[0].value
    assert made.standard_error == pytest.approx(wald.standard_error)
    assert made.high - made.value == pytest.approx(valid_critical(f) * wald.standard_error)
    nothing = tf_interval(drawn(1, 0.0), outcome="y", treatment="d0", instrument="z0")
    assert (nothing.low, nothing.high) == (-math.inf, math.inf)
    assert "no interval of finite length" in nothing.warnings[0]
