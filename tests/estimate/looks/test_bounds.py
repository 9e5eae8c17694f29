"""Are the bounds those that are printed, and their costs too?"""

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.stats import norm

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.plan import expected_time, plan_looks
from liveloop.estimate.looks.recursion import walk


def even(looks):
    return [(one + 1) / looks for one in range(looks)]


# Jennison and Turnbull (2000), tables 2.1 and 2.3, K = 1 to 10; two sides.
POCOCK = {
    0.99: [2.576, 2.772, 2.873, 2.939, 2.986, 3.023, 3.053, 3.078, 3.099, 3.117],
    0.95: [1.960, 2.178, 2.289, 2.361, 2.413, 2.453, 2.485, 2.512, 2.535, 2.555],
    0.90: [1.645, 1.875, 1.992, 2.067, 2.122, 2.164, 2.197, 2.225, 2.249, 2.270],
}
OBRIEN_FLEMING = [1.960, 1.977, 2.004, 2.024, 2.040, 2.053, 2.063, 2.072, 2.080, 2.087]
# Tables 2.2 and 2.4: largest size over that of one look.
POCOCK_SIZES = {
    0.8: [1.000, 1.110, 1.166, 1.202, 1.229, 1.249, 1.265, 1.279, 1.291, 1.301],
    0.9: [1.000, 1.100, 1.151, 1.183, 1.207, 1.225, 1.239, 1.252, 1.262, 1.271],
}
OBRIEN_FLEMING_SIZES = {
    0.8: [1.000, 1.008, 1.017, 1.024, 1.028, 1.032, 1.035, 1.037, 1.038, 1.040],
    0.9: [1.000, 1.007, 1.016, 1.022, 1.026, 1.030, 1.032, 1.034, 1.036, 1.037],
}


@pytest.mark.parametrize("level", POCOCK)
def test_pocock_constants(level):
    made = [plan_looks(looks, bound="pocock", level=level).upper for looks in range(1, 11)]
    assert [round(one[-1], 3) for one in made] == POCOCK[level]
    assert all(np.allclose(one, one[0], rtol=0, atol=1e-12) for one in made)


def test_obrien_fleming_constants():
    made = [plan_looks(looks, bound="obrien-fleming").upper for looks in range(1, 11)]
    assert [round(one[-1], 3) for one in made] == OBRIEN_FLEMING
    # Deming, in the tests of gsDesign: K = 4
    assert [round(one, 2) for one in made[3]] == [4.05, 2.86, 2.34, 2.02]


@pytest.mark.parametrize("power", [0.8, 0.9])
def test_largest_sizes(power):
    for bound, printed in (("pocock", POCOCK_SIZES), ("obrien-fleming", OBRIEN_FLEMING_SIZES)):
        made = [plan_looks(looks, bound=bound, power=power).inflation for looks in range(1, 11)]
        assert [round(one, 3) for one in made] == printed[power]


@pytest.mark.parametrize(
    ("looks", "shape", "power", "bound", "size"),
    [(9, 0.1, 0.9, 2.113, 1.048), (6, 0.25, 0.8, 2.154, 1.077), (7, 0.4, 0.8, 2.313, 1.159)],
)
def test_wang_tsiatis(looks, shape, power, bound, size):
    """Jennison and Turnbull (2000), tables 2.9 and 2.10, as the tests of gsDesign quote them."""
    plan = plan_looks(looks, bound="wang-tsiatis", parameter=shape, power=power)
    assert (round(plan.upper[-1], 3), round(plan.inflation, 3)) == (bound, size)


def test_expected_sizes_of_pocock():
    """Jennison and Turnbull (2000), table 2.7: K = 4 and power 0.8, K = 15 and 0.9; effects of 0, 1/2, 1, 3/2."""
    for looks, power, largest, printed in (
        (4, 0.8, 120.2, [117.5, 108.8, 80.5, 52.2]),
        (15, 0.9, 130.5, [126.4, 111.2, 66.4, 35.4]),
    ):
        plan = plan_looks(looks, bound="pocock", power=power)
        made = [100 * plan.inflation * expected_time(plan.walk, share * plan.drift) for share in (0, 0.5, 1, 1.5)]
        assert (round(100 * plan.inflation, 1), [round(one, 1) for one in made]) == (largest, printed)
        assert made[:3] == pytest.approx([100 * one for one in plan.expected_sizes.values()])


def test_naive_looks():
    """Armitage, McPherson and Rowe (1969), table 2: repeated tests at 5 %."""
    printed = {1: 0.050, 2: 0.083, 3: 0.107, 4: 0.126, 5: 0.142, 10: 0.193, 20: 0.248}
    z = float(norm.ppf(0.975))
    made = {looks: sum(map(sum, walk(even(looks), [-z] * looks, [z] * looks).exits())) for looks in printed}
    assert {looks: round(float(one), 3) for looks, one in made.items()} == printed


def test_one_side_and_haybittle_peto():
    """The tests of rpact: default design, K = 3, and typeOfDesign = "HP", K = 4; one-sided 0.025."""
    assert plan_looks(3, bound="obrien-fleming", sides=1, level=0.975).upper == pytest.approx(
        (3.4710914, 2.4544323, 2.0040356), abs=1e-7
    )
    plan = plan_looks(4, bound="haybittle-peto", sides=1, level=0.975)
    assert plan.upper == pytest.approx((3, 3, 3, 1.9827514), abs=1e-7)
    assert plan.spent == pytest.approx((0.001349898, 0.0024617416, 0.0033695882, 0.025), abs=1e-7)


def test_spending():
    """Bounds printed by gsDesign (HSD, K = 5), rpact (Pocock and given amounts) and SeqBounds (O'Brien-Fleming)."""
    made = plan_looks(5, spending="hwang-shih-decani", sides=1, level=0.975, power=0.9)
    assert [round(one, 4) for one in made.upper] == [3.2527, 2.9860, 2.6917, 2.3737, 2.0253]
    assert [round(one, 4) for one in made.reached] == [0.0370, 0.1883, 0.4530, 0.7229, 0.9000]
    assert [round(made.expected_sizes[one], 4) for one in ("no effect", "the effect")] == [1.0197, 0.7366]
    assert plan_looks(times=(0.4, 0.7), spending="pocock", sides=1, level=0.975).upper == pytest.approx(
        (2.223875, 2.3050796), abs=1e-7
    )
    given = plan_looks(4, spending=(0.01, 0.02, 0.03, 0.05), sides=1)
    assert given.upper == pytest.approx((2.3263479, 2.2192994, 2.1201347, 1.8189562), abs=2e-7)
    late = plan_looks(4, sides=1)
    assert late.upper == pytest.approx((3.74955, 2.53993, 2.01604, 1.72014), abs=1e-4)  # theirs is on a grid of 0.05
    share = plan_looks(4, sides=1, spending=lambda time: time**2)
    assert share.upper == pytest.approx(plan_looks(4, sides=1, spending="power").upper)


def test_spending_costs():
    """rpact: asHSD with gamma 0 at 0.2, 0.4, 1; gsDesign: two-sided power family (Jennison and Turnbull, chapter 7)."""
    made = plan_looks(times=(0.2, 0.4, 1), spending="hwang-shih-decani", parameter=0.0, sides=1, level=0.97, power=0.86)
    assert made.upper == pytest.approx((2.5121443, 2.4228747, 2.0280392), abs=1e-7)
    assert made.inflation == pytest.approx(1.0788327, abs=1e-7)
    assert list(made.expected_sizes.values()) == pytest.approx([1.0697705, 1.0142116, 0.83081135], abs=1e-7)
    assert made.reached == pytest.approx((0.12783451, 0.34055165, 0.86), abs=1e-7)
    for looks, power, printed in ((3, 1, (111.7, 109.9)), (10, 2, (108.1, 106.6)), (2, 3, (101.0, 100.7))):
        one = plan_looks(looks, spending="power", parameter=power)
        assert (round(100 * one.inflation, 1), round(100 * one.expected_sizes["no effect"], 1)) == printed


def test_futility_that_does_not_bind():
    """rpact: asOF with bsKD 2.5, K = 4; gsDesign's default design, K = 3."""
    made = plan_looks(
        times=(0.4, 0.75, 0.85, 1), sides=1, level=0.87, power=0.59, futility="power", futility_parameter=2.5
    )
    assert made.lower[:3] == pytest.approx((-0.82676531, 0.3743303, 0.65077266), abs=1e-7)
    assert made.upper == pytest.approx((2.1280732, 1.4368565, 1.422873, 1.2970881), abs=1e-7)
    assert made.reached == pytest.approx((0.1110095, 0.43099683, 0.50326205, 0.59), abs=1e-7)
    usual = plan_looks(
        3, sides=1, level=0.975, power=0.9, spending="hwang-shih-decani", futility="hwang-shih-decani",
        futility_parameter=-2,
    )  # fmt: skip
    assert [round(one, 4) for one in usual.upper] == [3.0107, 2.5465, 1.9992]
    assert [round(one, 4) for one in usual.lower] == [-0.2387, 0.9411, 1.9992]
    assert round(usual.inflation, 2) == 1.07
    both = [round(float(one), 4) for one in walk(usual.times, usual.lower, usual.upper).exits()[1]]
    assert both == [0.4057, 0.4290, 0.1420]


def test_futility_that_binds():
    """rpact: the same with bindingFutility; gsDesign: test.type 3, table 7.8 of Jennison and Turnbull."""
    made = plan_looks(
        times=(0.4, 0.75, 0.85, 1), sides=1, level=0.87, power=0.59, futility="power", futility_parameter=2.5,
        binding=True,
    )  # fmt: skip
    assert made.lower[:3] == pytest.approx((-0.84247693, 0.35276055, 0.62744509), abs=1e-7)
    assert made.upper == pytest.approx((2.1280732, 1.4362706, 1.4203748, 1.2576258), abs=1e-7)
    for looks, power, rho, printed in ((5, 0.95, 2, (110.1, 63.4, 80.3, 63.4)), (4, 0.9, 3, (104.0, 69.2, 84.2, 74.2))):
        one = plan_looks(looks, sides=1, power=power, spending="power", parameter=rho, futility="power",
                         futility_parameter=rho, binding=True)  # fmt: skip
        found = (100 * one.inflation, *(100 * size for size in one.expected_sizes.values()))
        assert tuple(round(size, 1) for size in found) == printed


def test_futility_given_as_bounds():
    """The bounds of rpact's asP with bsUser, given back as bounds, leave the upper ones as they were."""
    made = plan_looks(times=(0.35, 0.7, 1), sides=1, level=0.87, power=0.7, spending="pocock",
                      futility=(-1.2557044, -0.16828659))  # fmt: skip
    assert made.upper == pytest.approx((1.5446617, 1.4828682, 1.4620058), abs=1e-7)
    assert made.reached == pytest.approx((0.31774348, 0.5598179, 0.7), abs=1e-6)


def test_two_and_three_looks_by_brute_force():
    for first, second, drift in ((0.3, 1.0, 0.0), (0.45, 0.9, 1.7), (0.999, 1.0, -2.0)):
        made = walk([first, second], [-2.0, -1.5], [2.5, 2.1])

        def beyond(s, first=first, second=second, drift=drift):
            step = second - first
            far = norm.sf((2.1 * second**0.5 - s - drift * step) / step**0.5)
            return norm.pdf(s, drift * first, first**0.5) * far

        aim = quad(beyond, -2 * first**0.5, 2.5 * first**0.5, epsabs=1e-13)[0]
        assert made.exits(drift)[0][1] == pytest.approx(aim, abs=1e-11)
    made = walk([0.2, 0.5, 1.0], [-np.inf, -1.0, 0.0], [2.6, 2.4, 2.2])

    def thrice(after, before, drift=0.8):
        far = norm.sf((2.2 - after - drift * 0.5) / 0.5**0.5)
        return (norm.pdf(before, drift * 0.2, 0.2**0.5) * norm.pdf(after - before, drift * 0.3, 0.3**0.5)) * far

    aim = dblquad(thrice, -5, 2.6 * 0.2**0.5, -(0.5**0.5), 2.4 * 0.5**0.5, epsabs=1e-8)[0]
    assert made.exits(0.8)[0][2] == pytest.approx(aim, abs=1e-7)


def test_the_error_is_spent_exactly():
    for plan in (plan_looks(7), plan_looks(4, bound="wang-tsiatis"), plan_looks(6, spending="hwang-shih-decani")):
        assert plan.spent[-1] == pytest.approx(0.05, abs=1e-9)
        assert plan.reached[-1] == pytest.approx(0.8, abs=1e-9)
    free = plan_looks(5, sides=1, futility="power")
    assert free.spent[-1] == pytest.approx(0.05, abs=1e-9)
    assert sum(walk(free.times, free.lower, free.upper).exits()[0]) < 0.05  # with the stops for futility


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"looks": 0}, "information times []"),
        ({"times": (0.5, 0.4)}, "information times"),
        ({"looks": 201}, "201 looks"),
        ({"sides": 3}, "sides is 3"),
        ({"level": 0.4}, "level is 0.4"),
        ({"power": 0.01}, "power is 0.01"),
        ({"bound": "peto"}, "no bound 'peto'"),
        ({"spending": "late"}, "no spending 'late'"),
        ({"spending": "power", "parameter": -1.0}, "parameter is -1.0"),
        ({"spending": (0.01, 0.02)}, "2 amounts spent at 5 looks"),
        ({"spending": (0.01, 0.005, 0.02, 0.025, 0.025)}, "spending goes down"),
        ({"spending": lambda time: 2 * time}, "spending goes down, below 0 or beyond"),
        ({"futility": (0.0,) * 4}, "futility with two sides"),
        ({"futility": (0.0,), "sides": 1}, "1 futility bounds for 5 looks"),
        ({"binding": True, "sides": 1}, "binding, but no futility"),
        ({"binding": True, "sides": 1, "futility": "power", "bound": "pocock"}, "a shape of the upper ones"),
        ({"bound": "haybittle-peto", "parameter": 1.5}, "spend"),
    ],
)
def test_bad_plans_are_refused(asked, said):
    with pytest.raises(BadInput, match=said.replace("[", r"\[").replace("]", r"\]")):
        plan_looks(**asked)
