"""Is a nominal interval failed at most as often as is stated, however often one looks, and a bad one caught?"""

import math

import numpy as np
import pytest

from liveloop.base.seeds import stream
from liveloop.estimate.ledger import Rule, judged, log_evidence_above, log_evidence_below


def outcomes(share, runs, seed, rule):
    """Look after every draw."""
    misses = (stream(seed, f"{share}").random((runs, rule.most)) < share).cumsum(axis=1)
    found = []
    for path in misses:
        verdict, at = None, 0
        while verdict is None:
            at += 1
            verdict = judged(int(path[at - 1]), at, rule)
        found.append((verdict, at))
    return found


def test_a_nominal_interval_fails_no_more_often_than_stated():
    rule = Rule(false_fail=0.05, false_pass=1e-9, most=400)
    failed = sum(verdict is False for verdict, _ in outcomes(0.07, 600, 1, rule))
    assert failed <= 600 * 0.05 + 3 * math.sqrt(600 * 0.05 * 0.95)
    assert sum(verdict is False for verdict, _ in outcomes(0.05, 200, 2, Rule(most=600))) == 0


@pytest.mark.parametrize("share", [0.15, 0.25, 0.6])
def test_a_bad_interval_is_caught(share):
    found = outcomes(share, 100, 3, Rule())
    assert sum(verdict is False for verdict, _ in found) >= 99
    assert np.median([at for _, at in found]) < (500 if share < 0.2 else 100)


def test_a_good_interval_is_let_go_early():
    found = outcomes(0.04, 60, 4, Rule())
    assert all(verdict for verdict, _ in found)
    assert np.median([at for _, at in found]) < 400


@pytest.mark.parametrize(("misses", "draws", "share"), [(3, 20, 0.07), (0, 5, 0.5), (40, 41, 0.07)])
def test_the_bet_is_the_integral(misses, draws, share):
    def mixed(low, high):
        grid = np.linspace(low, high, 200_001)[1:-1]
        ratio = (grid / share) ** misses * ((1 - grid) / (1 - share)) ** (draws - misses)
        return math.log(ratio.mean())

    assert log_evidence_above(misses, draws, share) == pytest.approx(mixed(share, 1), abs=2e-3)
    assert log_evidence_below(misses, draws, share) == pytest.approx(mixed(0, share), abs=2e-3)


def test_a_share_is_split_between_regimes():
    assert Rule().shared(4).false_fail == pytest.approx(2.5e-4)
