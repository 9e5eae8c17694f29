"""What interval holds the effect when the trends before may go on, and bend by no more than so much in each period?

The shortest interval of fixed length (Armstrong and Kolesár) around a sum of the gaps before and the effects after. Any
path of gaps is a slope, and a bend at each period; the slope must cancel, and each bend is as bad as it can be. So the
largest bias is a sum of absolute values, and for each price of bias the best weights are those of a lasso.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri
from scipy.stats import ncx2, norm, t

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats


@dataclass(frozen=True)
class Fixed:
    """An interval of fixed length."""

    value: float
    low: float
    high: float


def folded_quantile(share: float, bias: float) -> float:
    """Give the quantile of |N(bias, 1)|.

    Examples
    --------
    >>> [round(folded_quantile(0.95, bias), 3) for bias in (0.0, 1.0, 8.0)]
    [1.96, 2.646, 9.645]
    """
    if bias > 5:
        return bias + float(ndtri(share))
    return float(np.sqrt(ncx2.ppf(share, 1, bias**2))) if bias > 1e-8 else float(ndtri(0.5 + share / 2))


@dataclass(frozen=True, eq=False)
class _Program:
    """Weights of the gaps before, as a start plus something of the bends: start + by_bend @ bends.

    Parameters
    ----------
    fixed
        What the bends from treatment on add to the bias, times the bound.
    """

    start: Floats
    by_bend: Floats
    effect: Floats
    covariance: Floats
    fixed: float

    def weights(self, bends: Floats) -> Floats:
        """Give the weights of all periods."""
        return np.asarray(np.r_[self.start + self.by_bend @ bends, self.effect])

    def deviation(self, bends: Floats) -> float:
        """Give the standard deviation."""
        weights = self.weights(bends)
        return float(np.sqrt(weights @ self.covariance @ weights))

    @property
    def lift(self) -> Floats:
        """Give what a bend adds to the weights of all periods: [period, bend]."""
        return np.vstack([self.by_bend, np.zeros((len(self.effect), self.by_bend.shape[1]))])

    def half(self, bends: Floats, bound: float, level: float, wider: float = 1.0) -> float:
        """Give half the length of the interval."""
        deviation = self.deviation(bends) * wider
        return folded_quantile(level, bound * (self.fixed + float(np.abs(bends).sum())) / deviation) * deviation


def smooth_interval(  # noqa: PLR0913 - what is estimated, and how it is bounded
    values: Floats,
    covariance: Floats,
    before: int,
    effect: Floats,
    *,
    bound: float,
    level: float,
    df: float = math.inf,
) -> Fixed:
    """Give the shortest interval when the path of gaps bends by at most `bound` in each period.

    Parameters
    ----------
    values, covariance
        Of `before` gaps, in order, and the effects from treatment on; the reference period between them is left out.
    effect
        [period after]: the weights of the effect that is wanted.
    df
        Of the covariance. Weights that are best by an estimated covariance are too good to be true; with no bend
        allowed what is done about it is exact for normal estimates (Rao 1967), else it goes by the bends that are used.

    Examples
    --------
    With no bend allowed, what is left is the distance from the line through the gaps before:

    >>> made = smooth_interval(np.array([-2.0, -1.0, 4.0]), np.eye(3) * 1e-6, 2, np.array([1.0]), bound=0.0, level=0.95)
    >>> round(made.value, 3)
    3.0

    Source: Rambachan and Roth (2023), doi:10.1093/restud/rdad018, section 4.1; Rao (1967), for the df.
    """
    problem = _problem(covariance, before, effect)
    bends = _best(problem, _path(*_quadratic(problem)), bound, level)
    value = float(problem.weights(bends) @ values)
    half = problem.half(bends, bound, level, _wider(problem, values, bends, df, level))
    return Fixed(value, value - half, value + half)


def _wider(problem: _Program, values: Floats, bends: Floats, df: float, level: float) -> float:
    """Say by how much the standard deviation is to be widened, weights and all being estimated.

    The gaps before are covariates of the effect, whose slopes are fitted: their number lowers the df, and the farther
    they are from a line, the more the slopes matter.
    """
    if math.isinf(df):
        return 1.0
    used = np.flatnonzero(bends)
    left = df - len(used)
    if left < 1:
        raise BadInput(f"{df:.1f} degrees of freedom for {len(used)} weights", where="df",
                       allowed="more clusters, or fewer periods before")  # fmt: skip
    apart = (problem.lift.T @ values)[used]
    crossed = (problem.lift.T @ problem.covariance @ problem.lift)[np.ix_(used, used)]
    distance = float(apart @ np.linalg.solve(crossed, apart)) if len(used) else 0.0
    share = 0.5 + level / 2
    return float(np.sqrt(df / left * (1 + distance / df)) * t.ppf(share, left) / norm.ppf(share))


def _problem(covariance: Floats, before: int, effect: Floats) -> _Program:
    early, late = np.arange(-before, 0), np.arange(1, len(effect) + 1)
    bends = np.arange(-before + 1, 0)
    hinges = np.maximum(bends[:, None] - early, 0.0)  # [bend, period before]
    system = np.vstack([early, hinges])  # the slope and the bends settle the weights
    inverse = np.linalg.inv(system)
    after = np.maximum(late[:, None] - np.arange(len(effect)), 0.0)  # [period after, bend from treatment on]
    return _Program(inverse[:, 0] * -float(effect @ late), inverse[:, 1:], effect, covariance,
                    float(np.abs(effect @ after).sum()))  # fmt: skip


def _best(problem: _Program, path: tuple[Floats, Floats], bound: float, level: float) -> Floats:
    """Find the bends on the path that make the interval shortest."""
    prices, bends = path
    if bound == 0 or len(prices) == 1:
        return np.asarray(bends[-1])

    def at(price: float) -> Floats:
        return np.asarray([np.interp(-price, -prices, one) for one in bends.T])

    def half(price: float) -> float:
        return problem.half(at(price), bound, level)

    lengths = [problem.half(one, bound, level) for one in bends]
    best = int(np.argmin(lengths))
    high, low = prices[max(0, best - 1)], prices[min(len(prices) - 1, best + 1)]
    found = minimize_scalar(half, bounds=(low, high), method="bounded", options={"xatol": 1e-8 * high})
    return at(float(found.x)) if found.fun < lengths[best] else np.asarray(bends[best])


def _quadratic(problem: _Program) -> tuple[Floats, Floats]:
    """Give the variance as bends' crossed bends + 2 moment' bends + what does not change."""
    lift = problem.lift
    start = np.r_[problem.start, problem.effect]
    return lift.T @ problem.covariance @ lift, lift.T @ problem.covariance @ start


def _path(crossed: Floats, moment: Floats) -> tuple[Floats, Floats]:
    """Minimise b' crossed b / 2 + moment' b + price |b| for all prices: the knots of a path that is straight between.

    Returns
    -------
    tuple
        [knot]: prices, from that at which all is 0 down to 0; [knot, bend].

    Source: Osborne, Presnell and Turlach (2000), doi:10.1093/imanum/20.3.389.
    """
    count = len(moment)
    if not count:
        return np.zeros(1), np.zeros((1, 0))
    active = [int(np.argmax(np.abs(moment)))]
    signs = np.zeros(count)
    signs[active[0]] = -np.sign(moment[active[0]])
    price = float(np.abs(moment).max())
    prices, knots = [price], [np.zeros(count)]
    for _ in range(20 * count):
        part = np.ix_(active, active)
        level, slope = (np.asarray(-np.linalg.solve(crossed[part], one[active])) for one in (moment, signs))
        next_price, turns = _event(crossed, moment, active, (level, slope, price))
        bends = np.zeros(count)
        bends[active] = level + next_price * slope
        prices.append(next_price)
        knots.append(bends)
        if turns is None:
            break
        price = next_price
        if turns in active:
            active.remove(turns)
            signs[turns] = 0.0
        else:
            signs[turns] = -np.sign(moment[turns] + crossed[turns] @ bends)
            active.append(turns)
    return np.asarray(prices), np.stack(knots)


def _event(
    crossed: Floats, moment: Floats, active: list[int], line: tuple[Floats, Floats, float]
) -> tuple[float, int | None]:
    """Find the next lower price at which a bend becomes 0 or stops being 0, and which; price 0 where none does."""
    level, slope, price = line
    found: list[tuple[float, int | None]] = [(0.0, None)]
    limit = price * (1 - 1e-12)
    for place, one in enumerate(active):
        with_zero = -level[place] / slope[place] if slope[place] else np.inf
        if 0 < with_zero < limit:
            found.append((float(with_zero), one))
    for one in (one for one in range(len(moment)) if one not in active):
        pull, change = moment[one] + crossed[one, active] @ level, crossed[one, active] @ slope
        for sign in (1.0, -1.0):  # pull + change price = sign price
            if sign != change:
                meets = pull / (sign - change)
                if 0 < meets < limit:
                    found.append((float(meets), one))
    return max(found, key=lambda pair: pair[0])
