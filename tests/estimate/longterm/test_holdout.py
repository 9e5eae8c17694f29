"""Does a holdout say what all launches did, and how much the launches promised too much?"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.base.seeds import integers, normals
from liveloop.estimate.longterm.holdout import holdout, winners_curse
from liveloop.estimate.longterm.power import holdout_power
from liveloop.estimate.randomised.difference import difference
from liveloop.estimate.result import normal_estimate

OPTIONS = {"outcome": "y", "treatment": "t"}


def drawn(seed=1, rows=400):
    ids = np.arange(rows)
    t, x = (ids % 10 > 0) * 1, normals(seed, "x", ids)
    return {"y": 0.3 * t + x + normals(seed, "y", ids), "t": t, "x": x, "g": (ids // 10) * 2 + t,
            "w": 1.0 + integers(seed, "w", ids, 3)}  # fmt: skip


@pytest.mark.parametrize(
    "options", [{}, {"covariates": ["x"]}, {"clusters": "g"}, {"weights": "w", "covariates": ["x"]}]
)
def test_the_cumulative_effect_is_the_difference_of_the_arms(options):
    made = holdout(drawn(), **OPTIONS, **options)["cumulative"]
    oracle = difference(drawn(), **OPTIONS, **options)
    assert (made.value, made.standard_error, made.df) == (
        pytest.approx(oracle.value), pytest.approx(oracle.standard_error), pytest.approx(oracle.df))  # fmt: skip


def test_the_gap_is_cumulative_minus_sum_with_both_errors():
    launches = [(0.1, 0.05), normal_estimate("one", 0.3, 0.04)]
    made = holdout(drawn(), launches=launches, **OPTIONS)
    whole = made["cumulative"]
    assert made["sum of launches"].value == pytest.approx(0.4)
    assert made["sum of launches"].standard_error == pytest.approx(np.hypot(0.05, 0.04))
    assert made["gap"].value == pytest.approx(whole.value - 0.4)
    assert made["gap"].standard_error == pytest.approx(np.sqrt(whole.standard_error**2 + 0.05**2 + 0.04**2))
    assert made["gap"].df > whole.df  # Welch and Satterthwaite: the launches' error is known
    assert made.warnings == ()


def test_the_curse_is_the_excess_of_the_conditional_likelihood():
    for value in (2.1, 2.8, 4.0):

        def excess(truth, value=value):
            density = quad(lambda z: z * norm.pdf(z - truth), 1.96, np.inf)[0] / norm.sf(1.96 - truth)
            return density - value  # fmt: skip

        truth = brentq(excess, 0, value) if excess(0.0) < 0 else 0.0
        assert winners_curse(np.array([value * 0.2]), np.array([0.2]), 1.96) == pytest.approx(
            0.2 * (value - truth), rel=1e-6
        )
    made = holdout(drawn(), launches=[(0.1, 0.05), (0.2, 0.05)], threshold=1.5, **OPTIONS)
    assert made.diagnostics[-1].value > 0
    assert "winner's curse" in made.warnings[0]
    with pytest.raises(BadInput, match="1 of 2 launches did not pass 3"):
        holdout(drawn(), launches=[(0.1, 0.05), (0.2, 0.05)], threshold=3.0, **OPTIONS)


def test_power_is_what_simulation_finds():
    made = holdout_power(2_000, share=0.1, spread=2.0, periods=3, persistence=0.4, effect=0.35)
    found = 0
    held = np.arange(2000) % 10 == 0
    for seed in range(200):
        level = np.sqrt(0.4) * normals(seed, "unit", range(2000))
        rows = level[:, None] + np.sqrt(0.6) * normals(seed, "row", range(6000)).reshape(2000, 3)
        y = 2.0 * rows.mean(axis=1) + 0.35 * ~held
        error = np.sqrt(y[held].var(ddof=1) / 200 + y[~held].var(ddof=1) / 1800)
        found += abs(y[~held].mean() - y[held].mean()) > 1.96 * error
    assert made[2].power == pytest.approx(found / 200, abs=0.12)  # 3.5 standard deviations of 200 draws
    assert made[0].smallest > made[1].smallest > made[2].smallest
    again = holdout_power(2_000, share=0.1, spread=2.0, periods=3, persistence=0.4, effect=made[2].smallest)
    assert again[2].power == pytest.approx(0.8, abs=1e-4)
    leaving = holdout_power(2_000, share=0.1, spread=2.0, periods=12, persistence=0.9, retention=0.8)
    assert leaving[-1].smallest > leaving[0].smallest  # those who leave cost more than waiting wins
    nested = holdout_power(2_000, share=0.1, spread=2.0, periods=1, cluster_size=11, icc=0.1)
    assert nested[0].standard_error == pytest.approx(made[0].standard_error * np.sqrt(2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: holdout(drawn(), launches=[(0.1, 0.0)], **OPTIONS), "launch 1 has no value with a standard error"),
        (
            lambda: holdout(drawn() | {"g": np.arange(400) // 10}, clusters="g", **OPTIONS),
            "40 clusters have rows in both",
        ),
        (lambda: holdout(drawn() | {"y": np.ones(400)}, **OPTIONS), "does not vary"),
        (lambda: holdout(drawn() | {"t": np.ones(400)}, **OPTIONS), "one arm only"),
        (lambda: holdout_power(100, share=1.0, spread=1.0, periods=3), "share is 1"),
        (lambda: holdout_power(100, share=0.1, spread=1.0, periods=0), "periods is 0"),
        (lambda: holdout_power(100, share=0.1, spread=1.0, periods=2, icc=1.5), "icc is 1.5"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(BadInput, match=words):
        call()
