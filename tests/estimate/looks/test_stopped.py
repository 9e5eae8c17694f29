"""What is said after a stop: is it what is printed, and right at every look?"""

import json

import numpy as np
import pytest
from scipy.stats import norm, t

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.bounds import gone_through
from liveloop.estimate.looks.plan import plan_looks, repeated_p_value
from liveloop.estimate.looks.stopped import stopped

# The tests of rpact: one mean per stage, theta0 = 25, Wang-Tsiatis 0.4, one-sided 0.025, binding futility at 0.5244.
SIZE, MEAN, SPREAD = np.array([120, 130, 130]), np.array([45.0, 41.0, 45.0]), np.array([130.0, 140.0, 120.0])


def overall():
    n = SIZE.cumsum()
    mean = (SIZE * MEAN).cumsum() / n
    squares = ((SIZE - 1) * SPREAD**2 + SIZE * MEAN**2).cumsum()
    error = np.sqrt((squares - n * mean**2) / (n - 1) / n)
    return n, mean, error, norm.isf(t.sf((mean - 25) / error, n - 1))


@pytest.fixture(scope="module")
def plan():
    return plan_looks(
        4, sides=1, level=0.975, bound="wang-tsiatis", parameter=0.4, futility=(0.5244,) * 3, binding=True
    )


def test_the_stop_of_rpact(plan):
    _, _, error, z = overall()
    made = stopped(plan.walk, 3, float(z[2]), error=0.025, sides=1)
    unit = error[2] * plan.times[2] ** 0.5
    assert made.p_value == pytest.approx(0.014723218, abs=1e-8)
    assert 25 + unit * made.low == pytest.approx(26.836053, abs=2e-6)
    assert 25 + unit * made.high == pytest.approx(56.851998, abs=2e-6)
    assert 25 + unit * made.median == pytest.approx(42.083093, abs=2e-6)


def test_repeated_intervals_and_p_values_of_rpact(plan):
    n, mean, error, z = overall()
    reach = t.isf(norm.sf(np.array(plan.upper[:3])), n - 1) * error
    assert mean - reach == pytest.approx([14.924587, 22.902668, 28.667333], abs=1e-6)
    assert mean + reach == pytest.approx([75.075413, 62.937332, 58.595825], abs=1e-6)
    made = [repeated_p_value(plan, look + 1, float(one)) for look, one in enumerate(z)]
    assert made == pytest.approx([0.10271056, 0.041641198, 0.0060463294], abs=1e-6)  # their root is to 1e-6


def test_a_stop_at_the_first_look_is_a_test_with_one_look():
    made = stopped(plan_looks(5, bound="pocock").walk, 1, 2.7)
    root = 0.2**0.5
    assert made.median == pytest.approx(2.7 / root)
    assert made.low == pytest.approx((2.7 - norm.ppf(0.975)) / root)
    assert made.p_value == pytest.approx(2 * norm.sf(2.7))


def test_a_result_on_the_bound_of_the_last_look_has_the_whole_error():
    plan = plan_looks(5)
    assert stopped(plan.walk, 5, plan.upper[-1]).p_value == pytest.approx(0.05, abs=1e-9)
    assert stopped(plan.walk, 5, -plan.upper[-1]).p_value == pytest.approx(0.05, abs=1e-9)
    assert stopped(plan.walk, 3, plan.upper[2]).p_value == pytest.approx(plan.spent[2], abs=1e-9)


def test_the_order_of_stops():
    plan = plan_looks(4, bound="pocock")
    early, late = stopped(plan.walk, 1, 2.5), stopped(plan.walk, 3, 4.0)
    assert early.p_value < late.p_value
    assert early.low / 1 > 0


def test_p_values_are_uniform_under_no_effect():
    """Drawn walks, each stopped by its plan: the adjusted p-value is uniform, the naive one is not."""
    plan = plan_looks(5, bound="pocock")
    draws = np.random.Generator(np.random.SFC64(5)).standard_normal((1500, 5))
    steps = np.sqrt(np.diff([0, *plan.times]))
    z = (draws * steps).cumsum(axis=1) / np.sqrt(plan.times)
    out = np.abs(z) >= np.array(plan.upper)
    out[:, -1] = True
    stop = out.argmax(axis=1)
    at = z[np.arange(len(z)), stop]
    made = np.array([stopped_p(plan, int(look), float(one)) for look, one in zip(stop, at, strict=True)])
    for share in (0.05, 0.2, 0.5, 0.8):
        assert (made <= share).mean() == pytest.approx(share, abs=4 * (share * (1 - share) / 1500) ** 0.5)
    assert (2 * norm.sf(np.abs(at)) <= 0.05).mean() > 0.065


def stopped_p(plan, look, z):
    walked = plan.walk
    up = sum(walked.above(at, walked.upper[at]) for at in range(look)) + walked.above(look, z)
    return 2 * min(up, 1 - up)


def test_repeated_p_values_fit_the_plan():
    plan = plan_looks(5, bound="pocock")
    assert repeated_p_value(plan, 4, plan.upper[3]) == pytest.approx(0.05, abs=1e-7)
    assert repeated_p_value(plan, 5, float(norm.ppf(0.975))) == pytest.approx(0.1417, abs=5e-5)
    assert repeated_p_value(plan_looks(3), 2, -0.1) > 0.5
    with pytest.raises(BadInput, match="look 6 of 5"):
        repeated_p_value(plan, 6, 2.0)
    with pytest.raises(BadInput, match="given amounts"):
        repeated_p_value(plan_looks(2, spending=(0.01, 0.025)), 1, 2.0)


def test_a_walk_that_did_not_come_so_far_is_refused():
    plan = plan_looks(4)
    with pytest.raises(BadInput, match="look 4"):
        stopped(gone_through(plan.times, plan.lower[:1], plan.upper[:1]), 4, 2.0)


def test_a_plan_shows_itself(plan):
    assert json.dumps(plan.to_dict(), allow_nan=False)
    assert "4 looks, one side" in str(plan)
    assert "give up at z 0.524" in str(plan)
    assert "<table>" in plan._repr_html_()
    assert len(plan_looks(3).plot().lines) == 3
