"""By how much may hidden bias make one of a matched pair more likely to be treated before the finding is gone?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import bdtrc, ndtr, ndtri
from scipy.stats import rankdata

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import read_frame
from liveloop.estimate.observed.table import between

TESTS = ("signed rank", "sign")
SIDES = ("greater", "less")
_MOST = 1e6


@dataclass(frozen=True)
class GammaRow:
    """At one strength of hidden bias: the p-values that it may hide, one-sided, and the ends of a constant effect.

    The ends are those of the interval that holds whatever the bias does; None for the sign test.
    """

    gamma: float
    largest_p: float
    smallest_p: float
    low_effect: float | None = None
    high_effect: float | None = None


@dataclass(frozen=True)
class RosenbaumBounds:
    """How a finding from matched pairs stands against hidden bias.

    Parameters
    ----------
    rows
        For each strength: within a pair, one may be up to gamma times as likely (in odds) to be treated as the other.
    sensitivity
        The strength up to which the finding stays significant at `alpha`; 1 where it is not to begin with, None where
        it stays so up to a million.
    pairs
        How many pairs differ and so count.
    """

    test: str
    side: str
    pairs: int
    alpha: float
    sensitivity: float | None
    rows: tuple[GammaRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{self.test} test of {self.pairs} pairs, {self.side}; significant at {self.alpha:g} up to gamma "
                 + ("beyond a million" if self.sensitivity is None else f"{self.sensitivity:.2f}")]  # fmt: skip
        return "\n".join([*lines, *(f"  gamma {one.gamma:g}: p up to {one.largest_p:.4f}" for one in self.rows)])


def rosenbaum_bounds(  # noqa: PLR0913 - flags are by name
    data: Any,  # noqa: ANN401 - any table
    *,
    treated: str,
    control: str,
    gammas: tuple[float, ...] = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0),
    test: str = "signed rank",
    side: str = "greater",
    alpha: float = 0.05,
    exact: bool = True,
) -> RosenbaumBounds:
    """Bound the p-value of matched pairs under hidden bias of a given strength.

    Parameters
    ----------
    data
        A row for each pair.
    treated, control
        The outcomes of both in a pair.
    gammas
        Strengths: 1 is a randomised experiment within pairs.
    test
        "signed rank" of Wilcoxon, or "sign", which for outcomes of 0 and 1 is McNemar's.
    side
        Whether the treated are expected to have the "greater" or the "less" outcome.
    alpha
        One-sided significance; the bounds of a constant effect are for the two-sided level 1 - 2 alpha.
    exact
        Whether the sign test is exact, or by the normal limit with a continuity correction, as older tables are.

    Raises
    ------
    BadInput
        When no pair differs, or a strength is below 1.

    Examples
    --------
    Smoking and lung cancer: of 122 pairs with one death of it, in 110 the smoker died. Could a hidden gene do that?

    >>> pairs = {"smoker": [1] * 110 + [0] * 12, "other": [0] * 110 + [1] * 12}
    >>> found = rosenbaum_bounds(pairs, treated="smoker", control="other", test="sign")
    >>> [round(one.largest_p, 4) for one in found.rows[4:]], round(found.sensitivity, 2)
    ([0.002, 0.0232, 0.0969], 5.47)

    Source: Rosenbaum (2002), Observational studies, 2nd edition, chapter 4; the example is his
    section 4.3.2, where the p-values are by the normal limit.
    """
    one_of(test, "test", TESTS)
    one_of(side, "side", SIDES)
    between(alpha, 0, 0.5, "alpha")
    bad = [gamma for gamma in gammas if not gamma >= 1]
    if bad:
        raise BadInput(f"gamma is {bad[0]:g}", where="gammas", allowed="1 or more")
    frame = read_frame(data, (treated, control))
    gaps = frame.numbers(treated, "outcome") - frame.numbers(control, "outcome")
    gaps = gaps if side == "greater" else -gaps
    if not gaps.any():
        raise BadInput(f"{treated!r} and {control!r} are equal in all {frame.rows} pairs", where=treated,
                       allowed="pairs that differ")  # fmt: skip
    rows = []
    for gamma in gammas:
        ends = effect_bounds(gaps, float(gamma), 1 - 2 * alpha) if test == "signed rank" else (None, None)
        low, high = ends if side == "greater" or ends[0] is None else (-ends[1], -ends[0])
        rows.append(GammaRow(float(gamma), *p_values(gaps, float(gamma), test, exact=exact), low, high))
    return RosenbaumBounds(test, side, int((gaps != 0).sum()), alpha, _limit(gaps, test, alpha, exact=exact),
                           tuple(rows))  # fmt: skip


def p_values(gaps: Floats, gamma: float, test: str, *, exact: bool = True) -> tuple[float, float]:
    """Give the largest and the smallest one-sided p-value of pair differences.

    The signed rank test is by its normal limit, without a continuity correction, with mean ranks for ties. A pair
    without a difference takes its rank and adds nothing.
    """
    chances = gamma / (1 + gamma), 1 / (1 + gamma)
    if test == "sign":
        count, positive = int((gaps != 0).sum()), int((gaps > 0).sum())
        largest, smallest = (_sign_tail(positive, count, one, exact=exact) for one in chances)
        return largest, smallest
    largest, smallest = (float(ndtr(-_rank_score(gaps, one))) for one in chances)
    return largest, smallest


def _sign_tail(positive: int, count: int, chance: float, *, exact: bool) -> float:
    if exact:
        return 1.0 if positive == 0 else float(bdtrc(positive - 1, count, chance))
    return float(ndtr(-(positive - 0.5 - count * chance) / np.sqrt(count * chance * (1 - chance))))


def _rank_score(gaps: Floats, chance: float) -> float:
    """Give how many standard deviations the sum of positive ranks lies above its mean, were each positive by chance."""
    ranks = rankdata(np.abs(gaps))
    found = float(ranks[gaps > 0].sum())
    ranks = ranks[gaps != 0]
    return float((found - chance * ranks.sum()) / np.sqrt(chance * (1 - chance) * (ranks @ ranks)))


def effect_bounds(gaps: Floats, gamma: float, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of a constant effect that holds the truth whatever hidden bias up to gamma does.

    By inverting the signed rank test.

    Examples
    --------
    >>> gaps = np.arange(-3.0, 20.0)
    >>> [round(end, 1) for end in effect_bounds(gaps, 1.0)], [round(end, 1) for end in effect_bounds(gaps, 2.0)]
    ([5.0, 11.0], [2.0, 14.0])
    """
    tail = (1 - level) / 2
    upper = _end(gaps, gamma, tail)
    return -_end(-gaps, gamma, tail), upper


def _end(gaps: Floats, gamma: float, tail: float) -> float:
    """Find the largest effect that is not rejected as too large: the sum of ranks below its least expected value."""
    low, high = float(gaps.min()) - 1.0, float(gaps.max()) + 1.0
    aim = float(ndtri(tail))
    for _ in range(50):
        middle = (low + high) / 2
        if _rank_score(gaps - middle, 1 / (1 + gamma)) < aim:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _limit(gaps: Floats, test: str, alpha: float, *, exact: bool) -> float | None:
    if p_values(gaps, 1.0, test, exact=exact)[0] > alpha:
        return 1.0
    if p_values(gaps, _MOST, test, exact=exact)[0] <= alpha:
        return None
    low, high = 0.0, float(np.log(_MOST))
    for _ in range(50):
        middle = (low + high) / 2
        if p_values(gaps, float(np.exp(middle)), test, exact=exact)[0] <= alpha:
            low = middle
        else:
            high = middle
    return float(np.exp(low))
