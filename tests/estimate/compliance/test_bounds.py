"""Are bounds as narrow as they can be and no narrower, and do their intervals cover?"""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import brentq, linprog
from scipy.stats import norm

from liveloop.estimate.compliance.balke_pearl import balke_pearl_bounds
from liveloop.estimate.compliance.lee import lee_bounds
from liveloop.estimate.compliance.manski import manski_bounds, missing_outcome_bounds
from liveloop.estimate.compliance.partial import imbens_manski, intersected
from liveloop.estimate.randomised.difference import difference


def chosen(rows=300, seed=0):
    draw = np.random.default_rng(seed)
    z, d = draw.integers(0, 3, rows), draw.integers(0, 2, rows)
    return {"y": draw.integers(0, 2, rows).astype(float), "d": d, "z": z, "w": draw.uniform(0.5, 2, rows),
            "cluster": np.arange(rows) // 5}  # fmt: skip


def test_worst_cases_are_those_of_filling_in():
    data = chosen()
    y, d = data["y"], data["d"]
    made = manski_bounds(data, outcome="y", treatment="d")
    ends = [np.where(d == 1, y, one).mean() - np.where(d == 0, y, 1 - one).mean() for one in (0, 1)]
    assert (made.lower, made.upper) == pytest.approx(tuple(ends))
    assert made.upper - made.lower == pytest.approx(1.0)
    assert made.low < made.lower < made.upper < made.high
    wide = manski_bounds(data, outcome="y", treatment="d", least=-1, most=3)
    assert wide.upper - wide.lower == pytest.approx(4.0)
    assert not made.warnings
    seen = manski_bounds({**data, "y": 2 * y - 5}, outcome="y", treatment="d")
    assert "taken from the data, -5 to -3" in seen.warnings[0]


def test_monotone_response_and_selection():
    data = chosen()
    y, d = data["y"], data["d"]
    mean, treated, rest = y.mean(), y[d == 1].mean(), y[d == 0].mean()

    def ends(**more):
        made = manski_bounds(data, outcome="y", treatment="d", **more)
        return made.lower, made.upper

    high = np.where(d == 1, y, 1).mean() - np.where(d == 0, y, 0).mean()
    low = np.where(d == 1, y, 0).mean() - np.where(d == 0, y, 1).mean()
    assert ends(response="positive") == pytest.approx((0, high))
    assert ends(response="negative") == pytest.approx((low, 0))
    assert ends(selection="positive") == pytest.approx((low, treated - rest))
    assert ends(selection="negative") == pytest.approx((treated - rest, high))
    assert ends(response="positive", selection="positive") == pytest.approx((0, treated - rest))
    assert ends(response="positive", selection="negative") == pytest.approx(
        (max(0, max(mean, treated) - min(mean, rest)), high))  # fmt: skip


def test_an_instrument_takes_the_best_of_its_values():
    data = chosen()
    y, d, z = data["y"], data["d"], data["z"]
    low = max(np.where(d == 1, y, 0)[z == a].mean() - np.where(d == 0, y, 1)[z == b].mean()
              for a, b in product(range(3), range(3)))  # fmt: skip
    made = manski_bounds(data, outcome="y", treatment="d", instrument="z")
    assert made.lower == pytest.approx(low)
    assert made.lower >= manski_bounds(data, outcome="y", treatment="d").lower
    assert made.low < made.lower
    assert made.lower_error is None


@pytest.mark.parametrize("defiers", [True, False])
@pytest.mark.parametrize("response", ["", "positive", "negative"])
def test_corners_give_what_the_linear_programme_gives(defiers, response):
    draw = np.random.default_rng(3)
    types = [(takes, has) for takes in product((0, 1), repeat=2) for has in product((0, 1), repeat=2)
             if (defiers or takes[0] <= takes[1]) and (has[0] <= has[1] or response != "positive")
             and (has[0] >= has[1] or response != "negative")]  # fmt: skip
    seen = np.array([[1.0 * (has[takes[z]] == y and takes[z] == d) for takes, has in types]
                     for z, y, d in product((0, 1), repeat=3)])  # fmt: skip
    for _ in range(6):
        counts = np.round(400 * seen @ draw.dirichlet(np.full(len(types), 0.4)))
        rows = [key for key, count in zip(product((0, 1), repeat=3), counts, strict=True) for _ in range(int(count))]
        z, y, d = np.array(rows).T
        if min(len(set(d)), len(set(y))) < 2:
            continue
        shares = np.array([((z == a) & (y == b) & (d == c)).sum() / (z == a).sum()
                           for a, b, c in product((0, 1), repeat=3)])  # fmt: skip
        for of, worth in (("effect", [has[1] - has[0] for _, has in types]), ("treated", [has[1] for _, has in types])):
            ends = [linprog(np.array(worth) * sign, A_eq=seen, b_eq=shares) for sign in (1, -1)]
            if not all(one.success for one in ends):  # rounded counts that no types make
                continue
            made = balke_pearl_bounds({"z": z, "y": y, "d": d}, outcome="y", treatment="z", uptake="d", of=of,
                                      defiers=defiers, response=response)  # fmt: skip
            assert (made.lower, made.upper) == pytest.approx((ends[0].fun, -ends[1].fun), abs=1e-7)


def test_shares_that_no_types_make_are_told():
    rows = [(0, 0, 1)] * 90 + [(0, 0, 0)] * 10 + [(1, 0, 0)] * 90 + [(1, 1, 1)] * 10  # untaken, y turns with z
    z, d, y = np.array(rows).T
    made = balke_pearl_bounds({"z": z, "y": y, "d": d}, outcome="y", treatment="z", uptake="d")
    assert made.diagnostics[0].value == pytest.approx(1.8)
    assert made.diagnostics[0].holds is False
    assert "bounds cross" in made.warnings[0]


def leaving(rows=400, seed=0, arm=1):
    """Draw two arms of which one keeps more of its rows."""
    draw = np.random.default_rng(seed)
    t, y = draw.integers(0, 2, rows), draw.normal(size=rows)
    there = draw.random(rows) < np.where(t == arm, 0.9, 0.6)
    cell, w, cluster = draw.integers(0, 2, rows), draw.uniform(0.5, 2, rows), np.arange(rows) // 5
    y = np.where(there, y + 0.5 * t, np.nan)
    return {"y": y, "t": t, "there": there.astype(int), "cell": cell, "w": w, "cluster": cluster}


@pytest.mark.parametrize("arm", [1, 0])
def test_lee_bounds_are_means_of_what_is_left_by_trimming(arm):
    data = leaving(arm=arm)
    y, t = data["y"], data["t"]
    full, less = (np.sort(y[(t == one) & ~np.isnan(y)]) for one in (arm, 1 - arm))
    kept = len(full) * (len(less) / (t != arm).sum()) / (len(full) / (t == arm).sum())
    whole, part = int(kept), kept - int(kept)
    bottom = (full[:whole].sum() + part * full[whole]) / kept
    top = (full[::-1][:whole].sum() + part * full[::-1][whole]) / kept
    expected = (bottom - less.mean(), top - less.mean()) if arm else (less.mean() - top, less.mean() - bottom)
    made = lee_bounds(data, outcome="y", treatment="t")
    assert (made.lower, made.upper) == pytest.approx(expected)
    assert made.diagnostics[1].value == pytest.approx(1 - kept / len(full))


def test_lee_errors_are_those_of_his_proposition_3():
    data = leaving(rows=4000)
    made = lee_bounds(data, outcome="y", treatment="t")
    y, t, s = data["y"], data["t"], data["there"]
    a0, share = s[t == 0].mean(), t.mean()
    p = 1 - a0 / s[t == 1].mean()
    treated, control = y[(t == 1) & (s == 1)], y[(t == 0) & (s == 1)]
    cut = np.quantile(treated, p)
    top = treated[treated >= cut]
    alpha = s[t == 1].mean()
    v = top.var() / (alpha * share * (1 - p)) + (cut - top.mean()) ** 2 * p / (alpha * share * (1 - p))
    vp = (1 - p) ** 2 * ((1 - a0 / (1 - p)) / (share * a0 / (1 - p)) + (1 - a0) / ((1 - share) * a0))
    v += ((cut - top.mean()) / (1 - p)) ** 2 * vp + control.var() / (a0 * (1 - share))
    assert made.upper_error == pytest.approx(np.sqrt(v / 4000), rel=2e-3)  # he has a quantile where we split a row


@pytest.mark.parametrize("more", [{}, {"tighten": "cell"}, {"clusters": "cluster", "tighten": "cell"}])
def test_lee_errors_are_what_each_row_moves(more):
    data = leaving(rows=80, seed=2)
    parts = {"outcome": "y", "treatment": "t", "weights": "w", **more}

    def ends(weights):
        made = lee_bounds({**data, "w": weights}, **parts)
        return np.array([made.lower, made.upper])

    step = 1e-6
    slopes = np.array(
        [(ends(data["w"] + step * row) - ends(data["w"] - step * row)) / (2 * step) for row in np.eye(80)]
    )
    moved, units = slopes * data["w"][:, None], 80
    if "clusters" in more:
        moved, units = np.add.reduceat(moved, np.arange(0, 80, 5)), 16
    made = lee_bounds(data, **parts)
    errors = np.sqrt((moved**2).sum(axis=0) * units / (units - 1))
    assert (made.lower_error, made.upper_error) == pytest.approx(tuple(errors), rel=1e-4)
    assert made.df == units - 1


def test_tightening_narrows_and_observed_says_who_is_there():
    data = leaving(rows=3000)
    data["cell"] = (np.nan_to_num(data["y"]) > 0.2).astype(int)
    wide, narrow = lee_bounds(data, outcome="y", treatment="t"), lee_bounds(data, outcome="y", treatment="t",
                                                                            tighten="cell")  # fmt: skip
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
    filled = {**data, "y": np.nan_to_num(data["y"], nan=99.0)}
    same = lee_bounds(filled, outcome="y", treatment="t", observed="there")
    assert (same.lower, same.upper, same.low) == (wide.lower, wide.upper, wide.low)


def test_with_nobody_missing_the_bounds_are_the_difference():
    draw = np.random.default_rng(0)
    data = {"y": draw.normal(size=200), "t": draw.integers(0, 2, 200)}
    plain = difference(data, outcome="y", treatment="t", correction="HC0")
    made = lee_bounds(data, outcome="y", treatment="t")
    assert (made.lower, made.upper) == pytest.approx((plain.value, plain.value))
    assert made.upper_error == pytest.approx(plain.standard_error * np.sqrt(200 / 199))
    assert made.high == pytest.approx(plain.value + 1.972 * made.upper_error, rel=1e-3)
    whole = missing_outcome_bounds(data, outcome="y", treatment="t")
    assert (whole.lower, whole.upper) == pytest.approx((plain.value, plain.value))


def test_missing_outcomes_are_filled_in_from_both_ends():
    data = leaving()
    filled = {**data, "y": np.nan_to_num(data["y"], nan=0.0)}
    made = missing_outcome_bounds(data, outcome="y", treatment="t", least=-5, most=5, weights="w")
    missing, t = np.isnan(data["y"]), data["t"]
    for end, low in ((made.lower, -5), (made.upper, 5)):
        y = np.where(missing, np.where(t == 1, low, -low), filled["y"])
        assert end == pytest.approx(difference({**data, "y": y}, outcome="y", treatment="t", weights="w").value)


@pytest.mark.parametrize(("apart", "level"), [(0.0, 0.95), (0.5, 0.95), (3.0, 0.9), (50.0, 0.99)])
def test_the_interval_of_imbens_and_manski(apart, level):
    critical = brentq(lambda c: norm.cdf(c + apart / 2.0) - norm.cdf(-c) - level, 0, 5)
    low, high = imbens_manski(1.0, 1.0 + apart, (1.0, 2.0), level=level)
    assert (low, high) == pytest.approx((1 - critical, 1 + apart + 2 * critical), rel=1e-6)


def test_the_largest_of_several_bounds_is_moved_by_the_largest_of_their_errors():
    one = np.array([[1.0]])
    many = np.eye(11)
    low, _ = intersected(np.zeros(10), np.array([40.0]), many, units=1000)
    assert low == pytest.approx(-norm.ppf(0.95 ** (1 / 10)), abs=0.08)
    far = np.r_[0.0, np.full(9, -100.0)]
    low, _ = intersected(far, np.array([40.0]), many, units=1000)
    assert low == pytest.approx(-norm.ppf(0.95), abs=0.06)
    point = intersected(np.zeros(1), np.zeros(1), np.ones((2, 2)) * one, units=1000)
    assert point == pytest.approx((-1.96, 1.96), abs=0.12)
