"""By how much more did a cohort change than its comparison, had both the same covariates, and what does each row add?

Each estimator is a sum of weighted means. What a row adds to it (its influence) is what it adds to each of these means,
and what it adds to the regressions and chances that they are made of. Influences have the scale of the estimate: the
variance is the sum of their squares, over rows or over sums of clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats

ADJUSTMENTS = ("dr", "regression", "ipw")
_TURNS = 50
_SETTLED = 1e-10
_SINGULAR = 1e-10
LIKELIEST = 0.995  # a comparison row that is likelier than that to be treated is left out, as DRDID does


@dataclass(frozen=True, eq=False)
class Change:
    """An estimate and what each row adds to it.

    Parameters
    ----------
    left_out
        How many comparison rows were left out for being all but sure to be treated.
    """

    value: float
    influence: Floats
    left_out: int = 0


@dataclass(frozen=True, eq=False)
class _Mean:
    """A weighted mean, and what each row adds to it."""

    value: float
    influence: Floats


def panel_change(change: Floats, treated: Flags, x: Floats, weights: Floats, *, adjust: str) -> Change:
    """Compare the changes of the treated with those of the others.

    Parameters
    ----------
    change, treated, weights
        [row]: one row for each unit.
    x
        [row, covariate], the first of them 1; with that one only, the means are compared.
    adjust
        "regression" of the change on covariates among the others; "ipw": others weighted by the odds of being treated;
        "dr": both, right where either is.

    Examples
    --------
    >>> made = panel_change(np.array([1.0, 2.0, 5.0, 6.0]), np.array([False, False, True, True]), np.ones((4, 1)),
    ...                     np.ones(4), adjust="dr")
    >>> made.value, float((made.influence**2).sum() ** 0.5)
    (4.0, 0.5)

    Source: Sant'Anna and Zhao (2020), doi:10.1016/j.jeconom.2020.06.003.
    """
    ours = weights * treated
    others = weights * ~treated
    if x.shape[1] == 1:
        one, other = _mean(change, ours), _mean(change, others)
        return Change(one.value - other.value, one.influence - other.influence)
    left_out, fitted, odds = 0, np.zeros(len(change)), others
    slope_sources = chance_sources = None
    if adjust != "ipw":
        beta, slope_sources = _regression(change, x, others)
        fitted = x @ beta
    if adjust != "regression":
        chance, chance_sources = _chance(treated, x, weights)
        odds, left_out = _odds(chance, others)
    one = _mean(change - fitted, ours)
    value, influence = one.value, one.influence.copy()
    if slope_sources is not None:
        influence += slope_sources @ -_mean_of(x, ours)
    if adjust == "regression":
        return Change(value, influence)
    other = _mean(change - fitted, odds)
    influence -= other.influence
    if slope_sources is not None:
        influence += slope_sources @ _mean_of(x, odds)
    assert chance_sources is not None
    influence -= chance_sources @ _mean_of((change - fitted - other.value)[:, None] * x, odds)
    return Change(value - other.value, influence, left_out)


@dataclass(frozen=True, eq=False)
class Sections:
    """Two groups of which other rows were seen before and after: [row] each; `x` [row, covariate], the first 1."""

    outcome: Floats
    treated: Flags
    after: Flags
    x: Floats
    weights: Floats

    def cell(self, *, treated: bool, after: bool) -> Floats:
        """Give the weights of the rows of one group at one time."""
        return np.asarray(self.weights * (self.treated == treated) * (self.after == after))


_CELLS = ((True, True, 1.0), (True, False, -1.0), (False, True, -1.0), (False, False, 1.0))  # treated, after, sign


def sections_change(rows: Sections, *, adjust: str) -> Change:
    """Compare the changes of two groups of which other rows were seen before and after.

    "dr" is the locally efficient estimator, with regressions in all four groups.

    Source: Sant'Anna and Zhao (2020), doi:10.1016/j.jeconom.2020.06.003, section 2.2.
    """
    if rows.x.shape[1] == 1:
        parts = [
            (sign, _mean(rows.outcome, rows.cell(treated=treated, after=after))) for treated, after, sign in _CELLS
        ]
        influence = np.sum([sign * one.influence for sign, one in parts], axis=0)
        return Change(sum(sign * one.value for sign, one in parts), influence)
    if adjust == "regression":
        return _sections_regression(rows)
    return _sections_weighted(rows, fits=adjust == "dr")


def _sections_regression(rows: Sections) -> Change:
    late, early = (
        _mean(rows.outcome, rows.cell(treated=True, after=True)),
        _mean(rows.outcome, rows.cell(treated=True, after=False)),
    )
    after, after_sources = _regression(rows.outcome, rows.x, rows.cell(treated=False, after=True))
    before, before_sources = _regression(rows.outcome, rows.x, rows.cell(treated=False, after=False))
    ours = rows.weights * rows.treated
    other = _mean(rows.x @ (after - before), ours)
    slope = _mean_of(rows.x, ours)
    influence = late.influence - early.influence - other.influence
    influence -= after_sources @ slope - before_sources @ slope
    return Change(late.value - early.value - other.value, influence)


def _sections_weighted(rows: Sections, *, fits: bool) -> Change:
    """Compare means, the others weighted by the odds of being treated; with `fits`, of what a regression leaves."""
    x = rows.x
    chance, chance_sources = _chance(rows.treated, x, rows.weights)
    base = (
        {late: _regression(rows.outcome, x, rows.cell(treated=False, after=late)) for late in (True, False)}
        if fits
        else {}
    )
    left = rows.outcome - (np.where(rows.after, x @ base[True][0], x @ base[False][0]) if fits else 0.0)
    value, influence, left_out = 0.0, np.zeros(len(left)), 0
    for treated, after, sign in _CELLS:
        used = rows.cell(treated=treated, after=after)
        if not treated:
            used, dropped = _odds(chance, used)
            left_out += dropped
        one = _mean(left, used)
        value += sign * one.value
        influence += sign * one.influence
        if fits:
            influence -= sign * (base[after][1] @ _mean_of(x, used))
        if not treated:
            influence += sign * (chance_sources @ _mean_of((left - one.value)[:, None] * x, used))
    if fits:
        more = _efficient(rows, base)
        value, influence = value + more.value, influence + more.influence
    return Change(value, influence, left_out)


def _efficient(rows: Sections, base: dict[bool, tuple[Floats, Floats]]) -> Change:
    """Give what is gained where covariates of the treated differ by chance before and after."""
    value, influence = 0.0, np.zeros(len(rows.outcome))
    ours = rows.weights * rows.treated
    for after in (True, False):
        cell = rows.cell(treated=True, after=after)
        own, own_sources = _regression(rows.outcome, rows.x, cell)
        other, other_sources = base[after]
        for sign, used in ((1.0, ours), (-1.0, cell)):
            sign = sign if after else -sign
            one = _mean(rows.x @ (own - other), used)
            slope = _mean_of(rows.x, used)
            value += sign * one.value
            influence += sign * (one.influence + own_sources @ slope - other_sources @ slope)
    return Change(value, influence)


def _mean(values: Floats, weights: Floats) -> _Mean:
    total = float(weights.sum())
    if total <= 0:
        raise BadInput("no comparison row is left that could have been treated", where="covariates",
                       allowed="covariates that do not settle who is treated")  # fmt: skip
    mean = float((weights * values).sum() / total)
    return _Mean(mean, weights * (values - mean) / total)


def _mean_of(x: Floats, weights: Floats) -> Floats:
    return np.asarray(weights @ x / weights.sum())


def _regression(y: Floats, x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Fit y on x among the rows with weight; give the slopes and what each row adds to them."""
    weighted = x * weights[:, None]
    inverse = _inverse(weighted.T @ x, "the comparison group has too few different rows for these covariates")
    beta = inverse @ (weighted.T @ y)
    return beta, (weighted * (y - x @ beta)[:, None]) @ inverse


def _chance(treated: Flags, x: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Fit the chance to be treated by a logit; give it, and what each row adds to the coefficients."""
    gamma = np.zeros(x.shape[1])
    aim = treated.astype(np.float64)
    for _ in range(_TURNS):
        chance = expit(x @ gamma)
        inverse = _inverse((x * (weights * chance * (1 - chance))[:, None]).T @ x, "covariates settle who is treated")
        step = inverse @ (x.T @ (weights * (aim - chance)))
        gamma = gamma + step
        if np.abs(step).max() <= _SETTLED * max(1.0, float(np.abs(gamma).max())):
            break
    else:
        raise BadInput("covariates settle who is treated: the chances do not converge", where="covariates",
                       allowed="covariates that treated and others share, or adjust='regression'")  # fmt: skip
    chance = np.minimum(expit(x @ gamma), 1 - 1e-6)
    return chance, (x * (weights * (aim - chance))[:, None]) @ inverse


def _odds(chance: Floats, others: Floats) -> tuple[Floats, int]:
    bad = (chance >= LIKELIEST) & (others > 0)
    return np.where(bad, 0.0, others * chance / (1 - chance)), int(bad.sum())


def _inverse(crossed: Floats, wrong: str) -> Floats:
    scale = np.sqrt(np.maximum(np.diag(crossed), 1e-300))
    own, vectors = np.linalg.eigh(crossed / np.outer(scale, scale))
    if own[0] <= _SINGULAR * own[-1]:
        raise BadInput(wrong, where="covariates", allowed="fewer covariates, or larger groups")
    return np.asarray((vectors / own) @ vectors.T / np.outer(scale, scale))
