"""Are the bounds of mixtures those of the paper's own software, and inverses of one another?"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm, t

from liveloop.base.errors import BadInput
from liveloop.estimate.looks.mixture import (
    best_rho,
    critical,
    gamma_exponential_bound,
    gamma_exponential_log_mixture,
    log_evidence,
    normal_bound,
    normal_log_mixture,
    normal_of_t,
    t_of_normal,
)

TEN, HUNDRED = np.array(10.0), np.array(100.0)


def test_the_unit_tests_of_confseq():
    """confseq, test/uniform_boundaries_unittest.cpp: v = v_opt = 100, alpha = alpha_opt = 0.05, s = 10, c = 2."""
    both, one = best_rho(100), best_rho(100, two_sided=False)
    assert both == pytest.approx(12.60056, abs=1e-5)
    assert float(normal_log_mixture(TEN, HUNDRED, both)) == pytest.approx(-0.6510052, abs=1e-7)
    assert float(normal_bound(HUNDRED, both)) == pytest.approx(30.35209, abs=1e-5)
    assert float(normal_log_mixture(TEN, HUNDRED, one, two_sided=False)) == pytest.approx(-0.06502391, abs=1e-7)
    assert float(normal_bound(HUNDRED, one, two_sided=False)) == pytest.approx(27.66071, abs=1e-5)
    assert float(gamma_exponential_log_mixture(TEN, HUNDRED, one, 2.0)) == pytest.approx(-0.2490165, abs=1e-6)
    assert float(gamma_exponential_bound(HUNDRED, one, 2.0)) == pytest.approx(33.02017, abs=1e-5)


def test_a_mixture_is_one():
    """The closed forms against the integral over the bets."""
    rho, s, v = 7.0, 12.0, 40.0
    for two_sided, least in ((True, -8.0), (False, 0.0)):
        made = quad(lambda bet: norm.pdf(bet, 0, rho**-0.5) * np.exp(bet * s - bet**2 * v / 2), least, 8.0)[0]
        aim = np.log(made if two_sided else 2 * made)
        assert float(normal_log_mixture(np.array(s), np.array(v), rho, two_sided=two_sided)) == pytest.approx(aim)


@pytest.mark.parametrize("two_sided", [True, False])
def test_bound_and_evidence_are_inverse(two_sided):
    ratio = np.array([0.01, 0.3, 2.0, 50.0, 1e6])
    for error in (0.3, 0.05, 1e-6):
        made = log_evidence(critical(ratio, error, two_sided=two_sided), ratio, two_sided=two_sided)
        assert made == pytest.approx(np.full(5, np.log(1 / error)), rel=1e-9)


def test_the_best_rho_is_near_best():
    at = [float(normal_bound(HUNDRED, rho)) for rho in (best_rho(100) * one for one in (0.5, 1.0, 2.0))]
    assert at[1] < min(at[0], at[2])


def test_t_and_normal():
    z = np.array([0.0, 1.0, 2.0, 4.0, 6.0])
    for df, near in ((8, 0.07), (50, 2e-3), (1000, 1e-5)):
        assert normal_of_t(t_of_normal(z, df), df) == pytest.approx(z)
        exact = t.isf(norm.sf(z), df)
        made = t_of_normal(z, df)
        # Wallace's formula is wide beyond z = 2, never narrow by more than a part in a thousand
        assert (made >= exact * (1 - 1e-3)).all()
        assert norm.isf(t.sf(made, df)) == pytest.approx(z, abs=near)


def test_bad_input():
    with pytest.raises(BadInput, match="time 0"):
        best_rho(0)
