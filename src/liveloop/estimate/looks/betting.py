"""Where is the mean of bounded outcomes, at all times at once, without any limit theorem?

Whoever bets against a mean m by the amount lambda has, after outcomes x in [0, 1], a capital of prod(1 + lambda (x -
m)). If the mean is m the game is fair: the capital ever reaches 1 / error with probability `error` at most, whatever
the amounts are, as long as each is chosen before its outcome is seen. Means against which the capital got that far
are left out.
"""

from __future__ import annotations

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import one_of

METHODS = ("betting", "empirical-bernstein", "hoeffding")
_TRUNCATED = 0.5  # of the largest amount with which no outcome takes all
_GRID = 200  # means at which a pass works the capital out
_PASSES = 3
_CELLS = 4_000_000  # means times outcomes at once


def bets(outcome: Floats, error: float, tuned_for: float | None = None) -> Floats:
    """Choose the amounts, each from the outcomes before it: [outcome].

    Parameters
    ----------
    outcome
        In [0, 1], in order.
    error
        On one side.
    tuned_for
        The number of outcomes at which the result is to be narrowest; None for all times about equally.

    Examples
    --------
    >>> bets(np.array([0.0, 1.0, 1.0]), 0.025).round(3).tolist()
    [6.525, 4.636, 3.076]

    Source: Waudby-Smith and Ramdas (2024), doi:10.1093/jrsssb/qkad009, equations 26 and 27.
    """
    count = np.arange(1, len(outcome) + 1)
    mean = (0.5 + np.cumsum(outcome)) / (count + 1)
    variance = (0.25 + np.cumsum((outcome - mean) ** 2)) / (count + 1)
    before = np.concatenate([[0.25], variance[:-1]])
    horizon = count * np.log1p(count) if tuned_for is None else np.full(len(outcome), float(tuned_for))
    return np.asarray(np.sqrt(2 * np.log(1 / error) / (before * horizon)))


def mean_sequence(
    outcome: Floats,
    looks: Ints,
    *,
    error: float = 0.05,
    method: str = "betting",
    side: str = "two-sided",
    tuned_for: float | None = None,
) -> tuple[Floats, Floats]:
    """Give low and high for the mean of outcomes in [0, 1] at each look, each look by itself.

    Parameters
    ----------
    outcome
        [outcome], in order; their mean, given those before, is one number.
    looks
        How many outcomes there are at each look.
    method
        "betting" (hedged capital), "empirical-bernstein" (predictable plug-in), "hoeffding" (blind to the variance).
    side
        "two-sided", or "greater" or "less" for one end with the whole error.

    Raises
    ------
    BadInput
        When an outcome is outside [0, 1] or there is no such method.

    Examples
    --------
    A hundred outcomes without a single success still say something, where a normal interval has no width:

    >>> low, high = mean_sequence(np.zeros(100), np.array([100]))
    >>> float(low[0]), round(float(high[0]), 3)
    (0.0, 0.07)

    Source: Waudby-Smith and Ramdas (2024), doi:10.1093/jrsssb/qkad009, theorems 2 and 3.
    """
    outcome = np.asarray(outcome, np.float64)
    outside = int(((outcome < 0) | (outcome > 1)).sum())
    if outside:
        raise BadInput(f"{outside} of {len(outcome)} outcomes are outside 0 to 1", where="outcome", allowed="0 to 1")
    one_of(method, "method", METHODS)
    on_one = error / 2 if side == "two-sided" else error
    follow = _capital if method == "betting" else (_bernstein if method == "empirical-bernstein" else _hoeffding)
    low = follow(outcome, looks, on_one, tuned_for) if side != "less" else np.zeros(len(looks))
    high = 1 - follow(1 - outcome, looks, on_one, tuned_for) if side != "greater" else np.ones(len(looks))
    return np.asarray(low), np.asarray(high)


def evidence_against(
    mean: float,
    outcome: Floats,
    looks: Ints,
    *,
    error: float = 0.05,
    side: str = "two-sided",
    tuned_for: float | None = None,
) -> Floats:
    """Give at each look the least error so far at which a mean is ruled out by betting: an always-valid p-value.

    Examples
    --------
    >>> evidence_against(0.5, np.ones(20), np.array([1, 10, 20])).round(4).tolist()
    [1.0, 0.0347, 0.0006]
    """
    bets_on = {"greater": (outcome, mean), "less": (1 - outcome, 1 - mean)}
    chosen = list(bets_on.values()) if side == "two-sided" else [bets_on[side]]
    every = np.arange(1, len(outcome) + 1)
    capital = [_log_capital(one, bets(one, error / len(chosen), tuned_for), every, np.array([at]))[:, 0]
               for one, at in chosen]  # fmt: skip
    best = np.maximum.reduce(capital) - np.log(len(chosen))
    return np.asarray(np.exp(-np.maximum(np.maximum.accumulate(best), 0.0))[looks - 1])


def _hoeffding(outcome: Floats, looks: Ints, error: float, tuned_for: float | None) -> Floats:
    count = np.arange(1, len(outcome) + 1)
    horizon = count * np.log1p(count) if tuned_for is None else np.full(len(outcome), float(tuned_for))
    amount = np.minimum(np.sqrt(8 * np.log(1 / error) / horizon), 1.0)
    return _weighted(outcome, amount, amount**2 / 8, looks, error)


def _bernstein(outcome: Floats, looks: Ints, error: float, tuned_for: float | None) -> Floats:
    amount = np.minimum(bets(outcome, error, tuned_for), _TRUNCATED)
    count = np.arange(1, len(outcome) + 1)
    mean = (0.5 + np.cumsum(outcome)) / (count + 1)
    guess = np.concatenate([[0.5], mean[:-1]])  # of the next outcome
    return _weighted(outcome, amount, (outcome - guess) ** 2 * (-np.log1p(-amount) - amount), looks, error)


def _weighted(outcome: Floats, amount: Floats, cost: Floats, looks: Ints, error: float) -> Floats:
    at = looks - 1
    low = (np.cumsum(amount * outcome) - np.cumsum(cost) - np.log(1 / error))[at] / np.cumsum(amount)[at]
    return np.asarray(np.clip(low, 0.0, 1.0))


def _capital(outcome: Floats, looks: Ints, error: float, tuned_for: float | None) -> Floats:
    """Give the largest mean on a grid that the capital rules out; the grid is then made finer where ends crowd."""
    amount = bets(outcome, error, tuned_for)
    grid = np.linspace(0.0, 1.0, _GRID + 1)
    low = np.zeros(len(looks))
    for _ in range(_PASSES):
        ruled_out = _log_capital(outcome, amount, looks, grid) >= np.log(
            1 / error
        )  # falls with the mean: true, then false
        last = np.maximum(ruled_out.sum(axis=1) - 1, 0)
        low = np.where(ruled_out[:, 0], grid[last], low)
        cells = np.unique(last[last + 1 < len(grid)])
        if not len(cells):
            break
        steps = np.arange(max(2, _GRID // len(cells)) + 1) / max(2, _GRID // len(cells))
        grid = np.unique(grid[cells][:, None] + steps * (grid[cells + 1] - grid[cells])[:, None])
    return low


def _log_capital(outcome: Floats, amount: Floats, looks: Ints, grid: Floats) -> Floats:
    """Give the logarithm of the capital of bets that the mean is larger: [look, mean]."""
    made = np.empty((len(looks), len(grid)))
    starts = np.concatenate([[0], looks[:-1]])
    most = _TRUNCATED / np.maximum(grid, 1e-300)
    step = max(1, _CELLS // len(grid))
    running, done = np.zeros(len(grid)), 0
    while done < len(looks):
        last = max(done + 1, int(np.searchsorted(looks, starts[done] + step, side="right")))
        rows = slice(int(starts[done]), int(looks[last - 1]))
        gains = np.minimum(amount[rows, None], most) * (outcome[rows, None] - grid)
        sums = np.add.reduceat(np.log1p(gains), starts[done:last] - starts[done], axis=0).cumsum(axis=0)
        made[done:last] = running + sums
        running, done = made[last - 1], last
    return made
