"""Does the analysis of planned looks stop where it must, and say what a stop is worth?"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm, t

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.group import END, FUTILE, OPEN, as_normal, as_t, group_sequential
from liveloop.estimate.looks.plan import plan_looks
from liveloop.estimate.looks.stopped import stopped
from liveloop.estimate.randomised.difference import difference

spec = importlib.util.spec_from_file_location("looks_worlds", Path(__file__).with_name("worlds.py"))
worlds = importlib.util.module_from_spec(spec)
spec.loader.exec_module(worlds)
SAID = {"outcome": "y", "treatment": "t", "arrived": "when"}
BARE = {"outcome": "y", "treatment": "t"}
QUARTERS = [0.25, 0.5, 0.75, 1.0]
POCOCK = plan_looks(4, bound="pocock")


def test_a_stop_at_the_first_look_is_an_ordinary_analysis():
    data = worlds.rows(0, 400, 3.0)
    made = group_sequential(data, plan=POCOCK, looks=QUARTERS, **SAID)
    aim = difference(worlds.until(data, 0.25), **BARE)
    assert made.at == (0.25,)
    assert (made.estimate.value, made.estimate.low, made.estimate.high) == pytest.approx((aim.value, aim.low, aim.high))
    assert made.estimate.p_value == pytest.approx(aim.p_value)
    assert made.estimate.counts["rows"] == aim.counts["rows"]
    assert "rows that came after the stop do not count" in made.estimate.warnings[0]


def test_a_later_stop_is_the_stage_wise_order_of_its_z():
    data = worlds.rows(8, 400, 0.55)
    made = group_sequential(data, plan=POCOCK, looks=QUARTERS, **SAID)
    assert len(made) == 2
    looks = [difference(worlds.until(data, at), **BARE) for at in QUARTERS[:2]]
    z = norm.isf(t.sf(looks[1].value / looks[1].standard_error, looks[1].df))
    assert norm.isf(t.sf(looks[0].value / looks[0].standard_error, looks[0].df)) < POCOCK.upper[0] < z
    aim = stopped(POCOCK.walk, 2, float(z))
    assert made.estimate.p_value == pytest.approx(aim.p_value, rel=1e-6)
    assert made.estimate.low == pytest.approx(aim.low * 0.5**0.5 * looks[1].standard_error, rel=0.05)  # t at 200 rows
    assert made.estimate.value < looks[1].value
    repeated = t.isf(norm.sf(POCOCK.upper[0]), looks[1].df) * looks[1].standard_error
    assert made.high[1] - made.value[1] == pytest.approx(repeated)
    assert [one.name for one in made.estimate.conventions] == ["HC2, as if looked at once"]


def test_p_value_and_interval_say_the_same():
    for seed in range(25):
        made = group_sequential(worlds.rows(seed, 200, 0.3), plan=POCOCK, looks=QUARTERS, **SAID).estimate
        assert (made.p_value < 0.05) == made.excludes_zero


def test_a_null_goes_to_the_end():
    made = group_sequential(worlds.rows(3, 400), plan=POCOCK, looks=QUARTERS, **SAID)
    assert END in made.estimate.method
    assert made.first_excluding_zero is None
    assert len(made) == 4


def test_looks_still_to_come():
    data = worlds.rows(3, 400)
    made = group_sequential(data, plan=POCOCK, looks=QUARTERS[:2], **SAID).estimate
    assert OPEN in made.method
    assert made.p_value is None
    assert "looks are still to come" in made.warnings[-1]
    assert made.standard_error is not None


def test_futility():
    free = plan_looks(4, sides=1, futility=(0.0, 0.3, 0.6))
    bound = plan_looks(4, sides=1, futility=(0.0, 0.3, 0.6), binding=True)
    data = worlds.rows(1, 400, -1.0)
    one = group_sequential(data, plan=free, looks=QUARTERS[:1], **SAID).estimate
    other = group_sequential(data, plan=bound, looks=QUARTERS, **SAID).estimate
    assert END in group_sequential(data, plan=free, looks=QUARTERS, **SAID).estimate.method  # they went on
    assert FUTILE in one.method
    assert FUTILE in other.method
    assert one.p_value is None
    assert other.p_value > 0.5
    assert np.isinf(other.high)
    assert "no increase" in other.what
    assert any("did stop" in said for said in other.assumes)


def test_spending_follows_the_information():
    """Half of the information was there at the first look instead of a quarter: its bound is that of one half."""
    plan = plan_looks(4)
    data = {**worlds.rows(5, 400), "when": np.arange(1, 401)}
    made = group_sequential(data, plan=plan, looks=[200, 250, 300, 400], planned_units=400, **SAID)
    at_half = plan_looks(times=(0.5, 0.625, 0.75, 1.0))
    reach = (made.high - made.low) / 2
    errors = [difference(worlds.until(data, at), **BARE) for at in made.at]
    aim = [t.isf(norm.sf(bound), one.df) * one.standard_error for bound, one in zip(at_half.upper, errors, strict=True)]
    assert reach == pytest.approx(aim, rel=1e-6)
    early = group_sequential(data, plan=plan, looks=[200, 250], planned_units=400, **SAID)
    assert early.high - early.low == pytest.approx((made.high - made.low)[:2], rel=1e-6)
    planned = group_sequential(data, plan=plan, looks=[200, 250, 300, 400], **SAID)
    assert (planned.high - planned.low)[0] > (made.high - made.low)[0]


def test_spending_of_both_errors_follows_the_information():
    plan = plan_looks(3, sides=1, futility="power", binding=True)
    data = {**worlds.rows(5, 400, 0.3), "when": np.arange(1, 401)}
    whole = group_sequential(data, plan=plan, looks=[100, 300, 400], planned_units=400, **SAID)
    assert whole.estimate.p_value is not None
    explicit = plan_looks(3, sides=1, futility=(-0.5, 0.0))
    part = group_sequential(data, plan=explicit, looks=[100], planned_units=400, **SAID)
    assert len(part) == 1


def test_a_shape_warns_where_information_is_not_as_planned():
    data = {**worlds.rows(5, 400), "when": np.arange(1, 401)}
    made = group_sequential(data, plan=POCOCK, looks=[10, 250, 300], planned_units=800, **SAID).estimate
    assert any("fixed shape" in one for one in made.warnings)


def test_clusters_and_covariates():
    data = worlds.clusters(3, 60, 0.2)
    looks = [0.5, 0.9, 1.3, 2.0]
    made = group_sequential(data, plan=POCOCK, looks=looks, clusters="g", covariates=["x"], planned_units=60, **SAID)
    assert made.estimate.counts["g"] == made.units[-1]
    aim = difference(worlds.until(data, made.at[-1]), clusters="g", covariates=["x"], adjust="cuped", **BARE)
    assert made.value[-1] == pytest.approx(aim.value, rel=1e-9)


def test_tails():
    z = np.array([-3.0, 0.0, 1.0, 2.5, 6.0])
    assert as_normal(as_t(z, np.full(5, 9.0)), np.full(5, 9.0)) == pytest.approx(z, abs=1e-7)
    assert as_t(z[1:], np.full(4, 9.0)) == pytest.approx(t.isf(norm.sf(z[1:]), 9))
    assert np.isfinite(as_normal(np.array([1e9]), np.array([300.0]))).all()
    assert np.isinf(as_t(np.array([np.inf]), np.array([5.0]))).all()


def test_bad_input():
    data = worlds.rows(0)
    with pytest.raises(BadInput, match="5 looks"):
        group_sequential(data, plan=POCOCK, looks=[0.1, *QUARTERS], **SAID)
    with pytest.raises(BadInput, match="1 of 2 looks have fewer than 2 units"):
        group_sequential(data, plan=POCOCK, looks=[0.0, 0.5], **SAID)
