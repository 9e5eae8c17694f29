"""Is a quantile effect what order statistics say, and does its interval know of clusters, weights and thin tails?"""

import numpy as np
import pytest
from scipy.stats import beta, binom, norm
from scipy.stats import t as student

from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.estimate.frame import read_frame
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.randomised.quantile import quantile_effect, quantile_effects, two_sides

AT = {"outcome": "y", "treatment": "t"}


def test_ends_of_one_arm_are_the_order_statistics_of_the_binomial():
    """The chance that the k-th of n rows lies below the quantile is that of k or more of n below it."""
    y = np.arange(50.0) ** 2
    side = two_sides(np.tile(y, 2), np.repeat([0, 1], 50), None, None, 0.3, "HC2").lower
    for k in (8, 15, 24):
        level = binom.sf(k - 1, 50, 0.3)
        assert level == pytest.approx(beta.cdf(0.3, k, 51 - k))
        assert side.ends(np.array([level]))[0] == pytest.approx(y[k - 1], abs=1e-6)
    beyond = side.ends(np.array([1 - 0.7**50 + 1e-9, 0.3**50 / 2]))
    assert beyond.tolist() == [-np.inf, np.inf]


def test_both_arms_are_put_together_by_squares():
    chance = stream(1, "both")
    y, t = np.exp(chance.standard_normal(300)), np.arange(300) % 2
    sides = two_sides(y, t, None, None, 0.5, "HC2")
    made = quantile_effect({"y": y, "t": t}, **AT)
    low, high = (
        np.array([one.ends(np.array([end]))[0] for one in (sides.lower, sides.upper)]) for end in (0.975, 0.025)
    )
    q = np.array([np.median(y[t == 0]), np.median(y[t == 1])])
    assert made.value == pytest.approx(q[1] - q[0], rel=1e-12)
    assert made.low == pytest.approx(made.value - np.hypot(q[1] - low[1], high[0] - q[0]), rel=1e-9)
    assert made.high == pytest.approx(made.value + np.hypot(high[1] - q[1], q[0] - low[0]), rel=1e-9)
    assert made.correction == "binomial"


def test_p_is_where_the_interval_reaches_zero():
    chance = stream(2, "p")
    y, t = chance.standard_normal(200), np.arange(200) % 2
    for shift in (0.0, 0.3, 1.0, 30.0):
        made = quantile_effect({"y": y + shift * t, "t": t}, **AT)
        if made.p_value > 1e-12:
            just = quantile_effect({"y": y + shift * t, "t": t}, **AT, level=1 - made.p_value)
            assert min(abs(just.low), abs(just.high)) < 1e-3
    assert made.p_value < 1e-12


def test_clusters_make_rows_worth_less():
    chance = stream(3, "clusters")
    cluster = np.repeat(np.arange(40), 10)
    data = {"y": chance.standard_normal(40)[cluster] + 0.2 * chance.standard_normal(400), "t": cluster % 2,
            "cluster": cluster}  # fmt: skip
    made = quantile_effect(data, **AT, clusters="cluster")
    alone = quantile_effect(data, **AT)
    assert made.high - made.low > 2 * (alone.high - alone.low)
    below = (data["y"] <= np.where(data["t"] == 1, *(np.median(data["y"][data["t"] == a]) for a in (1, 0)))).astype(
        float
    )
    fit = fit_rows(below, np.column_stack([data["t"] == 0, data["t"] == 1]).astype(float), ["a", "b"], clusters=cluster)
    worth = 0.25 / np.diag(fit.covariance("CR2"))
    assert [one.value for one in made.diagnostics if "worth" in one.name] == pytest.approx(worth, rel=1e-9)
    side = two_sides(data["y"], data["t"], read_frame(data).groups("cluster"), None, 0.5, "CR2").lower
    df = fit.freedom(fit.contrast("a"), "CR2")
    shrunk = worth[0] * (norm.ppf(0.975) / student.ppf(0.975, df)) ** 2
    order = 1 + np.interp(side.ends(np.array([0.975]))[0], side.ordered, side.places) * (shrunk - 1)
    assert beta.cdf(0.5, order, shrunk + 1 - order) == pytest.approx(0.975, abs=1e-6)


def test_clusters_with_rows_in_both_arms_are_compared_within():
    chance = stream(4, "within")
    cluster = np.repeat(np.arange(50), 8)
    data = {"y": 3 * chance.standard_normal(50)[cluster] + chance.standard_normal(400), "t": np.arange(400) % 2,
            "cluster": cluster}  # fmt: skip
    made = quantile_effect(data, **AT, clusters="cluster")
    whole = quantile_effect({**data, "t": cluster % 2}, **AT, clusters="cluster")
    assert made.high - made.low < 0.7 * (whole.high - whole.low)


def test_a_weight_of_two_is_a_row_twice():
    chance = stream(5, "weights")
    y, w = chance.standard_normal(400), 1 + np.arange(400) // 2 % 2
    t = np.arange(400) % 2
    one = quantile_effect({"y": y, "t": t, "w": w}, **AT, weights="w", quantile=0.25)
    twice = quantile_effect({"y": np.repeat(y, w), "t": np.repeat(t, w)}, **AT, quantile=0.25)
    assert one.value == pytest.approx(twice.value, abs=0.02)
    assert one.correction == "HC2"
    alike = quantile_effect({"y": y, "t": t, "w": np.full(400, 3.0)}, **AT, weights="w", quantile=0.25)
    assert alike.value == pytest.approx(quantile_effect({"y": y, "t": t}, **AT, quantile=0.25).value, rel=1e-12)


def test_an_arm_too_small_for_its_quantile_leaves_an_end_open():
    chance = stream(6, "thin")
    data = {"y": chance.exponential(1.0, 200), "t": np.arange(200) % 2}
    made = quantile_effect(data, **AT, quantile=0.99)
    assert made.high == np.inf
    assert made.standard_error is None
    assert "open" in made.warnings[0]
    assert made.to_dict()["high"] is None


def test_the_density_convention_is_near_where_the_density_is_smooth():
    chance = stream(7, "smooth")
    data = {"y": chance.standard_normal(4000), "t": np.arange(4000) % 2}
    made = quantile_effect(data, **AT)
    true = np.sqrt(2 * 0.25 / 2000) / norm.pdf(0)
    assert made.standard_error == pytest.approx(true, rel=0.15)
    assert made.conventions[0].standard_error == pytest.approx(true, rel=0.15)


def test_several_quantiles_and_ties():
    data = {"y": np.r_[np.zeros(50), np.ones(150)], "t": np.arange(200) % 2}
    made = quantile_effects(data, **AT, quantiles=[0.1, 0.9])
    assert [one.value for one in made.rows.values()] == [0.0, 0.0]
    assert "equal the quantile" in made["90 %"].warnings[0]
    assert made["90 %"].p_value == pytest.approx(1.0, abs=0.01)


def test_nothing_is_found_where_nothing_is():
    found = 0
    for seed in range(100):
        data = {"y": stream(seed, "null").exponential(1.0, 100), "t": np.arange(100) % 2}
        ends = two_sides(data["y"], data["t"], None, None, 0.75, "HC2").ends(np.array([0.95]))
        found += ends[0][0] > 0 or ends[1][0] < 0
    assert found <= 12  # 5 % of 100, and three of its standard deviations


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quantile": 1.0}, "quantile is 1.0"),
        ({"correction": "CR1"}, "CR1 needs clusters"),
        ({"outcome": "z"}, "there is no outcome 'z'"),
        ({"treatment": "lone"}, "arm 1 has 1 row, of 20 in all"),
        ({"clusters": "lone"}, r"arm 1 has 1 cluster \(lone\), of 2 in all"),
    ],
)
def test_bad_input(given, words):
    data = {"y": np.arange(20.0), "t": np.arange(20) % 2, "lone": (np.arange(20) == 0).astype(int)}
    with pytest.raises(BadInput, match=words):
        quantile_effect(data, **{**AT, **given})
    with pytest.raises(BadInput, match="no quantiles"):
        quantile_effects(data, **AT, quantiles=[])
