"""Does the wild bootstrap do what its definition says, draw for draw, and hold its interval?"""

import math

import numpy as np
import pandas as pd
import pytest

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.inversion import not_rejected
from liveloop.estimate.randomised.signs import Sums, flipped, signs_of, sums_of, wild_p_values
from liveloop.estimate.randomised.wild import wild_bootstrap
from liveloop.estimate.regimes.few import LIES, few


def rows(seed=3, clusters=7):
    g = np.repeat(np.arange(clusters), 3 + integers(seed, "size", range(clusters), 9))
    n = range(len(g))
    return pd.DataFrame({
        "y": normals(seed, "row", n) + normals(seed, "g", range(clusters))[g] + 0.4 * (g % 2), "t": g % 2.0,
        "x": 2_000 + normals(seed, "x", n) + normals(seed, "gx", range(clusters))[g], "g": g,
        "w": 1.0 + integers(seed, "w", n, 3), "half": (g + integers(seed, "h", n, 2)) % 2 + 2 * g,
    })  # fmt: skip


def errors(x, e, g, bread, kind, leverage):
    """Give the standard error of the last coefficient: CR0 or CR3, by the residuals themselves."""
    total = 0.0
    for one in np.unique(g):
        at = g == one
        left = np.linalg.solve(np.eye(at.sum()) - leverage[np.ix_(at, at)], e[at]) if kind == "3" else e[at]
        total += float(bread[-1] @ x[at].T @ left) ** 2
    return total**0.5


def brute(data, signs, *, restricted, variant, null, weights=False):
    """Draw outcomes, fit each, and count: the definition, with whole rows."""
    root = np.sqrt(data.w.to_numpy() if weights else np.ones(len(data)))
    others = np.column_stack([np.ones(len(data)), data.x - 2_000]) * root[:, None]
    x = np.column_stack([others, data.t * root])
    y, g = data.y.to_numpy() * root, data.g.to_numpy()
    bread = np.linalg.inv(x.T @ x)
    leverage = x @ bread @ x.T
    beta = bread @ x.T @ y
    t = (beta[-1] - null) / errors(x, y - x @ beta, g, bread, variant[1], leverage)
    made = others if restricted else x
    shifted = y - null * x[:, -1] if restricted else y
    fitted = made @ np.linalg.lstsq(made, shifted, rcond=None)[0]
    u, own = shifted - fitted, made @ np.linalg.pinv(made)
    if variant[0] == "3":
        for one in np.unique(g):
            at = g == one
            u[at] = np.linalg.solve(np.eye(at.sum()) - own[np.ix_(at, at)], u[at])
    drawn = []
    for row in signs:
        other = fitted + row[g] * u
        coefficient = bread @ x.T @ other
        centre = 0.0 if restricted else beta[-1]
        spread = errors(x, other - x @ coefficient, g, bread, variant[1], leverage)
        drawn.append(abs(coefficient[-1] - centre) / spread)
    return np.mean(np.asarray(drawn) >= abs(t) * (1 - 1e-9))


@pytest.mark.parametrize("variant", ["11", "31", "13", "33"])
@pytest.mark.parametrize("kind", ["WCR", "WCU"])
def test_by_brute_force(kind, variant):
    data = rows()
    signs, whole = signs_of(7, "rademacher", 999, 0)
    assert whole and len(signs) == 2**6
    for null, weights in ((0.0, False), (0.7, True)):
        made = wild_bootstrap(data, outcome="y", treatment="t", covariates=["x"], clusters="g", kind=kind, null=null,
                              variant=variant, weights="w" if weights else None)  # fmt: skip
        by_hand = brute(data, signs, restricted=kind == "WCR", variant=variant, null=null, weights=weights)
        assert made.p_value == pytest.approx(max(by_hand, 1 / 64), abs=1e-12)


def test_as_wildboottest():
    """p of t 0.7109375 and, unrestricted, 0.6953125: `wildboottest` 0.3.2 by way of pyfixest 0.60, 2^9 draws."""
    chance = np.random.default_rng(3)
    g = np.repeat(np.arange(9), chance.integers(5, 60, 9))
    y = chance.normal(size=9)[g] + chance.normal(size=len(g)) + 0.3 * (g % 2)
    data = {"y": y, "t": g % 2.0, "x": chance.normal(size=len(g)) + chance.normal(size=9)[g], "g": g}
    ask = {"outcome": "y", "treatment": "t", "covariates": ["x"], "clusters": "g"}
    for kind, variant, p_value in (("WCR", "11", 0.7109375), ("WCU", "11", 0.6953125), ("WCR", "31", 0.69921875),
                                   ("WCU", "31", 0.7265625)):  # fmt: skip
        assert wild_bootstrap(data, **ask, kind=kind, variant=variant).p_value == p_value
    both = wild_bootstrap(data, **ask, kind="both")
    assert both.p_value == 0.7109375 and both.low == min(both.low, *(one.low for one in both.conventions[:2]))


@pytest.mark.parametrize("kind", ["WCR", "WCU", "both"])
def test_the_interval_holds_what_is_not_rejected(kind):
    data = rows(5, 9)
    ask = {"outcome": "y", "treatment": "t", "covariates": ["x"], "clusters": "g", "kind": kind, "level": 0.9}
    made = wild_bootstrap(data, **ask)
    width = made.high - made.low
    for end, sign in ((made.low, 1), (made.high, -1)):
        inside, outside = (
            wild_bootstrap(data, **ask, null=end + sign * step * width).p_value for step in (1e-5, -1e-5)
        )
        assert inside > 0.1 >= outside


def test_replicates_at_once_are_as_one_by_one():
    crossed, moment, alone = [], [], []
    signs, whole = signs_of(8, "webb", 499, 2)
    for seed in range(5):
        data = rows(seed, 8)
        x = np.column_stack([np.ones(len(data)), data.t, data.x - 2_000])
        fit = fit_rows(data.y.to_numpy(), x, ["one", "t", "x"], clusters=data.g.to_numpy())
        sums, scale = sums_of(fit, "t", data.g.to_numpy())
        crossed.append(sums.crossed)
        moment.append(sums.moment)
        made = flipped(sums, signs, whole=whole).scaled(scale)
        alone.append(float(made.p_values(np.array([0.3]))[0]))
        assert wild_p_values(sums, signs, null=0.3 * scale) == pytest.approx(alone[-1], abs=1e-12)
        assert made.value == pytest.approx(fit.beta[1], rel=1e-9)
    many = wild_p_values(Sums(np.stack(crossed), np.stack(moment), 2), signs)
    one = [wild_p_values(Sums(*both, 2), signs) for both in zip(crossed, moment, strict=True)]
    assert many.tolist() == [float(value) for value in one]


def test_draws():
    signs, whole = signs_of(30, "webb", 4_000, 1)
    assert not whole and signs.shape == (4_000, 30)
    assert abs(signs.mean()) < 0.02 and abs(signs.var() - 1) < 0.02
    assert sorted(set(np.round(signs.ravel() ** 2, 9))) == [0.5, 1.0, 1.5]
    assert (signs == signs_of(30, "webb", 4_000, 1)[0]).all() and (signs != signs_of(30, "webb", 4_000, 2)[0]).any()
    every, whole = signs_of(4, "webb", 99, 0)
    assert whole and len(np.unique(every, axis=0)) == 6**4 / 2


def test_what_lies_within_clusters_can_be_absorbed():
    """As with columns for the groups: cluster halves here."""
    data = rows(9, 8).assign(label=lambda d: "h" + d.half.astype(str))
    ask = {"outcome": "y", "clusters": "g", "covariates": ["x"], "formula": ""}
    absorbed = wild_bootstrap(data.assign(t=data.x), **{**ask, "covariates": ["w"]}, treatment="t", absorb="half")
    columns = wild_bootstrap(data.assign(t=data.x), **{**ask, "covariates": ["w", "label"]}, treatment="t")
    assert (absorbed.value, absorbed.p_value, absorbed.low) == pytest.approx(
        (columns.value, columns.p_value, columns.low), rel=1e-6
    )
    formula = wild_bootstrap(data, formula="y ~ x + w | half", coefficient="x", clusters="g")
    assert formula.p_value == absorbed.p_value


def test_a_test_that_never_rejects_says_so():
    data = few(1, 5, 2)[0]
    made = wild_bootstrap(data, outcome="y", treatment="t", clusters="cluster")
    assert (made.low, made.high) == (-math.inf, math.inf) and "rejects no value" in made.warnings[-1]
    assert made.to_dict()["low"] is None
    assert [one.holds for one in made.diagnostics if one.name == "clusters in the smaller arm"] == [False]
    assert math.isfinite(wild_bootstrap(data, outcome="y", treatment="t", clusters="cluster", level=0.8).low)


def test_an_end_beyond_a_gap_counts():
    """Rejected between 2 and 3 and from 5 on: the interval goes to 5."""
    ends = not_rejected(lambda b: np.where((abs(b) < 2) | ((abs(b) > 3) & (abs(b) < 5)), 1.0, 0.0), 0.0, 1.0, 0.95)
    assert ends == pytest.approx((-5, 5), abs=1e-6)


def test_nothing_is_found_where_nothing_is():
    """12 clusters, 400 replicates: 5 to 6 of 100 are found, and 3 standard deviations around it."""
    signs, whole = signs_of(12, "rademacher", 999, 0)
    x = np.column_stack([np.ones(12), np.arange(12) % 2.0])[:, :, None]
    y = normals(1, "y", range(4_800)).reshape(400, 12, 1)
    sums = Sums(np.broadcast_to(x @ x.transpose(0, 2, 1), (400, 12, 2, 2)), y * x[..., 0], 1)
    assert 8 <= (wild_p_values(sums, signs, whole=whole) <= 0.05).sum() <= 38


def test_where_it_lies():
    lie = next(one for one in LIES if one.name == "wild bootstrap, clusters too fine")
    held = 0
    for seed in range(12):
        data, truth = lie.draw(seed)
        made = lie.estimate(data)
        held += made.low <= truth <= made.high
    assert held <= 9  # of 12, at a level of 95 %


BAD = {
    "'g' has 3 clusters": {"rows": 3},
    "no kind 'WCX'": {"kind": "WCX"},
    "no variant '21'": {"variant": "21"},
    "no distribution 'normal'": {"distribution": "normal"},
    "9 draws": {"draws": 9},
    "'kind' has 3 arms": {"treatment": "kind"},
    "no coefficient 'u'": {"treatment": "", "formula": "y ~ t", "outcome": "", "coefficient": "u"},
    "the absorbed 'kind' lie across 'g'": {"absorb": "kind"},
    "treatment 'one' is 1 in all": {"treatment": "one"},
    "nothing is left to flip": {"outcome": "t2"},
}


@pytest.mark.parametrize("words", BAD)
def test_bad_input(words):
    more = dict(BAD[words])
    data = rows(3, more.pop("rows", 7)).assign(one=1, t2=lambda d: 1 + 2 * d.t)
    data["kind"] = np.array(["a", "b", "c"])[np.arange(len(data)) % 3]
    with pytest.raises(BadInput, match=words):
        wild_bootstrap(data, **{"outcome": "y", "treatment": "t", "clusters": "g"} | more)
