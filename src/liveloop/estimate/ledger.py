"""When is it clear that an interval misses too often, or that it does not, looked at after every draw?

Both questions are asked by betting: a mixture of likelihood ratios that is expected to stay at 1 where the null holds,
whenever one stops (Ville 1939). So the error rates below hold for any stopping rule.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import betainc, betaincc, betaln


@dataclass(frozen=True)
class Rule:
    """How a run of draws is judged.

    Parameters
    ----------
    allowed
        The largest share of misses that is taken for nominal: 0.07 allows an interval of 95 % to cover in 93 %.
    clear
        A share of misses that is surely too large: below it is clear when the draws exclude it.
    false_fail
        The chance that an estimator whose share is at most `allowed` is ever failed.
    false_pass
        The chance that one whose share is at least `clear` is ever passed.
    most
        Draws after which nothing more is asked: what is not failed by then has passed.
    """

    allowed: float = 0.07
    clear: float = 0.12
    false_fail: float = 1e-3
    false_pass: float = 1e-2
    most: int = 2_000

    def shared(self, regimes: int) -> Rule:
        """Share the chance of a false fail between so many regimes."""
        return Rule(self.allowed, self.clear, self.false_fail / max(1, regimes), self.false_pass, self.most)


def log_evidence_above(misses: int, draws: int, share: float) -> float:
    """Give the logarithm of the bet that misses are more frequent than `share`, spread evenly over all that are.

    Examples
    --------
    >>> log_evidence_above(1, 20, 0.07) < 0 < log_evidence_above(10, 20, 0.07)
    True

    Source: Robbins (1970); the mixture is uniform on (share, 1).
    """
    tail = betaincc(misses + 1, draws - misses + 1, share)
    return _log_bet(misses, draws, share, tail, 1 - share)


def log_evidence_below(misses: int, draws: int, share: float) -> float:
    """Give the logarithm of the bet that misses are less frequent than `share`.

    Examples
    --------
    >>> log_evidence_below(10, 20, 0.12) < 0 < log_evidence_below(0, 60, 0.12)
    True
    """
    return _log_bet(misses, draws, share, betainc(misses + 1, draws - misses + 1, share), share)


def _log_bet(misses: int, draws: int, share: float, mass: float, width: float) -> float:
    if mass <= 0:
        return -math.inf
    mixed = betaln(misses + 1, draws - misses + 1) + math.log(mass) - math.log(width)
    return float(mixed - misses * math.log(share) - (draws - misses) * math.log1p(-share))


def judged(misses: int, draws: int, rule: Rule) -> bool | None:
    """Say whether an interval has passed (True), failed (False), or more draws are needed (None).

    Call it after each draw, or after any number of them: the stated chances hold all the same.

    Examples
    --------
    >>> judged(30, 100, Rule()), judged(5, 100, Rule()), judged(8, 400, Rule())
    (False, None, True)
    """
    if log_evidence_above(misses, draws, rule.allowed) >= -math.log(rule.false_fail):
        return False
    if log_evidence_below(misses, draws, rule.clear) >= -math.log(rule.false_pass):
        return True
    return True if draws >= rule.most else None
